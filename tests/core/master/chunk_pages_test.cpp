// SPDX-License-Identifier: Apache-2.0
// All chunks of the master (GFS 2.6.1), compared with a std::map; and their size.

#include "core/master/chunk_pages.h"

#include <catch2/catch.hpp>
#include <map>

#include "sim/random.h"

namespace gfs {
namespace {

Chunk some_chunk(sim::Random& random) {
    Chunk chunk;
    chunk.index = ChunkIndex{static_cast<std::uint32_t>(random.below(1000))};
    const std::uint64_t owners = 1 + random.below(3);
    for (std::uint64_t i = 0; i < owners; ++i)
        chunk.owners.push_back(static_cast<std::uint32_t>(2 + i));
    chunk.goal = chunk.owners.back();
    chunk.live_owners = static_cast<std::uint32_t>(random.below(owners + 1));
    chunk.version = Version{1 + random.below(300)};
    chunk.reserved = Version{to_number(chunk.version) + random.below(3)};
    const std::uint64_t replicas = random.below(4);
    for (std::uint64_t i = 0; i < replicas; ++i) {
        const std::uint64_t server = 100 * i + random.below(100);
        const std::uint64_t length = random.below(64 << 20);
        chunk.replicas.push_back({static_cast<ServerId>(server), length});
    }
    if (random.below(4) == 0) {
        const std::int64_t ns = random.between(-1'000'000, 1'000'000);
        chunk.offered_until = LocalTime{sim::Duration{ns}};
    }
    chunk.never_leased = chunk.version < Version{100};
    if (random.below(4) == 0) chunk.busy = true;
    if (random.below(4) == 0) chunk.below_goal_since = LocalTime{};
    return chunk;
}

bool same(const Chunk& a, const Chunk& b) {
    const auto replicas_of = [](const Chunk& chunk) {
        std::vector<std::pair<ServerId, std::uint64_t>> replicas;
        for (const Replica& replica : chunk.replicas)
            replicas.emplace_back(replica.server, replica.length);
        return replicas;
    };
    return a.index == b.index && a.owners == b.owners && a.live_owners == b.live_owners &&
           a.goal == b.goal && a.version == b.version && a.reserved == b.reserved &&
           a.never_leased == b.never_leased &&
           replicas_of(a) == replicas_of(b) && a.offered_until == b.offered_until &&
           a.retry_at == b.retry_at && a.busy == b.busy &&
           a.below_goal_since == b.below_goal_since && a.lease.has_value() == b.lease.has_value();
}

TEST_CASE("chunk pages: a report that says nothing new leaves a packed chunk where it is",
          "[master][gfs-4.4]") {
    sim::Random random(7, "confirmed");
    std::size_t confirmed = 0;
    for (std::uint64_t number = 1; number <= 500; ++number) {
        ChunkPages pages;
        const ChunkHandle handle{number};
        Chunk chunk = some_chunk(random);
        chunk.busy = false;
        chunk.below_goal_since.reset();
        pages.set(handle, chunk);
        for (const Replica& replica : chunk.replicas)
            CHECK_FALSE(pages.confirms(handle, chunk.version, replica));  // not packed
        pages.set_aside();
        for (const Replica& replica : chunk.replicas) {
            CHECK(pages.confirms(handle, chunk.version, replica));
            CHECK_FALSE(pages.confirms(ChunkHandle{number + 1}, chunk.version, replica));
            CHECK_FALSE(pages.confirms(handle, next(chunk.version), replica));
            CHECK_FALSE(
                pages.confirms(handle, chunk.version, Replica{replica.server, replica.length + 1}));
            ++confirmed;
        }
        CHECK_FALSE(pages.confirms(handle, chunk.version, Replica{ServerId{999}, 0}));
        CHECK(same(*pages.find(handle), chunk));
    }
    CHECK(confirmed > 100);
}

TEST_CASE("chunk pages: what is set aside comes back the same", "[master][gfs-2.6.1]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        sim::Random random(seed, "chunk_pages");
        ChunkPages pages;
        std::map<ChunkHandle, Chunk> model;
        for (int step = 0; step < 2000; ++step) {
            const ChunkHandle handle{1 + random.below(400)};
            switch (random.below(4)) {
                case 0: {
                    const Chunk chunk = some_chunk(random);
                    pages.set(handle, chunk);
                    model.insert_or_assign(handle, chunk);
                    break;
                }
                case 1:
                    if (!model.contains(handle)) break;
                    REQUIRE(same(pages.remove(handle), model.at(handle)));
                    model.erase(handle);
                    break;
                case 2:
                    if (random.below(20) == 0) pages.set_aside();
                    break;
                default: {
                    Chunk* const found = pages.find(handle);
                    REQUIRE((found != nullptr) == model.contains(handle));
                    if (found == nullptr) break;
                    REQUIRE(same(*found, model.at(handle)));
                    found->version = next(found->version);
                    found->reserved = std::max(found->reserved, found->version);
                    model.at(handle) = *found;
                }
            }
            REQUIRE(pages.size() == model.size());
        }
        pages.set_aside();
        std::size_t seen = 0;
        std::as_const(pages).for_each([&](ChunkHandle handle, const Chunk& chunk) {
            ++seen;
            REQUIRE(same(chunk, model.at(handle)));
        });
        CHECK(seen == model.size());
        auto expected = model.begin();
        pages.for_each([&](ChunkHandle handle, Chunk& chunk) {
            REQUIRE(handle == expected->first);
            REQUIRE(same(chunk, expected->second));
            ++expected;
        });
        CHECK(expected == model.end());
    }
}

TEST_CASE("chunk pages: a chunk takes less than 64 bytes", "[master][gfs-2.6.1]") {
    ChunkPages pages;
    sim::Random random(1, "size");
    constexpr std::uint64_t count = 100'000;
    for (std::uint64_t i = 1; i <= count; ++i) {
        Chunk chunk;
        chunk.add_owner(3, SharedGoal::highest);
        chunk.live_owners = 1;
        chunk.index = ChunkIndex{static_cast<std::uint32_t>(i % 20)};
        chunk.version = Version{1 + i % 5};
        chunk.reserved = chunk.version;
        for (std::uint64_t server = 0; server < 3; ++server) {
            const std::uint64_t number = 100 * server + random.below(100);
            chunk.replicas.push_back({static_cast<ServerId>(number), 64 << 20});
        }
        pages.set(ChunkHandle{i}, std::move(chunk));
        pages.set_aside_if_many();
    }
    pages.set_aside();
    CHECK(pages.bytes() / count < 64);
    CHECK(pages.bytes() / count > 16);
    // One that something is done with takes more, until that is over.
    const std::uint64_t before = pages.bytes();
    pages.find(ChunkHandle{500})->busy = true;
    pages.set_aside();
    CHECK(pages.bytes() > before);
    pages.find(ChunkHandle{500})->busy = false;
    pages.set_aside();
    CHECK(pages.bytes() == before);
}

}  // namespace
}  // namespace gfs
