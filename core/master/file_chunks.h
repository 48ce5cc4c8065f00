// SPDX-License-Identifier: Apache-2.0
// The chunks of a file, by index. Most files have one, which takes no memory of its own: the master
// keeps everything in memory (GFS 2.6.1), and there are millions of files.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/common/ids.h"
#include "sim/assert.h"

namespace gfs {

class FileChunks {
  public:
    FileChunks() = default;
    FileChunks(const FileChunks& other) {
        for (const ChunkHandle chunk : other) push_back(chunk);
    }
    FileChunks(FileChunks&& other) noexcept { swap(other); }
    FileChunks& operator=(FileChunks other) noexcept {
        swap(other);
        return *this;
    }
    ~FileChunks() {
        if (count_ > 1) delete[] many();
    }

    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    const ChunkHandle* begin() const { return count_ > 1 ? many() : &word_; }
    const ChunkHandle* end() const { return begin() + count_; }
    ChunkHandle operator[](std::size_t index) const {
        SIM_ASSERT(index < count_);
        return begin()[index];
    }
    ChunkHandle back() const { return (*this)[count_ - 1]; }

    void push_back(ChunkHandle chunk) {
        SIM_ASSERT(count_ < std::numeric_limits<std::uint32_t>::max() / 2);
        // There is room for 1, 2, 4, 8, ...
        if (std::has_single_bit(count_)) grow();
        ++count_;
        set(count_ - 1, chunk);
    }
    void set(std::size_t index, ChunkHandle chunk) {
        SIM_ASSERT(index < count_);
        (count_ > 1 ? many()[index] : word_) = chunk;
    }

    friend bool operator==(const FileChunks& a, const FileChunks& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

    std::vector<ChunkHandle> to_vector() const { return {begin(), end()}; }
    // Memory beside the object itself.
    std::uint64_t heap_bytes() const {
        return count_ > 1 ? std::bit_ceil(count_) * sizeof(ChunkHandle) : 0;
    }

  private:
    void swap(FileChunks& other) noexcept {
        std::swap(word_, other.word_);
        std::swap(count_, other.count_);
    }
    void grow() {
        auto* const larger = new ChunkHandle[2 * std::size_t{count_}];
        for (std::uint32_t i = 0; i < count_; ++i) larger[i] = begin()[i];
        if (count_ > 1) delete[] many();
        word_ = std::bit_cast<ChunkHandle>(larger);
    }
    ChunkHandle* many() const { return std::bit_cast<ChunkHandle*>(word_); }

    ChunkHandle word_ = no_chunk;  // the only chunk, or where they are
    std::uint32_t count_ = 0;
};

}  // namespace gfs
