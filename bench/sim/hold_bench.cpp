// SPDX-License-Identifier: Apache-2.0
// The hold model: N actors, as many events waiting; each event that fires goes to a random actor
// after an exponential delay of 1 ms on average. One iteration is one event. The engine's queue
// beside reference queues in the same run: only their ratio means something. And the same actors
// as coroutines that sleep, each on a host of its own, beside hold_engine, which is the same on the
// same queue with callbacks.

#include <benchmark/benchmark.h>
#include <boost/asio/post.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "bench/sim/reference_queue.h"
#include "sim/distribution.h"
#include "sim/engine.h"
#include "sim/event_queue.h"
#include "sim/operation.h"
#include "sim/pool.h"
#include "sim/random.h"

namespace {

constexpr std::int64_t mean_delay_ns = 1'000'000;

// What the model itself costs is kept small and the same for all: a table of delays, and a cheap
// generator for the actors.
class Model {
  public:
    explicit Model(std::size_t actors) : received_(actors) {
        const sim::Distribution exponential = sim::Distribution::exponential(mean_delay_ns);
        sim::Random random(1, "bench.hold");
        for (std::int64_t& delay : delays_) delay = exponential.draw(random);
    }

    void receive(std::uint32_t actor) { ++received_[actor]; }

    std::uint32_t next_actor() {
        state_ = state_ * 6364136223846793005 + 1442695040888963407;
        return static_cast<std::uint32_t>((state_ >> 32) * received_.size() >> 32);
    }

    std::int64_t next_delay() { return delays_[next_delay_++ % delays_.size()]; }

  private:
    std::vector<std::uint64_t> received_;
    std::array<std::int64_t, 1 << 14> delays_{};
    std::size_t next_delay_ = 0;
    std::uint64_t state_ = 1;
};

// No queue at all: the floor.
void hold_floor(benchmark::State& state) {
    Model model(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        model.receive(model.next_actor());
        benchmark::DoNotOptimize(model.next_delay());
    }
}

template <typename Queue>
class ReferenceEvent final : public reference::Event {
  public:
    ReferenceEvent(Model& model, Queue& queue) : model_(model), queue_(queue) {}
    void fire() override {
        model_.receive(actor_);
        send();
    }
    void send() {
        actor_ = model_.next_actor();
        queue_.insert(*this, when + static_cast<std::uint64_t>(model_.next_delay()));
    }

  private:
    Model& model_;
    Queue& queue_;
    std::uint32_t actor_ = 0;
};

template <typename Queue>
void hold_reference(benchmark::State& state) {
    Model model(static_cast<std::size_t>(state.range(0)));
    sim::Pool pool;
    Queue queue;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        (new (pool.allocate(sizeof(ReferenceEvent<Queue>))) ReferenceEvent<Queue>(model, queue))
            ->send();
    for (std::int64_t i = 0; i < 4 * state.range(0); ++i) queue.pop()->fire();
    for (auto _ : state) queue.pop()->fire();
}

class EngineEvent final : public sim::QueueItem {
  public:
    EngineEvent(Model& model, sim::EventQueue& queue) : model_(model), queue_(queue) {}
    void fire() override {
        model_.receive(actor_);
        send();
    }
    void discard() noexcept override {}
    void send() {
        actor_ = model_.next_actor();
        queue_.insert(*this, when() + sim::Duration{model_.next_delay()});
    }

  private:
    Model& model_;
    sim::EventQueue& queue_;
    std::uint32_t actor_ = 0;
};

void hold_engine(benchmark::State& state) {
    Model model(static_cast<std::size_t>(state.range(0)));
    sim::Pool pool;
    sim::EventQueue queue;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        (new (pool.allocate(sizeof(EngineEvent))) EngineEvent(model, queue))->send();
    for (std::int64_t i = 0; i < 4 * state.range(0); ++i) queue.pop(sim::time_never)->fire();
    for (auto _ : state) queue.pop(sim::time_never)->fire();
}

// An actor that sleeps draws as much as one that sends; it can wake up only itself.
sim::Task<void> sleeper(sim::Host& host, Model& model) {
    while (true) {
        benchmark::DoNotOptimize(model.next_actor());
        const sim::Duration nap{model.next_delay()};
        co_await sim::sleep(host, nap);
        model.receive(sim::to_index(host.id()));
    }
}

void hold_coroutine(benchmark::State& state) {
    Model model(static_cast<std::size_t>(state.range(0)));
    const sim::EventTable no_events(std::span<const sim::EventTable::Row>{});
    sim::Engine engine({.events = &no_events, .max_dispatches = ~std::uint64_t{0}});
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        sim::Host& host = engine.add_host("sleeper", 0);
        host.start();
        host.spawn("sleeper", sleeper(host, model));
    }
    sim::EventQueue& queue = engine.queue();
    // As the engine's own loop does, inside a handler of its io_context.
    boost::asio::post(engine.context(), [&] {
        for (std::int64_t i = 0; i < 4 * state.range(0); ++i) queue.pop(sim::time_never)->fire();
        for (auto _ : state) queue.pop(sim::time_never)->fire();
    });
    engine.context().run();
}

constexpr std::int64_t small = 1'000;
constexpr std::int64_t large = 100'000;

BENCHMARK(hold_floor)->Arg(small)->Arg(large);
BENCHMARK(hold_engine)->Arg(small)->Arg(large);
BENCHMARK(hold_coroutine)->Arg(small)->Arg(large);
BENCHMARK(hold_reference<reference::PlainWheel>)->Arg(small)->Arg(large);
BENCHMARK(hold_reference<reference::RadixHeap>)->Arg(small)->Arg(large);
BENCHMARK(hold_reference<reference::BinaryHeap>)->Arg(small)->Arg(large);

}  // namespace
