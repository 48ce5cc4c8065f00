// SPDX-License-Identifier: Apache-2.0
// Which chunks are copies of others (GFS 3.4), by the operation log of the machine.

#include "core/cluster/logged_copies.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/master/log_store.h"
#include "core/master/master.h"
#include "tests/core/cluster/failover_world.h"

namespace gfs::testing {
namespace {

Task<void> snapshot(ClusterWorld& world, std::string from, std::string to, bool& done) {
    const Result<Done> taken = co_await world.client().snapshot(from, to);
    done = taken.ok();
}

Task<void> rename(ClusterWorld& world, std::string from, std::string to, bool& done) {
    const Result<Done> renamed = co_await world.client(1).rename(from, to);
    done = renamed.ok();
}

Task<void> append(ClusterWorld& world, std::string file, std::optional<Code>& got) {
    const DataId data = world.cluster.data().add(world.client().id(), "ho");
    const AppendRequest request{.file = std::move(file), .data = data, .length = 2};
    const Result<std::uint64_t> offset = co_await world.client().append(request);
    got = offset.code();
}

// "/f" has one chunk, and "/g" the same one.
struct SnapshotWorld : FailoverWorld {
    SnapshotWorld() {
        client_host().spawn("create", create_and_append(*this, "/f", appended));
        run_for(2s);
        client_host().spawn("snapshot", snapshot(*this, "/f", "/g", taken));
        run_for(20s);
        REQUIRE((appended && taken));
        shared = cluster.metadata().chunks_of("/f").front();
        client_host().spawn("append", append(*this, "/f", got));
    }
    std::vector<log::ChunkCopied> copies() {
        return logged_copies(cluster.machine(cluster.master_host()));
    }
    bool appended = false;
    bool taken = false;
    std::optional<Code> got;
    ChunkHandle shared = no_chunk;
};

}  // namespace

TEST_CASE("logged copies: the log says of a chunk what it is a copy of, also after a restart",
          "[cluster][gfs-3.4]") {
    SnapshotWorld world;
    CHECK(world.copies().empty());
    world.run_for(5s);
    REQUIRE(world.got == Code::ok);
    const HostId master = world.cluster.master_host();
    world.cluster.crash(master);
    CHECK(world.copies().empty());  // nobody has read the log yet
    world.cluster.restart(master);
    world.run_for(5s);
    REQUIRE(world.copies().size() == 1);
    CHECK(world.copies().front().from == world.shared);
    CHECK(world.copies().front().chunk == world.cluster.metadata().chunks_of("/f").front());
}

TEST_CASE("logged copies: a record that no longer fitted says nothing", "[cluster][gfs-3.4]") {
    SnapshotWorld world;
    const std::size_t before = world.log.count(event::chunk_replica_created);
    while (world.log.count(event::chunk_replica_created) == before) world.run_for(1ms);
    bool renamed = false;
    world.client_host(1).spawn("rename", rename(world, "/f", "/h", renamed));
    world.run_for(5s);
    REQUIRE(renamed);
    REQUIRE(world.log.count(event::chunk_copied_on_write) == 0);
    const auto& records = world.cluster.machine(world.cluster.master_host()).log->records();
    CHECK(std::any_of(records.begin(), records.end(), [](const LogRecord& record) {
        return std::holds_alternative<log::ChunkCopied>(record.entry);
    }));
    CHECK(world.copies().empty());
}

}  // namespace gfs::testing
