// SPDX-License-Identifier: Apache-2.0
// Calls between hosts: answers, deadlines, losses, crashes of either side.

#include "sim/rpc.h"

#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "sim/future.h"
#include "tests/sim/small_world.h"

namespace sim::testing {

struct Number {
    int value = 0;
    bool late = false;
    static Number timed_out() { return {-1, true}; }
};
struct Add {
    static constexpr MessageType type{0};
    using Reply = Number;
    int a = 0;
    int b = 0;
};
inline std::uint64_t wire_bytes(const Add&) { return 16; }
inline std::uint64_t wire_bytes(const Number&) { return 8; }

namespace {

// Adds at once, or after a while.
struct Adder {
    Host& host;
    Duration takes{0};
    int asked = 0;

    Task<Number> on_add(Add request) {
        ++asked;
        const Add kept = request;
        if (takes > Duration{0}) co_await sleep(host, takes);
        co_return Number{kept.a + kept.b, false};
    }
};

Task<void> ask(Host& host, HostId whom, Duration limit, std::vector<Number>& answers) {
    const Add request{.a = 2, .b = 3};
    const Number answer = co_await call(host, whom, request, limit);
    answers.push_back(answer);
}

Task<void> ask_all(Host& host, std::vector<HostId> whom, std::vector<Number>& answers) {
    std::vector<Future<Number>> futures;
    for (const HostId server : whom) {
        const Add request{.a = 1, .b = 1};
        futures.push_back(start_call(host, server, request, 1s));
    }
    for (Future<Number>& future : futures) {
        const Number answer = co_await future.get();
        answers.push_back(answer);
    }
}

TEST_CASE("call: the answer comes after two latencies and the bytes' time", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1)};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    world.run();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].value == 5);
    // 100 us each way, 16 and 8 bytes at 12.5 MB/s.
    CHECK(world.engine.now() == time_zero + 200us + 1280ns + 640ns);
}

TEST_CASE("call: without an answer in time it says so, and a late answer is dropped", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1), 5s};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    world.run();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].late);
    CHECK(adder.asked == 1);
}

TEST_CASE("call: a server that crashes while it works never answers", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1), 500ms};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    world.engine.at(time_zero + 200ms, [&] { world.host(1).kill(); });
    world.run();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].late);
}

TEST_CASE("call: a message to an earlier process is not delivered to the next", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1)};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    world.engine.at(time_zero + 50us, [&] {
        world.host(1).kill();
        world.host(1).start();
        world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    });
    world.run();
    CHECK(answers.at(0).late);
    CHECK(adder.asked == 0);
}

TEST_CASE("call: a caller that crashed is not resumed by the answer", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1), 100ms};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    world.engine.at(time_zero + 50ms, [&] {
        world.host(0).kill();
        world.host(0).start();
    });
    world.run();
    CHECK(answers.empty());
    CHECK(adder.asked == 1);
}

TEST_CASE("calls in parallel: all are sent at once, each answer is found", "[rpc]") {
    SmallWorld world(4);
    std::vector<Adder> adders;
    adders.reserve(3);
    for (std::uint32_t i = 1; i < 4; ++i) {
        adders.push_back({world.host(i), 100ms});
        world.host(i).endpoint().on<Add>(adders.back(), &Adder::on_add);
    }
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask_all(world.host(0), {HostId{1}, HostId{2}, HostId{3}}, answers));
    world.run();
    CHECK(answers.size() == 3);
    CHECK(world.engine.now() < time_zero + 110ms);
}

Task<void> ask_often(Host& host, HostId whom, int times, std::vector<Number>& answers) {
    for (int i = 0; i < times; ++i) {
        const Add request{.a = i, .b = i};
        const Number answer = co_await call(host, whom, request, 1s);
        answers.push_back(answer);
    }
}

TEST_CASE("handler coroutines: one after another, each answers its own request", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1)};
    SECTION("without waiting") {}
    SECTION("after a wait") { adder.takes = 10ms; }
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask_often(world.host(0), HostId{1}, 5, answers));
    world.run();
    REQUIRE(answers.size() == 5);
    for (int i = 0; i < 5; ++i) CHECK(answers[static_cast<std::size_t>(i)].value == 2 * i);
}

TEST_CASE("handler coroutines: many at a time, and again after the burst", "[rpc]") {
    SmallWorld world(21);
    Adder adder{world.host(0), 10ms};
    world.host(0).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    for (std::uint32_t i = 1; i < 21; ++i)
        world.host(i).spawn("ask", ask_often(world.host(i), HostId{0}, 3, answers));
    world.run();
    CHECK(adder.asked == 60);
    CHECK(answers.size() == 60);
    // All twenty were served at the same time: three rounds, not sixty.
    CHECK(world.engine.now() < time_zero + 40ms);
}

TEST_CASE("handler coroutines: the next process serves, although the last one was idle", "[rpc]") {
    SmallWorld world(2);
    Adder adder{world.host(1)};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    const bool reset = GENERATE(false, true);  // else the new handlers replace the old ones
    world.engine.at(time_zero + 1s, [&] {
        world.host(1).kill();
        if (reset) world.host(1).endpoint().reset();
        world.host(1).start();
        world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
        world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    });
    world.run();
    REQUIRE(answers.size() == 2);
    CHECK_FALSE(answers[0].late);
    CHECK_FALSE(answers[1].late);
}

TEST_CASE("handler coroutines: a handler that throws ends the run with its exception", "[rpc]") {
    struct Thrower {
        Host& host;
        Task<Number> on_add(Add) {
            co_await sleep(host, 1ms);
            throw std::runtime_error("broken");
        }
    };
    SmallWorld world(2);
    Thrower thrower{world.host(1)};
    world.host(1).endpoint().on<Add>(thrower, &Thrower::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    CHECK_THROWS_AS(world.run(), std::runtime_error);
}

TEST_CASE("call: a doubled request is served twice and answered once", "[rpc]") {
    NetworkOptions options;
    options.same_rack.duplicate = Ratio{1, 1};
    SmallWorld world(2, 1, options);
    Adder adder{world.host(1)};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
    world.run();
    CHECK(adder.asked == 2);
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].value == 5);
}

TEST_CASE("cut: messages are lost in one direction, at departure and at arrival", "[network]") {
    SmallWorld world(2);
    Adder adder{world.host(1), 10ms};
    world.host(1).endpoint().on<Add>(adder, &Adder::on_add);
    std::vector<Number> answers;
    const HostSet zero({HostId{0}});
    const HostSet one({HostId{1}});
    BarrierId cut{};
    SECTION("the request is cut off") {
        world.engine.at(time_zero, [&] { cut = world.network.cut(zero, one); });
        world.engine.at(time_zero, [&] {
            world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
        });
        world.run();
        CHECK(adder.asked == 0);
    }
    SECTION("the answer is cut off") {
        world.host(0).spawn("ask", ask(world.host(0), HostId{1}, 1s, answers));
        world.engine.at(time_zero + 5ms, [&] { cut = world.network.cut(one, zero); });
        world.run();
        CHECK(adder.asked == 1);
    }
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].late);
    world.network.heal(cut);
    CHECK_FALSE(world.network.is_cut(HostId{0}, HostId{1}));
}

}  // namespace
}  // namespace sim::testing
