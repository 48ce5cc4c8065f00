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
