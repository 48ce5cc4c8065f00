// SPDX-License-Identifier: Apache-2.0
// The checkers that an expectation may ask for at the end of a run, one file each. All look at the
// true contents of the replicas and at what the events say, and change nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/expectation.h"
#include "scenarios/checks/flat_map.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/liveness.h"
#include "scenarios/checks/name_history.h"

namespace gfs::checks {

// What a chunk from before the run must have.
struct Preloaded {
    ChunkHandle chunk;
    std::uint64_t bytes;
};

struct CheckInput {
    const Surroundings& around;
    const std::vector<Preloaded>& preloaded;  // ordered by chunk
    const FlatMap& goals;                     // chunk -> replicas, where not the configured number
    const LivenessWatch& liveness;
    const NameHistorian* historian = nullptr;  // where a checker of names was asked for
};

// Each region of each replica is what Table 1 allows (GFS 2.7).
Finding check_gfs_consistency(const CheckInput& input, const Expectation& expectation);
// Every record that a client was told of is whole on every current replica, at its offset
// (GFS 3.3).
Finding check_append_at_least_once(const CheckInput& input, const Expectation& expectation);
// Every byte that a client was told of is on some disk of a server that is up.
Finding check_no_data_loss(const CheckInput& input, const Expectation& expectation);
// All current replicas of a chunk are bytewise identical; GFS does not promise it.
Finding check_replica_bytes(const CheckInput& input, const Expectation& expectation);
// No orphan and no stale replica is on the disk of a server that is up (GFS 4.4).
Finding check_no_leftovers(const CheckInput& input, const Expectation& expectation);
bool has_leftovers(const CheckInput& input);
// The clients' operations on names have an order that explains every answer (GFS 4.1).
Finding check_metadata_linearizable(const CheckInput& input, const Expectation& expectation);
// The master's namespace is the one that follows from its log, and what clients were told is in it.
Finding check_namespace_model(const CheckInput& input, const Expectation& expectation);
// The operation log gives the state that the master has in memory (GFS 2.6.3).
Finding check_log_equals_memory(const CheckInput& input, const Expectation& expectation);
// Whether the checker looks at CheckInput::historian.
bool needs_history(std::string_view checker);
// After the last fault every chunk has come back to its goal and every operation has ended, in a
// time that follows from the configuration (GFS 4.3).
Finding check_liveness(const CheckInput& input, const Expectation& expectation);
// The records of a file are these texts, in this order, on every current replica.
Finding check_content(const CheckInput& input, const Expectation& expectation);

// Runs the one that the expectation names. REQUIRES: kind is check or content.
Finding run_checker(const CheckInput& input, const Expectation& expectation);

// A legal anomaly of GFS that was counted, such as {"A2", "duplicates", 3}.
struct Anomaly {
    const char* id;
    const char* name;
    std::uint64_t count;
};
// Those that occurred although the expectation's `allow` does not name them; with an empty `allow`
// all are tolerated.
std::string not_allowed(const Expectation& expectation, const std::vector<Anomaly>& anomalies);

// The first lines of a list, and how many more there are.
std::vector<std::string> first_lines(const std::vector<std::string>& lines, std::size_t most);

}  // namespace gfs::checks
