// SPDX-License-Identifier: Apache-2.0
// Pending operations of a process: whatever a coroutine can wait for. Each is an item of the event
// queue (for its deadline and its wake-up) and a member of its host's list, so that a crash finds
// and destroys them all.
//
// Invariants:
//  1. An operation is destroyed exactly once: by its wake-up, or by the crash of its host.
//  2. A wake-up runs from the event queue, never from inside the code that caused it.
//  3. A WaiterLink that points at an operation is emptied when the operation ends, however it ends.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <optional>
#include <utility>

#include "sim/event_queue.h"
#include "sim/executor.h"
#include "sim/host.h"

namespace sim {

class WaiterBase;

// Points at a waiter from the place that will resolve it, and becomes empty when the waiter ends
// otherwise (deadline, crash). Not owning. Movable.
class WaiterLink {
  public:
    WaiterLink() = default;
    explicit WaiterLink(WaiterBase& waiter) noexcept;
    WaiterLink(WaiterLink&& other) noexcept { take(other); }
    WaiterLink& operator=(WaiterLink&& other) noexcept {
        if (this == &other) return *this;
        detach();
        take(other);
        return *this;
    }
    ~WaiterLink() { detach(); }

    explicit operator bool() const { return waiter_ != nullptr; }
    WaiterBase* get() const { return waiter_; }

  private:
    friend class WaiterBase;
    void take(WaiterLink& other) noexcept;
    void detach() noexcept;

    WaiterBase* waiter_ = nullptr;
};

// What all waiters have in common, whatever they wait for.
class WaiterBase : public Operation {
  public:
    using Operation::Operation;

    // Without a value at true time `deadline`, the wait ends with nothing.
    void set_deadline(Time deadline) { wake_at(deadline); }

  protected:
    ~WaiterBase() { unlink(); }
    void unlink() noexcept {
        if (link_ != nullptr) link_->waiter_ = nullptr;
        link_ = nullptr;
    }

  private:
    friend class WaiterLink;
    WaiterLink* link_ = nullptr;
};

inline WaiterLink::WaiterLink(WaiterBase& waiter) noexcept : waiter_(&waiter) {
    SIM_ASSERT(waiter.link_ == nullptr);
    waiter.link_ = this;
}

inline void WaiterLink::take(WaiterLink& other) noexcept {
    waiter_ = std::exchange(other.waiter_, nullptr);
    if (waiter_ != nullptr) waiter_->link_ = this;
}

inline void WaiterLink::detach() noexcept {
    if (waiter_ != nullptr) waiter_->link_ = nullptr;
    waiter_ = nullptr;
}

// An operation that ends with a value, or without one at its deadline.
template <typename T>
class Waiter : public WaiterBase {
  public:
    using WaiterBase::WaiterBase;

    // Ends the wait with `value`; the waiting coroutine goes on at the present time, in its turn.
    // REQUIRES: not resolved yet.
    void resolve(T value) {
        SIM_ASSERT(!value_.has_value());
        value_.emplace(std::move(value));
        unlink();
        wake_now();
    }

    // Ends the wait from inside an event of the waiting host itself: no second turn in the queue.
    // REQUIRES: the caller is the event that this coroutine waits for, and touches nothing after.
    void resolve_now(T value) {
        SIM_ASSERT(!value_.has_value());
        value_.emplace(std::move(value));
        unlink();
        leave_queue();
        if (may_run()) complete();
    }

  protected:
    ~Waiter() = default;
    std::optional<T> take_value() { return std::move(value_); }

  private:
    std::optional<T> value_;
};

template <typename T>
class WaiterRef {
  public:
    WaiterRef() = default;
    explicit WaiterRef(Waiter<T>& waiter) : link_(waiter) {}

    explicit operator bool() const { return static_cast<bool>(link_); }
    Waiter<T>* operator->() const { return static_cast<Waiter<T>*>(link_.get()); }

