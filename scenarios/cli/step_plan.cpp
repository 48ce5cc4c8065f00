// SPDX-License-Identifier: Apache-2.0
// The scenario runs once as it is, and then once for each step that it reached.

#include "scenarios/cli/step_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/load.h"
#include "scenarios/cli/sweep_arguments.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/format/units.h"
#include "scenarios/reports/summary.h"
#include "scenarios/run/protocol_steps.h"

namespace gfs::cli {
namespace {

// A fault to add, and what the table says of it.
struct Addition {
    std::string fault;
    results::ParamValues params;
};

// What --steps names; nothing for everything.
std::vector<std::string> wanted_steps(const Arguments& arguments) {
    return arguments.steps ? split_values(*arguments.steps) : std::vector<std::string>{};
}

// "master.log_flused" is a mistake, and no step that the scenario lacks.
std::string why_not_wanted(const std::string& text, const Arguments& arguments) {
    if (text.empty())
        return "--steps needs names of steps; write --steps master.log_flushed,mutation.applied";
    const run::WantedStep wanted = run::read_wanted(text);
    std::string why = run::why_no_step(wanted);
    if (!why.empty() || arguments.crash_each_step) return why;
    if (wanted.event == "message.sent" && wanted.part.empty()) return {};
    return fmt::format("`{}`: --delay-each-message takes message.sent and message.sent:NAME", text);
}

// Says what is wrong with the options about steps.
bool options_make_sense(const Arguments& arguments) {
    std::string why;
    for (const std::string& step : wanted_steps(arguments))
        if (why.empty()) why = why_not_wanted(step, arguments);
    const auto down = format::read_duration(arguments.down);
    if (why.empty() && !down.value)
        why = fmt::format("--down: {}; write --down 5s", down.message);
    else if (why.empty() && *down.value <= 0)
        why = fmt::format("--down: `{}` is no time to be down; write --down 5s", arguments.down);
    if (!why.empty()) print_error(fmt::format("error[C0602]: {}\n", why));
    return why.empty();
}

template <typename Step>
bool is_chosen(const Step& step, const std::vector<std::string>& wanted) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const auto& name) {
               return run::is_step(step, run::read_wanted(name));
           });
}

std::vector<Addition> crashes(const run::ReachedSteps& reached, const Arguments& arguments) {
    const std::vector<std::string> wanted = wanted_steps(arguments);
    std::vector<Addition> additions;
    for (const run::ProtocolStep& step : reached.steps) {
        if (!is_chosen(step, wanted)) continue;
        additions.push_back({run::crash_at(step, arguments.down),
                             {{"step", step.name},
                              {"part", step.part},
                              {"role", step.role},
                              {"host", step.host},
                              {"nth", std::to_string(step.nth)}}});
    }
    return additions;
}

std::vector<Addition> delays(const run::ReachedSteps& reached, const Config& config,
                             const Arguments& arguments) {
    const std::vector<std::string> wanted = wanted_steps(arguments);
    std::vector<Addition> additions;
    for (const run::MessageStep& message : reached.messages) {
        if (!is_chosen(message, wanted)) continue;
        for (const run::Milestone& milestone : run::milestones(config))
            additions.push_back({run::hold_back(message, milestone),
                                 {{"step", "message.sent:" + message.message},
                                  {"part", message.from + " > " + message.to},
                                  {"past", milestone.name},
                                  {"nth", std::to_string(message.nth)},
                                  {"of", std::to_string(message.of)}}});
    }
    return additions;
}

void tell_missing(const run::ReachedSteps& reached, const Arguments& arguments,
                  std::vector<std::string>& missing) {
    for (const std::string& step : wanted_steps(arguments)) {
        const auto is_it = [wanted = run::read_wanted(step)](const auto& one) {
            return run::is_step(one, wanted);
        };
        const bool found =
            arguments.crash_each_step
                ? std::any_of(reached.steps.begin(), reached.steps.end(), is_it)
                : std::any_of(reached.messages.begin(), reached.messages.end(), is_it);
        if (!found && std::find(missing.begin(), missing.end(), step) == missing.end())
            missing.push_back(step);
    }
}

// Of each step once, as often as it is told; of messages all.
run::StepLimits limits_of(const Arguments& arguments) {
    if (arguments.crash_each_step) return {arguments.occurrences.value_or(1), 0};
    return {0, arguments.occurrences.value_or(run::all_messages_of_run)};
}

Arguments with_fault(const Arguments& arguments, const std::string& fault, std::uint64_t seed) {
    Arguments chosen = arguments;
    chosen.sets.emplace_back(fmt::format("/faults/{}", added_fault), fault);
    chosen.seed = seed_text(seed);
    return chosen;
}

int plan_seed(const std::string& file, const Arguments& arguments, const format::Scenario& base,
              run::SweepPlan& plan, std::vector<std::string>& missing) {
    const run::ReachedSteps reached =
        run::reached_steps(base, limits_of(arguments), &interrupted());
    if (interrupted()) return interrupt_status();
    const int status = results::exit_status(reached.plain.verdict);
    if (status != status_ok) {
        print_error(reports::summary(reached.plain, {}));
        print_error(
            fmt::format("error: {} does not pass as it is, so nothing was added to it\n"
                        "repro: {}\n",
                        file, repro_line(file, arguments, base.seed)));
        return status;
    }
    const std::vector<Addition> additions = arguments.crash_each_step
                                                ? crashes(reached, arguments)
                                                : delays(reached, base.gfs, arguments);
    tell_missing(reached, arguments, missing);
    for (const Addition& addition : additions) {
        format::LoadResult loaded = load(file, with_fault(arguments, addition.fault, base.seed));
        if (!loaded.ok()) {
            report(loaded.diagnostics, arguments, false);
            return status_bad_input;
        }
        const std::string resolved = format::resolved_text(loaded);
        plan_runs(plan, {file, addition.params, std::move(*loaded.scenario), addition.fault},
                  resolved, {{base.seed, base.seed}});
    }
    return status_ok;
}

}  // namespace

bool is_step_sweep(const Arguments& arguments) {
    return arguments.crash_each_step || arguments.delay_each_message;
}

int plan_steps(const std::string& file, const Arguments& arguments, run::SweepPlan& plan,
               std::vector<std::string>& missing) {
    if (!options_make_sense(arguments)) return status_bad_input;
    const format::LoadResult base = load(file, arguments);
    if (!report(base.diagnostics, arguments, false)) return status_bad_input;
    run::SeedRanges seeds{{base.scenario->seed, base.scenario->seed}};
    if (arguments.seeds) {
        const auto given = seed_ranges(*arguments.seeds);
        if (!given) {
            print_error(
                fmt::format("error[C0602]: `{}` is no range of seeds; write --seeds 1..50\n",
                            *arguments.seeds));
            return status_bad_input;
        }
        seeds = *given;
    }
    for (const auto& [first, last] : seeds) {
        for (std::uint64_t i = 0; i <= last - first; ++i) {
            format::Scenario scenario = *base.scenario;
            scenario.seed = first + i;
            const int status = plan_seed(file, arguments, scenario, plan, missing);
            if (status != status_ok) return status;
        }
    }
    return status_ok;
}

std::string scenario_text(const run::Variant& variant, std::uint64_t seed,
                          const Arguments& arguments) {
    return format::resolved_text(load(variant.file, with_fault(arguments, variant.added, seed)));
}

}  // namespace gfs::cli
