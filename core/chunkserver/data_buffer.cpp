// SPDX-License-Identifier: Apache-2.0

#include "core/chunkserver/data_buffer.h"

#include "sim/assert.h"

namespace gfs {

std::vector<PushedData> DataBuffer::put(PushedData pushed, std::uint64_t bytes) {
    take(pushed);
    std::vector<PushedData> evicted;
    while (!entries_.empty() && bytes_ + bytes > capacity_) {
        evicted.push_back(entries_.front().pushed);
        take(evicted.back());
    }
    entries_.push_back({pushed, bytes});
    places_.emplace(pushed, std::prev(entries_.end()));
    bytes_ += bytes;
    return evicted;
}

void DataBuffer::take(PushedData pushed) {
    const auto place = places_.find(pushed);
    if (place == places_.end()) return;
    SIM_ASSERT(bytes_ >= place->second->bytes);
    bytes_ -= place->second->bytes;
    entries_.erase(place->second);
    places_.erase(place);
}

}  // namespace gfs
