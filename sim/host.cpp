// SPDX-License-Identifier: Apache-2.0

#include "sim/host.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "sim/engine.h"
#include "sim/operation.h"

namespace sim {

asio::execution_context& Executor::query(asio::execution::context_t) const noexcept {
    return host_->engine().context();
}

bool Executor::runs_at_once() const noexcept { return host_->dying_; }

Pool& operation_pool(Host& host) { return host.engine().pool(); }

Operation::Operation(Host& host) : host_(&host) { host.add(*this); }

Operation::~Operation() {
    leave_queue();
    host_->remove(*this);
}

void Operation::wake_at(Time t) {
    leave_queue();
    host_->engine().queue().insert(*this, t);
}

void Operation::wake_now() { wake_at(engine_now()); }

void Operation::leave_queue() noexcept {
    if (queued()) host_->engine().queue().remove(*this);
}

void Operation::run_or_defer() {
    if (host_->paused()) {
        host_->defer(*this);
    } else {
        complete();
    }
}

Time Operation::engine_now() const { return host_->engine().now(); }

Pool& Operation::pool() const { return host_->engine().pool(); }

Host::Host(Engine& engine, HostId id, std::string name, std::uint32_t rack)
    : engine_(engine), id_(id), name_(std::move(name)), rack_(rack) {}

Host::~Host() { SIM_ASSERT(pending_ == nullptr); }

LocalTime Host::now() const { return clock_.read(engine_.now()); }

Time Host::deadline_after(Duration length) const {
    SIM_ASSERT(length >= Duration{0});
    return engine_.now() + clock_.true_length(length);
}

void Host::start() {
    SIM_ASSERT(!up_);
    SIM_ASSERT(pending_ == nullptr);
    up_ = true;
    ++incarnation_;
}

void Host::kill() {
    SIM_ASSERT(up_);
    dying_ = true;
    const std::vector<QueueItem*> deferred = std::exchange(deferred_, {});
    for (QueueItem* const item : deferred) item->discard();
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
    const std::vector<QueueItem*> due = std::exchange(deferred_, {});
    for (QueueItem* const item : due) engine_.queue().insert(*item, engine_.now());
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

void Host::add(Operation& op) noexcept {
    op.next_ = pending_;
    if (pending_ != nullptr) pending_->previous_ = &op;
    pending_ = &op;
}

void Host::remove(Operation& op) noexcept {
    if (op.previous_ != nullptr) op.previous_->next_ = op.next_;
    else pending_ = op.next_;
    if (op.next_ != nullptr) op.next_->previous_ = op.previous_;
}

}  // namespace sim
