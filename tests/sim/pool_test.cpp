// SPDX-License-Identifier: Apache-2.0

#include "sim/pool.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "sim/assert.h"

namespace sim {
namespace {

struct Block {
    std::byte* at;
    std::size_t bytes;
    std::byte mark;
};

// Random traffic in which every block carries its own mark over its whole length: two blocks that
// overlapped, or a free list that wrote into a live block, would spoil one.
void random_traffic(Pool& pool, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::vector<Block> live;
    const auto give_back = [&](std::size_t index) {
        const Block block = live[index];
        live[index] = live.back();
        live.pop_back();
        REQUIRE(std::all_of(block.at, block.at + block.bytes,
                            [&](std::byte b) { return b == block.mark; }));
        pool.deallocate(block.at, block.bytes);
    };
    for (int i = 0; i < 5'000; ++i) {
        if (generator() % 100 < 55 || live.empty()) {
            const std::size_t bytes = generator() % 2'500;
            auto* const at = static_cast<std::byte*>(pool.allocate(bytes));
            REQUIRE(reinterpret_cast<std::uintptr_t>(at) % 16 == 0);
            const auto mark = static_cast<std::byte>(i);
            std::memset(at, i & 0xff, bytes);
            live.push_back({at, bytes, mark});
        } else {
            give_back(generator() % live.size());
        }
        REQUIRE(pool.live_blocks() == live.size());
    }
    while (!live.empty()) give_back(live.size() - 1);
    REQUIRE(pool.live_blocks() == 0);
}

TEST_CASE("pool: live blocks never overlap, whatever their sizes", "[pool]") {
    Pool pool;
    random_traffic(pool, 1);
}

TEST_CASE("pool: a disturbed pool is a correct pool", "[pool]") {
    Pool pool;
    pool.disturb(7);
    random_traffic(pool, 2);
}

TEST_CASE("pool: a disturbed pool fills blocks with garbage that differs from block to block",
          "[pool]") {
    Pool pool;
    pool.disturb(7);
    std::map<std::byte, int> fills;
    std::vector<void*> blocks;
    for (int i = 0; i < 64; ++i) {
        auto* const at = static_cast<std::byte*>(pool.allocate(100));
        REQUIRE(std::all_of(at, at + 100, [&](std::byte b) { return b == *at; }));
        ++fills[*at];
        blocks.push_back(at);
    }
    REQUIRE(fills.size() > 32);
    for (void* const at : blocks) pool.deallocate(at, 100);
}

TEST_CASE("pool: a disturbed pool does not hand out the block that was freed last", "[pool]") {
    Pool pool;
    pool.disturb(7);
    for (int i = 0; i < 32; ++i) {
        void* const freed = pool.allocate(64);
        pool.deallocate(freed, 64);
        void* const next = pool.allocate(64);
        REQUIRE(next != freed);
        pool.deallocate(next, 64);
    }
}

TEST_CASE("pool: a pool that is in use cannot be disturbed any more", "[pool]") {
    Pool pool;
    void* const block = pool.allocate(1);
    REQUIRE_THROWS_AS(pool.disturb(1), AssertionFailed);
    pool.deallocate(block, 1);
}

}  // namespace
}  // namespace sim