  private:
    WaiterLink link_;
};

namespace detail {

// The operation with its completion handler: called with what `Finish` makes of the value.
template <typename T, typename Handler, typename Finish>
class WaiterWithHandler final : public Waiter<T> {
  public:
    WaiterWithHandler(Host& host, Handler&& handler)
        : Waiter<T>(host), handler_(std::move(handler)) {}

  private:
    void fire() override {  // as Operation::fire, but knows which complete() it is
        if (this->may_run()) complete();
    }
    void complete() override {
        Handler handler(std::move(handler_));
        std::optional<T> value = this->take_value();
        this->destroy();  // frees the memory first, for the next operation of the same coroutine
        Finish::call(handler, std::move(value));
    }
    void destroy() noexcept override {
        Pool& pool = this->pool();
        this->~WaiterWithHandler();
        pool.deallocate(this, sizeof(WaiterWithHandler));
    }

    Handler handler_;
};

// A sleep: nothing but time ends it. With a coroutine's handler it takes one cache line.
template <typename Handler>
class Sleeping final : public Operation {
  public:
    Sleeping(Host& host, Handler&& handler, Time until)
        : Operation(host), handler_(std::move(handler)) {
        wake_at(until);
    }

  private:
    void fire() override {  // as Operation::fire, but knows which complete() it is
        if (may_run()) complete();
    }
    void complete() override {
        Handler handler(std::move(handler_));
        destroy();  // frees the memory first, for the next operation of the same coroutine
        std::move(handler)();
    }
    void destroy() noexcept override {
        Pool& pool = this->pool();
        this->~Sleeping();
        pool.deallocate(this, sizeof(Sleeping));
    }

    Handler handler_;
};

template <typename Function>
class Posted final : public Operation {
  public:
    Posted(Host& host, Function&& function) : Operation(host), function_(std::move(function)) {}

  private:
    void complete() override {
        Function function(std::move(function_));
        destroy();
        std::move(function)();
    }
    void destroy() noexcept override {
        Pool& pool = this->pool();
        this->~Posted();
        pool.deallocate(this, sizeof(Posted));
    }

    Function function_;
};

template <typename Op, typename... Arguments>
Op* make_operation(Host& host, Arguments&&... arguments) {
    void* const memory = operation_pool(host).allocate(sizeof(Op));
    return new (memory) Op(host, std::forward<Arguments>(arguments)...);
}

// The wait's value as it is: nothing means that the deadline passed.
template <typename T>
struct AsOptional {
    template <typename Handler>
    static void call(Handler& handler, std::optional<T> value) {
        std::move(handler)(std::move(value));
    }
};

}  // namespace detail

// co_await wait_for<T>(host, start): `start(Waiter<T>&)` puts the waiter where it will be resolved
// and may give it a deadline; the result is std::optional<T>, empty when the deadline passed.
template <typename T, typename Start>
auto wait_for(Host& host, Start start) {
    return asio::async_initiate<const asio::deferred_t, void(std::optional<T>)>(
        [&host](auto handler, Start begin) {
            using Op = detail::WaiterWithHandler<T, decltype(handler), detail::AsOptional<T>>;
            Op* const op = detail::make_operation<Op>(host, std::move(handler));
            begin(static_cast<Waiter<T>&>(*op));
        },
        asio::deferred, std::move(start));
}

// co_await sleep(host, d): `d` is counted by the host's own clock as it runs now.
inline auto sleep(Host& host, Duration d) {
    return asio::async_initiate<const asio::deferred_t, void()>(
        [&host](auto handler, Duration length) {
            using Op = detail::Sleeping<decltype(handler)>;
            const Time until = host.deadline_after(length);
            detail::make_operation<Op>(host, std::move(handler), until);
        },
        asio::deferred, d);
}

template <typename Function>
void Executor::post(Function&& function) const {
    using Op = detail::Posted<std::decay_t<Function>>;
    Op* const op = detail::make_operation<Op>(*host_, std::decay_t<Function>(
                                                          std::forward<Function>(function)));
    op->wake_now();
}

}  // namespace sim
