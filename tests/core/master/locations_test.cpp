// SPDX-License-Identifier: Apache-2.0
// The client's questions about chunks (GFS 2.4, 3.1), and the creation of chunks (GFS 4.3).

#include <set>

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    return config;
}

FindLocation where(const MasterWorld& world, const std::string& file, std::uint32_t first = 0) {
    return {.op = {}, .client = world.client, .file = file, .first = ChunkIndex{first}};
}

TEST_CASE("locations: the chunk asked for and some that follow", "[master][gfs-2.4]") {
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    for (std::uint32_t i = 1; i < 8; ++i) REQUIRE(world.lease_holder("/a", i).ok());
    const auto found = world.ask(where(world, "/a", 1));
    REQUIRE(found.ok());
    CHECK(found->file_chunks == 8);
    REQUIRE(found->chunks.size() == 5);
    CHECK(found->chunks.front().index == ChunkIndex{1});
    CHECK(found->chunks.front().chunk == world.master->chunks_of("/a")[1]);
    CHECK(found->chunks.front().version == Version{2});
    CHECK(found->chunks.front().servers.size() == 3);
}

TEST_CASE("locations: each replica that is named is in the event stream", "[master][gfs-2.4]") {
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    const std::size_t before = world.count(event::location_replied);
    REQUIRE(world.ask(where(world, "/a")).ok());
    CHECK(world.count(event::location_replied) == before + 3);
}

TEST_CASE("locations: each way in which there is no answer has its code", "[master][gfs-2.4]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.ask(where(world, "/a")).code() == Code::end_of_file);
    CHECK(world.ask(where(world, "/d")).code() == Code::is_a_directory);
    CHECK(world.ask(where(world, "/x")).code() == Code::not_found);
    CHECK(world.ask(where(world, "x")).code() == Code::invalid_path);
    CHECK(world.count(event::location_replied) == 0);
}

TEST_CASE("locations: without a replica the chunk is not lost while locations are collected",
          "[master][gfs-2.6.2]") {
    Config config = small();
    config.dead_after = 10s;
    MasterWorld world({.config = config});
    world.new_chunk("/a");
    for (auto& [id, server] : world.servers) world.crash_server(id);
    world.crash_master();
    world.start_master();
    world.run_for(config.master_restart + 5s);
    CHECK(world.ask(where(world, "/a")).code() == Code::starting);
    CHECK(world.count(event::chunk_lost) == 0);
    world.run_for(10s);
    CHECK(world.ask(where(world, "/a")).code() == Code::no_live_replica);
    CHECK(world.count(event::chunk_lost) == 1);
}

TEST_CASE("lease holder: each way in which there is no answer has its code", "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.make_directory("/d") == Code::ok);
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.lease_holder("/x").code() == Code::not_found);
    CHECK(world.lease_holder("/d").code() == Code::is_a_directory);
    CHECK(world.lease_holder("x").code() == Code::invalid_path);
    CHECK(world.lease_holder("/a", 1).code() == Code::invalid_offset);
    CHECK(world.master->chunks().empty());
}

TEST_CASE("lease holder: the last chunk of a file is created when there is none",
          "[master][gfs-3.3]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.create("/a") == Code::ok);
    const FindLeaseHolder last{.op = {},
                               .client = world.client,
                               .file = "/a",
                               .which = FindLeaseHolder::Which::last,
                               .index = {}};
    const auto first = world.ask(last);
    REQUIRE(first.ok());
    CHECK(first->index == ChunkIndex{0});
    REQUIRE(world.lease_holder("/a", 1).ok());
    CHECK(world.ask(last)->index == ChunkIndex{1});
    CHECK(world.master->chunks_of("/a").size() == 2);
}

TEST_CASE("creation: replicas on as many servers as the goal says, in different racks",
          "[master][gfs-4.2]") {
    MasterWorld world({.servers = 6, .racks = 3, .config = small()});
    for (int i = 0; i < 10; ++i) {
        const LeaseHolder holder = world.new_chunk("/a" + std::to_string(i));
        std::set<std::uint32_t> racks;
        for (const ServerId server : world.chunk(holder.chunk).servers())
            racks.insert(world.host(server).rack());
        CHECK(racks.size() == 3);
    }
}

TEST_CASE("creation: without the spread racks do not matter", "[master][gfs-4.2]") {
    Config config = small();
    config.without = {Mechanism::rack_spread};
    MasterWorld world({.servers = 6, .racks = 3, .config = config});
    std::size_t spread = 0;
    for (int i = 0; i < 20; ++i) {
        const LeaseHolder holder = world.new_chunk("/a" + std::to_string(i));
        std::set<std::uint32_t> racks;
        for (const ServerId server : world.chunk(holder.chunk).servers())
            racks.insert(world.host(server).rack());
        if (racks.size() == 3) ++spread;
    }
    CHECK(spread < 20);
}

