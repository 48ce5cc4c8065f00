// SPDX-License-Identifier: Apache-2.0
// The table of operations: for each kind, how many ended, how many of them with an error, and how
// long they took.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/engine.h"
#include "sim/event.h"
#include "sim/histogram.h"

namespace gfs::checks {

struct OperationRow {
    std::string kind;  // "append"
    std::uint64_t count = 0;
    std::uint64_t errors = 0;
    sim::Duration p50{};  // of all that ended, errors included
    sim::Duration p99{};
    sim::Duration max{};
};

class OperationTable {
  public:
    // Not owned: the engine.
    explicit OperationTable(const sim::Engine& engine) : engine_(engine) {}

    void apply(const sim::Event& event);
    // By the name of the kind.
    std::vector<OperationRow> rows() const;
    // Of all kinds together; its kind is empty.
    OperationRow total() const;
    // Operations that began and have not ended.
    std::uint64_t open() const { return started_ - ended_; }

  private:
    struct Tally {
        std::uint64_t errors = 0;
        sim::Histogram latency;
    };
    const sim::Engine& engine_;
    std::map<sim::TextId, Tally> tallies_;
    std::uint64_t started_ = 0;
    std::uint64_t ended_ = 0;
};

}  // namespace gfs::checks
