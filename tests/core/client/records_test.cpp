// SPDX-License-Identifier: Apache-2.0
// Records that validate and identify themselves: the reader of described bytes finds exactly what a
// reader of the bytes themselves finds.

#include "core/client/records.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/common/content.h"
#include "core/common/record_frame.h"
#include "sim/random.h"

namespace gfs {
namespace {

constexpr ClientId writer{5};

FileData file_of(const Content& content) {
    return {.length = content.length(), .extents = content.read(0, content.length())};
}

std::uint64_t number_at(const std::string& bytes, std::size_t offset, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i > 0; --i)
        number = number << 8 | static_cast<std::uint8_t>(bytes[offset + i - 1]);
    return number;
}

// The reader that an application would have: it knows nothing but the bytes.
std::vector<FoundRecord> read_bytes(const std::string& bytes) {
    std::vector<FoundRecord> found;
    for (std::size_t at = 0; at + record_header_bytes <= bytes.size();) {
        const std::uint64_t payload = number_at(bytes, at + 8, 8);
        const std::uint64_t room = bytes.size() - at - record_header_bytes;
        if (bytes.compare(at, record_magic.size(), record_magic) != 0 || payload > room) {
            ++at;
            continue;
        }
        const std::uint64_t size = record_header_bytes + payload;
        Crc32 crc;
        for (std::size_t i = at + 8; i < at + size; ++i)
            crc.add(static_cast<std::uint8_t>(bytes[i]));
        if (crc.value() != number_at(bytes, at + 4, 4)) {
            ++at;
            continue;
        }
        found.push_back({.id = DataId{number_at(bytes, at + 16, 8)}, .offset = at, .bytes = size});
        at += size;
    }
    return found;
}

bool same(const std::vector<FoundRecord>& a, const std::vector<FoundRecord>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.id == y.id && x.offset == y.offset && x.bytes == y.bytes;
    });
}

// A file as failures leave it: records at any place over each other, in whole and in part, padding,
// holes, other data, and bytes that a disk has changed.
Content battered(DataTable& table, sim::Random& draws) {
    std::vector<DataId> data;
    for (int i = 0; i < 4; ++i) data.push_back(table.add_record(writer, draws.below(40)));
    data.push_back(table.add_record(writer, "hello"));
    data.push_back(table.add(writer, 50));
    Content content;
    const std::uint64_t steps = draws.below(14);
    std::uint64_t end = 0;
    for (std::uint64_t i = 0; i < steps; ++i) {
        const DataId which = data[draws.below(data.size())];
        const std::uint64_t bytes = table.record_bytes(which).value_or(50);
        const std::uint64_t kind = draws.below(8);
        // Mostly one after the other, as record append does.
        const std::uint64_t offset = draws.below(3) == 0 ? draws.below(200) : end;
        Extent extent{.offset = offset, .length = bytes, .data = which};
        if (kind == 0) extent = {.offset = offset, .length = 1 + draws.below(30), .data = padding};
        if (kind == 1) extent.length = 1 + draws.below(bytes);
        if (kind == 2) extent.damaged = true;
        if (kind == 3) {
            extent.data_offset = draws.below(bytes);
            extent.length = bytes - extent.data_offset;
        }
        content.write(extent);
        end = content.length() + (kind == 4 ? draws.below(10) : 0);
    }
    return content;
}

}  // namespace

TEST_CASE("records: the layout is as the header says", "[client][gfs-2.7.2]") {
    DataTable table;
    const DataId record = table.add_record(writer, "payload");
    REQUIRE(table.record_bytes(record) == record_header_bytes + 7);
    const std::string bytes = table.render({{.offset = 0, .length = 31, .data = record}}, 0, 31);
    CHECK(bytes.substr(0, 4) == "GFSR");
    CHECK(number_at(bytes, 8, 8) == 7);
    CHECK(DataId{number_at(bytes, 16, 8)} == record);
    CHECK(bytes.substr(24) == "payload");
    Crc32 known;
    for (const char c : std::string("123456789")) known.add(static_cast<std::uint8_t>(c));
    CHECK(known.value() == 0xcbf4'3926U);  // the check value of CRC-32
    CHECK(same(read_bytes(bytes), {{.id = record, .offset = 0, .bytes = 31}}));
}

TEST_CASE("records: padding, fragments and duplicates are told from records",
          "[client][gfs-2.7.2]") {
    DataTable table;
    const DataId first = table.add_record(writer, 76);
    const DataId second = table.add_record(writer, 76);
    Content content;
    content.write({.offset = 0, .length = 100, .data = first});
    content.write({.offset = 100, .length = 40, .data = second});  // a fragment
    content.write({.offset = 140, .length = 100, .data = second});
    content.write({.offset = 240, .length = 100, .data = second});  // again, by a retry
    content.write({.offset = 400, .length = 30, .data = padding});  // after a hole of 60 bytes
    RecordScan scan = scan_records(file_of(content), table);
    CHECK(scan.records.size() == 3);
    CHECK(scan.padding_bytes == 90);
    CHECK(scan.invalid_bytes == 40);
    CHECK(drop_duplicates(scan.records) == 1);
    REQUIRE(scan.records.size() == 2);
    CHECK(scan.records[0].id == first);
    CHECK(scan.records[1].id == second);
    CHECK(scan.records[1].offset == 140);
}

TEST_CASE("records: one that was overwritten in the middle, or damaged, is not valid",
          "[client][gfs-2.7.2]") {
    DataTable table;
    const DataId record = table.add_record(writer, 76);
    const DataId other = table.add_record(writer, 76);
    Content content;
    content.write({.offset = 0, .length = 100, .data = record});
    const bool damaged = GENERATE(true, false);
    if (damaged)
        content.write(
            {.offset = 60, .length = 1, .data = record, .data_offset = 60, .damaged = true});
    else
        content.write({.offset = 60, .length = 1, .data = other, .data_offset = 60});
    const RecordScan scan = scan_records(file_of(content), table);
    CHECK(scan.records.empty());
    CHECK(scan.invalid_bytes == 100);
}

TEST_CASE("records: the reader finds what a reader of the bytes finds", "[client][gfs-2.7.2]") {
    sim::Random draws(1, "records");
    std::size_t found = 0;
    std::size_t skipped = 0;
    for (int round = 0; round < 4000; ++round) {
        DataTable table;
        const Content content = battered(table, draws);
        const FileData file = file_of(content);
        const RecordScan scan = scan_records(file, table);
        const std::string bytes = table.render(file.extents, 0, file.length);
        INFO("round " << round);
        REQUIRE(same(scan.records, read_bytes(bytes)));
        std::uint64_t valid = 0;
        for (const FoundRecord& record : scan.records) valid += record.bytes;
        REQUIRE(valid + scan.padding_bytes + scan.invalid_bytes == file.length);
        found += scan.records.size();
        skipped += scan.invalid_bytes > 0 ? 1 : 0;
    }
    CHECK(found > 4000);
    CHECK(skipped > 1000);
}

}  // namespace gfs
