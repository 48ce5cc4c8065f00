// SPDX-License-Identifier: Apache-2.0
// What the ledger forgets, so that a run of weeks fits into memory: mutations whose bytes nobody
// can meet any more, because later ones that clients were told of replaced them everywhere, and
// what was written to chunks that no file has. Table 1 of the paper comes out the same with and
// without them.

#include <algorithm>
#include <limits>
#include <utility>

#include "scenarios/checks/ledger.h"
#include "scenarios/checks/regions.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

// The last mutations of a chunk are always kept: their answers may still be on the way, and a
// replica that lags behind may still apply them.
constexpr std::size_t recent_mutations = 512;
constexpr std::size_t recent_of_unreachable = 16;
constexpr std::size_t recent_grants = 64;
constexpr std::size_t fold_at_least = 2 * recent_mutations;

void keep_last(ChunkRecord& chunk, std::size_t most) {
    std::vector<MutationRecord>& all = chunk.mutations;
    if (all.size() <= most) return;
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
    all.shrink_to_fit();
}

// A copy counts on so many mutations of its source (GFS 3.4).
bool shares_history(const ChunkRecord& chunk) {
    return chunk.copied || chunk.source != nullptr;
}

}  // namespace

// Costs as much as looking at the chunk's regions once, each time that the number of its mutations
// has doubled.
void Ledger::fold(ChunkRecord& chunk) {
    if (shares_history(chunk)) return;
    if (chunk.mutations.size() < std::max<std::size_t>(chunk.fold_at, fold_at_least)) return;
    fold_mutations(chunk);
    fold_grants(chunk);
    chunk.fold_at = static_cast<std::uint32_t>(2 * chunk.mutations.size());
    if (ops_.size() >= fold_ops_at_) fold_ops();
}

void Ledger::fold_mutations(ChunkRecord& chunk) const {
    std::vector<MutationRecord>& all = chunk.mutations;
    std::vector<bool> needed(all.size(), false);
    const auto need = [&](const MutationRecord* mutation) {
        if (mutation != nullptr) needed[static_cast<std::size_t>(mutation - all.data())] = true;
    };
    for (const RegionOracle::Promise& promise : RegionOracle(*this, truth_).promises(chunk)) {
        need(promise.base);
        for (const MutationRecord* const later : promise.later) need(later);
        for (const MutationRecord* const earlier : promise.earlier) need(earlier);
        for (const MutationRecord* const robbed : promise.robbed) need(robbed);
    }
    SIM_ASSERT(all.size() >= recent_mutations);
    const std::size_t old = all.size() - recent_mutations;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i >= old || needed[i]) all[kept++] = all[i];
    all.resize(kept);
    all.shrink_to_fit();
}

void Ledger::fold_grants(ChunkRecord& chunk) {
    std::vector<GrantRecord>& all = chunk.grants;
    if (all.size() <= recent_grants) return;
    Version oldest{std::numeric_limits<std::uint64_t>::max()};
    const auto recent = chunk.mutations.end() - static_cast<std::ptrdiff_t>(std::min(
                                                    chunk.mutations.size(), recent_mutations));
    for (auto at = recent; at != chunk.mutations.end(); ++at)
        oldest = std::min(oldest, at->version);
    const auto last = all.end() - static_cast<std::ptrdiff_t>(recent_grants);
    all.erase(std::remove_if(all.begin(), last,
                             [&](const GrantRecord& grant) { return grant.version < oldest; }),
              last);
}

// The operations that some mutation still names, or that go on.
void Ledger::fold_ops() {
    std::vector<bool> needed(ops_.size(), false);
    for (std::size_t i = 0; i < ops_.size(); ++i)
        needed[i] = open_ops_.find(ops_[i].op).has_value();
    for (const ChunkRecord& chunk : chunks_)
        for (const MutationRecord& mutation : chunk.mutations)
            if (mutation.op != 0) needed[mutation.op - 1] = true;
    std::vector<std::uint32_t> moved(ops_.size(), 0);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < ops_.size(); ++i) {
        if (!needed[i]) continue;
        moved[i] = static_cast<std::uint32_t>(kept);
        if (open_ops_.find(ops_[i].op)) open_ops_.set(ops_[i].op, moved[i]);
        ops_[kept++] = ops_[i];
    }
    ops_.resize(kept);
    ops_.shrink_to_fit();
    for (ChunkRecord& chunk : chunks_)
        for (MutationRecord& mutation : chunk.mutations)
            if (mutation.op != 0) mutation.op = 1 + moved[mutation.op - 1];
    fold_ops_at_ = std::max<std::size_t>(2 * kept, fold_at_least);
}

void Ledger::unreachable(ChunkHandle handle) {
    const auto place = places_.find(static_cast<std::uint64_t>(handle));
    if (!place) return;
    ChunkRecord& record = chunks_[*place];
    record.unreachable = true;
    forget_if_gone(record);
}

// A chunk of no file, once its last replica has been deleted.
void Ledger::forget_if_gone(ChunkRecord& chunk) {
    if (!chunk.unreachable || shares_history(chunk)) return;
    for (const ReplicaRecord& replica : chunk.replicas)
        if (truth_.replica(replica.server, chunk.handle) != nullptr) return;
    keep_last(chunk, recent_of_unreachable);
    chunk.baseline.reset();
}

}  // namespace gfs::checks
