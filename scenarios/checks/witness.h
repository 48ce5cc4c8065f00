// SPDX-License-Identifier: Apache-2.0
// The recent past of a run, kept so that a violation can be shown with what led to it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/common/ids.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

class EventMemory {
  public:
    static constexpr std::size_t most_lines = 15;

    explicit EventMemory(const sim::Engine& engine);

    void remember(const sim::Event& event);

    // The events that the newest one depends on, oldest first, one line each: those of the same
    // chunk, and what happened to processes and through faults; at most two of a kind by an actor.
    // For `no_chunk`: those of the master's log and of clients' operations.
    std::vector<std::string> witness(ChunkHandle chunk) const;

  private:
    // Leases and versions change seldom and explain much; mutations would push them out.
    enum class Class : std::uint8_t { ignored, seldom, often };
    class Ring {
      public:
        explicit Ring(std::size_t capacity) : capacity_(capacity) {}
        void push(const sim::Event& event);
        // i = 0 is the newest.
        const sim::Event& newest(std::size_t i) const;
        std::size_t size() const { return events_.size(); }

      private:
        std::size_t capacity_;
        std::size_t next_ = 0;
        std::vector<sim::Event> events_;
    };

    bool concerns(const sim::Event& event, ChunkHandle chunk) const;
    void collect(const Ring& ring, ChunkHandle chunk, std::vector<const sim::Event*>& found) const;

    const sim::Engine& engine_;
    std::vector<Class> classes_;       // by kind
    std::vector<std::uint8_t> place_;  // by kind: 1 + position of the first chunk field; 0: none
    Ring seldom_{8192};
    Ring often_{4096};
};

}  // namespace gfs::checks
