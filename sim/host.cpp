// SPDX-License-Identifier: Apache-2.0

#include "sim/host.h"

#include <boost/asio/co_spawn.hpp>
#include <algorithm>
#include <exception>
#include <utility>

#include "sim/engine.h"
#include "sim/operation.h"
#include "sim/wide.h"

namespace sim {

asio::execution_context& Executor::query(asio::execution::context_t) const noexcept {
    return host_->engine().context();
}

Host::Host(Engine& engine, HostId id, std::string name, std::uint32_t rack)
    : queue_(engine.queue()),
      pool_(engine.pool()),
      id_(id),
      rack_(rack),
      engine_(engine),
      name_(std::move(name)) {}

Host::~Host() { SIM_ASSERT(pending_ == nullptr); }

void Host::start() {
    SIM_ASSERT(!up_);
    SIM_ASSERT(pending_ == nullptr);
    up_ = true;
    ++incarnation_;
    slowness_ = Ratio{1, 1};
    busy_until_ = time_zero - Duration{1};
}

void Host::kill() {
    SIM_ASSERT(up_);
    dying_ = true;
    // Each once: see resume().
    std::vector<QueueItem*> deferred = std::exchange(deferred_, {});
    std::erase_if(deferred, [this](QueueItem* item) {
        if (item->queued()) return true;
        queue_.insert(*item, engine_.now());
        return false;
    });
    for (QueueItem* const item : deferred) {
        queue_.remove(*item);
        item->discard();
    }
    // Unwinding a frame may wake others of this host; they are in the list and go too.
    while (pending_ != nullptr) pending_->destroy();
    dying_ = false;
    up_ = false;
    paused_ = false;
}

void Host::pause() {
    SIM_ASSERT(up_);
    paused_ = true;
}

void Host::resume() {
    SIM_ASSERT(paused_);
    paused_ = false;
    // An operation whose deadline passed in the pause was deferred once more if it was resolved
    // after that (by a disk, say), or is in the queue.
    for (QueueItem* const item : std::exchange(deferred_, {}))
        if (!item->queued()) queue_.insert(*item, engine_.now());
}

void Host::set_slowness(Ratio slowness) {
    SIM_ASSERT(up_);
    SIM_ASSERT(slowness.numerator >= slowness.denominator);
    slowness_ = slowness;
}

Duration Host::slowed(Duration time) const {
    SIM_ASSERT(slowness_.denominator > 0);
    const UnsignedWide longer =
        static_cast<UnsignedWide>(time.count()) * slowness_.numerator / slowness_.denominator;
    return Duration{static_cast<std::int64_t>(longer)};
}

Time Host::message_taken() {
    SIM_ASSERT(takes_messages_late());
    busy_until_ = std::max(busy_until_, queue_.now()) + slowed(message_time) - message_time;
    return busy_until_;
}

void Host::move_timers(Duration by) {
    const Time now = engine_.now();
    std::vector<Operation*> timers;
    for (Operation* op = pending_; op != nullptr; op = op->next_)
        if (op->queued() && op->when() > now) timers.push_back(op);
    // Of equal times the older one first: the list of pending operations begins with the youngest.
    std::reverse(timers.begin(), timers.end());
    std::stable_sort(timers.begin(), timers.end(), [](const Operation* a, const Operation* b) {
        return a->when() < b->when();
    });
    const Duration length = clock_.true_length(by < Duration{0} ? -by : by);
    for (Operation* const timer : timers) {
        const Time when = timer->when();
        queue_.remove(*timer);
        queue_.insert(*timer, by < Duration{0} ? when + length : std::max(now, when - length));
    }
}

void Host::spawn(std::string_view name, Task<void> task) {
    SIM_ASSERT(up_);
    SIM_ASSERT(!name.empty());
    asio::co_spawn(executor(), std::move(task), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
}

void Host::emit(EventKind kind, std::initializer_list<Field> fields) const {
    engine_.emit(id_, kind, fields);
}

}  // namespace sim
