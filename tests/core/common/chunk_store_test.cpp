// SPDX-License-Identifier: Apache-2.0
// What of a chunk file is durable.

#include "core/common/chunk_store.h"

#include <catch2/catch.hpp>

#include "tests/sim/small_world.h"

namespace gfs {
namespace {

using namespace std::chrono_literals;

constexpr ChunkHandle chunk{7};

struct StoreWorld {
    ~StoreWorld() { world.engine.shut_down(); }
    void sync() {
        world.host(0).spawn("sync", sync_chunk(*this));
        world.run();
    }
    static sim::Task<void> sync_chunk(StoreWorld& w) {
        co_await w.disk.sync(ChunkStore::file_of(chunk));
    }
    std::uint64_t length() const { return store.find(chunk)->content.length(); }

    sim::testing::SmallWorld world{1};
    sim::Disk disk{world.engine, world.host(0), {.capacity = 1000}};
    ChunkStore store{disk};
};

TEST_CASE("chunk store: a power loss undoes what was not synced", "[chunk_store]") {
    StoreWorld w;
    w.store.put(chunk, Version{1}, Content{});
    w.store.write(chunk, {.offset = 0, .length = 100, .data = DataId{1}});
    w.sync();
    w.store.write(chunk, {.offset = 50, .length = 100, .data = DataId{2}});
    w.store.set_version(chunk, Version{2});
    w.store.write(chunk, {.offset = 0, .length = 10, .data = DataId{3}});
    CHECK(w.length() == 150);
    CHECK(w.disk.used() == 150);
    w.store.lose_unsynced();
    CHECK(w.length() == 100);
    CHECK(w.store.find(chunk)->version == Version{1});
    CHECK(w.store.find(chunk)->content.read(0, 100).size() == 1);
    CHECK(w.disk.used() == 100);
}

TEST_CASE("chunk store: a file that was never synced is gone after a power loss",
          "[chunk_store]") {
    StoreWorld w;
    w.store.put(chunk, Version{1}, Content{});
    w.store.write(chunk, {.offset = 0, .length = 100, .data = DataId{1}});
    w.store.lose_unsynced();
    CHECK(w.store.find(chunk) == nullptr);
    CHECK(w.disk.used() == 0);
}

TEST_CASE("chunk store: what was synced survives a power loss, with its version",
          "[chunk_store]") {
    StoreWorld w;
    w.store.put(chunk, Version{1}, Content{});
    w.store.set_version(chunk, Version{2});
    w.store.write(chunk, {.offset = 0, .length = 100, .data = DataId{1}});
    w.sync();
    w.store.lose_unsynced();
    CHECK(w.length() == 100);
    CHECK(w.store.find(chunk)->version == Version{2});
}

// A replica of 20 blocks of 64 KiB, durable; `then` is written, and the power goes while the disk
// makes it durable, `later` after it began.
struct DarkWorld {
    explicit DarkWorld(const PowerLoss& how, const Extent& then, sim::Duration later = 10ms) {
        Content content;
        content.write({.offset = 0, .length = 20 * 64 * KiB + 100, .data = DataId{1}});
        store.preload(chunk, Version{1}, content);
        store.write(chunk, then);
        world.host(0).spawn("sync", sync_chunk(disk));
        world.engine.run(world.engine.now() + later);
        store.lose_unsynced(how);
    }
    ~DarkWorld() { world.engine.shut_down(); }
    static sim::Task<void> sync_chunk(sim::Disk& d) {
        co_await d.sync(ChunkStore::file_of(chunk));
    }
    const Content& content() const { return store.find(chunk)->content; }
    std::optional<std::uint64_t> mismatch(const ByteRange& range) const {
        return store.find_mismatch(chunk, range);
    }
    std::optional<std::uint64_t> mismatch() const { return mismatch({0, content().length()}); }
    // How many bytes of the second write are there.
    std::uint64_t of_second_write() const {
        std::uint64_t bytes = 0;
        for (const Extent& extent : content().extents())
            if (extent.data == DataId{2}) bytes += extent.length;
        return bytes;
    }

