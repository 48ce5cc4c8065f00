// SPDX-License-Identifier: Apache-2.0
// How a record that validates and identifies itself is laid out (GFS 2.7.2): readers recognise it
// among padding, fragments and duplicates without asking anybody. Little-endian:
//
//     offset  bytes  content
//          0      4  magic, "GFSR"
//          4      4  checksum: CRC-32 of all that follows
//          8      8  length of the payload
//         16      8  unique id: who wrote the record, and how many it had written before
//         24         payload
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/common/ids.h"

namespace gfs {

inline constexpr std::string_view record_magic = "GFSR";
inline constexpr std::uint64_t record_header_bytes = 24;
using RecordHeader = std::array<std::uint8_t, record_header_bytes>;

// CRC-32 (ISO 3309), byte by byte.
class Crc32 {
  public:
    void add(std::uint8_t byte);
    std::uint32_t value() const { return ~state_; }

  private:
    std::uint32_t state_ = 0xffff'ffffU;
};

// The header with its checksum still zero. A record's unique id is the id of its data: it stays the
// same over all tries, so that a reader knows a duplicate.
RecordHeader unsealed_header(DataId record, std::uint64_t payload_bytes);
void seal(RecordHeader& header, std::uint32_t checksum);

}  // namespace gfs
