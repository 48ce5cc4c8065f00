// SPDX-License-Identifier: Apache-2.0
// Replicas whose file is gone (GFS 2.6.2: the chunkserver has the final word) before the master has
// made up its mind to count on them.

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

Config quick() {
    Config config;
    config.lease = 10s;
    config.heartbeat = 1s;
    config.dead_after = 60s;
    config.client_timeout = 30s;
    config.primary_choice = PrimaryChoice::first;
    return config;
}

// A disk that writes nothing as long as this lasts.
struct Stall final : sim::DiskTrouble {
    void on_request(const sim::DiskRequest& request, sim::DiskFate& fate) override {
        fate.waits = request.operation == sim::DiskOperation::sync;
    }
};

// A chunk on three servers whose lease is over. The file of `loser` is gone when it is asked to be.
struct World {
    World() : all({.servers = 3, .config = quick()}) {
        holder = all.new_chunk("/a");
        loser = holder.secondaries.back();
        all.run_for(70s);  // all servers have reported
    }
    const Chunk& chunk() const { return all.chunk(holder.chunk); }
    void stop_log() { all.disks.at(all.master_host)->add_trouble(stall); }
    void let_log_go_on() { all.disks.at(all.master_host)->remove_trouble(stall); }
    void run_until(const std::function<bool()>& is_reached) {
        for (int i = 0; i < 10'000'000 && !is_reached(); ++i) all.run_for(10us);
        REQUIRE(is_reached());
    }
    // Says so in its HeartBeats, or begins anew without it or with what it had before.
    enum class How { said, restarted, went_back };
    void lose(How how) {
        auto& replicas = all.server(loser).replicas;
        if (how == How::went_back)
            replicas[holder.chunk] = chunk().version;
        else
            replicas.erase(holder.chunk);
        if (how == How::said) {
            all.server(loser).missing.insert(holder.chunk);
            all.run_for(1100ms);
            all.server(loser).missing.clear();
        } else {
            begin_anew();
        }
    }
    void begin_anew() {
        all.crash_server(loser);
        all.start_server(loser);
        all.run_for(500ms);
    }

    MasterWorld all;
    LeaseHolder holder;
    ServerId loser{};
    Stall stall;
};

TEST_CASE("lost meanwhile: a replica that is gone before its version is in the log is not counted",
          "[master][gfs-2.6.2][gfs-4.5]") {
    const bool is_lost = GENERATE(true, false);
    const auto how = GENERATE(World::How::said, World::How::restarted, World::How::went_back);
    World w;
    const std::size_t before = w.all.server(w.holder.primary).grants.size();
    std::optional<FindLeaseHolder::Reply> got;
    w.all.ask_later(
        FindLeaseHolder{
            .op = OpId{5}, .client = w.all.client, .file = "/a", .index = ChunkIndex{0}},
        got);
    w.run_until([&] { return w.all.server(w.holder.primary).grants.size() > before; });
    w.stop_log();
    const Version granted = w.all.server(w.loser).replicas.at(w.holder.chunk);
    REQUIRE(w.chunk().version < granted);
    if (is_lost)
        w.lose(how);
    else if (how != World::How::said)
        w.begin_anew();
    REQUIRE_FALSE(got.has_value());
    w.let_log_go_on();
    w.run_until([&] { return got.has_value(); });
    CHECK(got->ok());
    CHECK(w.chunk().version == granted);
    CHECK((w.chunk().find(w.loser) == nullptr) == is_lost);
    CHECK(w.chunk().replicas.size() == (is_lost ? 2 : 3));
    // A copy is made there in its place.
    w.all.run_for(60s);
    CHECK(w.chunk().replicas.size() == 3);
    CHECK(w.all.server(w.loser).replicas.contains(w.holder.chunk));
}

TEST_CASE("lost meanwhile: one that is gone before its version has been adopted is not counted",
          "[master][gfs-2.6.2][gfs-4.5]") {
    const bool is_lost = GENERATE(true, false);
    World w;
    const Version higher{9};
    w.all.server(w.loser).replicas[w.holder.chunk] = higher;
    w.run_until([&] { return !w.all.server(w.loser).verifications.empty(); });
    w.stop_log();
    if (is_lost) w.lose(World::How::said);
    REQUIRE(w.chunk().version < higher);
    w.let_log_go_on();
    w.run_until([&] { return w.chunk().version == higher; });
    CHECK(w.all.count(event::chunk_adopted_version) == 1);
    CHECK(w.chunk().replicas.size() == (is_lost ? 0 : 1));
    // Nobody takes the chunk for lost while there is one.
    CHECK((w.all.count(event::chunk_lost) == 0) == !is_lost);
}

TEST_CASE("lost meanwhile: a clone whose file is gone comes to nothing, whatever it answers",
          "[master][gfs-2.6.2][gfs-4.3]") {
    const bool is_lost = GENERATE(true, false);
    World w;
    w.all.server(w.loser).clone_time = 3s;
    w.lose(World::How::said);
    w.run_until([&] { return !w.all.server(w.loser).clones.empty(); });
    if (is_lost) w.lose(World::How::said);
    w.all.server(w.loser).beats = false;
    w.all.run_for(3500ms);
    CHECK((w.chunk().find(w.loser) == nullptr) == is_lost);
    CHECK((w.all.count(event::clone_failed) > 0) == is_lost);
    CHECK(w.all.count(event::clone_finished) == (is_lost ? 0 : 1));
    // If it is there after all, its server says so.
    w.all.server(w.loser).beats = true;
    w.all.run_for(30s);
    CHECK(w.chunk().find(w.loser) != nullptr);
}

}  // namespace
}  // namespace gfs::testing
