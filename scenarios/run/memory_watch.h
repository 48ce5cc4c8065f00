// SPDX-License-Identifier: Apache-2.0
// Gives a run up that needs too much memory (/stop/max_memory). How much a process uses differs
// from one machine and compiler to the next: a run that ends here has no digest to compare.
#pragma once

#include <cstdint>
#include <new>

#include "sim/engine.h"

namespace gfs::run {

// Bytes of memory that the process has now; 0 where the system does not say.
std::uint64_t memory_in_use();

// The files that are there before the run are too much already.
class NoMemoryLeft : public std::bad_alloc {
  public:
    const char* what() const noexcept override { return "the dataset needs too much memory"; }
};

class MemoryWatch final : public sim::EventObserver {
  public:
    // `limit` in bytes; `in_use` says what the process has. Not owned: engine.
    MemoryWatch(sim::Engine& engine, std::uint64_t limit, std::uint64_t (*in_use)())
        : engine_(engine), limit_(limit), in_use_(in_use) {}

    // Stops the engine when it is too much.
    void on_event(const sim::Event& event) override;
    // For each chunk that is made ready before the run. Throws NoMemoryLeft.
    void on_chunk();

    bool exceeded() const { return exceeded_; }

  private:
    // Asks the system once in a while: that costs as much as some events do.
    bool look();

    static constexpr std::uint32_t period = 16'384;

    sim::Engine& engine_;
    std::uint64_t limit_;
    std::uint64_t (*in_use_)();
    std::uint32_t passed_ = 0;
    bool exceeded_ = false;
};

}  // namespace gfs::run
