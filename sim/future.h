// SPDX-License-Identifier: Apache-2.0
// Calls in parallel: start them all, then wait for each answer.
//     std::vector<Future<Reply>> answers;
//     for (...) answers.push_back(start_call(host, to, request, timeout));
//     for (auto& answer : answers) { const Reply reply = co_await answer.get(); ... }
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "sim/operation.h"
#include "sim/rpc.h"

namespace sim {

// A value that will come. Shared with the operation that brings it.
template <typename T>
class Future {
  public:
    struct State {
        std::optional<T> value;
        WaiterRef<T> waiter;

        void set(T arrived) {
            if (waiter) {
                waiter->resolve(std::move(arrived));
            } else {
                value.emplace(std::move(arrived));
            }
        }
    };

    Future(Host& host, std::shared_ptr<State> state) : host_(&host), state_(std::move(state)) {}

    // The value, taken out: once.
    Task<T> get() {
        if (!state_->value.has_value()) {
            const auto remember = [state = state_](Waiter<T>& waiter) {
                state->waiter = WaiterRef<T>(waiter);
            };
            std::optional<T> arrived = co_await wait_for<T>(*host_, remember);
            SIM_ASSERT(arrived.has_value());  // it has no deadline of its own
            co_return std::move(*arrived);
        }
        T value = std::move(*state_->value);
        state_->value.reset();
        co_return value;
    }

  private:
    Host* host_;
    std::shared_ptr<State> state_;
};

namespace detail {

// A call whose answer goes into a future instead of a coroutine.
template <typename Reply>
class CallIntoFuture final : public Waiter<Reply> {
  public:
    using State = typename Future<Reply>::State;
    CallIntoFuture(Host& host, std::shared_ptr<State> state)
        : Waiter<Reply>(host), state_(std::move(state)) {}

  private:
    void complete() override {
        const std::shared_ptr<State> state = std::move(state_);
        std::optional<Reply> value = this->take_value();
        destroy();
        state->set(value.has_value() ? std::move(*value) : Reply::timed_out());
    }
    void destroy() noexcept override {
        Pool& pool = this->pool();
        this->~CallIntoFuture();
        pool.deallocate(this, sizeof(CallIntoFuture));
    }

    std::shared_ptr<State> state_;
};

}  // namespace detail

// As sim::call, but does not wait: the request leaves now.
template <typename M>
Future<typename M::Reply> start_call(Host& from, HostId to, M request, Duration timeout) {
    using Reply = typename M::Reply;
    auto state = std::make_shared<typename Future<Reply>::State>();
    auto* const op = detail::make_operation<detail::CallIntoFuture<Reply>>(from, state);
    op->set_deadline(from.deadline_after(timeout));
    from.endpoint().template send_request<M>(to, std::move(request), *op);
    return Future<Reply>(from, std::move(state));
}

}  // namespace sim
