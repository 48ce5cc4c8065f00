// SPDX-License-Identifier: Apache-2.0
// What calling costs: coroutines beside bare callbacks on the same event queue, and a call through
// the whole network model with the event stream and the digest. 1,000 clients and 100 servers,
// 100 us each way. Times are per round trip. (What sleeping costs is in hold_bench.cpp.)

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "sim/engine.h"
#include "sim/network/network.h"
#include "sim/operation.h"
#include "sim/rpc.h"

namespace sim {

struct Nothing {
    static Nothing timed_out() { return {}; }
};
struct Question {
    static constexpr MessageType type{0};
    using Reply = Nothing;
    std::uint64_t op = 0;
};
inline std::uint64_t wire_bytes(const Question&) { return 64; }
inline std::uint64_t wire_bytes(const Nothing&) { return 64; }

namespace {

constexpr std::uint32_t clients = 1000;
constexpr std::uint32_t servers = 100;
constexpr Duration latency = std::chrono::microseconds{100};
constexpr Duration deadline = std::chrono::seconds{2};

const EventTable& events() {
    static const EventTable table(std::span<const EventTable::Row>{});
    return table;
}

// ---- the reference: callbacks ------------------------------------------------------------------

struct CallbackClient final : QueueItem {
    EventQueue* queue = nullptr;
    Random* random = nullptr;
    std::uint64_t* trips = nullptr;
    bool answering = false;

    void fire() override {
        if (answering) ++*trips;
        answering = !answering;
        if (answering) benchmark::DoNotOptimize(random->below(servers));
        queue->insert(*this, queue->now() + latency);
    }
    void discard() noexcept override {}
};

void callback_rpc(benchmark::State& state) {
    EventQueue queue;
    Random random(1, "bench");
    std::uint64_t trips = 0;
    std::vector<CallbackClient> all(clients);
    for (std::uint32_t i = 0; i < clients; ++i) {
        all[i].queue = &queue;
        all[i].random = &random;
        all[i].trips = &trips;
        queue.insert(all[i], time_zero + Duration{i});
    }
    for (auto _ : state) {
        const std::uint64_t goal = trips + clients;
        while (trips < goal) queue.pop(time_never)->fire();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(trips));
    for (CallbackClient& client : all)
        if (client.queued()) queue.remove(client);
}
BENCHMARK(callback_rpc);

// ---- a coroutine that waits with a deadline; the message is a pooled item -----------------------

struct Trip final : QueueItem {
    Engine* engine = nullptr;
    WaiterRef<Nothing> waiter;
    bool answering = false;

    void fire() override {
        if (!answering) {
            answering = true;
            engine->queue().insert(*this, engine->now() + latency);
            return;
        }
        Waiter<Nothing>* const to = waiter.operator->();
        discard();
        to->resolve_now({});
    }
    void discard() noexcept override {
        Pool& pool = engine->pool();
        this->~Trip();
        pool.deallocate(this, sizeof(Trip));
    }
};

Task<void> bare_client(Host& host, std::uint64_t& trips, std::uint64_t& goal) {
    Random random = host.engine().random("bench", to_index(host.id()));
    while (true) {
        benchmark::DoNotOptimize(random.below(servers));
        const auto call = [&host](Waiter<Nothing>& waiter) {
            Engine& engine = host.engine();
            waiter.set_deadline(host.deadline_after(deadline));
            auto* const trip = new (engine.pool().allocate(sizeof(Trip))) Trip;
            trip->engine = &engine;
            trip->waiter = WaiterRef<Nothing>(waiter);
            engine.queue().insert(*trip, engine.now() + latency);
        };
        co_await wait_for<Nothing>(host, call);
        if (++trips >= goal) host.engine().stop();
    }
}

void coroutine_rpc_bare(benchmark::State& state) {
    Engine engine({.seed = 1, .events = &events(), .max_dispatches = ~0ULL});
    std::uint64_t trips = 0;
    std::uint64_t goal = 0;
    for (std::uint32_t i = 0; i < clients; ++i) {
        Host& host = engine.add_host("client", 0);
        host.start();
        host.spawn("client", bare_client(host, trips, goal));
    }
    for (auto _ : state) {
        goal = trips + clients;
        engine.run(time_never);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(trips));
}
BENCHMARK(coroutine_rpc_bare);

// ---- the whole network model -------------------------------------------------------------------

struct Server {
    Nothing on_question(const Question&) { return {}; }
    Task<Nothing> on_question_later(Question) { co_return Nothing{}; }
};

Task<void> network_client(Host& host, std::uint64_t& trips, std::uint64_t& goal) {
    Random random = host.engine().random("bench", to_index(host.id()));
    while (true) {
        const HostId server{static_cast<std::uint32_t>(random.below(servers))};
        const Question question{.op = trips};
        co_await call(host, server, question, deadline);
        if (++trips >= goal) host.engine().stop();
    }
}

void rpc_through_network(benchmark::State& state, bool coroutine_handler) {
    Engine engine({.seed = 1, .events = &events(), .max_dispatches = ~0ULL});
    Network network(engine, {});
    std::vector<Server> actors(servers);
    std::uint64_t trips = 0;
    std::uint64_t goal = 0;
    for (std::uint32_t i = 0; i < servers + clients; ++i) {
        Host& host = engine.add_host("host", i % 10);
        network.connect(host);
        host.start();
        if (i >= servers) {
            host.spawn("client", network_client(host, trips, goal));
        } else if (coroutine_handler) {
            host.endpoint().on<Question>(actors[i], &Server::on_question_later);
        } else {
            host.endpoint().on<Question>(actors[i], &Server::on_question);
        }
    }
    for (auto _ : state) {
        goal = trips + clients;
        engine.run(time_never);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(trips));
    engine.shut_down();
}
BENCHMARK_CAPTURE(rpc_through_network, handler_at_once, false);
BENCHMARK_CAPTURE(rpc_through_network, handler_coroutine, true);

}  // namespace
}  // namespace sim
