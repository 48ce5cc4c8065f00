// SPDX-License-Identifier: Apache-2.0
// Granting leases (GFS 3.1, 4.5): every exit, and what is where when the master stops in between.

#include <algorithm>

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config small() {
    Config config;
    config.lease = 10s;
    config.dead_after = 1h;
    return config;
}

// Everybody who was told `version` of the chunk.
std::vector<ServerId> told(const MasterWorld& world, ChunkHandle chunk, Version version) {
    std::vector<ServerId> servers;
    for (const auto& [id, server] : world.servers)
        for (const GrantLease& grant : server->grants)
            if (grant.chunk == chunk && grant.version == version) servers.push_back(id);
    return servers;
}

TEST_CASE("lease: the primary learns the secondaries that have stored the version",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder holder = world.new_chunk("/a");
    CHECK(holder.version == Version{2});
    CHECK(holder.secondaries.size() == 2);
    const GrantLease grant = world.server(holder.primary).grants.back();
    CHECK(grant.primary == holder.primary);
    CHECK(grant.secondaries == holder.secondaries);
    CHECK(world.chunk(holder.chunk).version == Version{2});
    CHECK(world.master->lease(holder.chunk)->expires == grant.expires);
    CHECK(world.count(event::chunk_replica_in_set) == 3);
}

TEST_CASE("lease: the number is reserved, stored, granted, and then told, in this order",
          "[master][gfs-4.5]") {
    MasterWorld world({.config = small()});
    world.new_chunk("/a");
    const auto reserved = world.last(event::chunk_version_reserved).sequence;
    const auto granted = world.last(event::chunk_version_granted).sequence;
    const auto leased = world.last(event::lease_granted).sequence;
    const auto told_client = world.last(event::location_replied).sequence;
    CHECK(reserved < granted);
    CHECK(granted < leased);
    CHECK(leased < told_client);
    std::size_t grants_between = 0;
    for (const sim::Event& event : world.events) {
        const bool is_grant = event.kind == sim::event::message_delivered &&
                              event.fields[0] == static_cast<unsigned>(GrantLease::type);
        if (is_grant && event.sequence > reserved && event.sequence < granted) ++grants_between;
    }
    CHECK(grants_between == 3);
}

TEST_CASE("lease: as long as it is in force, the answer is the same and costs no message",
          "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(5s);
    const Answer<LeaseHolder> second = world.lease_holder("/a");
    CHECK(second->primary == first.primary);
    CHECK(second->version == first.version);
    CHECK(world.count(event::lease_granted) == 1);
}

TEST_CASE("lease: two clients that ask at once get one lease", "[master][gfs-3.1]") {
    MasterWorld world({.config = small()});
    REQUIRE(world.create("/a") == Code::ok);
    const FindLeaseHolder question{.op = {},
                                   .client = world.client,
                                   .file = "/a",
                                   .which = FindLeaseHolder::Which::at_index,
                                   .index = {}};
    std::optional<FindLeaseHolder::Reply> first;
    std::optional<FindLeaseHolder::Reply> second;
    world.ask_later(question, first);
    world.ask_later(question, second);
    world.run_for(1s);
    REQUIRE(first->ok());
    REQUIRE(second->ok());
    CHECK((*first)->primary == (*second)->primary);
    CHECK((*first)->version == (*second)->version);
    CHECK(world.count(event::lease_granted) == 1);
    CHECK(world.count(event::chunk_created) == 1);
}

TEST_CASE("lease: after it ran out, a new one has a higher version", "[master][gfs-4.5]") {
    MasterWorld world({.config = small()});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    const Answer<LeaseHolder> second = world.lease_holder("/a");
    REQUIRE(second.ok());
    CHECK(second->version == Version{3});
    CHECK(told(world, first.chunk, Version{3}).size() == 3);
}

TEST_CASE("lease: without the version increase the number stays", "[master][gfs-4.5]") {
    Config config = small();
    config.without = {Mechanism::version_bump};
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    CHECK(first.version == Version{1});
    world.run_for(11s);
    CHECK(world.lease_holder("/a")->version == Version{1});
}

TEST_CASE("lease: a secondary that refuses is stale and out of the set", "[master][gfs-4.5]") {
    MasterWorld world({.config = small()});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    const ServerId lost = first.secondaries.front();
    world.server(lost).refuse[Message::GrantLease] = Code::no_such_chunk;
    // Another draw may make it primary; then the next attempt is without it.
    Answer<LeaseHolder> second = world.lease_holder("/a");
    if (!second.ok()) second = world.lease_holder("/a");
    REQUIRE(second.ok());
    CHECK(second->secondaries.size() == 1);
    CHECK(world.chunk(first.chunk).find(lost) == nullptr);
}

TEST_CASE("lease: a number that a silent secondary may have stored is given up for the next",
          "[master][gfs-4.5]") {
    Config config = small();
    config.primary_choice = PrimaryChoice::first;
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    const ServerId silent = first.secondaries.back();
    world.server(silent).silent = true;
    const Answer<LeaseHolder> second = world.lease_holder("/a");
    REQUIRE(second.ok());
    CHECK(second->version == Version{4});
    CHECK(world.server(silent).replicas.at(first.chunk) == Version{3});
    CHECK(second->secondaries.size() == 1);
    // It is found stale when it reports.
    world.run_for(4s);
    CHECK(world.count(event::chunk_stale_detected) >= 1);
    CHECK(world.chunk(first.chunk).find(silent) == nullptr);
}

