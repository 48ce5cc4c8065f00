// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/read_check.h"

#include <fmt/format.h>

namespace gfs::workloads {

bool contains_whole(const FileData& read, DataId data, std::uint64_t length) {
    std::uint64_t found = 0;  // bytes of `data` in a row, from its first
    std::uint64_t next_offset = 0;
    for (const Extent& extent : read.extents) {
        if (extent.data != data || extent.damaged) {
            found = 0;
            continue;
        }
        const bool goes_on =
            found > 0 && extent.offset == next_offset && extent.data_offset == found;
        if (!goes_on) found = 0;
        if (extent.data_offset != found) continue;
        found += extent.length;
        next_offset = extent.end();
        if (found >= length) return true;
    }
    return length == 0;
}

std::string invented_bytes(const FileData& read, const Shared& shared) {
    for (const Extent& extent : read.extents) {
        if (extent.damaged)
            return fmt::format("{} bytes at {} are damaged", extent.length, extent.offset);
        if (extent.data == padding) continue;
        const auto length = shared.length_of(extent.data);
        if (length && extent.data_offset + extent.length > *length)
            return fmt::format("{} bytes at {} were written by nobody", extent.length,
                               extent.offset);
    }
    return {};
}

std::string quoted(const std::string& bytes) {
    constexpr std::size_t shown_max = 60;
    std::string text = "\"";
    for (const char byte : bytes.substr(0, shown_max)) {
        const auto value = static_cast<unsigned char>(byte);
        if (value >= 0x20 && value < 0x7f)
            text += byte;
        else
            text += fmt::format("\\x{:02x}", value);
    }
    text += '"';
    if (bytes.size() > shown_max) text += fmt::format(" ... ({} bytes)", bytes.size());
    return text;
}

}  // namespace gfs::workloads
