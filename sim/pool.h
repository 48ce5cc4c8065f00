// SPDX-License-Identifier: Apache-2.0
// Memory for the operations of one engine (sleeps, calls, messages): free lists by size class, so
// that a schedule-and-fire costs no call of the system's allocator. Not shared between threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sim {

class Pool {
  public:
    static constexpr std::size_t class_bytes = 64;  // a cache line; every block is aligned to it
    static constexpr std::size_t largest_bytes = 2048;

    Pool() = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    // REQUIRES: every block was given back. The blocks' memory ends here.
    ~Pool();

    // From now on blocks lie at unrelated addresses, are filled with garbage when given out and
    // when taken back, and are not reused in order. A run whose result depends on an address or on
    // memory that it never wrote then ends differently, which is what `verify` looks for. REQUIRES:
    // no block has been given out yet.
    void disturb(std::uint64_t seed);

    // A block of at least `bytes` bytes, aligned to 16 or better; never null (throws bad_alloc).
    [[nodiscard]] void* allocate(std::size_t bytes) {
        ++live_blocks_;
        if (bytes > largest_bytes || direct_) return allocate_directly(bytes);
        FreeBlock*& head = free_[class_of(bytes)];
        if (head == nullptr) return carve(class_of(bytes));
        FreeBlock* const block = head;
        head = block->next;
        return block;
    }

    // Takes back what allocate() returned for the same number of bytes.
    void deallocate(void* block, std::size_t bytes) noexcept {
        --live_blocks_;
        if (bytes > largest_bytes || direct_) return deallocate_directly(block, bytes);
        FreeBlock*& head = free_[class_of(bytes)];
        head = ::new (block) FreeBlock{head};
    }

    // Blocks given out and not yet taken back.
    std::size_t live_blocks() const { return live_blocks_; }

  private:
    struct FreeBlock {
        FreeBlock* next;
    };
    struct Slab {
        alignas(class_bytes) std::array<std::byte, 64 * 1024> bytes;
    };
    struct Quarantined {
        void* block;
        std::size_t bytes;
    };

#if defined(__SANITIZE_ADDRESS__)
    static constexpr bool sanitized = true;
#elif defined(__has_feature)
    static constexpr bool sanitized = __has_feature(address_sanitizer);
#else
    static constexpr bool sanitized = false;
#endif

    static constexpr std::size_t class_of(std::size_t bytes) {
        return bytes == 0 ? 0 : (bytes - 1) / class_bytes;
    }

    void* carve(std::size_t size_class);
    void* allocate_directly(std::size_t bytes);
    void deallocate_directly(void* block, std::size_t bytes) noexcept;
    void* allocate_disturbed(std::size_t bytes);
    void release_disturbed(Quarantined freed) noexcept;
    std::uint64_t next_noise();

    std::array<FreeBlock*, largest_bytes / class_bytes> free_{};
    std::vector<std::unique_ptr<Slab>> slabs_;
    std::size_t slab_used_ = sizeof(Slab);  // bytes carved from the last slab
    std::size_t live_blocks_ = 0;
    bool direct_ =
        sanitized;  // under a sanitizer each block is its own, so that it sees every misuse
    bool disturbed_ = false;
    std::uint64_t noise_ = 0;
    std::vector<Quarantined> quarantine_;  // freed blocks of a disturbed pool that wait for reuse
};

}  // namespace sim
