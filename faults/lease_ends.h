// SPDX-License-Identifier: Apache-2.0
// Knows beforehand when leases will expire at their holders: what a trigger with a negative delay
// on `lease.expired` waits for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "sim/engine.h"

namespace gfs::faults {

class LeaseEnds {
  public:
    // Called, between events, `before` ahead of each expiry, or as soon as it is known when that is
    // later: with the event lease.expired that will be, unless the lease is extended or given back.
    using Told = std::function<void(const sim::Event& expiry)>;

    // Not owned: engine, outlives this.
    LeaseEnds(sim::Engine& engine, sim::Duration before, Told told);

    // Only schedules.
    void on_event(const sim::Event& event);

  private:
    struct Lease {
        sim::Event expiry;
        std::uint32_t incarnation;  // of the holder's process
    };
    // Chunk and holder, as in the event's fields.
    using Key = std::pair<std::uint64_t, std::uint64_t>;

    static Key key_of(const sim::Event& event) { return {event.fields[0], event.fields[1]}; }
    sim::Host& holder(const sim::Event& expiry);
    sim::Time end_of(const sim::Event& expiry);
    void wait(const sim::Event& expiry);
    void come_near(const sim::Event& expiry);

    sim::Engine& engine_;
    sim::Duration before_;
    Told told_;
    std::map<Key, Lease> leases_;
};

}  // namespace gfs::faults
