// SPDX-License-Identifier: Apache-2.0
// Data pushed along a chain of hosts, pipelined: a host forwards as soon as the first bytes arrive
// (GFS 3.2). As long as every host forwards at once, the chain is one flow whose rate is the least
// along the way, so that B bytes reach the last of R hosts after B/T + R*L. A host that forwards
// later sends from its buffer, in a flow of its own.
//
// Shared by the sender's coroutine and the messages that announce the data; when the last of them
// is gone, what is still on its way is given up.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/network/network.h"
#include "sim/operation.h"

namespace sim {

class Transfer final : public FlowOwner, public std::enable_shared_from_this<Transfer> {
  public:
    // Starts to send `bytes` bytes from `from` to `to`.
    static std::shared_ptr<Transfer> start(Network& network, HostId from, HostId to,
                                           std::uint64_t bytes);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer();

    std::uint64_t bytes() const { return bytes_; }

    // `from`, the last receiver so far, forwards to `to`. Does nothing when the data on its way to
    // `from` has been lost.
    void forward(HostId from, HostId to);

    // co_await transfer.received(host, patience): whether all bytes reached `host` within
    // `patience` on its clock. REQUIRES: `host` is a receiver, and waits once.
    auto received(Host& host, Duration patience) {
        return wait_for<Arrived>(host, [this, &host, patience](Waiter<Arrived>& waiter) {
            begin_wait(host, patience, waiter);
        });
    }
    struct Arrived {};

  private:
    // Consecutive hops of one segment share a flow.
    struct Hop {
        HostId from;
        HostId to;
        Duration latency;
        Time first_byte;          // at `to`
        std::size_t segment;
        bool drained = false;     // all bytes have left the segment's source
        bool scheduled = false;   // `arrival` is known
        bool arrived = false;
        Time arrival{};
        WaiterRef<Arrived> waiter;
    };
    struct Segment {
        FlowId flow;
        bool flowing = false;
    };

    Transfer(Network& network, std::uint64_t bytes);

    void on_drained(FlowId flow) override;
    void on_process_ended(HostId host) override;
    void on_cut() override;

    void begin_wait(Host& host, Duration patience, Waiter<Arrived>& waiter);
    void start_segment(std::size_t segment, std::uint64_t bytes);
    void schedule_arrivals();
    void arrive(std::size_t hop);
    // Hop `first` and all after it are lost.
    void fail_from(std::size_t first);

    Network& network_;
    std::uint64_t bytes_;
    std::vector<Hop> hops_;
    std::vector<Segment> segments_;
    bool started_ = false;
};

}  // namespace sim
