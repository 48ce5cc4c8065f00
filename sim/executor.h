// SPDX-License-Identifier: Apache-2.0
// The Asio executor of one simulated host. What is posted to it runs in virtual time, in the order
// of the engine's queue, as long as the process on that host lives; what is dispatched to it runs
// on the spot. Task<T> is a coroutine that runs on such an executor.
//
// A crash destroys the host's pending operations. Asio then hands the unwinding of the coroutine
// frames to this executor, which runs it at once, so that every destructor has run when the crash
// is over.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <type_traits>
#include <utility>

namespace sim {

namespace asio = boost::asio;

class Host;

class Executor {
  public:
    explicit Executor(Host& host) noexcept : host_(&host) {}

    Host& host() const noexcept { return *host_; }

    bool operator==(const Executor& other) const noexcept = default;

    asio::execution_context& query(asio::execution::context_t) const noexcept;

    Executor require(asio::execution::blocking_t::never_t) const noexcept {
        Executor posting = *this;
        posting.posts_ = true;
        return posting;
    }
    Executor require(asio::execution::blocking_t::possibly_t) const noexcept {
        Executor dispatching = *this;
        dispatching.posts_ = false;
        return dispatching;
    }

    template <typename Function>
    void execute(Function&& function) const {
        if (posts_ && !runs_at_once()) {
            post(std::forward<Function>(function));
        } else {
            std::decay_t<Function> now(std::forward<Function>(function));
            std::move(now)();
        }
    }

  private:
    inline bool runs_at_once() const noexcept;  // in host.h
    template <typename Function>
    void post(Function&& function) const;  // in operation.h

    Host* host_;
    bool posts_ = false;
};

// What an actor's coroutine returns. Lazy: nothing happens before it is awaited or spawned.
template <typename T>
using Task = asio::awaitable<T, Executor>;

}  // namespace sim
