// SPDX-License-Identifier: Apache-2.0
// Where clients on different machines wait for each other or for an event. Everybody who waits is
// woken through the event queue, in the order of arrival.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/operation.h"

namespace gfs::workloads {

struct Opened {};

// Opens once and stays open.
class Gate {
  public:
    bool is_open() const { return open_; }
    void open();

    // co_await gate.pass(host, within): empty when `within` passed on the host's clock first.
    // REQUIRES: it is not open.
    auto pass(sim::Host& host, std::optional<sim::Duration> within = std::nullopt) {
        return sim::wait_for<Opened>(host, [this, &host, within](sim::Waiter<Opened>& waiter) {
            SIM_ASSERT(!open_);
            if (within) waiter.set_deadline(host.deadline_after(*within));
            waiting_.emplace_back(waiter);
        });
    }

  private:
    bool open_ = false;
    std::vector<sim::WaiterRef<Opened>> waiting_;
};

// Lets nobody through before all its members have arrived; then it can be used again. A member that
// ends its work leaves, so that the others do not wait for it.
class Barrier {
  public:
    void add_member() { ++members_; }
    void leave();

    // True: the caller is the last one to arrive and goes on; the others have been woken.
    bool arrive_last();
    // REQUIRES: arrive_last() was false.
    auto pass(sim::Host& host, std::optional<sim::Duration> within) {
        return sim::wait_for<Opened>(host, [this, &host, within](sim::Waiter<Opened>& waiter) {
            if (within) waiter.set_deadline(host.deadline_after(*within));
            waiting_.emplace_back(waiter);
        });
    }

  private:
    void forget_the_gone();
    void release();

    std::size_t members_ = 0;
    std::vector<sim::WaiterRef<Opened>> waiting_;
};

}  // namespace gfs::workloads
