// SPDX-License-Identifier: Apache-2.0
// Why a run is not passed, in a form that is the same for every run with the same trouble: what
// failed, and where that is written. Times, seeds and the servers that chance chose are not in it.
#pragma once

#include <string>

#include "scenarios/results/run_result.h"

namespace gfs::results {

struct Cause {
    std::string what;  // "invariant one_primary_per_chunk (G3)", "fault `cut` never fired"
    std::string site;  // "GFS 3.1", "lease.json:31:16"; empty where there is none

    bool empty() const { return what.empty(); }
    friend bool operator==(const Cause&, const Cause&) = default;
    friend auto operator<=>(const Cause&, const Cause&) = default;
};

// The first reason for the verdict: the earliest violation of a guarantee, else the first
// expectation or step that failed, else what made the run vacuous. Empty for a run that passed.
Cause cause_of(const RunResult& result);

}  // namespace gfs::results