TEST_CASE("lease: when the primary's answer is lost, nobody else becomes primary in its time",
          "[master][gfs-3.1]") {
    Config config = small();
    config.primary_choice = PrimaryChoice::first;
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    world.server(first.primary).silent = true;
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    const sim::Time offered = world.engine.now();
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    // The secondaries have the number, and count; so does the primary, once it reports it.
    CHECK(world.chunk(first.chunk).version == Version{3});
    CHECK(world.chunk(first.chunk).servers() == first.secondaries);
    world.run_for(4s);
    CHECK(world.chunk(first.chunk).find(first.primary) != nullptr);

    world.server(first.primary).silent = false;
    world.run_for(5s);
    CHECK(world.engine.now() - offered > 7s);
    const Answer<LeaseHolder> second = world.lease_holder("/a");
    REQUIRE(second.ok());
    CHECK(second->version == Version{4});
}

TEST_CASE("lease: a primary that refuses leaves the chunk free at once", "[master][gfs-3.1]") {
    Config config = small();
    config.primary_choice = PrimaryChoice::first;
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    world.server(first.primary).refuse[Message::GrantLease] = Code::no_such_chunk;
    world.server(first.primary).replicas.clear();
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    const Answer<LeaseHolder> second = world.lease_holder("/a");
    REQUIRE(second.ok());
    CHECK(second->primary == first.secondaries.front());
}

TEST_CASE("lease: a sole replica that is gone leaves the chunk without any", "[master][gfs-3.1]") {
    Config config = small();
    config.replication = 1;
    MasterWorld world({.servers = 1, .config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    world.server(first.primary).refuse[Message::GrantLease] = Code::no_such_chunk;
    world.server(first.primary).replicas.clear();
    CHECK(world.lease_holder("/a").code() == Code::lease_in_doubt);
    // Until all chunkservers must have registered, another may still report one.
    CHECK(world.lease_holder("/a").code() == Code::starting);
}

TEST_CASE("lease: no live replica, no lease", "[master][gfs-3.1]") {
    Config config = small();
    config.dead_after = 20s;
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    for (auto& [id, server] : world.servers) world.crash_server(id);
    world.run_for(60s);
    CHECK(world.lease_holder("/a").code() == Code::no_live_replica);
    CHECK(world.count(event::chunk_lost) == 1);
    CHECK(world.master->pending().lost == 1);
    CHECK(world.chunk(first.chunk).replicas.empty());
}

TEST_CASE("lease: a file that is reclaimed during the grant takes the chunk with it",
          "[master][gfs-4.4]") {
    MasterWorld world({.config = small()});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    std::optional<FindLeaseHolder::Reply> lease;
    std::optional<Delete::Reply> deleted;
    std::optional<Delete::Reply> reclaimed;
    // The grant waits for a secondary that is silent; the file goes meanwhile.
    world.server(first.secondaries.front()).silent = true;
    world.server(first.primary).silent = true;
    world.ask_later(FindLeaseHolder{.op = {},
                                    .client = world.client,
                                    .file = "/a",
                                    .which = FindLeaseHolder::Which::last,
                                    .index = {}},
                    lease);
    world.run_for(100ms);
    world.ask_later(Delete{.op = {}, .client = world.client, .file = "/a"}, deleted);
    world.run_for(100ms);
    REQUIRE(deleted->ok());
    const std::string hidden = world.text(world.last(event::file_deleted).fields[1]);
    world.ask_later(Delete{.op = {}, .client = world.client, .file = hidden}, reclaimed);
    world.run_for(30s);
    REQUIRE(reclaimed->ok());
    CHECK(lease->code() == Code::no_such_chunk);
    CHECK(world.master->chunk(first.chunk) == nullptr);
}

TEST_CASE("lease: the primary is drawn, the first or the longest, as configured",
          "[master][gfs-3.1]") {
    for (const PrimaryChoice choice : {PrimaryChoice::random, PrimaryChoice::longest}) {
        Config config = small();
        config.primary_choice = choice;
        MasterWorld world({.config = config});
        CHECK(world.new_chunk("/a").secondaries.size() == 2);
    }
}

TEST_CASE("lease: with the log first, a crash before the replicas hear makes them all stale",
          "[master][gfs-4.5]") {
    Config config = small();
    config.version_order = VersionOrder::log_first;
    config.master_restart = 1s;
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    for (auto& [id, server] : world.servers) server->refuse[Message::GrantLease] = Code::timeout;
    std::optional<FindLeaseHolder::Reply> lease;
    world.ask_later(FindLeaseHolder{.op = {},
                                    .client = world.client,
                                    .file = "/a",
                                    .which = FindLeaseHolder::Which::last,
                                    .index = {}},
                    lease);
    world.run_for(500ms);
    world.crash_master();
    world.start_master();
    world.run_for(10s);
    CHECK(world.chunk(first.chunk).replicas.empty());
    CHECK(world.count(event::chunk_stale_detected) >= 3);
}

TEST_CASE("lease: with the reservation, the same crash leaves all replicas current",
          "[master][gfs-4.5]") {
    Config config = small();
    config.master_restart = 1s;
    MasterWorld world({.config = config});
    const LeaseHolder first = world.new_chunk("/a");
    world.run_for(11s);
    for (auto& [id, server] : world.servers) server->refuse[Message::GrantLease] = Code::timeout;
    std::optional<FindLeaseHolder::Reply> lease;
    world.ask_later(FindLeaseHolder{.op = {},
                                    .client = world.client,
                                    .file = "/a",
                                    .which = FindLeaseHolder::Which::last,
                                    .index = {}},
                    lease);
    world.run_for(500ms);
    world.crash_master();
    world.start_master();
    world.run_for(10s);
    CHECK(world.chunk(first.chunk).replicas.size() == 3);
    CHECK(world.chunk(first.chunk).reserved > Version{2});
    CHECK(world.chunk(first.chunk).version == Version{2});
}

}  // namespace
}  // namespace gfs::testing
