// SPDX-License-Identifier: Apache-2.0
// Which bytes that were promised are gone: those that a client was told of, or that were there
// before the run, and that no server which is up has now.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {

struct Interval {
    std::uint64_t offset;
    std::uint64_t end;
};
using Intervals = std::vector<Interval>;  // ordered, without overlap

Intervals normalized(Intervals intervals);
Intervals in_both(const Intervals& a, const Intervals& b);
// What of `all` is not in `some`.
Intervals without(const Intervals& all, const Intervals& some);
std::uint64_t length_of(const Intervals& intervals);

// A range of a chunk that is gone, and whose data it was: any of them would be it. Without one:
// what the chunk had there when the run began.
struct LostRange {
    std::uint64_t offset;
    std::uint64_t end;
    std::vector<DataId> authors;
};

struct LostChunk {
    ChunkHandle chunk = no_chunk;
    std::string name;  // "chunk 7 (/log#0)"
    std::uint32_t goal = 0;
    std::vector<LostRange> ranges;
};

class LossFinder {
  public:
    explicit LossFinder(const CheckInput& input)
        : input_(input), oracle_(input.around.ledger, input.around.truth) {}

    // What must be somewhere.
    Intervals promised(ChunkHandle chunk) const;
    // What of it is on no server that is up.
    Intervals lost(ChunkHandle chunk) const;
    // The same with its authors; without ranges when nothing is lost.
    LostChunk describe(ChunkHandle chunk) const;

  private:
    Intervals missing_on(ChunkHandle chunk, ServerId server, const StoredReplica& stored) const;
    std::uint64_t preloaded_bytes(ChunkHandle chunk) const;

    const CheckInput& input_;
    RegionOracle oracle_;
};

}  // namespace gfs::checks
