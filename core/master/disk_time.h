// SPDX-License-Identifier: Apache-2.0
// How long the master lets a chunkserver's disk take.
#pragma once

#include "core/common/config.h"

namespace gfs {

// To read, or to write, a full chunk: the paper's disks are about three times as fast as a link of
// 100 Mb/s (GFS 3.4).
inline Duration time_for_full_chunk(const Config& config) {
    constexpr std::uint64_t bytes_per_second = 3 * 100'000'000 / 8;
    const auto full_s = static_cast<std::int64_t>(config.chunk_size / bytes_per_second) + 1;
    return std::chrono::seconds{full_s};
}

}  // namespace gfs
