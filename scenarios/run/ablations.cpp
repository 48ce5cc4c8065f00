// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/ablations.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/format/fields.h"
#include "scenarios/format/format.h"
#include "scenarios/run/run.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

using results::RunResult;
using results::Verdict;

constexpr Ablation table[] = {
#define GFS_CAUGHT(mechanism, scenario, seed, checks) {#mechanism, scenario, seed, checks},
#include "scenarios/run/ablations.def"
#undef GFS_CAUGHT
};

// The invariants and the checkers that failed. What a scenario expects of events is left out: that
// a mechanism's own events are missing without it says nothing about the checks.
std::vector<std::string> failed_checks(const RunResult& result) {
    using State = results::ExpectationOutcome::State;
    const std::string checker = "check ";
    std::set<std::string> failed;
    for (const results::ViolationFound& violation : result.violations)
        failed.insert(violation.check);
    for (const results::ExpectationOutcome& e : result.expectations)
        if (e.state == State::failed && e.assertion.starts_with(checker))
            failed.insert(e.assertion.substr(
                checker.size(), e.assertion.find(' ', checker.size()) - checker.size()));
    return {failed.begin(), failed.end()};
}

std::optional<RunResult> result_of(const Ablation& ablation, const std::string& file, bool without,
                                   const std::atomic<bool>* interrupt, std::string& problem) {
    format::LoadOptions options{.seed = std::to_string(ablation.seed)};
    if (without)
        options.sets.emplace_back("/gfs/without", fmt::format("[\"{}\"]", ablation.mechanism));
    const format::LoadResult loaded = format::load_file(file, options);
    if (!loaded.ok()) {
        problem = fmt::format("{} does not load", file);
        return std::nullopt;
    }
    RunOptions run_options;
    run_options.interrupt = interrupt;
    return run_scenario(*loaded.scenario, run_options).result;
}

// Why the run without the mechanism does not prove a check; empty if it does.
std::string judge(const Ablation& ablation, const RunResult& result,
                  const std::vector<std::string>& failed) {
    if (result.verdict == Verdict::internal_error) return "it ends in an internal error";
    const std::string_view must = ablation.checks.substr(0, ablation.checks.find(' '));
    if (std::find(failed.begin(), failed.end(), must) == failed.end())
        return fmt::format("{} does not fail", must);
    for (const std::string& name : failed)
        if (!format::has_word(ablation.checks, name))
            return fmt::format("{} fails as well, and should not", name);
    return {};
}

}  // namespace

const std::vector<Ablation>& ablations() {
    static const std::vector<Ablation> all(std::begin(table), std::end(table));
    return all;
}

std::optional<AblationOutcome> try_ablation(const Ablation& ablation, const std::string& library,
                                            const std::atomic<bool>* interrupt) {
    AblationOutcome outcome;
    if (ablation.scenario.empty()) {
        outcome.problem = "no scenario shows it";
        return outcome;
    }
    SIM_ASSERT(ablation.seed < 100);
    const std::string file = fmt::format("{}/{}.json", library, ablation.scenario);
    const auto with = result_of(ablation, file, false, interrupt, outcome.problem);
    if (!with) return outcome;
    if (with->verdict == Verdict::interrupted) return std::nullopt;
    if (with->verdict != Verdict::passed) {
        outcome.problem = "the scenario does not pass with the mechanism";
        return outcome;
    }
    const auto without = result_of(ablation, file, true, interrupt, outcome.problem);
    if (!without) return outcome;
    if (without->verdict == Verdict::interrupted) return std::nullopt;
    outcome.failed = failed_checks(*without);
    outcome.problem = judge(ablation, *without, outcome.failed);
    outcome.caught = outcome.problem.empty();
    return outcome;
}

}  // namespace gfs::run
