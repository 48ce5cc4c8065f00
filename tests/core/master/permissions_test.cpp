// SPDX-License-Identifier: Apache-2.0
// Owners, permission bits and quotas: every request that they can refuse (GFS 2.3, 7).

#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

constexpr UserId alice{1};
constexpr UserId bob{2};

Config shared() {
    Config config;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    config.users = {"root", "alice", "bob"};
    Region home;
    home.directory = "/users";
    home.owner = alice;
    home.mode = 0644;
    Region secret;
    secret.directory = "/users/secret";
    secret.mode = 0600;
    config.regions = {home, secret};
    return config;
}

// "/users/a" with a chunk, and "/users/secret/s", are alice's.
struct SharedWorld {
    SharedWorld() {
        REQUIRE(world.make_directory("/users") == Code::ok);
        REQUIRE(create("/users/a", alice) == Code::ok);
        REQUIRE(lease("/users/a", alice) == Code::ok);
        REQUIRE(world.make_directory("/users/secret") == Code::ok);
        REQUIRE(create("/users/secret/s", alice) == Code::ok);
        REQUIRE(lease("/users/secret/s", alice) == Code::ok);
    }
    Code create(const std::string& file, UserId user) {
        return world.ask(Create{.op = {}, .client = world.client, .user = user, .file = file})
            .code();
    }
    Code remove(const std::string& file, UserId user) {
        return world.ask(Delete{.op = {}, .client = world.client, .user = user, .file = file})
            .code();
    }
    Code rename(const std::string& from, const std::string& to, UserId user) {
        return world
            .ask(Rename{
                .op = {}, .client = world.client, .user = user, .from = from, .to = to})
            .code();
    }
    Code snapshot(const std::string& from, const std::string& to, UserId user) {
        return world
            .ask(Snapshot{
                .op = {}, .client = world.client, .user = user, .from = from, .to = to})
            .code();
    }
    Code open(const std::string& file, UserId user, Open::How how = Open::How::to_read) {
        return world
            .ask(Open{
                .op = {}, .client = world.client, .user = user, .file = file, .how = how})
            .code();
    }
    Code list(const std::string& directory, UserId user) {
        return world
            .ask(List{.op = {}, .client = world.client, .user = user, .directory = directory})
            .code();
    }
    Code lease(const std::string& file, UserId user) {
        return world
            .ask(FindLeaseHolder{.op = {}, .client = world.client, .user = user, .file = file})
            .code();
    }
    Code locate(const std::string& file, UserId user) {
        return world
            .ask(FindLocation{
                .op = {}, .client = world.client, .user = user, .file = file, .first = {}})
            .code();
    }
    MasterWorld world{{.config = shared()}};
};

TEST_CASE("permissions: what others may not write they cannot change", "[master][gfs-7]") {
    SharedWorld w;
    CHECK(w.create("/users/b", bob) == Code::permission_denied);
    CHECK(w.world
              .ask(MakeDirectory{.op = {}, .client = w.world.client, .user = bob,
                                 .directory = "/users/d"})
              .code() == Code::permission_denied);
    CHECK(w.remove("/users/a", bob) == Code::permission_denied);
    CHECK(w.rename("/users/a", "/mine", bob) == Code::permission_denied);
    CHECK(w.snapshot("/users/a", "/users/copy", bob) == Code::permission_denied);
    CHECK(w.lease("/users/a", bob) == Code::permission_denied);
    CHECK(w.open("/users/a", bob, Open::How::to_write) == Code::permission_denied);
    CHECK(w.open("/users/new", bob, Open::How::to_write) == Code::permission_denied);
    // The owner may, and so may root.
    CHECK(w.lease("/users/a", alice) == Code::ok);
    CHECK(w.lease("/users/a", root_user) == Code::ok);
    CHECK(w.rename("/users/a", "/users/b", alice) == Code::ok);
    CHECK(w.remove("/users/b", alice) == Code::ok);
}

TEST_CASE("permissions: what others may not read they do not get to see", "[master][gfs-7]") {
    SharedWorld w;
    CHECK(w.open("/users/a", bob) == Code::ok);
    CHECK(w.locate("/users/a", bob) == Code::ok);
    CHECK(w.list("/users", bob) == Code::ok);
    CHECK(w.open("/users/secret/s", bob) == Code::permission_denied);
    CHECK(w.locate("/users/secret/s", bob) == Code::permission_denied);
    CHECK(w.list("/users/secret", bob) == Code::permission_denied);
    CHECK(w.world
              .ask(Find{.op = {}, .client = w.world.client, .user = bob,
                        .pattern = "/users/secret/*"})
              .code() == Code::permission_denied);
    CHECK(w.snapshot("/users/secret/s", "/stolen", bob) == Code::permission_denied);
    CHECK(w.snapshot("/users", "/stolen", bob) == Code::permission_denied);
    CHECK(w.open("/users/secret/s", alice) == Code::ok);
}

