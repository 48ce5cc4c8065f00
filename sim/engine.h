// SPDX-License-Identifier: Apache-2.0
// The discrete-event engine of one run: virtual time, the event queue, the hosts and the stream of
// events. One run lives in one thread and shares nothing with another.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "sim/digest.h"
#include "sim/event.h"
#include "sim/event_queue.h"
#include "sim/fault_points.h"
#include "sim/host.h"
#include "sim/pool.h"
#include "sim/random.h"
#include "sim/text_table.h"
#include "sim/time.h"

namespace sim {

struct EngineOptions {
    std::uint64_t seed = 1;
    const EventTable* events = nullptr;  // not owned; outlives the engine
    std::uint64_t max_dispatches = 50'000'000;
    // Other addresses and other garbage in fresh memory: a run that depends on them shows it.
    bool disturb_memory = false;
};

enum class StopReason {
    time_limit,      // virtual time reached the limit
    idle,            // nothing is left to happen
    stopped,         // stop() was called
    dispatch_limit,  // max_dispatches
    interrupted,     // the flag given to run() was set from outside
};

// Set by whoever wants a run to end at once: a signal handler, a sweep that has seen enough.
// allow(banned-name): it only ends a run, nothing in the run depends on it
using InterruptFlag = std::atomic<bool>;

class Engine {
  public:
    explicit Engine(const EngineOptions& options);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() { shut_down(); }
    // Kills every process and drops everything scheduled. Whoever owns a network or actors on this
    // engine calls it before they go.
    void shut_down();

    Time now() const { return queue_.now(); }
    std::uint64_t seed() const { return seed_; }
    std::uint64_t dispatched() const { return dispatched_; }
    EventQueue& queue() { return queue_; }
    Pool& pool() { return pool_; }
    asio::io_context& context() { return context_; }
    FaultPoints& fault_points() { return fault_points_; }

    // The stream of random numbers with this name, for actor `actor`. Two calls with the same
    // arguments give the same numbers; a draw from one stream shifts no other.
    Random random(std::string_view stream, std::uint64_t actor = 0) const {
        return Random(seed_, stream, actor);
    }

    TextTable& texts() { return texts_; }
    const TextTable& texts() const { return texts_; }
    TextId text(std::string_view text) { return texts_.id(text); }
    const EventTable& events() const { return events_; }

    // Appends to the stream: the digest first, then the observers in the order of observe().
    // An event that an observer emits follows the one it was shown.
    void emit(HostId actor, EventKind kind, std::initializer_list<Field> fields);
    void observe(EventObserver& observer) { observers_.push_back(&observer); }
    const Digest& digest() const { return digest_; }
    std::uint64_t emitted() const { return emitted_; }

    // Runs `action` at true time `t` (not in the past), outside of every process: for faults,
    // workload control and oracles.
    void at(Time t, std::function<void()> action);
    void after(Duration d, std::function<void()> action) { at(now() + d, std::move(action)); }

    Host& add_host(std::string name, std::uint32_t rack);
    Host& host(HostId id) { return *hosts_.at(to_index(id)); }
    const Host& host(HostId id) const { return *hosts_.at(to_index(id)); }
    std::size_t host_count() const { return hosts_.size(); }

    // Dispatches events in the order of (time, sequence) until `limit` is passed or another reason
    // stops it. Time then stands at the last event, or at `limit` for StopReason::time_limit.
    // An exception out of an actor ends the run and passes through.
    StopReason run(Time limit, const InterruptFlag* interrupt = nullptr);
    void stop() { stop_ = true; }

  private:
    StopReason dispatch_all(Time limit, const InterruptFlag* interrupt);
    void deliver(const Event& event);

    std::uint64_t seed_;
    const EventTable& events_;
    std::uint64_t max_dispatches_;
    Pool pool_;
    EventQueue queue_;
    asio::io_context context_;
    TextTable texts_;
    FaultPoints fault_points_;
    Digest digest_;
    std::vector<EventObserver*> observers_;
    std::vector<Event> nested_;  // emitted by observers, waiting for their turn
    std::vector<std::unique_ptr<Host>> hosts_;
    std::uint64_t dispatched_ = 0;
    std::uint64_t emitted_ = 0;
    bool delivering_ = false;
    bool stop_ = false;
};

}  // namespace sim
