// SPDX-License-Identifier: Apache-2.0
// A machine of the simulated cluster and the one process that runs on it. The machine has a clock,
// a place in the network and a disk and outlives its process; the process is a set of coroutines,
// each waiting in an Operation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/assert.h"
#include "sim/clock.h"
#include "sim/event.h"
#include "sim/event_queue.h"
#include "sim/executor.h"
#include "sim/pool.h"
#include "sim/random.h"
#include "sim/time.h"

namespace sim {

class Endpoint;
class Engine;
class Host;

// Base of everything that a process waits for. Made by make_operation, ends with complete() or
// destroy(), never with delete.
class Operation : public QueueItem {
  public:
    explicit inline Operation(Host& host) noexcept;
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    inline void wake_now();

  protected:
    inline ~Operation();

    // Ends the operation: frees it and then calls its handler.
    virtual void complete() = 0;
    // Ends the operation without calling its handler; its coroutine is unwound.
    virtual void destroy() noexcept = 0;

    inline void wake_at(Time t);
    inline void leave_queue() noexcept;
    // False while the process is paused: the operation then fires again after resume().
    inline bool may_run();
    inline Pool& pool() const;
    Host& host() const { return *host_; }

  private:
    friend class Host;
    void fire() override {
        if (may_run()) complete();
    }
    void discard() noexcept final { destroy(); }

    Host* host_;
    Operation* next_ = nullptr;  // in the host's list
    Operation* previous_ = nullptr;
};

// Aligned to a cache line: what every sleep and every call touches is in the first.
class alignas(Pool::class_bytes) Host {
  public:
    Host(Engine& engine, HostId id, std::string name, std::uint32_t rack);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host();

    Engine& engine() const { return engine_; }
    HostId id() const { return id_; }
    const std::string& name() const { return name_; }
    std::uint32_t rack() const { return rack_; }
    Executor executor() { return Executor(*this); }

    // The time that this host believes in. The only clock of protocol code.
    LocalTime now() const { return clock_.read(queue_.now()); }
    LocalClock& clock() { return clock_; }
    const LocalClock& clock() const { return clock_; }
    // True time at which `length` will have passed on this host's clock, as it runs now.
    Time deadline_after(Duration length) const {
        SIM_ASSERT(length >= Duration{0});
        return queue_.now() + clock_.true_length(length);
    }

    // A process is running. A process that is paused is up.
    bool up() const { return up_; }
    bool paused() const { return paused_; }
    // Counts the processes that have run here; messages to an earlier one are not delivered.
    std::uint32_t incarnation() const { return incarnation_; }

    // A new process begins. REQUIRES: !up(). The caller then builds its actor.
    void start();
    // The process ends at this instant: every pending operation is destroyed and every coroutine
    // frame unwound, innermost first. The caller destroys the actor afterwards.
    // REQUIRES: not called from one of this host's own coroutines.
    void kill();
    // SIGSTOP: nothing of the process runs until resume(), then all that was due, in order.
    void pause();
    void resume();
    // Everything that the process does takes `slowness` times as long, until it ends: what its disk
    // does for it, and the taking of each message. REQUIRES: up(), slowness >= 1.
    void set_slowness(Ratio slowness);
    bool slow() const { return slowness_.numerator != slowness_.denominator; }
    Duration slowed(Duration time) const;
    // Messages that arrive now wait until the process has taken those before them.
    bool takes_messages_late() const { return slow() || busy_until_ >= queue_.now(); }
    // When it will have taken the message that arrives now. REQUIRES: takes_messages_late().
    Time message_taken();
    // What a healthy machine spends on one message; its share of every latency.
    static constexpr Duration message_time = std::chrono::microseconds{100};
    // The clock jumped by so much, and the timers that are set go with it: they are of the kind
    // that ends when the clock shows a certain time.
    void move_timers(Duration by);
    // For an item that comes due while the process is paused: it fires again after resume().
    void defer(QueueItem& item) { deferred_.push_back(&item); }

    // Runs `task` until it ends or the process does. An exception that leaves it ends the run.
    // `name` is for people who debug.
    void spawn(std::string_view name, Task<void> task);

    // Records an event with this host as the actor.
    void emit(EventKind kind, std::initializer_list<Field> fields) const;

    Endpoint& endpoint() const { return *endpoint_; }
    void attach(Endpoint& endpoint) { endpoint_ = &endpoint; }

  private:
    friend class Operation;
    friend class Executor;
    friend Pool& operation_pool(Host& host);

    void add(Operation& op) noexcept {
        op.next_ = pending_;
        if (pending_ != nullptr) pending_->previous_ = &op;
        pending_ = &op;
    }
    void remove(Operation& op) noexcept {
        (op.previous_ != nullptr ? op.previous_->next_ : pending_) = op.next_;
        if (op.next_ != nullptr) op.next_->previous_ = op.previous_;
    }

    // First what every sleep and every call touches, one cache line of it. Queue and pool are the
    // engine's.
    EventQueue& queue_;
    Pool& pool_;
    Operation* pending_ = nullptr;  // all operations of the process, newest first
    LocalClock clock_;
    bool up_ = false;
    bool paused_ = false;
    bool dying_ = false;
    Ratio slowness_{1, 1};
    Time busy_until_ = time_zero - Duration{1};  // with messages that it takes slowly
    std::uint32_t incarnation_ = 0;
    HostId id_;
    std::uint32_t rack_;
    Engine& engine_;
    Endpoint* endpoint_ = nullptr;
    std::vector<QueueItem*> deferred_;  // what came due during a pause, oldest first
    std::string name_;
};

inline Operation::Operation(Host& host) noexcept : host_(&host) { host.add(*this); }

inline Operation::~Operation() {
    leave_queue();
    host_->remove(*this);
}

inline void Operation::wake_at(Time t) {
    leave_queue();
    host_->queue_.insert(*this, t);
}

inline void Operation::wake_now() { wake_at(host_->queue_.now()); }

inline void Operation::leave_queue() noexcept {
    if (queued()) host_->queue_.remove(*this);
}

inline bool Operation::may_run() {
    if (!host_->paused_) return true;
    host_->defer(*this);
    return false;
}

inline Pool& Operation::pool() const { return host_->pool_; }

inline bool Executor::runs_at_once() const noexcept { return host_->dying_; }

inline Pool& operation_pool(Host& host) { return host.pool_; }

}  // namespace sim
