// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/losses.h"

#include <algorithm>

#include "scenarios/checks/goals.h"

namespace gfs::checks {

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

Intervals without(const Intervals& all, const Intervals& some) {
    Intervals left;
    for (const Interval& interval : all) {
        std::uint64_t at = interval.offset;
        for (const Interval& hole : some) {
            if (hole.end <= at || hole.offset >= interval.end) continue;
            if (hole.offset > at) left.push_back({at, hole.offset});
            at = std::max(at, hole.end);
        }
        if (at < interval.end) left.push_back({at, interval.end});
    }
    return left;
}

std::uint64_t length_of(const Intervals& intervals) {
    std::uint64_t length = 0;
    for (const Interval& interval : intervals) length += interval.end - interval.offset;
    return length;
}

Intervals LossFinder::promised(ChunkHandle chunk) const {
    Intervals all;
    if (const std::uint64_t bytes = preloaded_bytes(chunk); bytes != 0) all.push_back({0, bytes});
    if (const ChunkRecord* const record = input_.around.ledger.find(chunk))
        for (const RegionOracle::Promise& promise : oracle_.promises(*record))
            if (promise.base != nullptr) all.push_back({promise.offset, promise.end});
    return normalized(std::move(all));
}

Intervals LossFinder::lost(ChunkHandle chunk) const {
    Intervals missing = promised(chunk);
    for (const ServerId server : input_.around.ledger.may_hold(chunk)) {
        if (missing.empty()) break;
        const StoredReplica* const stored = input_.around.truth.replica(server, chunk);
        if (stored == nullptr || !input_.around.truth.up(server)) continue;
        missing = in_both(missing, missing_on(chunk, server, *stored));
    }
    return missing;
}

Intervals LossFinder::missing_on(ChunkHandle chunk, ServerId server,
                                 const StoredReplica& stored) const {
    const ChunkRegions regions = oracle_.regions(chunk, {server});
    Intervals missing;
    for (const LostBytes& lost : regions.lost)
        missing.push_back({lost.offset, lost.offset + lost.length});
    for (const Region& region : regions.regions)
        if (region.state == RegionState::damaged) missing.push_back({region.offset, region.end()});
    // A copy that is shorter than what was there before the run.
    if (const std::uint64_t bytes = preloaded_bytes(chunk); stored.content.length() < bytes)
        missing.push_back({stored.content.length(), bytes});
    return normalized(std::move(missing));
}

// Of a copy: what the chunk had that it goes back to.
std::uint64_t LossFinder::preloaded_bytes(ChunkHandle chunk) const {
    if (const ChunkRecord* const record = input_.around.ledger.find(chunk))
        chunk = Ledger::origin(*record).handle;
    const auto found = std::lower_bound(
        input_.preloaded.begin(), input_.preloaded.end(), chunk,
        [](const Preloaded& preloaded, ChunkHandle wanted) { return preloaded.chunk < wanted; });
    return found != input_.preloaded.end() && found->chunk == chunk ? found->bytes : 0;
}

LostChunk LossFinder::describe(ChunkHandle chunk) const {
    LostChunk described{.chunk = chunk,
                        .name = input_.around.files.describe(chunk),
                        .goal = goal_of(input_.around, input_.goals, chunk),
                        .ranges = {}};
    const Intervals gone = lost(chunk);
    Intervals written;
    if (const ChunkRecord* const record = input_.around.ledger.find(chunk)) {
        for (const RegionOracle::Promise& promise : oracle_.promises(*record)) {
            if (promise.base == nullptr) continue;
            written.push_back({promise.offset, promise.end});
            for (const Interval& part : in_both(gone, {{promise.offset, promise.end}})) {
                LostRange range{part.offset, part.end, {promise.base->data}};
                for (const MutationRecord* const later : promise.later)
                    range.authors.push_back(later->data);
                described.ranges.push_back(std::move(range));
            }
        }
    }
    for (const Interval& part : without(gone, normalized(std::move(written))))
        described.ranges.push_back({part.offset, part.end, {}});
    return described;
}

}  // namespace gfs::checks
