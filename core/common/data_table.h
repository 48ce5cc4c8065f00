// SPDX-License-Identifier: Apache-2.0
// The data that clients have made, by id. Most data is only a length; its bytes are then a pattern
// that follows from the id. Literal text is kept as it is, for teaching. This is a dictionary of
// the run, not part of the file system: no chunkserver and no master looks into it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/common/content.h"
#include "core/common/ids.h"

namespace gfs {

class DataTable {
  public:
    // New data of `client`. Ids count up per client.
    DataId add(ClientId client, std::uint64_t length);
    DataId add(ClientId client, std::string_view literal);
    // A record that validates and identifies itself (GFS 2.7.2): the header of record_frame.h, then
    // the payload, a pattern or literal.
    DataId add_record(ClientId client, std::uint64_t payload_bytes);
    DataId add_record(ClientId client, std::string_view payload);

    // The literal text of `data`, or nothing for a pattern and for a record.
    std::optional<std::string_view> literal(DataId data) const;
    // Bytes of the record, its header included; nothing for data that is no record.
    std::optional<std::uint64_t> record_bytes(DataId data) const;
    // Byte `offset` of `data`, literal or pattern.
    std::uint8_t byte(DataId data, std::uint64_t offset) const;
    // The bytes of [offset, offset + length) as `extents` describe them; holes, padding: zeros.
    std::string render(const std::vector<Extent>& extents, std::uint64_t offset,
                       std::uint64_t length) const;

    static ClientId client_of(DataId data) {
        return ClientId{static_cast<std::uint32_t>(static_cast<std::uint64_t>(data) >> 32)};
    }

  private:
    struct Record {
        std::uint64_t payload_bytes;
        std::optional<std::string> text;  // absent: the payload is a pattern
    };
    DataId next_of(ClientId client);
    std::uint8_t payload_byte(DataId data, const Record& record, std::uint64_t offset) const;
    std::uint8_t record_byte(DataId data, const Record& record, std::uint64_t offset) const;

    std::map<ClientId, std::uint32_t> counts_;
    std::map<DataId, std::string> literals_;
    std::map<DataId, Record> records_;
};

}  // namespace gfs
