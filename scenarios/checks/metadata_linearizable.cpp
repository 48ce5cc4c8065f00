// SPDX-License-Identifier: Apache-2.0
// The checker of the namespace as its clients see it: GFS 2.7.1, "namespace mutations are atomic",
// and 4.1. There is an order of all operations that explains every answer.

#include <fmt/format.h>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/linearizability.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

// "3.201 s to 3.207 s  c1  create /n/4 -> already_exists"
std::string line_of(const sim::Engine& engine, const NameOperation& each) {
    const std::string end = each.told ? describe(each.ended_at) : "?";
    const std::string answer =
        each.told ? std::string(info(each.told->answer.code).name) : "no certain answer";
    return fmt::format(
        "{} to {}  {}  {} -> {}{}", describe(each.began_at), end, describe(engine, each.client),
        describe(each.call), answer,
        each.told && each.extra > 0 ? ", and may have happened before or after" : "");
}

}  // namespace

Finding check_metadata_linearizable(const CheckInput& input, const Expectation& expectation) {
    SIM_ASSERT(input.historian != nullptr);
    const NameHistory history = input.historian->history();
    const LinearizabilityResult result = find_legal_order(history, expectation.files, {});
    const sim::Engine& engine = input.around.engine;

    using Search = LinearizabilityResult::Verdict;
    Finding finding;
    switch (result.verdict) {
        case Search::legal:
            finding.measured =
                fmt::format("{} operations in {} independent parts have a legal order",
                            history.operations.size(), result.parts);
            if (result.parts == 0)
                return {Finding::Result::vacuous, "no client did anything with these names"};
            return finding;
        case Search::unknown:
            return {Finding::Result::vacuous,
                    fmt::format("inconclusive: the search gave up after {} steps; no violation was "
                                "found until there",
                                result.steps)};
        case Search::illegal:
            break;
    }
    const NameOperation& culprit = history.operations[result.culprit];
    finding.result = Finding::Result::failed;
    finding.is_about({.host = culprit.client,
                      .path = culprit.call.file,
                      .until = culprit.told->ended});
    finding.measured = fmt::format("no order explains that {} was told {} for `{}`",
                                   describe(engine, culprit.client),
                                   info(culprit.told->answer.code).name, describe(culprit.call));
    constexpr std::string_view heading =
        "from to client operation -> answer, the one without an order last:";
    finding.detail.emplace_back(heading);
    for (const std::size_t index : result.around)
        finding.detail.push_back(line_of(engine, history.operations[index]));
    finding.detail.push_back(line_of(engine, culprit));
    return finding;
}

}  // namespace gfs::checks
