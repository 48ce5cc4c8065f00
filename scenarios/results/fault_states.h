// SPDX-License-Identifier: Apache-2.0
// Which states of the protocol a fault met, of one run or of many together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gfs::results {

struct FaultStatesRow {
    std::string fault;  // its name in the scenario; empty for all faults of the kind
    std::string kind;
    // How often each state that the machines which were hit can be in was met; 0: never.
    std::vector<std::pair<std::string, std::uint64_t>> met;

    bool operator==(const FaultStatesRow&) const = default;
};

// "lease_held 3, idle 1": the states that were met; nothing when there are none.
std::string met_text(const FaultStatesRow& row);
// "applying, cloning": those that could have been, and were not.
std::string never_met_text(const FaultStatesRow& row);

// Adds the rows of a run: to the row of the same fault and kind or, `by_kind`, of the same kind.
void add_rows(std::vector<FaultStatesRow>& to, const std::vector<FaultStatesRow>& rows,
              bool by_kind);

// One line without commas or quotes, for runs.csv: "kill/crash idle=1 lease_held=0; cut/isolate
// idle=1".
std::string to_text(const std::vector<FaultStatesRow>& rows);
// Nothing when the text is not like that.
std::optional<std::vector<FaultStatesRow>> read_fault_states(const std::string& text);

}  // namespace gfs::results
