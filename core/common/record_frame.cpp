// SPDX-License-Identifier: Apache-2.0

#include "core/common/record_frame.h"

#include <cstddef>

namespace gfs {
namespace {

template <typename Number>
void put(RecordHeader& header, std::size_t offset, Number number) {
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        header[offset + i] = static_cast<std::uint8_t>(number >> (8 * i));
}

}  // namespace

void Crc32::add(std::uint8_t byte) {
    state_ ^= byte;
    for (int bit = 0; bit < 8; ++bit)
        state_ = (state_ >> 1) ^ ((state_ & 1U) != 0 ? 0xedb8'8320U : 0U);
}

RecordHeader unsealed_header(DataId record, std::uint64_t payload_bytes) {
    RecordHeader header{};
    for (std::size_t i = 0; i < record_magic.size(); ++i)
        header[i] = static_cast<std::uint8_t>(record_magic[i]);
    put(header, 8, payload_bytes);
    put(header, 16, static_cast<std::uint64_t>(record));
    return header;
}

void seal(RecordHeader& header, std::uint32_t checksum) { put(header, 4, checksum); }

}  // namespace gfs