TEST_CASE("creation: recent creations keep further ones away", "[master][gfs-4.2]") {
    MasterWorld world({.servers = 9, .racks = 3, .config = small()});
    for (int i = 0; i < 3; ++i) world.new_chunk("/a" + std::to_string(i));
    // Three chunks of three replicas: each of the nine servers has got one.
    for (const auto& [id, server] : world.servers) CHECK(server->creations.size() == 1);
}

TEST_CASE("creation: one replica is enough to go on", "[master][gfs-4.3]") {
    MasterWorld world({.config = small()});
    std::size_t refusing = 0;
    for (auto& [id, server] : world.servers)
        if (refusing++ < 2) server->refuse[Message::CreateChunk] = Code::no_space;
    const LeaseHolder holder = world.new_chunk("/a");
    CHECK(holder.secondaries.empty());
    CHECK(world.master->pending().below_goal == 1);
    CHECK(world.master->chunks_below(2) == 1);
}

TEST_CASE("creation: with fewer replicas than `creation_replicas` there is no chunk",
          "[master][gfs-4.3]") {
    Config config = small();
    config.creation_replicas = 2;
    MasterWorld world({.config = config});
    std::size_t refusing = 0;
    for (auto& [id, server] : world.servers)
        if (refusing++ < 2) server->refuse[Message::CreateChunk] = Code::no_space;
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.lease_holder("/a").code() == Code::no_chunkserver);
    CHECK(world.master->chunks_of("/a").empty());
    // What was created is garbage, and the next try has another handle.
    world.run_for(3s);
    CHECK(world.count(event::gc_orphan_found) >= 1);
    world.servers.begin()->second->refuse.clear();
    CHECK(world.lease_holder("/a").ok());
    CHECK(world.master->chunks_of("/a").size() == 1);
}

TEST_CASE("creation: two clients that need the next chunk get the same one, or each its own",
          "[master][gfs-3.3]") {
    const bool once = GENERATE(true, false);
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    using Which = FindLeaseHolder::Which;
    const FindLeaseHolder question{.op = {},
                                   .client = world.client,
                                   .file = "/a",
                                   .which = once ? Which::at_index : Which::after,
                                   .index = ChunkIndex{once ? 1U : 0U}};
    std::optional<FindLeaseHolder::Reply> first;
    std::optional<FindLeaseHolder::Reply> second;
    world.ask_later(question, first);
    world.ask_later(question, second);
    world.run_for(1s);
    REQUIRE(first->ok());
    REQUIRE(second->ok());
    CHECK(((*first)->chunk == (*second)->chunk) == once);
    CHECK(world.master->chunks_of("/a").size() == (once ? 2U : 3U));
    // Who comes later finds what is there, in any case.
    const auto third = world.ask(question);
    REQUIRE(third.ok());
    CHECK(third->index == ChunkIndex{1});
    FindLeaseHolder beyond = question;
    beyond.index = ChunkIndex{7};
    CHECK(world.ask(beyond).code() == Code::invalid_offset);
}

TEST_CASE("creation: with no replica there is no chunk, and the next try has another handle",
          "[master][gfs-4.3]") {
    MasterWorld world({.config = small()});
    for (auto& [id, server] : world.servers)
        server->refuse[Message::CreateChunk] = Code::disk_error;
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.lease_holder("/a").code() == Code::no_chunkserver);
    CHECK(world.master->chunks_of("/a").empty());
    const ChunkHandle failed = world.servers.begin()->second->creations.front().chunk;
    for (auto& [id, server] : world.servers) server->refuse.clear();
    const auto holder = world.lease_holder("/a");
    REQUIRE(holder.ok());
    CHECK(holder->chunk != failed);
}

TEST_CASE("creation: no live chunkserver", "[master][gfs-4.3]") {
    MasterWorld world({.servers = 0, .config = small()});
    REQUIRE(world.create("/a") == Code::ok);
    CHECK(world.lease_holder("/a").code() == Code::no_chunkserver);
    CHECK(world.count(event::master_replied) == 2);
}

TEST_CASE("creation: handles are reserved by the thousand", "[master][gfs-2.3]") {
    MasterWorld world({.servers = 1, .config = small()});
    world.new_chunk("/a");
    world.new_chunk("/b");
    std::size_t reservations = 0;
    for (const LogRecord& record : world.logs.at(world.master_host)->records())
        if (std::holds_alternative<log::HandlesReserved>(record.entry)) ++reservations;
    CHECK(reservations == 1);
}

}  // namespace
}  // namespace gfs::testing
