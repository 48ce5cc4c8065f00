// SPDX-License-Identifier: Apache-2.0
// Whether what failed in a run follows from a loss that no file system could have avoided: faults
// destroyed every copy there was, on disks that had it as durable as they can, faster than a copy
// can be made. The proof is taken from a second run, and printed. What is not proved is a
// violation.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/checks/checks.h"
#include "scenarios/format/scenario.h"
#include "scenarios/run/run.h"
#include "sim/time.h"

namespace gfs::run {

// Something that failed.
struct Suspect {
    // What it can follow from, by what it says. Lost names: a log that is lost. Lost bytes: those
    // of the chunk. The others: a log that told of the chunk, its version, or its handle alone.
    enum class Follows : std::uint8_t {
        nothing,
        from_lost_bytes,
        from_lost_versions,
        from_lost_handles,
        from_lost_creation,
        from_lost_names
    };

    std::string what;  // "invariant acked_append_everywhere (G8)"
    Follows follows = Follows::nothing;
    std::vector<ChunkHandle> culprits{};  // it failed because of these, and no others; not of names
    std::optional<sim::Time> at{};        // nothing: at the end
    std::uint64_t failures = 1;
};

// All that made the run fail, `steps` of scripts among it.
std::vector<Suspect> suspects_of(const format::Scenario& scenario, const checks::Results& found,
                                 std::size_t failed_steps);
std::set<ChunkHandle> culprits_of(const std::vector<Suspect>& suspects);
// What cannot follow from a loss needs no proof of one. Empty: all can.
std::string objection(const std::vector<Suspect>& suspects);

struct Excuse {
    bool granted = false;
    std::vector<std::string> lines;  // the proof, or why there is none
};

// What the first run left. Not owned: all but the digest.
struct Evidence {
    const std::vector<Suspect>& suspects;
    const std::vector<checks::LostChunk>& losses;  // every chunk that a suspect names
    bool a_log_was_lied_to;  // without that no fault can take what was flushed
    std::uint64_t digest;
    const RunOptions& options;
};
Excuse examine(const format::Scenario& scenario, const Evidence& evidence);

}  // namespace gfs::run
