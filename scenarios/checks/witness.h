// SPDX-License-Identifier: Apache-2.0
// The recent past of a run, kept so that a violation can be shown with what led to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/common/ids.h"
#include "scenarios/checks/story.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

class EventMemory {
  public:
    // Not owned: the engine. `most_lines`: of a witness.
    EventMemory(const sim::Engine& engine, PlaceOfFault place_of_fault, std::size_t most_lines);

    void remember(const sim::Event& event);

    // How the violation came about, oldest first, one line for each event: time, number, what
    // happened, and the section of the paper that it belongs to, or the fault's line in the file.
    // `sequence`: see Story.
    std::vector<std::string> witness(const Focus& focus, const Setting& setting,
                                     std::uint64_t sequence) const;

  private:
    // Leases, versions and names change seldom and explain much; mutations would push them out.
    enum class Class : std::uint8_t { ignored, seldom, often };
    class Ring {
      public:
        explicit Ring(std::size_t capacity) : capacity_(capacity) {}
        void push(const sim::Event& event);
        const std::vector<sim::Event>& events() const { return events_; }

      private:
        std::size_t capacity_;
        std::size_t next_ = 0;
        std::vector<sim::Event> events_;
    };

    std::string line(const sim::Event& event) const;

    const sim::Engine& engine_;
    PlaceOfFault place_of_fault_;
    std::size_t most_lines_;
    std::vector<Class> classes_;  // by kind
    Ring seldom_{8192};
    Ring often_{4096};
};

}  // namespace gfs::checks
