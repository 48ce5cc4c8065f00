// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/file_picker.h"

#include <algorithm>

#include "core/common/glob.h"
#include "sim/assert.h"

namespace gfs::workloads {

std::vector<std::string> named_files(const FileSet& set) {
    std::vector<std::string> names;
    for (std::uint64_t i = 0; i < set.count; ++i) names.push_back(set.prefix + std::to_string(i));
    if (set.count > 0) return names;
    for (const std::string& path : set.paths)
        if (!is_glob(path)) names.push_back(path);
    return names;
}

FilePicker::FilePicker(const FileSet& set, const KnownFiles& files, Client client)
    : set_(set), files_(files), client_(client), names_(named_files(set)) {
    SIM_ASSERT(client.number >= 1);
    SIM_ASSERT(client.number <= client.of);
    has_globs_ = set.count == 0 && std::any_of(set.paths.begin(), set.paths.end(), is_glob);
    SIM_ASSERT(has_globs_ || !names_.empty());
}

const std::vector<std::string>& FilePicker::candidates() {
    if (!has_globs_) return names_;
    names_.clear();
    for (const std::string& path : set_.paths) {
        std::vector<std::string> found{path};
        if (is_glob(path)) found = files_.matching(path);
        names_.insert(names_.end(), found.begin(), found.end());
    }
    if (names_.empty()) names_ = set_.paths;
    return names_;
}

std::string FilePicker::pick(sim::Random& random) {
    const std::vector<std::string>& names = candidates();
    SIM_ASSERT(!names.empty());
    switch (set_.pick) {
        case FileSet::Pick::uniform:
            return names[random.below(names.size())];
        case FileSet::Pick::zipfian:
            return names[zipfian(names.size(), random)];
        case FileSet::Pick::latest:
            return pick_latest(names, random);
        case FileSet::Pick::sequential:
            return names[taken_++ % names.size()];
        case FileSet::Pick::own:
            return pick_own(names, random);
    }
    SIM_ASSERT(!"a way to pick that group.h does not list");
    return names.front();
}

// The weight of the kth file is 1/k, in units of 2^-32.
std::size_t FilePicker::zipfian(std::size_t count, sim::Random& random) {
    while (cumulative_.size() < count) {
        const std::uint64_t before = cumulative_.empty() ? 0 : cumulative_.back();
        cumulative_.push_back(before + (std::uint64_t{1} << 32) / (cumulative_.size() + 1));
    }
    const auto end = cumulative_.begin() + static_cast<std::ptrdiff_t>(count);
    const std::uint64_t drawn = random.below(*(end - 1));
    const auto found = std::upper_bound(cumulative_.begin(), end, drawn);
    return static_cast<std::size_t>(found - cumulative_.begin());
}

std::string FilePicker::pick_latest(const std::vector<std::string>& names, sim::Random& random) {
    std::vector<std::string> youngest_first = names;
    std::stable_sort(youngest_first.begin(), youngest_first.end(),
                     [&](const std::string& a, const std::string& b) {
                         return files_.age_number(a) > files_.age_number(b);
                     });
    return youngest_first[zipfian(youngest_first.size(), random)];
}

// The files are dealt out to the clients in turn; with fewer files than clients some share one.
std::string FilePicker::pick_own(const std::vector<std::string>& names, sim::Random& random) const {
    const std::size_t first = (client_.number - 1) % names.size();
    const std::size_t share = (names.size() - first + client_.of - 1) / client_.of;
    SIM_ASSERT(share > 0);
    return names[first + random.below(share) * client_.of];
}

}  // namespace gfs::workloads
