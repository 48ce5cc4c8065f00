// SPDX-License-Identifier: Apache-2.0
// What a reader can say about the bytes it got.
#pragma once

#include <cstdint>
#include <string>

#include "core/client/client.h"
#include "scenarios/workloads/shared.h"

namespace gfs::workloads {

// Whether all bytes of `data` stand somewhere in what was read, in one piece (GFS 2.7.2: a reader
// finds the records that it knows among padding, fragments and duplicates).
bool contains_whole(const FileData& read, DataId data, std::uint64_t length);

// Bytes that nobody wrote: damaged on a disk, or beyond the end of the data that they are said to
// come from. Empty when there are none.
std::string invented_bytes(const FileData& read, const Shared& shared);

// For messages: in quotes, unprintable bytes as \xNN, long texts cut.
std::string quoted(const std::string& bytes);

}  // namespace gfs::workloads
