// SPDX-License-Identifier: Apache-2.0
// Described content, compared with plain arrays of bytes.

#include "core/common/content.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "sim/random.h"

namespace gfs {
namespace {

// What a byte is: which data, and which byte of it. {0, 0} is a hole.
using Byte = std::pair<std::uint64_t, std::uint64_t>;

std::vector<Byte> bytes_of(const Content& content) {
    std::vector<Byte> bytes(content.length());
    for (const Extent& extent : content.extents())
        for (std::uint64_t i = 0; i < extent.length; ++i)
            bytes[extent.offset + i] = {static_cast<std::uint64_t>(extent.data),
                                        extent.data_offset + i};
    return bytes;
}

void write_to(std::vector<Byte>& bytes, const Extent& extent) {
    if (bytes.size() < extent.end()) bytes.resize(extent.end());
    for (std::uint64_t i = 0; i < extent.length; ++i)
        bytes[extent.offset + i] = {static_cast<std::uint64_t>(extent.data),
                                    extent.data_offset + i};
}

Extent random_extent(sim::Random& random, std::uint64_t number) {
    const std::uint64_t offset = random.below(60);
    const std::uint64_t length = 1 + random.below(20);
    const std::uint64_t data_offset = random.below(8);
    return {.offset = offset,
            .length = length,
            .data = DataId{number},
            .data_offset = data_offset};
}

void check_order(const Content& content) {
    std::uint64_t end = 0;
    for (const Extent& extent : content.extents()) {
        REQUIRE(extent.length > 0);
        REQUIRE(extent.offset >= end);
        end = extent.end();
    }
    REQUIRE(end <= content.length());
}

TEST_CASE("content: after any writes it describes the same bytes as an array", "[content]") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        sim::Random random(seed, "content-test");
        Content content;
        std::vector<Byte> bytes;
        for (std::uint64_t number = 1; number <= 40; ++number) {
            const Extent extent = random_extent(random, number);
            content.write(extent);
            write_to(bytes, extent);
            check_order(content);
            REQUIRE(bytes_of(content) == bytes);
        }
    }
}

TEST_CASE("content: undoing writes, newest first, brings back every state", "[content]") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        sim::Random random(seed, "undo-test");
        struct Step {
            Content before;
            Extent written;
            std::vector<Extent> replaced;
        };
        std::vector<Step> steps;
        Content content;
        for (std::uint64_t number = 1; number <= 30; ++number) {
            const Extent extent = random_extent(random, number);
            Step step{content, extent, {}};
            step.replaced = content.write(extent);
            steps.push_back(std::move(step));
        }
        while (!steps.empty()) {
            const Step& step = steps.back();
            content.restore(step.written.offset, step.written.length, step.replaced,
                            step.before.length());
            check_order(content);
            REQUIRE(bytes_of(content) == bytes_of(step.before));
            REQUIRE(content.length() == step.before.length());
            steps.pop_back();
        }
    }
}

TEST_CASE("content: a read gives the extents clipped to its range, holes left out", "[content]") {
    Content content;
    content.write({.offset = 10, .length = 10, .data = DataId{1}});
    content.write({.offset = 30, .length = 10, .data = DataId{2}});
    const std::vector<Extent> found = content.read(15, 20);
    REQUIRE(found.size() == 2);
    CHECK(found[0] == Extent{.offset = 15, .length = 5, .data = DataId{1}, .data_offset = 5});
    CHECK(found[1] == Extent{.offset = 30, .length = 5, .data = DataId{2}, .data_offset = 0});
    CHECK(content.read(20, 10).empty());
    CHECK(content.read(40, 10).empty());
}

TEST_CASE("content: data written piece by piece is one extent", "[content]") {
    Content content;
    content.write({.offset = 0, .length = 10, .data = DataId{1}, .data_offset = 0});
    content.write({.offset = 10, .length = 10, .data = DataId{1}, .data_offset = 10});
    CHECK(content.extents().size() == 1);
    content.write({.offset = 20, .length = 10, .data = DataId{1}, .data_offset = 40});
    CHECK(content.extents().size() == 2);
}

}  // namespace
}  // namespace gfs
