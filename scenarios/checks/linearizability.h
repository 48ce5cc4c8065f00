// SPDX-License-Identifier: Apache-2.0
// Whether a history of namespace operations has a legal order (Herlihy and Wing): each operation
// takes effect at one moment between its call and its answer, and the answers are those of the
// model. The search is Wing and Gong's with Lowe's memoisation, done along time: after each answer
// it keeps every configuration that explains all answers so far. The history is first divided into
// parts that cannot influence each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checks/name_history.h"

namespace gfs::checks {

struct LinearizabilityLimits {
    // Choice: configurations that are looked at, over all parts, before the search gives up.
    std::uint64_t steps = 2'000'000;
    // Choice: names that all different namespaces of a part may have together: some 100 bytes each.
    std::uint64_t names = 2'000'000;
};

struct LinearizabilityResult {
    enum class Verdict : std::uint8_t { legal, illegal, unknown };
    Verdict verdict = Verdict::legal;
    std::uint64_t parts = 0;
    std::uint64_t steps = 0;
    // Illegal: the operation whose answer no order explains, and those of its part that ended last
    // before it or were going on.
    std::size_t culprit = 0;  // index in the history
    std::vector<std::size_t> around;
};

// The parts of a history, each a list of indexes in the order of the calls. Two operations are in
// one part if the answer to one can depend on the other. Names that no operation can make or take
// away tie nothing together: most directories.
struct HistoryPart {
    std::vector<std::size_t> operations;
    NameModel start;  // the names that matter to this part, as they were at the beginning
};
std::vector<HistoryPart> divide(const NameHistory& history);

// Of the parts that have to do with one of the paths or globs (of all when there are none).
LinearizabilityResult find_legal_order(const NameHistory& history,
                                       const std::vector<std::string>& patterns,
                                       const LinearizabilityLimits& limits);

}  // namespace gfs::checks
