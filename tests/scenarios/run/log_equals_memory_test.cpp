// SPDX-License-Identifier: Apache-2.0
// The log is held against the memory of a real master (GFS 2.6.3): they agree, and a log that lost
// a record is found out, on the master's machine and on a log replica's.

#include "core/master/log_store.h"
#include "core/master/master.h"
#include "scenarios/run/views.h"
#include "tests/core/cluster/cluster_world.h"

#include <catch2/catch.hpp>

namespace gfs::run {
namespace {

using testing::ClusterWorld;
using namespace std::chrono_literals;

Task<void> make_files(Client& client) {
    for (const char* const file : {"/a", "/b", "/c"}) {
        const Result<Done> made = co_await client.create(file);
        CHECK(made.ok());
    }
}

TEST_CASE("log and memory: they agree, and a log without its last record is found out",
          "[run][gfs-2.6.3]") {
    ClusterWorld world(testing::one_rack(3));
    const CheckProbe probe(world.cluster);
    CHECK(!probe.log_difference().has_value());  // no master yet
    world.cluster.start();
    world.client_host().spawn("make_files", make_files(world.client()));
    world.run_for(5s);
    REQUIRE(world.cluster.master()->files().find("/c") != nullptr);
    CHECK(probe.log_difference().value().words.empty());

    const bool at_the_master = GENERATE(true, false);
    const HostId host =
        at_the_master ? world.cluster.master_host() : *world.cluster.master_book().counted.begin();
    LogStore& log = *world.cluster.machine(host).log;
    log.cut_after(LogIndex{to_number(log.last()) - 1});
    const std::string name = world.cluster.machine(host).name;
    const auto found = probe.log_difference();
    REQUIRE(found.has_value());
    CHECK(found->words == name + ": /c is here only");
    CHECK(found->path == "/c");
    CHECK(found->machine == host);
}

}  // namespace
}  // namespace gfs::run
