// SPDX-License-Identifier: Apache-2.0
// The LRU buffer in which a chunkserver keeps pushed data until it is used or aged out (GFS 3.1,
// step 3).
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <vector>

#include "core/common/ids.h"

namespace gfs {

// Pushed data: all of a client's data, or the part of it that begins at `data_offset`.
struct PushedData {
    DataId data;
    std::uint64_t data_offset;
    auto operator<=>(const PushedData&) const = default;
};

class DataBuffer {
  public:
    explicit DataBuffer(std::uint64_t capacity_bytes) : capacity_(capacity_bytes) {}

    bool contains(PushedData pushed) const { return places_.contains(pushed); }

    // Takes the data in and says what had to go for it, oldest first. Data larger than the whole
    // buffer is kept alone.
    std::vector<PushedData> put(PushedData pushed, std::uint64_t bytes);

    // The data is used now and leaves the buffer.
    void take(PushedData pushed);

    std::uint64_t bytes() const { return bytes_; }

  private:
    struct Entry {
        PushedData pushed;
        std::uint64_t bytes;
    };
    std::uint64_t capacity_;
    std::uint64_t bytes_ = 0;
    std::list<Entry> entries_;  // least recently pushed first
    std::map<PushedData, std::list<Entry>::iterator> places_;
};

}  // namespace gfs
