// SPDX-License-Identifier: Apache-2.0
// What became of the faults of a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "faults/spec.h"
#include "faults/targets.h"
#include "sim/time.h"

namespace gfs::faults {

struct FaultReport {
    std::string name;
    std::string kind;
    Source source;

    // One application that took effect.
    struct Firing {
        sim::Time at;                      // its first effect
        std::vector<std::string> targets;  // empty: nobody in particular
        std::optional<sim::Time> healed;   // nothing: it lasts, or has nothing to heal
    };
    std::vector<Firing> firings;

    struct Refusal {
        sim::Time at;
        std::string reason;
    };
    std::vector<Refusal> refusals;

    // The budget put it off, or what it would have done while it lasts; until when, or that it was
    // given up.
    struct Deferral {
        sim::Time since;
        std::string reason;
        std::optional<sim::Time> until;  // then it was allowed to strike
        bool given_up = false;
    };
    std::vector<Deferral> deferrals;

    // Why it never fired: "event append.ok seen 2 times, needed 3, by 30s". Empty if it did.
    std::string never_fired;
    // It never fired, and nothing in the scenario allows for that.
    bool vacuous = false;
};

struct PlanReport {
    std::vector<FaultReport> faults;    // in the order of the scenario
    std::vector<TargetReport> targets;  // the same

    // No fault is vacuous and no target was empty that must not be.
    bool bites() const;
};

// "1m30s", "2ms", "1.5s": as in a scenario file.
std::string to_string(sim::Duration duration);
// Of a trigger that has not been reached: "event append.ok seen 2 times, needed 3, by 30s".
std::string too_few(const Trigger& trigger, const EventCounter& counter);

}  // namespace gfs::faults
