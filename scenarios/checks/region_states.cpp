// SPDX-License-Identifier: Apache-2.0
// Promises compared with what the replicas hold: the states of Table 1, and what was lost.

#include <algorithm>
#include <map>
#include <optional>

#include "scenarios/checks/regions.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

using Promise = RegionOracle::Promise;

// What one replica holds at one place: an extent, or a hole. Padding and holes read as zeros.
struct Held {
    std::optional<Extent> extent;

    bool zeros() const { return !extent || extent->data == padding; }
    bool damaged() const { return extent && extent->damaged; }
    DataId data() const { return extent ? extent->data : no_data; }
    bool same_origin(const Held& other) const {
        if (zeros() || other.zeros()) return zeros() && other.zeros();
        return extent->data == other.extent->data &&
               extent->data_offset - extent->offset ==
                   other.extent->data_offset - other.extent->offset;
    }
};

// Two records may have the same text, so that replicas which hold them in another order are equal.
bool same_bytes(const Held& a, const Held& b, std::uint64_t length, const DataTable& data) {
    if (a.same_origin(b)) return true;
    if (a.zeros() || b.zeros()) return false;
    if (!data.literal(a.data()) || !data.literal(b.data())) return false;
    for (std::uint64_t i = 0; i < length; ++i)
        if (data.byte(a.data(), a.extent->data_offset + i) !=
            data.byte(b.data(), b.extent->data_offset + i))
            return false;
    return true;
}

Held held_at(const Content& content, std::uint64_t offset) {
    const std::vector<Extent> found = content.read(offset, 1);
    return found.empty() ? Held{} : Held{found.front()};
}

// Whether the replica holds what the chunk held there before the run began.
bool holds_baseline(const ChunkRecord* chunk, const Held& held, std::uint64_t offset) {
    if (chunk != nullptr && chunk->began_empty) return held.zeros();
    if (chunk == nullptr || chunk->baseline == nullptr) return true;  // unknown
    return held.same_origin(held_at(*chunk->baseline, offset));
}

bool holds_mutation(const Held& held, const MutationRecord& mutation) {
    if (mutation.kind == MutationKind::pad) return held.zeros();
    return held.extent && RegionOracle::holds(*held.extent, mutation);
}

// The mutation that the held bytes came from, as far as the promise allows one.
struct Match {
    bool allowed = false;
    const MutationRecord* author = nullptr;
};

Match match(const ChunkRecord* chunk, const Promise& promise, const Held& held,
            std::uint64_t offset) {
    for (auto at = promise.later.rbegin(); at != promise.later.rend(); ++at)
        if (holds_mutation(held, **at)) return {true, *at};
    if (promise.base != nullptr) {
        const bool kept = holds_mutation(held, *promise.base);
        return {kept, kept ? promise.base : nullptr};
    }
    return {holds_baseline(chunk, held, offset), nullptr};
}

// Cuts [promise.offset, promise.end) where any replica's author changes.
std::vector<std::uint64_t> edges_of(const Promise& promise,
                                    const std::vector<const Content*>& contents) {
    std::vector<std::uint64_t> edges{promise.offset, promise.end};
    for (const Content* const content : contents) {
        for (const Extent& extent : content->read(promise.offset, promise.end - promise.offset)) {
            edges.push_back(extent.offset);
            edges.push_back(extent.end());
        }
    }
    std::stable_sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
}

// Adds a region, or makes the last one longer.
void add_region(std::vector<Region>& regions, const Region& region) {
    if (region.length == 0) return;
    if (!regions.empty()) {
        Region& last = regions.back();
        SIM_ASSERT(last.end() <= region.offset);
        if (last.end() == region.offset && last.state == region.state &&
            last.author == region.author) {
            last.length += region.length;
            return;
        }
    }
    regions.push_back(region);
}

struct Replica {
    ServerId server;
    const Content* content;
};

// Judges one piece of a promise, within which every replica has one author.
class Judge {
  public:
    Judge(const ChunkRecord* chunk, const std::vector<Replica>& replicas, const DataTable& data,
          ChunkRegions& result)
        : chunk_(chunk), replicas_(replicas), data_(data), result_(result) {}

