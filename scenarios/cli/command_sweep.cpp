// SPDX-License-Identifier: Apache-2.0
// gfsim sweep: which runs, and what is made of them. How they run is in scenarios/run/sweep.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/load.h"
#include "scenarios/cli/progress.h"
#include "scenarios/cli/run_processes.h"
#include "scenarios/cli/step_plan.h"
#include "scenarios/cli/sweep_arguments.h"
#include "scenarios/cli/sweep_faults.h"
#include "scenarios/cli/sweep_folder.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/format/units.h"
#include "scenarios/reports/junit.h"
#include "scenarios/reports/runs_csv.h"
#include "scenarios/reports/sweep_summary.h"
#include "scenarios/reports/table.h"
#include "scenarios/run/sweep.h"

namespace gfs::cli {
namespace {

int refuse(const char* code, const std::string& message) {
    print_error(fmt::format("error[{}]: {}\n", code, message));
    return status_bad_input;
}

// A plan, or the status with which the command ends.
struct Planned {
    run::SweepPlan plan;
    int status = status_ok;
    std::vector<std::string> missing{};       // steps that were asked for and never occurred
    std::vector<format::LoadResult> bases{};  // of the variants, where faults are drawn for them
};

// --param replaces the values of /sweep/params, or adds a parameter.
void override_params(format::Sweep& sweep, const Arguments& arguments) {
    for (auto& [name, values] : sweep.params)
        for (std::string& value : values) value = run::bare_value(value);
    for (const auto& [name, text] : arguments.params) {
        const auto known =
            std::find_if(sweep.params.begin(), sweep.params.end(),
                         [&, &wanted = name](const auto& param) { return param.first == wanted; });
        if (known != sweep.params.end())
            known->second = split_values(text);
        else
            sweep.params.emplace_back(name, split_values(text));
    }
}

// The runs of one file, appended to the plan.
int plan_file(const std::string& file, const Arguments& arguments, Planned& planned) {
    Arguments plain = arguments;
    plain.params.clear();
    const format::LoadResult base = load(file, plain);
    if (!report(base.diagnostics, arguments, false)) return status_bad_input;
    format::Sweep sweep = base.scenario->sweep.value_or(format::Sweep{});
    if (arguments.seeds) {
        const auto seeds = seed_ranges(*arguments.seeds);
        if (!seeds)
            return refuse("C0602", fmt::format("`{}` is no range of seeds; write --seeds 1..50",
                                               *arguments.seeds));
        sweep.seeds = *seeds;
    }
    override_params(sweep, arguments);
    std::string why;
    const auto all = run::combinations(sweep, why);
    if (!all) return refuse("E0350", why);
    for (const results::ParamValues& params : *all) {
        Arguments chosen = plain;
        chosen.params = params;
        format::LoadResult loaded = params.empty() ? base : load(file, chosen);
        if (!loaded.ok()) {
            report(loaded.diagnostics, arguments, false);
            return status_bad_input;
        }
        const std::string resolved = format::resolved_text(loaded) + arguments.random_faults;
        plan_runs(planned.plan, {file, params, *loaded.scenario}, resolved, sweep.seeds);
        if (!arguments.random_faults.empty()) planned.bases.push_back(std::move(loaded));
    }
    return status_ok;
}

Planned plan_of(const Arguments& arguments) {
    Planned planned;
    if (std::count(arguments.files.begin(), arguments.files.end(), "-") > 0)
        return {{}, refuse("C0602", "a sweep reads its scenarios from files, not from `-`")};
    for (const std::string& file : arguments.files) {
        planned.status = is_step_sweep(arguments)
                             ? plan_steps(file, arguments, planned.plan, planned.missing)
                             : plan_file(file, arguments, planned);
        if (planned.status != status_ok) return planned;
    }
    return planned;
}

void list_runs(const run::SweepPlan& plan, bool plain) {
    reports::Table table({{"run", true}, {"seed", true}, {"scenario"}, {"parameters"}});
    for (const run::PlannedRun& run : plan.runs) {
        const run::Variant& variant = plan.variants[run.variant];
        table.add({std::to_string(run.number), std::to_string(run.seed), variant.file,
                   results::to_text(variant.params)});
    }
    for (const std::string& line : table.lines(plain)) print(line + "\n");
}

// Runs go into the folder as they end, and progress to the terminal.
class Listener final : public run::SweepListener {
  public:
    Listener(SweepFolder& folder, const std::set<std::uint64_t>& known, Progress& progress)
        : folder_(folder), known_(known), progress_(progress) {}
    void on_run(const results::SweptRun& run) override {
        if (!known_.contains(run.number)) folder_.add(run);
    }
    void on_progress(const run::SweepProgress& progress) override { progress_.show(progress); }

