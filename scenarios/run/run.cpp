// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/run.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <optional>

#include "scenarios/format/vocabulary.h"
#include "scenarios/run/simulation.h"

namespace gfs::run {
namespace {

using results::RunResult;
using results::Verdict;

constexpr std::uint64_t events_before_difference = 10;

void tell_progress(const Simulation& simulation, RunResult& result) {
    result.end = simulation.engine().now();
    result.events = simulation.engine().emitted();
    result.dispatched = simulation.engine().dispatched();
}

// The simulation failed from within: an assertion of gfsim itself.
void tell_internal_error(const std::exception& error, Simulation& simulation, RunResult& result) {
    result.verdict = Verdict::internal_error;
    result.reasons = {error.what()};
    tell_progress(simulation, result);
    result.digest = sim::to_hex(simulation.engine().digest().value());
    result.last_events = simulation.recorder().last_events();
}

void run_and_judge(const format::Scenario& scenario, const RunOptions& options, Outcome& outcome) {
    Simulation simulation(scenario, options);
    try {
        const sim::StopReason reason = simulation.run();
        outcome.series = simulation.take_series();
        simulation.finish(reason, outcome.result);
        // Of two runs that are compared event by event nobody asks for the verdict.
        if (!options.keep_events) simulation.examine_losses(reason, outcome.result);
    } catch (const std::bad_alloc&) {
        tell_progress(simulation, outcome.result);
        tell_out_of_memory(scenario, outcome.result);
    } catch (const std::exception& error) {
        tell_internal_error(error, simulation, outcome.result);
    }
    outcome.digest = simulation.engine().digest();
    outcome.kept_events = simulation.recorder().take_kept();
}

// Events [first, last] of a run, as lines.
std::vector<std::string> lines_of(const format::Scenario& scenario, bool disturbed,
                                  std::uint64_t first, std::uint64_t last) {
    RunOptions options;
    options.disturb_memory = disturbed;
    options.keep_events = {first, last};
    return run_scenario(scenario, options).kept_events;
}

// The ladders say between which events the runs part; the events themselves say where.
void find_difference(const format::Scenario& scenario, sim::EventRange range,
                     Verification& verification) {
    const std::uint64_t before = std::min(range.first, events_before_difference);
    const std::uint64_t first = range.first - before;
    const std::vector<std::string> one = lines_of(scenario, false, first, range.last);
    const std::vector<std::string> two = lines_of(scenario, true, first, range.last);
    std::size_t same = 0;
    while (same < one.size() && same < two.size() && one[same] == two[same]) ++same;
    verification.first_difference = first + same;
    const std::size_t from = same - std::min<std::size_t>(same, events_before_difference);
    for (std::size_t i = from; i < same; ++i) verification.context.push_back(one[i]);
    if (same < one.size()) verification.in_first.push_back(one[same]);
    if (same < two.size()) verification.in_second.push_back(two[same]);
}

}  // namespace

RunResult identity_of(const format::Scenario& scenario, const std::string& resolved_text) {
    RunResult result;
    result.scenario = scenario.name;
    result.title = scenario.title;
    result.seed = scenario.seed;
    const std::vector<format::Word>& words = format::ablation_words();
    for (const Mechanism mechanism : scenario.gfs.without)
        result.ablations.emplace_back(words.at(static_cast<std::size_t>(mechanism)).name);
    sim::Digest hash;
    hash.add(std::string_view(resolved_text));
    result.scenario_hash = sim::to_hex(hash.value());
    return result;
}

Outcome run_scenario(const format::Scenario& scenario, const RunOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    Outcome outcome{
        .result = identity_of(scenario, {}), .digest = {}, .kept_events = {}, .series = {}};
    try {
        run_and_judge(scenario, options, outcome);
    } catch (const std::bad_alloc&) {  // NoMemoryLeft, or from the system
        tell_out_of_memory(scenario, outcome.result);
    }
    outcome.result.wall_time = std::chrono::steady_clock::now() - began;
    return outcome;
}

Verification verify_scenario(const format::Scenario& scenario, const std::atomic<bool>* interrupt) {
    Verification verification;
    RunOptions options;
    options.interrupt = interrupt;
    verification.first = run_scenario(scenario, options);
    if (verification.first.result.verdict == Verdict::interrupted) return verification;
    options.disturb_memory = true;
    const Outcome second = run_scenario(scenario, options);
    if (second.result.verdict == Verdict::interrupted) {
        verification.first.result.verdict = Verdict::interrupted;
        return verification;
    }
    if (second.result.out_of_memory) verification.first.result = second.result;
    if (verification.first.result.out_of_memory) return verification;
    const std::optional<sim::EventRange> range =
        sim::first_difference(verification.first.digest, second.digest);
    using Digests = Verification::Digests;
    verification.digests = range ? Digests::different : Digests::equal;
    if (range) find_difference(scenario, *range, verification);
    return verification;
}

}  // namespace gfs::run
