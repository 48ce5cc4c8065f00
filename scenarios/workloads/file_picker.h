// SPDX-License-Identifier: Apache-2.0
// Which file the next operation of a mix takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/workloads/group.h"
#include "scenarios/workloads/known_files.h"
#include "sim/random.h"

namespace gfs::workloads {

// The names of the set that are no globs: `prefix`0, ..., or the paths.
std::vector<std::string> named_files(const FileSet& set);

class FilePicker {
  public:
    struct Client {
        std::uint32_t number;  // 1-based
        std::uint32_t of;      // clients of the group
    };
    // Not owned: `files`.
    FilePicker(const FileSet& set, const KnownFiles& files, Client client);

    // Takes at most one number of the stream. A glob that matches nothing stands for itself: a name
    // that the master will not know.
    std::string pick(sim::Random& random);

  private:
    const std::vector<std::string>& candidates();
    std::size_t zipfian(std::size_t count, sim::Random& random);
    std::string pick_latest(const std::vector<std::string>& names, sim::Random& random);
    std::string pick_own(const std::vector<std::string>& names, sim::Random& random) const;

    FileSet set_;
    const KnownFiles& files_;
    Client client_;
    bool has_globs_ = false;
    std::vector<std::string> names_;         // of now
    std::vector<std::uint64_t> cumulative_;  // weights of the first, first two, ... files: zipfian
    std::uint64_t taken_ = 0;                // sequential
};

}  // namespace gfs::workloads