    void judge(const Promise& promise, bool concurrent, std::uint64_t offset, std::uint64_t end) {
        std::vector<Held> held;
        for (const Replica& replica : replicas_) held.push_back(held_at(*replica.content, offset));
        for (std::size_t i = 0; i < held.size(); ++i) {
            const Match found = match(chunk_, promise, held[i], offset);
            if (held[i].damaged()) continue;
            const LostBytes lost{offset, end - offset, replicas_[i].server, promise.base,
                                 held[i].data()};
            if (!found.allowed) result_.lost.push_back(lost);
            // A later write may have replaced both.
            if (found.allowed && found.author != promise.base) continue;
            for (const MutationRecord* const robbed : promise.robbed) {
                if (holds_mutation(held[i], *robbed)) continue;
                result_.lost.push_back(lost);
                result_.lost.back().promised = robbed;
            }
        }
        const MutationRecord* const author =
            held.empty() ? nullptr : match(chunk_, promise, held.front(), offset).author;
        add_region(result_.regions, {offset, end - offset,
                                     state_of(held, end - offset, author, concurrent), author});
    }

  private:
    RegionState state_of(const std::vector<Held>& held, std::uint64_t length,
                         const MutationRecord* author, bool concurrent) const {
        if (held.empty()) return RegionState::unavailable;
        for (const Held& one : held)
            if (one.damaged()) return RegionState::damaged;
        for (const Held& one : held)
            if (!same_bytes(one, held.front(), length, data_)) return RegionState::inconsistent;
        if (author == nullptr)
            return held.front().zeros() ? RegionState::never_written : RegionState::defined;
        if (author->kind == MutationKind::pad) return RegionState::padding;
        if (!author->succeeded() || concurrent) return RegionState::undefined;
        return RegionState::defined;
    }

    const ChunkRecord* chunk_;
    const std::vector<Replica>& replicas_;
    const DataTable& data_;
    ChunkRegions& result_;
};

// Records whose bytes are on the replicas more than once (anomaly A2).
std::uint64_t count_duplicates(const std::vector<Region>& regions) {
    std::map<DataId, std::uint64_t> copies;
    for (const Region& region : regions) {
        const MutationRecord* const author = region.author;
        if (author == nullptr || author->kind != MutationKind::append) continue;
        if (region.state != RegionState::defined || region.length != author->length) continue;
        ++copies[author->data];
    }
    std::uint64_t duplicates = 0;
    for (const auto& [data, count] : copies) duplicates += count - 1;
    return duplicates;
}

// Promises for all bytes up to `length`: what no mutation touched is as it was at the beginning.
std::vector<Promise> with_gaps(std::vector<Promise> promises, std::uint64_t length) {
    std::vector<Promise> all;
    std::uint64_t at = 0;
    for (Promise& promise : promises) {
        if (at < promise.offset) all.push_back({at, promise.offset, nullptr, {}, {}, {}});
        at = promise.end;
        all.push_back(std::move(promise));
    }
    if (at < length) all.push_back({at, length, nullptr, {}, {}, {}});
    return all;
}

}  // namespace

ChunkRegions RegionOracle::regions(ChunkHandle chunk, const std::vector<ServerId>& servers) const {
    const ChunkRecord* const record = ledger_.find(chunk);
    std::vector<Replica> replicas;
    std::vector<const Content*> contents;
    std::uint64_t length = 0;
    for (const ServerId server : servers) {
        const StoredReplica* const stored = truth_.replica(server, chunk);
        SIM_ASSERT(stored != nullptr);
        replicas.push_back({server, &stored->content});
        contents.push_back(&stored->content);
        length = std::max(length, stored->content.length());
    }
    std::vector<Promise> all = record == nullptr ? std::vector<Promise>{} : promises(*record);
    all = with_gaps(std::move(all), length);

    ChunkRegions result;
    Judge judge(record, replicas, truth_.data(), result);
    for (const Promise& promise : all) {
        const bool mingled = concurrent(promise);
        const std::vector<std::uint64_t> edges = edges_of(promise, contents);
        for (std::size_t i = 0; i + 1 < edges.size(); ++i)
            judge.judge(promise, mingled, edges[i], edges[i + 1]);
    }
    result.duplicates = count_duplicates(result.regions);
    return result;
}

}  // namespace gfs::checks
