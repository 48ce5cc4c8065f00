// SPDX-License-Identifier: Apache-2.0
// The checker that compares the master's namespace at the end with a simple model of it, made from
// the operations in the order of the log: GFS 2.6.3. And what a client was told is in the log.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/common/glob.h"
#include "scenarios/checks/checkers.h"
#include "scenarios/checks/name_log.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_differences = 8;

// Directories end with '/'.
std::string path_of(const std::string& entry) {
    return entry.ends_with('/') ? entry.substr(0, entry.size() - 1) : entry;
}

bool selected(const std::string& entry, const std::vector<std::string>& patterns) {
    const std::string path = path_of(entry);
    return patterns.empty() ||
           std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
               return glob_matches(pattern, path);
           });
}

std::vector<std::string> selected_of(std::vector<std::string> entries,
                                     const std::vector<std::string>& patterns) {
    std::erase_if(entries, [&](const std::string& entry) { return !selected(entry, patterns); });
    std::stable_sort(entries.begin(), entries.end());
    return entries;
}

void differences(const std::vector<std::string>& more, const std::vector<std::string>& less,
                 const char* sentence, Finding& finding) {
    std::vector<std::string> only;
    std::set_difference(more.begin(), more.end(), less.begin(), less.end(),
                        std::back_inserter(only));
    for (const std::string& entry : only) {
        finding.detail.push_back(fmt::format("{} {}", entry, sentence));
        finding.is_about({.path = path_of(entry)});
    }
}

}  // namespace

Finding check_namespace_model(const CheckInput& input, const Expectation& expectation) {
    SIM_ASSERT(input.historian != nullptr);
    const auto found = input.around.probe == nullptr ? std::nullopt : input.around.probe->names();
    if (!found) return {Finding::Result::vacuous, "no master serves at the end"};
    const std::vector<std::string> master = selected_of(*found, expectation.files);
    // A run may end while the master waits for its disk, or for a log replica.
    const bool waits = input.around.config.has(Mechanism::log_before_reply);
    const NameLog& log = input.around.names;
    const NameModel& logged = waits ? log.durable() : log.model();
    const std::vector<std::string> model = selected_of(logged.names(), expectation.files);

    Finding finding;
    differences(model, master, "should be there, and the master does not have it", finding);
    differences(master, model, "should not be there, and the master has it", finding);
    for (const NameCall& unlogged : input.historian->acknowledged_without_record()) {
        if (!selected(unlogged.file, expectation.files)) continue;
        finding.detail.push_back(fmt::format(
            "`{}` was acknowledged, and no record of the log says so", describe(unlogged)));
        finding.is_about({.path = unlogged.file});
    }
    finding.measured = fmt::format("{} names by the log, {} at the master, {} differences",
                                   model.size(), master.size(), finding.detail.size());
    if (!finding.detail.empty()) finding.result = Finding::Result::failed;
    if (finding.detail.empty() && model.empty()) finding.result = Finding::Result::vacuous;
    finding.detail = first_lines(finding.detail, most_differences);
    return finding;
}

}  // namespace gfs::checks
