// SPDX-License-Identifier: Apache-2.0
// The slow paths of the pool: carving new blocks, large blocks, and the disturbed heap of `verify`.

#include "sim/pool.h"

#include <cstring>
#include <new>
#include <utility>

#include "sim/assert.h"

namespace sim {
namespace {

// In front of a disturbed block; says where the memory really starts. Keeps the block aligned.
struct alignas(16) Prefix {
    void* start;
};

constexpr std::size_t quarantine_size = 61;

}  // namespace

Pool::~Pool() {
    for (const Quarantined& freed : quarantine_) release_disturbed(freed);
}

void Pool::disturb(std::uint64_t seed) {
    SIM_ASSERT(live_blocks_ == 0);
    SIM_ASSERT(slabs_.empty());
    direct_ = true;
    disturbed_ = true;
    noise_ = seed;
    quarantine_.reserve(quarantine_size);
}

void* Pool::carve(std::size_t size_class) {
    const std::size_t bytes = (size_class + 1) * class_bytes;
    SIM_ASSERT(bytes <= largest_bytes);
    if (slab_used_ + bytes > sizeof(Slab)) {
        // What is left of the old slab stays unused: at most one block of the largest class.
        slabs_.push_back(
            std::unique_ptr<Slab>(new Slab));  // not make_unique: it would clear 64 KiB
        slab_used_ = 0;
    }
    void* const block = slabs_.back()->bytes.data() + slab_used_;
    slab_used_ += bytes;
    return block;
}

void* Pool::allocate_directly(std::size_t bytes) {
    return disturbed_ ? allocate_disturbed(bytes) : ::operator new(bytes);
}

void Pool::deallocate_directly(void* block, std::size_t bytes) noexcept {
    if (!disturbed_) return ::operator delete(block);
    std::memset(block, 0xdb, bytes);
    Quarantined freed{block, bytes};
    if (quarantine_.size() < quarantine_size) {
        quarantine_.push_back(freed);  // reserved: cannot throw
        return;
    }
    std::swap(quarantine_[next_noise() % quarantine_size], freed);
    release_disturbed(freed);
}

void* Pool::allocate_disturbed(std::size_t bytes) {
    const std::uint64_t noise = next_noise();
    const std::size_t padding = (noise % 32) * sizeof(Prefix);
    auto* const start = static_cast<std::byte*>(::operator new(padding + sizeof(Prefix) + bytes));
    auto* const prefix = ::new (start + padding) Prefix{start};
    void* const block = prefix + 1;
    std::memset(block, static_cast<int>(noise >> 56), bytes);
    return block;
}

void Pool::release_disturbed(Quarantined freed) noexcept {
    ::operator delete((static_cast<Prefix*>(freed.block) - 1)->start);
}

// SplitMix64: its own little generator, so that memory takes nothing from the simulation's streams.
std::uint64_t Pool::next_noise() {
    noise_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = noise_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

}  // namespace sim
