// SPDX-License-Identifier: Apache-2.0

#include "core/common/data_table.h"

#include <algorithm>

#include "core/common/record_frame.h"
#include "sim/assert.h"

namespace gfs {
namespace {

// Scrambles 64 bits; neighbours differ in about half of theirs.
std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58'476d'1ce4'e5b9U;
    x ^= x >> 27;
    x *= 0x94d0'49bb'1331'11ebU;
    return x ^ (x >> 31);
}

// Byte `offset` of the pattern that stands for data nobody has spelled out.
std::uint8_t pattern_byte(DataId data, std::uint64_t offset) {
    const std::uint64_t word = mix(static_cast<std::uint64_t>(data) ^ mix(offset / 8));
    return static_cast<std::uint8_t>(word >> (offset % 8 * 8));
}

}  // namespace

DataId DataTable::next_of(ClientId client) {
    const std::uint32_t number = ++counts_[client];
    return DataId{(std::uint64_t{sim::to_index(client)} << 32) | number};
}

DataId DataTable::add(ClientId client, std::uint64_t) {
    return next_of(client);
}

DataId DataTable::add(ClientId client, std::string_view literal) {
    const DataId data = add(client, literal.size());
    literals_.emplace(data, literal);
    return data;
}

DataId DataTable::add_record(ClientId client, std::uint64_t payload_bytes) {
    const DataId data = next_of(client);
    records_.emplace(data, Record{payload_bytes, std::nullopt});
    return data;
}

DataId DataTable::add_record(ClientId client, std::string_view payload) {
    const DataId data = next_of(client);
    records_.emplace(data, Record{payload.size(), std::string(payload)});
    return data;
}

std::optional<std::uint64_t> DataTable::record_bytes(DataId data) const {
    const auto found = records_.find(data);
    if (found == records_.end()) return std::nullopt;
    return record_header_bytes + found->second.payload_bytes;
}

std::optional<std::string_view> DataTable::literal(DataId data) const {
    const auto found = literals_.find(data);
    if (found == literals_.end()) return std::nullopt;
    return found->second;
}

std::uint8_t DataTable::byte(DataId data, std::uint64_t offset) const {
    if (data == padding || data == no_data) return 0;
    if (const auto text = literal(data))
        return offset < text->size() ? static_cast<std::uint8_t>((*text)[offset]) : 0;
    const auto record = records_.find(data);
    if (record != records_.end()) return record_byte(data, record->second, offset);
    return pattern_byte(data, offset);
}

std::uint8_t DataTable::payload_byte(DataId data, const Record& record,
                                     std::uint64_t offset) const {
    if (offset >= record.payload_bytes) return 0;
    if (record.text) SIM_ASSERT(record.text->size() == record.payload_bytes);
    if (record.text) return static_cast<std::uint8_t>((*record.text)[offset]);
    return pattern_byte(data, offset);
}

std::uint8_t DataTable::record_byte(DataId data, const Record& record, std::uint64_t offset) const {
    if (offset >= record_header_bytes)
        return payload_byte(data, record, offset - record_header_bytes);
    RecordHeader header = unsealed_header(data, record.payload_bytes);
    constexpr std::uint64_t checked_from = 8;  // what the checksum is about
    if (offset >= record_magic.size() && offset < checked_from) {
        Crc32 crc;
        for (std::uint64_t i = checked_from; i < record_header_bytes; ++i) crc.add(header[i]);
        for (std::uint64_t i = 0; i < record.payload_bytes; ++i)
            crc.add(payload_byte(data, record, i));
        seal(header, crc.value());
    }
    return header[offset];
}

std::string DataTable::render(const std::vector<Extent>& extents, std::uint64_t offset,
                              std::uint64_t length) const {
    std::string bytes(length, '\0');
    for (const Extent& extent : extents) {
        const std::uint64_t from = std::max(extent.offset, offset);
        const std::uint64_t to = std::min(extent.end(), offset + length);
        for (std::uint64_t at = from; at < to; ++at) {
            std::uint8_t value = byte(extent.data, extent.data_offset + (at - extent.offset));
            if (extent.damaged) value = static_cast<std::uint8_t>(~value);
            bytes[at - offset] = static_cast<char>(value);
        }
    }
    return bytes;
}

}  // namespace gfs
