// SPDX-License-Identifier: Apache-2.0
// However a master ends, its successor has the same state (GFS 2.6.3, 5.1.1): rebuilt from the log
// alone, from a checkpoint alone, and from a checkpoint and the records after it. A thousand random
// histories of real masters.

#include <memory>

#include "core/common/hidden_name.h"
#include "core/master/checkpoint.h"
#include "sim/random.h"
#include "tests/core/master/master_world.h"

namespace gfs::testing {
namespace {

// What the histories are made of, so that none of it can be missing unnoticed.
struct Tally {
    std::uint64_t deleted = 0, undeleted = 0, reclaimed = 0, renamed = 0, snapshots = 0, copied = 0,
                  versions = 0, chunks = 0, checkpoints = 0;
    // Of regions, users and quotas (2.3, 7).
    std::uint64_t owned = 0, single = 0, gone_at_once = 0, forbidden = 0, over_quota = 0;
};

// What differs from directory to directory: goals, owners, permissions, reclamation, quotas.
std::vector<Region> some_regions() {
    Region shared;
    shared.directory = "/d1";
    shared.replication = 1;
    shared.max_files = 3;
    Region private_one;
    private_one.directory = "/d2";
    private_one.owner = UserId{1};
    private_one.mode = 0644;
    private_one.delete_grace = 0s;
    return {shared, private_one};
}

Config quick(std::uint64_t checkpoint_every) {
    Config config;
    config.lease = 10s;
    config.heartbeat = 2s;
    config.dead_after = 5s;
    config.master_restart = 1s;
    config.checkpoint_every = checkpoint_every;
    config.users = {"root", "alice", "bob"};
    config.regions = some_regions();
    return config;
}

// A master and what happens to it in one history.
class History {
  public:
    History(std::uint64_t seed, std::uint64_t checkpoint_every)
        : world({.servers = 2, .racks = 1, .config = quick(checkpoint_every)}),
          random_(seed, "history") {
        make_some_files();
        for (int i = 0; i < 24; ++i) step();
        world.run_for(100ms);
    }

    void count_into(Tally& tally) const {
        tally.deleted += world.count(event::file_deleted);
        tally.undeleted += world.count(event::file_undeleted);
        tally.reclaimed += world.count(event::file_reclaimed);
        tally.renamed += world.count(event::file_renamed);
        tally.snapshots += world.count(event::snapshot_taken);
        tally.copied += world.count(event::chunk_copied_on_write);
        tally.chunks += world.count(event::chunk_created);
        tally.checkpoints += world.count(event::master_checkpoint_finished);
        tally.gone_at_once += gone_at_once_;
        tally.forbidden += forbidden_;
        tally.over_quota += over_quota_;
        for (const auto& [path, node] : world.master->files().nodes()) {
            if (node.owner != root_user) ++tally.owned;
            if (!node.directory && node.goal == 1) ++tally.single;
        }
        world.master->chunks().for_each([&](ChunkHandle, const Chunk& chunk) {
            if (chunk.version > Version{2}) ++tally.versions;
        });
    }

    // The state in memory; then the process is gone.
    Metadata end() {
        Metadata state = world.master->metadata();
        world.crash_master();
        return state;
    }
    // A new process starts from what is on the disk.
    const Metadata& begin() {
        world.start_master();
        while (!world.master->serving()) world.run_for(100ms);
        return world.master->metadata();
    }
    LogStore& log() { return *world.logs.at(world.master_host); }
    // The disk has nothing but a checkpoint of all that the log says.
    void keep_checkpoint_only() {
        Checkpoint all = state_at(log(), log().last(), world.config);
        std::unique_ptr<LogStore>& store = world.logs.at(world.master_host);
        store.reset();
        store = std::make_unique<LogStore>(*world.disks.at(world.master_host));
        store->preload(std::move(all));
    }

    MasterWorld world;

  private:
    // Some of them are there from the beginning.
    void make_some_files() {
        world.make_directory("/d1");
        world.make_directory("/d2");
        for (const char* const file : {"/f0", "/f1", "/d1/f0", "/d1/f1"}) {
            world.create(file);
            world.lease_holder(file);
        }
    }
    std::string name(std::uint64_t of = 3) {
        const std::uint64_t directory = random_.below(3);
        const std::uint64_t file = random_.below(of);
        const std::string leaf = "/f" + std::to_string(file);
        return directory == 0 ? leaf : "/d" + std::to_string(directory) + leaf;
    }
    std::string directory() { return "/d" + std::to_string(1 + random_.below(3)); }
    // Any file that was deleted and is still there; empty for none.
    std::string hidden() {
        std::vector<std::string> all;
        for (const auto& [path, node] : world.master->files().nodes())
            if (node.deleted) all.push_back(path);
        return all.empty() ? std::string() : random_.pick(all);
    }

