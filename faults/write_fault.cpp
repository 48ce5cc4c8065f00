// SPDX-License-Identifier: Apache-2.0
#include "faults/write_fault.h"

#include <fmt/format.h>

#include "core/common/events.h"
#include "faults/chunk_fault.h"
#include "sim/assert.h"

namespace gfs::faults {

class WriteFault::Watcher final : public WriteWatcher {
  public:
    Watcher(WriteFault& fault, HostId server, ChunkStore& store)
        : fault_(fault), server_(server), store_(store) {
        store_.add_watcher(*this);
    }
    ~Watcher() { store_.remove_watcher(*this); }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    void on_write(ChunkHandle chunk, const Extent& extent) override {
        fault_.on_write(server_, chunk, extent);
    }

  private:
    WriteFault& fault_;
    HostId server_;
    ChunkStore& store_;
};

WriteFault::WriteFault(const FaultSpec& spec) : spec_(spec) {}
WriteFault::~WriteFault() = default;

void WriteFault::apply(FaultContext& context) {
    SIM_ASSERT(spec_.nth_write > 0);
    context_ = &context;
    const std::vector<HostId> hit = context.hosts(*spec_.target);
    // A file may come while it waits for a write; a name does not change what it means.
    if (hit.empty() || is_unbound(context, spec_.chunk)) return;
    for (const HostId server : hit) {
        ChunkStore* const store = context.machines().chunks(server);
        if (store == nullptr)
            context.refused(server, "is no chunkserver");
        else
            watched_.push_back(std::make_unique<Watcher>(*this, server, *store));
    }
    counts_ = !watched_.empty();
}

void WriteFault::heal(FaultContext&) {
    watched_.clear();
}

bool WriteFault::is_meant(ChunkHandle chunk) const {
    if (!spec_.chunk) return true;
    return context_->targets().held_chunk(*spec_.chunk) == chunk;
}

void WriteFault::on_write(HostId server, ChunkHandle chunk, const Extent& extent) {
    if (hit_ || extent.length == 0 || !is_meant(chunk)) return;
    ++seen_;
    if (seen_ < spec_.nth_write) return;
    const CopiesTaken taken{.chunk = chunk,
                            .hit = {server},
                            .being_written = {extent.offset, extent.length}};
    if (!context_->may_strike(taken)) return;
    hit_ = true;
    context_->fired(server);
    // Who writes is in the middle of it; and the event that tells of the write comes first.
    const Place place{&context_->machines(), &context_->random(), server, chunk, extent,
                      hits_another() ? kept_on(server, chunk) : std::set<ChunkHandle>()};
    context_->engine().after(sim::Duration{0}, [place, strike = strike()] { strike(place); });
    context_->is_over();
}

// But for the replica that is written, which has been asked about.
std::set<ChunkHandle> WriteFault::kept_on(HostId server, ChunkHandle written) const {
    std::set<ChunkHandle> kept;
    for (const auto& [chunk, replica] : context_->machines().chunks(server)->replicas()) {
        const CopiesTaken taken{.chunk = chunk, .hit = {server}};
        if (chunk != written && context_->is_kept(taken)) kept.insert(chunk);
    }
    return kept;
}

bool WriteFault::lose(const Place& place) {
    ChunkStore& store = *place.machines->chunks(place.server);
    const StoredReplica* const replica = store.find(place.chunk);
    const ByteRange range{place.extent.offset, place.extent.length};
    if (replica == nullptr || range.end() > replica->content.length()) return false;
    store.lose_write(place.chunk, range);
    tell(place, place.chunk, range);
    return true;
}

void WriteFault::tell(const Place& place, ChunkHandle chunk, const ByteRange& range) {
    place.machines->engine().emit(place.server, event::chunk_damaged,
                                  {chunk, place.server, range.offset, range.length});
}

std::string WriteFault::waiting_for() const {
    if (!counts_ || seen_ >= spec_.nth_write) return {};
    return fmt::format("a write to a replica seen {} {}, needed {}", seen_,
                       seen_ == 1 ? "time" : "times", spec_.nth_write);
}

}  // namespace gfs::faults