  private:
    SweepFolder& folder_;
    const std::set<std::uint64_t>& known_;
    Progress& progress_;
};

std::string file_of_run(std::uint64_t number) {
    return fmt::format("run-{}.json", number);
}

std::string repro_of(const run::Variant& variant, const run::PlannedRun& planned,
                     const Arguments& arguments, const SweepFolder& folder) {
    if (!variant.added.empty())
        return fmt::format("gfsim run {}", (folder.path() / file_of_run(planned.number)).string());
    Arguments chosen = arguments;
    chosen.params = variant.params;
    if (!arguments.random_faults.empty())
        return repro_with_faults(variant.file, chosen, planned.seed);
    return repro_line(variant.file, chosen, planned.seed);
}

// Of the runs that did not pass, the scenarios with the fault that was added to them.
void write_scenarios(const run::SweepPlan& plan, const results::SweepResult& result,
                     const Arguments& arguments, const SweepFolder& folder) {
    for (const results::SweptRun& run : result.runs) {
        if (run.verdict == results::Verdict::passed) continue;
        const auto planned =
            std::find_if(plan.runs.begin(), plan.runs.end(),
                         [&](const run::PlannedRun& known) { return known.number == run.number; });
        const run::Variant& variant = plan.variants.at(planned->variant);
        if (!variant.added.empty())
            folder.write(file_of_run(run.number), scenario_text(variant, run.seed, arguments));
    }
}

results::SweepResult run_plan(const run::SweepPlan& plan, const SweepFaults& faults,
                              const Arguments& arguments, const run::SweepOptions& options,
                              SweepFolder& folder, const std::vector<results::SweptRun>& before) {
    std::set<std::uint64_t> known;
    for (const results::SweptRun& run : before) known.insert(run.number);
    folder.begin(before);
    const unsigned at_once = arguments.process_per_run ? 1 : options.threads;
    const run::RunOne here = [&](const run::PlannedRun& planned, bool twice,
                                 const std::atomic<bool>* interrupt) {
        return faults.run(plan.variants.at(planned.variant), planned, twice,
                          {.interrupt = interrupt, .runs_at_once = at_once});
    };
    std::optional<RunProcesses> processes;
    if (arguments.process_per_run) processes.emplace(options.threads, here);
    Progress progress("sweep", arguments);
    Listener listener(folder, known, progress);
    const run::RunOne run_one = [&](const run::PlannedRun& planned, bool twice,
                                    const std::atomic<bool>* interrupt) {
        const run::Variant& variant = plan.variants.at(planned.variant);
        results::SweptRun run =
            processes ? processes->run(planned, twice, interrupt) : here(planned, twice, interrupt);
        run.file = variant.file;
        run.params = variant.params;
        run.repro = repro_of(variant, planned, arguments, folder);
        return run;
    };
    results::SweepResult result = run::sweep(plan.runs, run_one, before, options, listener);
    progress.clear();
    return result;
}

void show(const results::SweepResult& result, const Arguments& arguments, int status,
          const std::filesystem::path& folder) {
    if (arguments.format == "json") {
        print(reports::sweep_json(result, status));
        return;
    }
    print(reports::sweep_summary(result, {.colour = colour_on_stdout(arguments.colour),
                                          .quiet = arguments.quiet || arguments.format == "short",
                                          .plain = arguments.plain,
                                          .markdown = arguments.markdown}));
    if (!arguments.quiet && !arguments.markdown && arguments.format == "human")
        print(fmt::format("files    {}\n", folder.string()));
}

// The options that need a look; nothing when one is wrong, which has been said then.
std::optional<run::SweepOptions> options_of(const Arguments& arguments) {
    run::SweepOptions options;
    options.threads = arguments.jobs.value_or(std::max(1U, std::thread::hardware_concurrency()));
    options.stop_after = arguments.stop_after;
    options.interrupt = &interrupted();
    const auto ppm = millionths(arguments.verify_ratio);
    if (!ppm) {
        refuse("C0602", fmt::format("`{}` is no share between 0 and 1; write --verify-ratio 0.05",
                                    arguments.verify_ratio));
        return std::nullopt;
    }
    options.verify_ppm = *ppm;
    if (arguments.time) {
        const auto time = format::read_duration(*arguments.time);
        if (!time.value) {
            refuse("C0602", fmt::format("--time: {}", time.message));
            return std::nullopt;
        }
        options.most_time = std::chrono::nanoseconds{*time.value};
    }
    return options;
}

std::vector<std::string> params_of(const run::SweepPlan& plan) {
    std::vector<results::ParamValues> all;
    for (const run::Variant& variant : plan.variants) all.push_back(variant.params);
    return reports::param_names(all);
}

std::string folder_name(const Planned& planned, const std::string& file,
                        const std::optional<Shard>& shard) {
    // A sweep over steps that never occur has no variant.
    const std::vector<run::Variant>& variants = planned.plan.variants;
    const std::string scenario = variants.empty() ? std::filesystem::path(file).stem().string()
                                                  : variants.front().scenario.name;
    std::string name = fmt::format("{}-sweep-{}", scenario, plan_hash(planned.plan).substr(0, 8));
    if (shard) name += fmt::format("-{}of{}", shard->k, shard->n);
    return name;
}

}  // namespace

void write_junit(const results::SweepResult& result, const Arguments& arguments) {
    if (arguments.junit.empty()) return;
    reports::PendingFile file(arguments.junit);
    file.write(reports::junit_xml(result));
    file.finish();
}

int sweep_command(const Arguments& arguments) {
    std::optional<Shard> shard;
    if (std::string why; !arguments.shard.empty() && !(shard = shard_of(arguments.shard, why)))
        return refuse("C0602", "--shard: " + why);
    const auto options = options_of(arguments);
    if (!options) return status_bad_input;
    Planned planned = plan_of(arguments);
    if (planned.status != status_ok) return planned.status;
    SweepFaults faults;
    if (const auto profile = faults::find_profile(arguments.random_faults))
        faults = SweepFaults(*profile, std::move(planned.bases));

    reports::SweepManifest manifest = manifest_of_program();
    manifest.plan = plan_hash(planned.plan);
    manifest.planned = planned.plan.runs.size();
    if (shard) manifest.shard = fmt::format("{}/{}", shard->k, shard->n);
    manifest.files = arguments.files;
    if (shard) keep_shard(planned.plan, shard->k, shard->n);
    if (arguments.list) {
        list_runs(planned.plan, arguments.plain);
        return status_ok;
    }
    try {
        SweepFolder folder(arguments.out, folder_name(planned, arguments.files.front(), shard),
                           std::move(manifest), params_of(planned.plan));
        std::vector<results::SweptRun> before;
        if (arguments.resume) {
            std::string why;
            auto earlier = folder.earlier_runs(why);
            if (!earlier)
                return refuse("C0606", fmt::format("{} cannot be continued: {}",
                                                   folder.path().string(), why));
            before = std::move(*earlier);
        }
        const results::SweepResult result =
            run_plan(planned.plan, faults, arguments, *options, folder, before);
        int status = results::worst_status(result.runs, arguments.strict);
        if (!planned.missing.empty() && (status == status_ok || status == 5 || result.runs.empty()))
            status = status_incomplete;
        if (interrupted()) status = interrupt_status();
        write_scenarios(planned.plan, result, arguments, folder);
        folder.finish(result, status);
        write_junit(result, arguments);
        show(result, arguments, status, folder.path());
        for (const std::string& step : planned.missing)
            print_error(fmt::format("vacuous: step `{}` never occurred\n", step));
        return status;
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
}

}  // namespace gfs::cli
