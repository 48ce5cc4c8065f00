// SPDX-License-Identifier: Apache-2.0

#include "sim/rpc.h"

#include <algorithm>

#include "sim/network/network.h"

namespace sim {
namespace {

constexpr std::uint64_t make_call(std::uint32_t generation, std::uint32_t slot) {
    return (std::uint64_t{generation} << 32) | slot;
}
constexpr std::uint32_t slot_of(std::uint64_t call) { return static_cast<std::uint32_t>(call); }
constexpr std::uint32_t generation_of(std::uint64_t call) {
    return static_cast<std::uint32_t>(call >> 32);
}

// A burst of requests leaves no more than these behind: each keeps about 1 KiB.
constexpr std::size_t idle_workers_max = 4;

}  // namespace

void Endpoint::receive(Packet& packet) {
    if (!is_reply(packet.type)) {
        const std::size_t index = static_cast<std::size_t>(packet.type) / 2;
        // A message type that this process does not serve is dropped, like a closed port.
        if (index < handlers_.size() && handlers_[index]) handlers_[index]->serve(*this, packet);
        return;
    }
    const std::uint32_t slot = slot_of(packet.call);
    if (slot >= calls_.size()) return;
    CallSlot& call = calls_[slot];
    if (call.generation != generation_of(packet.call)) return;
    if (!call.waiter) return;
    WaiterBase& waiter = *call.waiter.get();
    const Resolve resolve = call.resolve;
    resolve(waiter, *packet.body);
}

void Endpoint::reset() {
    handlers_.clear();
    idle_workers_.clear();
    for (CallSlot& call : calls_) {
        SIM_ASSERT(!call.waiter);
        ++call.generation;
    }
}

void Endpoint::work(Task<void> job) {
    while (!idle_workers_.empty()) {
        const WaiterRef<Task<void>> idle = std::move(idle_workers_.back());
        idle_workers_.pop_back();
        if (idle) return idle->resolve_now(std::move(job));
    }
    host_.spawn("handler", worker(std::move(job)));
}

Task<void> Endpoint::worker(Task<void> first) {
    const auto stand_by = [this](Waiter<Task<void>>& waiter) {
        idle_workers_.push_back(WaiterRef<Task<void>>(waiter));
    };
    co_await std::move(first);
    while (idle_workers_.size() < idle_workers_max) {
        std::optional<Task<void>> job = co_await wait_for<Task<void>>(host_, stand_by);
        SIM_ASSERT(job.has_value());  // the wait has no deadline
        co_await std::move(*job);
    }
}

void Endpoint::set_handler(MessageType type, std::unique_ptr<Handler> handler) {
    SIM_ASSERT(!is_reply(type));
    const std::size_t index = static_cast<std::size_t>(type) / 2;
    if (handlers_.size() <= index) handlers_.resize(index + 1);
    handlers_[index] = std::move(handler);
}

std::uint64_t Endpoint::open_call(WaiterBase& waiter, Resolve resolve) {
    if (free_calls_.empty()) {
        // Ended calls do not tell; they are collected when slots run out, and the table grows
        // when that gave back less than half of it.
        for (std::uint32_t i = static_cast<std::uint32_t>(calls_.size()); i-- > 0;)
            if (!calls_[i].waiter) free_calls_.push_back(i);
        if (free_calls_.size() <= calls_.size() / 2) {
            const std::size_t old_size = calls_.size();
            calls_.resize(old_size + std::max<std::size_t>(old_size, 4));
            for (std::size_t i = calls_.size(); i-- > old_size;)
                free_calls_.push_back(static_cast<std::uint32_t>(i));
        }
    }
    const std::uint32_t slot = free_calls_.back();
    free_calls_.pop_back();
    CallSlot& call = calls_[slot];
    SIM_ASSERT(!call.waiter);
    ++call.generation;
    call.resolve = resolve;
    call.waiter = WaiterLink(waiter);
    return make_call(call.generation, slot);
}

void Endpoint::send(Packet&& packet) { network_.send(std::move(packet)); }

}  // namespace sim