    UserId somebody() { return UserId{static_cast<std::uint16_t>(random_.below(3))}; }
    void look_at(Code code) {
        if (code == Code::permission_denied) ++forbidden_;
        if (code == Code::quota_exceeded) ++over_quota_;
    }
    void create(const std::string& file, UserId user) {
        look_at(
            world.ask(Create{.op = {}, .client = world.client, .user = user, .file = file}).code());
    }
    void remove(const std::string& file, UserId user) {
        const std::size_t hidden_before = world.count(event::file_deleted);
        const std::size_t reclaimed_before = world.count(event::file_reclaimed);
        look_at(
            world.ask(Delete{.op = {}, .client = world.client, .user = user, .file = file}).code());
        if (world.count(event::file_deleted) > hidden_before &&
            world.count(event::file_reclaimed) > reclaimed_before)
            ++gone_at_once_;
    }
    void rename(const std::string& from, const std::string& to, UserId user) {
        look_at(
            world
                .ask(Rename{.op = {}, .client = world.client, .user = user, .from = from, .to = to})
                .code());
    }
    void snapshot(const std::string& from, const std::string& to, UserId user) {
        look_at(world
                    .ask(Snapshot{
                        .op = {}, .client = world.client, .user = user, .from = from, .to = to})
                    .code());
    }

    // Many come to nothing, because the name is taken or is not there, or the user may not: that is
    // part of it.
    void step() {
        const UserId user = somebody();
        const std::uint64_t what = random_.below(16);
        if (what < 3) {
            create(name(), user);
        } else if (what == 3) {
            remove(name(), user);
        } else if (what == 4) {
            world.make_directory(directory());
        } else if (what == 5) {
            remove(name(), user);
        } else if (what == 6) {
            remove(directory(), user);
        } else if (what == 7) {
            const std::string from = name();
            rename(from, name(8), user);
        } else if (what == 8) {
            const std::string from = directory();
            rename(from, directory(), user);
        } else if (what == 9) {
            const std::string from = name();
            snapshot(from, name(8), user);
        } else if (what == 10) {
            const std::string from = directory();
            snapshot(from, directory(), user);
        } else if (what == 11) {
            const std::string deleted = hidden();
            if (deleted.empty()) return;
            const bool is_wanted = random_.chance({2, 3});
            if (is_wanted)
                rename(deleted, name(8), user);
            else
                remove(deleted, user);
        } else if (what == 12) {
            world.run_for(11s);  // leases end: the next ones have higher versions
        } else {
            const bool is_over = random_.chance({1, 3});
            if (is_over) world.run_for(11s);
            const std::string file = name(4);
            const std::uint32_t index = static_cast<std::uint32_t>(random_.below(2));
            world.lease_holder(file, index);
        }
    }

    sim::Random random_;
    std::uint64_t gone_at_once_ = 0, forbidden_ = 0, over_quota_ = 0;
};

constexpr std::uint64_t histories = 1000;

}  // namespace

TEST_CASE("recovery: log, checkpoint, or both give the same state, for a thousand histories",
          "[master][gfs-2.6.3][gfs-5.1.1]") {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= histories; ++seed) {
        const bool with_checkpoints = seed % 2 == 0;
        History history(seed, with_checkpoints ? 4 + seed % 9 : 1'000'000);
        history.count_into(tally);
        const Metadata before = history.end();
        const bool has_checkpoint = history.log().checkpoint() != nullptr;
        if (has_checkpoint != with_checkpoints) CHECK(history.log().last() < LogIndex{13});

        // From the log, after a checkpoint if there is one.
        const std::string difference = history.begin().difference(before).words;
        history.end();
        // From a checkpoint and nothing else.
        history.keep_checkpoint_only();
        const std::string from_checkpoint = history.begin().difference(before).words;
        if (difference.empty() && from_checkpoint.empty()) continue;
        FAIL("history " << seed << ": from the log: " << difference
                        << "; from a checkpoint: " << from_checkpoint);
    }
    // None of what can be in a log was left out.
    CHECK(tally.deleted > 200);
    CHECK(tally.undeleted > 50);
    CHECK(tally.reclaimed > 20);
    CHECK(tally.renamed > 100);
    CHECK(tally.snapshots > 100);
    CHECK(tally.copied > 20);
    CHECK(tally.versions > 100);
    CHECK(tally.chunks > 500);
    CHECK(tally.checkpoints > 300);
    CHECK(tally.owned > 100);
    CHECK(tally.single > 100);
    CHECK(tally.gone_at_once > 20);
    CHECK(tally.forbidden > 50);
    CHECK(tally.over_quota > 50);
}

TEST_CASE("recovery: a log without its last change, or part of a checkpoint, gives another state",
          "[master][gfs-2.6.3]") {
    int looked_at = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        History history(seed, 1'000'000);
        const Metadata before = history.end();
        LogStore& log = history.log();
        // Only what changes a name, or gives a file a chunk, is sure to be missed.
        const std::string last = log::name(log.records().back().entry);
        if (last == "version_reserved" || last == "version_granted" || last == "handles_reserved")
            continue;
        ++looked_at;
        const LogIndex whole = log.last();
        CHECK(before.difference(*state_at(log, whole, history.world.config).state).empty());
        const LogIndex shorter{to_number(whole) - 1};
        CHECK(!before.difference(*state_at(log, shorter, history.world.config).state).empty());
        if (before.files().nodes().size() > 1) CHECK(!before.difference(before.part(0, 1)).empty());
    }
    CHECK(looked_at > 10);
}

}  // namespace gfs::testing
