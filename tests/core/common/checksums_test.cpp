// SPDX-License-Identifier: Apache-2.0
// Checksums of blocks (GFS 5.2): what is on record after writes, appends and silent changes.

#include "core/common/checksums.h"

#include <catch2/catch.hpp>

namespace gfs {
namespace {

constexpr std::uint64_t block = 100;

struct Replica {
    void write(std::uint64_t offset, std::uint64_t length, std::uint64_t data) {
        const Extent extent{.offset = offset, .length = length, .data = DataId{data}};
        sums.write(extent, content.length());
        content.write(extent);
    }
    void damage(std::uint64_t offset) {
        sums.keep(content, {offset, 1});
        content.damage({offset, 1});
    }
    std::optional<std::uint64_t> mismatch() const {
        return sums.find_mismatch(content, {0, content.length()});
    }

    Content content;
    Checksums sums{block};
};

TEST_CASE("checksum: the sum of a range is that of its parts, however it is described",
          "[checksums][gfs-5.2]") {
    Content whole;
    whole.write({.offset = 10, .length = 50, .data = DataId{7}});
    Content parts;
    parts.write({.offset = 30, .length = 30, .data = DataId{7}, .data_offset = 20});
    parts.write({.offset = 10, .length = 20, .data = DataId{7}});
    CHECK(checksum(whole, {0, 100}) == checksum(parts, {0, 100}));
    CHECK(checksum(whole, {0, 100}) == checksum(whole, {0, 30}) + checksum(whole, {30, 70}));
    CHECK(checksum(whole, {0, 100}) != 0);
}

TEST_CASE("checksum: another author, place or byte of the data is another sum",
          "[checksums][gfs-5.2]") {
    const Extent extent{.offset = 10, .length = 50, .data = DataId{7}};
    for (const Extent& other : {Extent{.offset = 10, .length = 50, .data = DataId{8}},
                                Extent{.offset = 11, .length = 50, .data = DataId{7}},
                                Extent{.offset = 10, .length = 49, .data = DataId{7}},
                                Extent{.offset = 10, .length = 50, .data = DataId{7},
                                       .data_offset = 1},
                                Extent{.offset = 10, .length = 50, .data = DataId{7},
                                       .data_offset = 0, .damaged = true}})
        CHECK(checksum(extent) != checksum(other));
}

TEST_CASE("checksum: padding and holes add nothing, a changed zero does",
          "[checksums][gfs-5.2]") {
    Content content;
    content.write({.offset = 50, .length = 50, .data = padding});
    CHECK(checksum(content, {0, 100}) == 0);
    content.damage({20, 1});
    CHECK(checksum(content, {0, 100}) != 0);
}

TEST_CASE("checksums: what is written matches", "[checksums][gfs-5.2]") {
    Replica replica;
    replica.write(0, 250, 1);
    replica.write(250, 10, 2);
    replica.write(30, 100, 3);
    CHECK(replica.sums.all_match());
    CHECK_FALSE(replica.mismatch());
}

TEST_CASE("checksums: a changed byte is found in its block, and in no other",
          "[checksums][gfs-5.2]") {
    Replica replica;
    replica.write(0, 350, 1);
    replica.damage(130);
    CHECK(replica.mismatch() == 100);
    CHECK(replica.sums.find_mismatch(replica.content, {0, 101}) == 100);
    CHECK_FALSE(replica.sums.find_mismatch(replica.content, {0, 100}));
    CHECK_FALSE(replica.sums.find_mismatch(replica.content, {200, 150}));
    CHECK_FALSE(replica.sums.find_mismatch(replica.content, {130, 0}));
}

TEST_CASE("checksums: an append brings a sum up to date and does not hide what is wrong",
          "[checksums][gfs-5.2]") {
    Replica replica;
    replica.write(0, 130, 1);
    replica.damage(120);
    replica.write(130, 150, 2);
    CHECK(replica.mismatch() == 100);
    // The rest of the append is right: it is the first 30 bytes of the block that are not.
    CHECK_FALSE(replica.sums.find_mismatch(replica.content, {200, 80}));
}

TEST_CASE("checksums: an overwrite computes the sum anew, of whatever is there then",
          "[checksums][gfs-5.2]") {
    Replica replica;
    replica.write(0, 200, 1);
    replica.damage(120);
    replica.write(150, 10, 2);
    CHECK_FALSE(replica.mismatch());  // hidden: hence the check before an overwrite
    replica.damage(20);
    replica.write(0, 100, 3);
    CHECK_FALSE(replica.mismatch());  // gone, with all bytes of the block
}

TEST_CASE("checksums: a write that is undone leaves what was on record", "[checksums][gfs-5.2]") {
    Replica replica;
    replica.write(0, 250, 1);
    replica.damage(120);
    const Content content = replica.content;
    const Extent extent{.offset = 100, .length = 100, .data = DataId{2}};
    const auto before = replica.sums.write(extent, replica.content.length());
    replica.content.write(extent);
    CHECK_FALSE(replica.mismatch());
    replica.content = content;
    replica.sums.restore({100, 100}, before);
    CHECK(replica.mismatch() == 100);
}

TEST_CASE("checksums: blocks", "[checksums]") {
    const Checksums sums(block);
    CHECK(sums.whole_blocks({150, 1}) == ByteRange{100, 100});
    CHECK(sums.whole_blocks({199, 2}) == ByteRange{100, 200});
    CHECK(sums.whole_blocks({150, 0}) == ByteRange{150, 0});
    CHECK(sums.end_block({100, 100}) == 2);
}

}  // namespace
}  // namespace gfs
