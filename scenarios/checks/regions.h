// SPDX-License-Identifier: Apache-2.0
// The region oracle: GFS 2.7, Table 1. From the order of the mutations and from what clients were
// told follows, for every byte of a chunk, what its replicas may hold; compared with what they do
// hold it gives the state of each region.
//
// A byte must come from the last mutation of it that a client was told of, or from a later one that
// failed or was never answered: such a one may be visible on any subset of the replicas (rule G10).
// Two records that clients were told of at the same bytes cannot both be there (rule G9).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checks/ledger.h"
#include "scenarios/checks/story.h"
#include "scenarios/checks/truth.h"

namespace gfs::checks {

enum class RegionState : std::uint8_t {
    never_written,  // a hole, or an attempt that left no trace
    defined,        // the same everywhere, and the mutation is seen in its entirety
    undefined,      // the same everywhere, but from concurrent writes or a failed mutation
    inconsistent,   // replicas differ
    padding,        // the end of a chunk that a record did not fit into
    damaged,        // a disk changed the bytes; checksums will tell
    unavailable,    // no current replica
};
inline constexpr std::size_t region_states = 7;
const char* to_string(RegionState state);

struct Region {
    std::uint64_t offset;  // in the chunk
    std::uint64_t length;
    RegionState state;
    const MutationRecord* author;  // of the bytes, where it is one; null for none

    std::uint64_t end() const { return offset + length; }
};

// Bytes that a client was told of and that a replica does not hold.
struct LostBytes {
    std::uint64_t offset;  // in the chunk
    std::uint64_t length;
    ServerId server;
    const MutationRecord* promised;  // null: bytes from before the run, or bytes that nobody wrote
    DataId found;                    // no_data: a hole
};

// The story of the loss is about this.
Focus focus_on(ChunkHandle chunk, const LostBytes& lost);

struct ChunkRegions {
    std::vector<Region> regions;  // ordered, without gaps, from 0 to the end of what was written
    std::vector<LostBytes> lost;
    std::uint64_t duplicates = 0;  // further copies of records that are there already
};

// How the regions of one chunk are computed.
class RegionOracle {
  public:
    // Not owned: both.
    RegionOracle(const Ledger& ledger, const Truth& truth) : ledger_(ledger), truth_(truth) {}

    // All regions, over the given replicas. REQUIRES: each of the servers has a replica.
    ChunkRegions regions(ChunkHandle chunk, const std::vector<ServerId>& servers) const;

    // What must be where: the last mutation of each byte that a client was told of.
    struct Promise {
        std::uint64_t offset;
        std::uint64_t end;
        const MutationRecord* base;                  // null: what the chunk began with
        std::vector<const MutationRecord*> later;    // of unknown outcome, in order
        std::vector<const MutationRecord*> earlier;  // acknowledged writes that base replaced
        std::vector<const MutationRecord*> robbed;   // records promised the bytes that base has
    };
    std::vector<Promise> promises(const ChunkRecord& chunk) const;

    // Whether the extent's bytes are those that the mutation wrote there.
    static bool holds(const Extent& extent, const MutationRecord& mutation);

  private:
    bool concurrent(const Promise& promise) const;

    const Ledger& ledger_;
    const Truth& truth_;
};

}  // namespace gfs::checks
