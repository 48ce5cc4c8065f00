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

}  // namespace sim