    sim::testing::SmallWorld world{1};
    sim::Disk disk{world.engine, world.host(0), {}};
    ChunkStore store{disk};
};

constexpr std::uint64_t old_length = 20 * 64 * KiB + 100;
constexpr Extent overwrite{.offset = 1000, .length = 1'000'000, .data = DataId{2}};
constexpr Extent append{.offset = old_length, .length = 1'000'000, .data = DataId{2}};

TEST_CASE("power loss: whole writes only, if nothing is torn and the journal has both sums",
          "[chunk_store][gfs-5.2]") {
    for (const Extent& then : {overwrite, append}) {
        const DarkWorld w({ChecksumOrder::journaled, false}, then);
        CHECK(w.of_second_write() == 0);
        CHECK(w.content().length() == old_length);
        CHECK_FALSE(w.mismatch());
        CHECK(w.disk.used() == old_length);
    }
}

TEST_CASE("power loss: a torn overwrite leaves one block that matches no sum",
          "[chunk_store][gfs-5.2]") {
    const DarkWorld w({ChecksumOrder::journaled, true}, overwrite, 18ms);
    // The arm has had 10 ms for the bytes, in whole blocks of the disk.
    const std::uint64_t torn_at = 1000 + w.of_second_write();
    CHECK(torn_at % 4096 == 0);
    CHECK(torn_at == (1000 + 400'000) / 4096 * 4096);
    const auto found = w.mismatch();
    REQUIRE(found);
    CHECK(*found == torn_at / (64 * KiB) * (64 * KiB));
    CHECK_FALSE(w.mismatch({*found + 64 * KiB, old_length - *found - 64 * KiB}));
}

TEST_CASE("power loss: what a torn append had begun is cut off", "[chunk_store][gfs-5.2]") {
    const DarkWorld w({ChecksumOrder::journaled, true}, append, 18ms);
    CHECK(w.content().length() == old_length);
    CHECK_FALSE(w.mismatch());
}

TEST_CASE("power loss: new data with old sums, or old data with new sums, does not match",
          "[chunk_store][gfs-5.2]") {
    const DarkWorld data_first({ChecksumOrder::data_first, false}, append);
    CHECK(data_first.of_second_write() == 1'000'000);
    CHECK(data_first.mismatch() == 20 * 64 * KiB);
    CHECK(data_first.disk.used() == old_length + 1'000'000);
    const DarkWorld log_first({ChecksumOrder::log_first, false}, append);
    CHECK(log_first.of_second_write() == 0);
    CHECK(log_first.mismatch() == 20 * 64 * KiB);
    CHECK(log_first.content().length() == old_length);
    for (const ChecksumOrder order : {ChecksumOrder::data_first, ChecksumOrder::log_first}) {
        const DarkWorld overwritten({order, false}, overwrite);
        CHECK(overwritten.mismatch() == 0);
        CHECK_FALSE(overwritten.mismatch({16 * 64 * KiB, 1000}));
    }
}

TEST_CASE("power loss: what nobody had begun to sync is undone in any order",
          "[chunk_store][gfs-5.2]") {
    for (const ChecksumOrder order :
         {ChecksumOrder::journaled, ChecksumOrder::data_first, ChecksumOrder::log_first}) {
        StoreWorld w;
        w.store.put(chunk, Version{1}, Content{});
        w.store.write(chunk, {.offset = 0, .length = 100, .data = DataId{1}});
        w.sync();
        w.store.write(chunk, {.offset = 50, .length = 100, .data = DataId{2}});
        w.store.lose_unsynced({order, true});
        CHECK(w.length() == 100);
        CHECK_FALSE(w.store.find_mismatch(chunk, {0, 100}));
    }
}

TEST_CASE("chunk store: silent damage survives a power loss, what was unsynced before does too",
          "[chunk_store][gfs-5.2]") {
    StoreWorld w;
    w.store.put(chunk, Version{1}, Content{});
    w.store.write(chunk, {.offset = 0, .length = 100, .data = DataId{1}});
    w.store.damage(chunk, {10, 1});
    w.store.write(chunk, {.offset = 100, .length = 100, .data = DataId{2}});
    CHECK(w.store.find_mismatch(chunk, {0, 1}) == 0);
    w.store.lose_unsynced();
    CHECK(w.length() == 100);
    CHECK(w.store.find_mismatch(chunk, {0, 1}) == 0);
}

TEST_CASE("chunk store: which blocks a write replaces in part", "[chunk_store][gfs-5.2]") {
    sim::testing::SmallWorld world{1};
    sim::Disk disk{world.engine, world.host(0), {.capacity = 1000}};
    Content content;
    content.write({.offset = 0, .length = 300, .data = DataId{1}});
    ChunkStore store(disk, 100);
    store.preload(chunk, Version{1}, content);
    using Ranges = std::vector<ByteRange>;
    CHECK(store.partly_overwritten(chunk, {0, 300}).empty());
    CHECK(store.partly_overwritten(chunk, {300, 50}).empty());
    CHECK(store.partly_overwritten(chunk, {0, 0}).empty());
    CHECK(store.partly_overwritten(chunk, {10, 20}) == Ranges{{0, 100}});
    CHECK(store.partly_overwritten(chunk, {10, 200}) == Ranges{{0, 100}, {200, 100}});
    CHECK(store.partly_overwritten(chunk, {10, 290}) == Ranges{{0, 100}});
    CHECK(store.partly_overwritten(chunk, {250, 200}) == Ranges{{200, 100}});
    CHECK(store.whole_blocks(chunk, {150, 100}) == ByteRange{100, 200});
    CHECK(store.whole_blocks(chunk, {250, 100}) == ByteRange{200, 100});
}

TEST_CASE("chunk store: a lost file is remembered until it is back", "[chunk_store][gfs-2.6.2]") {
    StoreWorld w;
    w.store.put(chunk, Version{1}, Content{});
    w.store.lose(chunk);
    CHECK(w.store.find(chunk) == nullptr);
    CHECK(w.store.missing().contains(chunk));
    w.store.put(chunk, Version{1}, Content{});
    CHECK(w.store.missing().empty());
}

TEST_CASE("chunk store: it says when the disk has no room", "[chunk_store]") {
    StoreWorld w;
    w.store.put(chunk, Version{1}, Content{});
    CHECK(w.store.has_room(chunk, 1000));
    CHECK_FALSE(w.store.has_room(chunk, 1001));
    w.store.write(chunk, {.offset = 0, .length = 600, .data = DataId{1}});
    CHECK(w.store.has_room(chunk, 1000));
    CHECK_FALSE(w.store.has_room(ChunkHandle{8}, 401));
    w.store.erase(chunk);
    CHECK(w.store.has_room(ChunkHandle{8}, 1000));
}

}  // namespace
}  // namespace gfs
