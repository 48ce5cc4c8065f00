// SPDX-License-Identifier: Apache-2.0
// The checker of durability (GFS 2.7.1): a chunk is lost only if all its replicas are. Every byte
// that a client was told of, and every byte that was there before the run, is still on the disk of
// a server that is up, undamaged.

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/regions.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_lines = 5;

struct Interval {
    std::uint64_t offset;
    std::uint64_t end;
};
using Intervals = std::vector<Interval>;  // ordered, without overlap

Intervals normalized(Intervals intervals) {
    std::stable_sort(intervals.begin(), intervals.end(),
                     [](const Interval& a, const Interval& b) { return a.offset < b.offset; });
    Intervals merged;
    for (const Interval& interval : intervals) {
        if (interval.offset >= interval.end) continue;
        if (!merged.empty() && interval.offset <= merged.back().end) {
            merged.back().end = std::max(merged.back().end, interval.end);
        } else {
            merged.push_back(interval);
        }
    }
    return merged;
}

Intervals in_both(const Intervals& a, const Intervals& b) {
    Intervals both;
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        const std::uint64_t offset = std::max(x->offset, y->offset);
        const std::uint64_t end = std::min(x->end, y->end);
        if (offset < end) both.push_back({offset, end});
        if (x->end < y->end) {
            ++x;
        } else {
            ++y;
        }
    }
    return both;
}

std::uint64_t length_of(const Intervals& intervals) {
    std::uint64_t length = 0;
    for (const Interval& interval : intervals) length += interval.end - interval.offset;
    return length;
}

class LossFinder {
  public:
    explicit LossFinder(const CheckInput& input)
        : input_(input), oracle_(input.around.ledger, input.around.truth) {}

    // What must be somewhere.
    Intervals promised(ChunkHandle chunk) const {
        Intervals all;
        if (const std::uint64_t bytes = preloaded_bytes(chunk); bytes != 0)
            all.push_back({0, bytes});
        if (const ChunkRecord* const record = input_.around.ledger.find(chunk))
            for (const RegionOracle::Promise& promise : oracle_.promises(*record))
                if (promise.base != nullptr) all.push_back({promise.offset, promise.end});
        return normalized(std::move(all));
    }

    // What of it is on no server that is up.
    Intervals lost(ChunkHandle chunk) const {
        Intervals missing = promised(chunk);
        for (const ServerId server : input_.around.ledger.may_hold(chunk)) {
            if (missing.empty()) break;
            const StoredReplica* const stored = input_.around.truth.replica(server, chunk);
            if (stored == nullptr || !input_.around.truth.up(server)) continue;
            missing = in_both(missing, missing_on(chunk, server, *stored));
        }
        return missing;
    }

  private:
    Intervals missing_on(ChunkHandle chunk, ServerId server, const StoredReplica& stored) const {
        const ChunkRegions regions = oracle_.regions(chunk, {server});
        Intervals missing;
        for (const LostBytes& lost : regions.lost)
            missing.push_back({lost.offset, lost.offset + lost.length});
        for (const Region& region : regions.regions)
            if (region.state == RegionState::damaged)
                missing.push_back({region.offset, region.end()});
        // A copy that is shorter than what was there before the run.
        if (const std::uint64_t bytes = preloaded_bytes(chunk); stored.content.length() < bytes)
            missing.push_back({stored.content.length(), bytes});
        return normalized(std::move(missing));
    }

    // Of a copy: what the chunk had that it goes back to.
    std::uint64_t preloaded_bytes(ChunkHandle chunk) const {
        if (const ChunkRecord* const record = input_.around.ledger.find(chunk))
            chunk = Ledger::origin(*record).handle;
        const auto found = std::lower_bound(input_.preloaded.begin(), input_.preloaded.end(), chunk,
                                            [](const Preloaded& preloaded, ChunkHandle wanted) {
                                                return preloaded.chunk < wanted;
                                            });
        return found != input_.preloaded.end() && found->chunk == chunk ? found->bytes : 0;
    }

    const CheckInput& input_;
    RegionOracle oracle_;
};

}  // namespace

Finding check_no_data_loss(const CheckInput& input, const Expectation& expectation) {
    const LossFinder finder(input);
    Finding finding;
    std::vector<std::string> losses;
    std::uint64_t promised = 0;
    std::uint64_t lost = 0;
    for (const FileMap::File* const file : input.around.files.select(expectation.files)) {
        for (const ChunkHandle chunk : file->chunks) {
            if (chunk == no_chunk) continue;
            promised += length_of(finder.promised(chunk));
            const std::uint64_t bytes = length_of(finder.lost(chunk));
            lost += bytes;
            if (bytes == 0) continue;
            finding.is_about({.chunk = chunk});
            losses.push_back(fmt::format("{}: {} bytes are on no server that is up",
                                         input.around.files.describe(chunk), bytes));
        }
    }
    if (promised == 0) return {Finding::Result::vacuous, "no byte was acknowledged"};
    finding.measured = fmt::format("{} of {} acknowledged bytes lost", lost, promised);
    finding.detail = first_lines(losses, most_lines);
    if (lost != 0) finding.result = Finding::Result::failed;
    return finding;
}

}  // namespace gfs::checks
