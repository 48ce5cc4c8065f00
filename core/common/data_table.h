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

    // The literal text of `data`, or nothing for a pattern.
    std::optional<std::string_view> literal(DataId data) const;
    // Byte `offset` of `data`, literal or pattern.
    std::uint8_t byte(DataId data, std::uint64_t offset) const;
    // The bytes of [offset, offset + length) as `extents` describe them; holes, padding: zeros.
    std::string render(const std::vector<Extent>& extents, std::uint64_t offset,
                       std::uint64_t length) const;

    static ClientId client_of(DataId data) {
        return ClientId{static_cast<std::uint32_t>(static_cast<std::uint64_t>(data) >> 32)};
    }

  private:
    std::map<ClientId, std::uint32_t> counts_;
    std::map<DataId, std::string> literals_;
};

}  // namespace gfs