TEST_CASE("permissions: a deleted file is brought back and erased by who may write to it",
          "[master][gfs-7]") {
    SharedWorld w;
    REQUIRE(w.remove("/users/a", alice) == Code::ok);
    const std::string hidden = w.world.text(w.world.last(event::file_deleted).fields[1]);
    CHECK(w.remove(hidden, bob) == Code::permission_denied);
    CHECK(w.rename(hidden, "/b", bob) == Code::permission_denied);
    CHECK(w.rename(hidden, "/users/a", alice) == Code::ok);
}

TEST_CASE("permissions: owner and mode are in the log and in the file's status",
          "[master][gfs-7]") {
    SharedWorld w;
    REQUIRE(w.create("/bobs", bob) == Code::ok);
    w.world.crash_master();
    w.world.start_master();
    w.world.run_for(1min);
    const auto status =
        w.world.ask(Stat{.op = {}, .client = w.world.client, .file = "/users/secret/s"});
    REQUIRE(status.ok());
    CHECK(status->owner == alice);
    CHECK(status->mode == 0600);
    CHECK(w.world.master->files().find("/bobs")->owner == bob);
    CHECK(w.world.master->files().find("/bobs")->mode == 0666);
    CHECK(w.open("/users/secret/s", bob) == Code::permission_denied);
}

Config with_quota(std::optional<std::uint64_t> files, std::optional<std::uint64_t> bytes) {
    Config config;
    config.heartbeat = 1s;
    config.dead_after = 1h;
    Region region;
    region.directory = "/q";
    region.max_files = files;
    region.max_bytes = bytes;
    config.regions = {region};
    return config;
}

TEST_CASE("quota: no more files than it allows, however they come", "[master][gfs-7]") {
    MasterWorld world({.config = with_quota(2, std::nullopt)});
    REQUIRE(world.make_directory("/q") == Code::ok);
    REQUIRE(world.create("/q/a") == Code::ok);
    REQUIRE(world.create("/q/b") == Code::ok);
    REQUIRE(world.create("/c") == Code::ok);
    CHECK(world.create("/q/c") == Code::quota_exceeded);
    CHECK(world.rename("/c", "/q/c") == Code::quota_exceeded);
    CHECK(world.snapshot("/c", "/q/c") == Code::quota_exceeded);
    const auto open = [&](const std::string& file) {
        return world
            .ask(Open{
                .op = {}, .client = world.client, .file = file, .how = Open::How::to_write})
            .code();
    };
    CHECK(open("/q/c") == Code::quota_exceeded);
    CHECK(open("/q/a") == Code::ok);  // the old version goes
    CHECK(world.rename("/q/a", "/q/d") == Code::ok);
    // What is deleted does not count, and needs room to come back.
    REQUIRE(world.remove("/q/d") == Code::ok);
    const std::string hidden = world.text(world.last(event::file_deleted).fields[1]);
    CHECK(world.create("/q/c") == Code::ok);
    CHECK(world.rename(hidden, "/q/d") == Code::quota_exceeded);
    CHECK(world.rename(hidden, "/d") == Code::ok);
}

TEST_CASE("quota: chunks count with their full size", "[master][gfs-7]") {
    MasterWorld world({.config = with_quota(std::nullopt, 2 * 64 * MiB + 1)});
    REQUIRE(world.make_directory("/q") == Code::ok);
    REQUIRE(world.create("/q/a") == Code::ok);
    REQUIRE(world.lease_holder("/q/a", 0).ok());
    REQUIRE(world.lease_holder("/q/a", 1).ok());
    CHECK(world.lease_holder("/q/a", 2).code() == Code::quota_exceeded);
    CHECK(world.lease_holder("/q/a", 1).ok());  // it is there already
    CHECK(world.snapshot("/q/a", "/q/b") == Code::quota_exceeded);
    REQUIRE(world.remove("/q/a") == Code::ok);
    REQUIRE(world.create("/q/b") == Code::ok);
    CHECK(world.lease_holder("/q/b", 0).ok());
}

TEST_CASE("quota: of two that ask for the last place at once, one gets it", "[master][gfs-7]") {
    MasterWorld world({.config = with_quota(1, std::nullopt)});
    REQUIRE(world.make_directory("/q") == Code::ok);
    std::optional<Create::Reply> first;
    std::optional<Create::Reply> second;
    world.ask_later(Create{.op = OpId{1}, .client = world.client, .file = "/q/a"}, first);
    world.ask_later(Create{.op = OpId{2}, .client = world.client, .file = "/q/b"}, second);
    world.run_for(1s);
    REQUIRE((first && second));
    CHECK(first->ok() != second->ok());
    CHECK((first->code() == Code::quota_exceeded || second->code() == Code::quota_exceeded));
    CHECK(world.master->files().file_count() == 1);
}

TEST_CASE("quota: what is used is known again after a restart", "[master][gfs-7]") {
    MasterWorld world({.config = with_quota(1, std::nullopt)});
    REQUIRE(world.make_directory("/q") == Code::ok);
    REQUIRE(world.create("/q/a") == Code::ok);
    world.crash_master();
    world.start_master();
    world.run_for(1min);
    CHECK(world.create("/q/b") == Code::quota_exceeded);
}

}  // namespace
}  // namespace gfs::testing
