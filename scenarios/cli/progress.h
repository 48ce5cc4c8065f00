// SPDX-License-Identifier: Apache-2.0
// How far a long command has come, on standard error: one line that changes on a terminal, else a
// line every 10 %.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "scenarios/cli/arguments.h"
#include "scenarios/run/sweep.h"

namespace gfs::cli {

class Progress {
  public:
    // `what`: the command's name.
    Progress(std::string what, const Arguments& arguments);

    void show(const run::SweepProgress& progress);
    // Leaves the terminal's line empty.
    void clear();

  private:
    std::string what_;
    bool quiet_;
    bool terminal_;
    bool shown_ = false;
    std::chrono::nanoseconds last_{};
    std::uint64_t last_tenth_ = 0;
};

}  // namespace gfs::cli
