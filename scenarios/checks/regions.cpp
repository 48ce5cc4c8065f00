// SPDX-License-Identifier: Apache-2.0
// Promises: what the order of mutations and the acknowledgements say about each byte. Comparing
// them with the replicas is in region_states.cpp.

#include "scenarios/checks/regions.h"

#include <algorithm>
#include <map>

#include "sim/assert.h"

namespace gfs::checks {
namespace {

using Promise = RegionOracle::Promise;

// The promises of a chunk while they are put together: they never overlap, and bytes that no
// mutation touched are in none.
class PromiseMap {
  public:
    void paint(const MutationRecord& mutation, const Ledger& ledger) {
        if (mutation.length == 0) return;
        split(mutation.offset);
        split(mutation.end());
        std::uint64_t at = mutation.offset;
        auto piece = pieces_.lower_bound(at);
        while (at < mutation.end()) {
            if (piece == pieces_.end() || piece->first > at) {
                const std::uint64_t end = piece == pieces_.end()
                                              ? mutation.end()
                                              : std::min(piece->first, mutation.end());
                piece = pieces_.emplace_hint(piece, at, Promise{at, end, nullptr, {}, {}, {}});
            }
            put(piece->second, mutation, ledger);
            at = piece->second.end;
            ++piece;
        }
    }

    std::vector<Promise> take() {
        std::vector<Promise> all;
        all.reserve(pieces_.size());
        for (auto& [offset, promise] : pieces_) all.push_back(std::move(promise));
        return all;
    }

  private:
    void split(std::uint64_t offset) {
        auto after = pieces_.upper_bound(offset);
        if (after == pieces_.begin()) return;
        Promise& piece = std::prev(after)->second;
        if (piece.offset == offset || piece.end <= offset) return;
        Promise right = piece;
        right.offset = offset;
        piece.end = offset;
        pieces_.emplace_hint(after, offset, std::move(right));
    }

    static void put(Promise& piece, const MutationRecord& mutation, const Ledger& ledger) {
        // An append goes where every replica ends: it never replaces what a client was told of. If
        // a client was told of it all the same, one of the two is lost.
        if (piece.base != nullptr && mutation.kind != MutationKind::write) {
            if (mutation.acked) piece.robbed.push_back(&mutation);
            return;
        }
        if (!mutation.acked) {
            piece.later.push_back(&mutation);
            return;
        }
        // Writes that ended before this one began cannot mingle with it any more.
        if (piece.base != nullptr && piece.base->op != 0) piece.earlier.push_back(piece.base);
        if (mutation.op != 0)
            std::erase_if(piece.earlier, [&](const MutationRecord* earlier) {
                return ledger.op_span(earlier->op - 1).end < ledger.op_span(mutation.op - 1).start;
            });
        piece.base = &mutation;
        piece.later.clear();
        piece.robbed.clear();
    }

    std::map<std::uint64_t, Promise> pieces_;  // by offset
};

}  // namespace

std::vector<Promise> RegionOracle::promises(const ChunkRecord& chunk) const {
    PromiseMap map;
    for (const MutationRecord* const mutation : Ledger::history(chunk))
        map.paint(*mutation, ledger_);
    return map.take();
}

bool RegionOracle::holds(const Extent& extent, const MutationRecord& mutation) {
    if (mutation.kind == MutationKind::pad) return extent.data == padding;
    if (extent.data != mutation.data) return false;
    // Of a write that nobody was told of it is not known which part of its data it wrote.
    if (mutation.kind == MutationKind::write && !mutation.acked) return true;
    return extent.offset + mutation.data_offset == mutation.offset + extent.data_offset;
}

// Another client's write of these bytes was going on at the same time, and both succeeded.
bool RegionOracle::concurrent(const Promise& promise) const {
    if (promise.base == nullptr || promise.base->op == 0) return false;
    const OpSpan& base = ledger_.op_span(promise.base->op - 1);
    return std::any_of(
        promise.earlier.begin(), promise.earlier.end(), [&](const MutationRecord* earlier) {
            const OpSpan& other = ledger_.op_span(earlier->op - 1);
            return other.op != base.op && other.start < base.end && base.start < other.end;
        });
}

const char* to_string(RegionState state) {
    constexpr std::array<const char*, region_states> names = {
        "never written", "defined", "undefined",  "inconsistent",
        "padding",       "damaged", "unavailable"};
    return names.at(static_cast<std::size_t>(state));
}

Focus focus_on(ChunkHandle chunk, const LostBytes& lost) {
    Focus focus{.chunk = chunk, .host = lost.server};
    if (lost.promised == nullptr) return focus;
    focus.version = lost.promised->version;
    focus.serial = lost.promised->serial;
    return focus;
}

}  // namespace gfs::checks
