// SPDX-License-Identifier: Apache-2.0
// What the network keeps in the event queue. Private to the network's own units.
#pragma once

#include <memory>
#include <utility>

#include "sim/engine.h"
#include "sim/network/network.h"

namespace sim {

// A small message that will arrive. Owned by the queue (or by a paused host) until it fires.
class Network::Delivery final : public QueueItem {
  public:
    static void schedule(Network& network, Packet&& packet, Time arrival) {
        void* const memory = network.engine_.pool().allocate(sizeof(Delivery));
        auto* const delivery = new (memory) Delivery(network, std::move(packet));
        network.engine_.queue().insert(*delivery, arrival);
    }

    void fire() override {
        Host& to = *network_.port(packet_.to).host;
        if (to.paused() && to.incarnation() == packet_.to_incarnation) {
            to.defer(*this);  // it waits in the kernel's buffer
            return;
        }
        if (!taken_ && to.up() && to.takes_messages_late()) {
            taken_ = true;
            network_.engine_.queue().insert(*this, to.message_taken());
            return;
        }
        const std::unique_ptr<Delivery, End> self(this);
        network_.arrive(packet_, to);
    }
    void discard() noexcept override {
        Pool& pool = network_.engine_.pool();
        this->~Delivery();
        pool.deallocate(this, sizeof(Delivery));
    }

  private:
    struct End {
        void operator()(Delivery* delivery) const noexcept { delivery->discard(); }
    };

    Delivery(Network& network, Packet&& packet) : network_(network), packet_(std::move(packet)) {}
    ~Delivery() = default;

    Network& network_;
    Packet packet_;
    bool taken_ = false;  // the process has taken it, or will at the time for which it is queued
};

// A large message: first a flow, then a delivery. Owns itself, enlisted with the network.
class Network::BulkMessage final : public FlowOwner {
  public:
    static void start(Network& network, Packet&& packet, Duration delay) {
        new BulkMessage(network, std::move(packet), delay);
    }
    ~BulkMessage() {
        if (flowing_) network_.cancel_flow(flow_);
        network_.dismiss(*this);
    }

    void on_drained(FlowId) override {
        flowing_ = false;
        const Time arrival =
            network_.engine_.now() + network_.draw_latency(packet_.from, packet_.to) + delay_;
        Delivery::schedule(network_, std::move(packet_), arrival);
        delete this;
    }
    void on_process_ended(HostId host) override {
        if (packet_.from == host || packet_.to == host) lose("down");
    }
    void on_cut() override {
        if (network_.is_cut(packet_.from, packet_.to)) lose("cut");
    }

  private:
    BulkMessage(Network& network, Packet&& packet, Duration delay)
        : network_(network), packet_(std::move(packet)), delay_(delay) {
        network_.enlist(*this);
        std::vector<LinkId> route;
        network_.append_route(route, packet_.from, packet_.to);
        std::uint64_t cap = network_.path(packet_.from, packet_.to)->bandwidth;
        if (packet_.rate_cap != 0 && (cap == 0 || packet_.rate_cap < cap)) cap = packet_.rate_cap;
        flow_ = network_.start_flow(*this, route, packet_.bytes, cap);
    }
    void lose(const char* reason) {
        network_.drop(packet_, reason);
        delete this;
    }

    Network& network_;
    Packet packet_;
    Duration delay_;
    FlowId flow_;
    bool flowing_ = true;
};

// Fires when the next flow is drained, and at the end of an instant in which flows changed.
class Network::FlowClock final : public QueueItem {
  public:
    explicit FlowClock(Network& network) : network_(network) {}
    ~FlowClock() {
        if (queued()) network_.engine_.queue().remove(*this);
    }

    // Many changes of one instant are solved once.
    void changed() {
        EventQueue& queue = network_.engine_.queue();
        if (solving_) return;
        if (queued()) {
            if (when() == queue.now()) return;
            queue.remove(*this);
        }
        queue.insert(*this, queue.now());
    }
    void fire() override {
        solving_ = true;
        network_.collect_drained_flows();
        solving_ = false;
        const Time completion = network_.flows_.next_completion();
        if (completion == time_never) return;
        EventQueue& queue = network_.engine_.queue();
        queue.insert(*this, std::max(completion, queue.now()));
    }
    void discard() noexcept override {}

  private:
    Network& network_;
    bool solving_ = false;
};

}  // namespace sim
