// SPDX-License-Identifier: Apache-2.0
// Waiting between coroutines of one process. A lock is handed over by scheduling the next owner,
// never by running it, so that the order of everything is (time, sequence).
#pragma once

#include <list>
#include <map>
#include <utility>
#include <vector>

#include "sim/operation.h"

namespace sim {

// A mutual exclusion for each key, first come first served; keys take room only while in use.
//     const auto turn = co_await locks.enter(key);
// The turn ends with the object. Lives no longer than its process.
template <typename Key>
class KeyedMutex {
  public:
    explicit KeyedMutex(Host& host) : host_(host) {}

    class [[nodiscard]] Turn {
      public:
        Turn() = default;
        Turn(KeyedMutex& mutex, Key key) : mutex_(&mutex), key_(key) {}
        Turn(Turn&& other) noexcept
            : mutex_(std::exchange(other.mutex_, nullptr)), key_(other.key_) {}
        Turn& operator=(Turn&& other) noexcept {
            if (this == &other) return *this;
            end();
            mutex_ = std::exchange(other.mutex_, nullptr);
            key_ = other.key_;
            return *this;
        }
        ~Turn() { end(); }
        void end() {
            if (mutex_ != nullptr) std::exchange(mutex_, nullptr)->leave(key_);
        }

      private:
        KeyedMutex* mutex_ = nullptr;
        Key key_{};
    };

    bool held(const Key& key) const { return holders_.contains(key); }

    // Takes the turn if nobody has it and nobody waits.
    bool try_enter(const Key& key) { return holders_.try_emplace(key).second; }
    Turn adopt(const Key& key) { return Turn(*this, key); }

    Task<Turn> enter(Key key) {
        if (!try_enter(key)) {
            // The one before hands the turn over: when this wakes up, the turn is its own.
            const auto queue_up = [this, key](Waiter<Token>& waiter) {
                holders_.at(key).push_back(WaiterRef<Token>(waiter));
            };
            co_await wait_for<Token>(host_, queue_up);
        }
        co_return Turn(*this, key);
    }

  private:
    struct Token {};

    void leave(const Key& key) {
        const auto found = holders_.find(key);
        SIM_ASSERT(found != holders_.end());
        auto& waiting = found->second;
        while (!waiting.empty()) {
            WaiterRef<Token> next = std::move(waiting.front());
            waiting.pop_front();
            if (!next) continue;  // it ended meanwhile
            next->resolve({});
            return;
        }
        holders_.erase(found);
    }

    Host& host_;
    // The holder's waiting line: a list, which takes no memory while nobody waits.
    std::map<Key, std::list<WaiterRef<Token>>> holders_;
};

// Many wait for something to happen.  co_await signal.wait();  ...  signal.notify_all();
class Signal {
  public:
    explicit Signal(Host& host) : host_(host) {}

    auto wait() {
        return wait_for<Token>(host_, [this](Waiter<Token>& waiter) {
            waiting_.push_back(WaiterRef<Token>(waiter));
        });
    }
    // The result is empty when `patience` passed on the host's clock.
    auto wait(Duration patience) {
        return wait_for<Token>(host_, [this, patience](Waiter<Token>& waiter) {
            waiter.set_deadline(host_.deadline_after(patience));
            waiting_.push_back(WaiterRef<Token>(waiter));
        });
    }
    void notify_all() {
        std::vector<WaiterRef<Token>> woken = std::move(waiting_);
        waiting_.clear();
        for (WaiterRef<Token>& waiter : woken)
            if (waiter) waiter->resolve({});
    }
    struct Token {};

  private:
    Host& host_;
    std::vector<WaiterRef<Token>> waiting_;
};

}  // namespace sim
