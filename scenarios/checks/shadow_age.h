// SPDX-License-Identifier: Apache-2.0
// How old the state is that a shadow master shows (GFS 5.1.3). It may lag behind, and nobody
// promises by how much: its log replica may be cut off from the master.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/common/events.h"
#include "sim/event.h"
#include "sim/host.h"

namespace gfs::checks {

class ShadowAge {
  public:
    static std::vector<sim::EventKind> kinds() {
        return {event::master_log_flushed, event::shadow_started, event::shadow_loaded,
                event::shadow_applied};
    }

    void apply(const sim::Event& event) {
        if (event.kind == event::master_log_flushed)
            flush(event.fields[1], event.time);
        else
            applied_[event.actor] = event.kind == event::shadow_started ? 0 : event.fields[0];
    }

    bool any() const { return !applied_.empty(); }

    // The last moment at which the shadow's state was all that the master had flushed.
    sim::Time as_of(sim::HostId shadow, sim::Time now) const {
        const auto applied = applied_.find(shadow);
        if (applied == applied_.end()) return now;
        const auto next = std::find_if(flushes_.begin(), flushes_.end(), [&](const Flush& flush) {
            return flush.first > applied->second;
        });
        return next == flushes_.end() ? now : next->second;
    }

  private:
    using Flush = std::pair<std::uint64_t, sim::Time>;  // the last record

    void flush(std::uint64_t last, sim::Time time) {
        if (!any() || (!flushes_.empty() && last <= flushes_.back().first)) return;
        flushes_.emplace_back(last, time);
        if (flushes_.size() < prune_at_) return;
        std::uint64_t all_have = last;
        for (const auto& [shadow, applied] : applied_) all_have = std::min(all_have, applied);
        std::erase_if(flushes_, [&](const Flush& flush) { return flush.first <= all_have; });
        prune_at_ = 2 * flushes_.size() + 1024;
    }

    std::map<sim::HostId, std::uint64_t> applied_;  // records, by shadow
    std::vector<Flush> flushes_;                    // those that some shadow may lack
    std::size_t prune_at_ = 1024;
};

}  // namespace gfs::checks
