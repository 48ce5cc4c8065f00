// SPDX-License-Identifier: Apache-2.0
// What requests cost the master's processor (GFS 6.2.4).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config timed(NameSearch search) {
    Config config;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    config.master_op_time = 1ms;
    config.master_name_time = 10us;
    config.name_search = search;
    return config;
}

// How long a question about one of the files of a directory takes, beyond the network.
Duration time_of_stat(MasterWorld& world) {
    const sim::Time asked = world.engine.now();
    REQUIRE(world.ask(Stat{.op = {}, .client = world.client, .file = "/d/500"}).ok());
    return world.engine.now() - asked;
}

void fill(MasterWorld& world) {
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.make_directory("/d/sub") == Code::ok);
    for (int i = 0; i < 10; ++i) {
        std::vector<std::optional<Create::Reply>> created(100);
        for (int j = 0; j < 100; ++j) {
            const std::string file = "/d/" + std::to_string(100 * i + j);
            world.ask_later(Create{.op = OpId{1}, .client = world.client, .file = file},
                            created[static_cast<std::size_t>(j)]);
        }
        world.run_for(10s);
    }
    for (int i = 0; i < 50; ++i)
        REQUIRE(world.create("/d/sub/" + std::to_string(i)) == Code::ok);
}

TEST_CASE("request time: a linear search costs a look at each name of the directory",
          "[master][gfs-6.2.4]") {
    MasterWorld binary({.config = timed(NameSearch::binary)});
    fill(binary);
    MasterWorld linear({.config = timed(NameSearch::linear)});
    fill(linear);
    const Duration quick = time_of_stat(binary);
    const Duration slow = time_of_stat(linear);
    // 1001 names in "/d", not those in "/d/sub", against the steps of a binary search.
    CHECK(slow - quick == (1001 - 11) * 10us);
    CHECK(quick > 1ms);
}

TEST_CASE("request time: requests wait for each other", "[master][gfs-6.2.4]") {
    MasterWorld world({.config = timed(NameSearch::binary)});
    REQUIRE(world.create("/a") == Code::ok);
    std::vector<std::optional<Stat::Reply>> answers(50);
    for (auto& answer : answers)
        world.ask_later(Stat{.op = {}, .client = world.client, .file = "/a"}, answer);
    world.run_for(25ms);
    const auto there = [](const auto& answer) { return answer.has_value(); };
    const auto early = std::count_if(answers.begin(), answers.end(), there);
    CHECK(early > 10);
    CHECK(early < 30);
    world.run_for(50ms);
    CHECK(std::all_of(answers.begin(), answers.end(), there));
}

TEST_CASE("request time: without a price requests take no time", "[master][gfs-6.2.4]") {
    Config config;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    MasterWorld world({.config = config});
    REQUIRE(world.create("/d") == Code::ok);
    const sim::Time asked = world.engine.now();
    REQUIRE(world.ask(Stat{.op = {}, .client = world.client, .file = "/d"}).ok());
    CHECK(world.engine.now() - asked < 1ms);
}

}  // namespace
}  // namespace gfs::testing
