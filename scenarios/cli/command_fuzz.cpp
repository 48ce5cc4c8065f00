// SPDX-License-Identifier: Apache-2.0
// gfsim fuzz: random campaigns, each drawn from a seed, written out as a scenario and run.

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/load.h"
#include "scenarios/cli/seeds.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/reports/fault_states.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/reports/summary.h"
#include "scenarios/reports/sweep_json.h"
#include "scenarios/run/campaign/campaign.h"
#include "scenarios/run/run.h"

namespace gfs::cli {
namespace {

using results::RunResult;
using results::Verdict;

// Worst first, as a sweep returns them.
constexpr int severity[] = {70, 4, 1, 6, 3, 5, 0};

int worse(int one, int other) {
    for (const int status : severity)
        if (one == status || other == status) return status;
    return one;
}

void write_file(const std::string& path, const std::string& text) {
    try {
        reports::PendingFile file(path);
        file.write(text);
        file.finish();
    } catch (const reports::CannotWriteFile& error) {
        throw CannotWrite(error.what());
    }
}

// "a/{seed}.json" with 7 -> "a/7.json"
std::string with_seed(std::string file, std::uint64_t seed) {
    const std::size_t place = file.find("{seed}");
    if (place != std::string::npos) file.replace(place, 6, std::to_string(seed));
    return file;
}

// One cause of failures, and where it was seen.
struct Cause {
    std::uint64_t count = 0;
    std::uint64_t seed = 0;    // of the shortest run ...
    std::uint64_t events = 0;  // ... and its length
};

class Fuzz {
  public:
    Fuzz(const Arguments& arguments, faults::Profile profile,
         const format::LoadResult* base)
        : arguments_(arguments), profile_(profile), base_(base) {}

    // The status, of one seed.
    int run(std::uint64_t seed, bool alone);
    // At the end. `status` is the command's.
    void tell_all(std::uint64_t planned, int status) const;

  private:
    bool as_json() const { return arguments_.format == "json"; }
    void tell_summary() const;
    std::string repro(std::uint64_t seed) const;
    void tell(const run::Campaign& campaign, const RunResult& result, bool alone) const;
    void count(std::uint64_t seed, const RunResult& result);

    const Arguments& arguments_;
    const faults::Profile profile_;
    const format::LoadResult* const base_;  // null: everything is drawn
    std::uint64_t runs_ = 0;
    std::uint64_t fired_ = 0;
    std::uint64_t put_off_ = 0;
    std::vector<results::FaultStatesRow> fault_states_;  // by kind of fault
    std::map<std::string, std::uint64_t> verdicts_;
    std::map<std::string, Cause> causes_;
    std::vector<results::SweptRun> swept_;  // for JSON: as a sweep over the seeds
};

std::string Fuzz::repro(std::uint64_t seed) const {
    std::string line = "gfsim fuzz";
    if (!arguments_.files.empty()) line += " " + arguments_.files.front();
    return fmt::format("{} --faults {} --seeds {}..{}", line, arguments_.faults, seed, seed);
}

void Fuzz::count(std::uint64_t seed, const RunResult& result) {
    ++runs_;
    ++verdicts_[name(result.verdict)];
    results::add_rows(fault_states_, result.fault_states, true);
    for (const results::FaultOutcome& fault : result.faults) {
        if (!fault.firings.empty()) ++fired_;
        if (!fault.deferrals.empty()) ++put_off_;
    }
    if (as_json()) {
        results::SweptRun& run = swept_.emplace_back(results::to_swept(result));
        run.number = runs_;
        run.file = arguments_.files.empty() ? "drawn" : arguments_.files.front();
        run.params = {{"faults", arguments_.faults}};
        run.seed = seed;
        run.repro = result.repro;
    }
    if (result.verdict == Verdict::passed || result.verdict == Verdict::excused) return;
    const std::string reason = result.reasons.empty() ? "" : result.reasons.front();
    Cause& cause = causes_[fmt::format("{}: {}", name(result.verdict), reason)];
    ++cause.count;
    if (cause.count != 1 && cause.events <= result.events) return;
    cause.seed = seed;
    cause.events = result.events;
}

void Fuzz::tell(const run::Campaign& campaign, const RunResult& result, bool alone) const {
    if (as_json()) return;
    if (alone && !arguments_.quiet) print(reports::summary(result, {}));
    const bool good = result.verdict == Verdict::passed || result.verdict == Verdict::excused;
    if (!alone && (!good || !arguments_.quiet)) {
        std::string line = fmt::format("{}  {}  {} events", result.digest, campaign.name,
                                       result.events);
        if (result.verdict != Verdict::passed) line += fmt::format("  {}", name(result.verdict));
        for (const std::string& reason : result.reasons) line += "; " + reason;
        print(line + "\n");
    }
    if (!good) print(fmt::format("repro: {}\n", result.repro));
}

int Fuzz::run(std::uint64_t seed, bool alone) {
    const run::Campaign campaign = base_ != nullptr
                                       ? run::draw_faults_for(*base_, profile_, seed)
                                       : run::draw_campaign(profile_, seed);
    if (!arguments_.emit.empty()) write_file(with_seed(arguments_.emit, seed), campaign.text);
    const bool tells_all = alone && !arguments_.quiet && !as_json();
    if (tells_all) print(campaign.text);
    for (const std::string& line : campaign.drawn)
        if (tells_all) print("drawn: " + line + "\n");
    format::DiskReader reader;
    const format::LoadResult loaded =
        format::load_text(campaign.name, campaign.text, {}, reader);
    if (!report(loaded.diagnostics, arguments_, false)) return status_bad_input;
    run::RunOptions options;
    options.interrupt = &interrupted();
    RunResult result = run::run_scenario(*loaded.scenario, options).result;
    if (result.verdict == Verdict::interrupted) return interrupt_status();
    result.repro = repro(seed);
    count(seed, result);
    tell(campaign, result, alone);
    return results::exit_status(result.verdict, arguments_.strict);
}

void Fuzz::tell_summary() const {
    std::string text = fmt::format("\n{} campaigns, profile {}:", runs_, arguments_.faults);
    for (const auto& [verdict, count] : verdicts_) text += fmt::format("  {} {}", count, verdict);
    text += fmt::format("\n{} faults fired, {} were put off by the budget\n", fired_, put_off_);
    for (const auto& [reason, cause] : causes_)
        text += fmt::format("  {} x {}\n      shortest: {}\n", cause.count, reason,
                            repro(cause.seed));
    const std::string states = reports::fault_states_text(fault_states_, arguments_.plain);
    if (!states.empty() && !arguments_.quiet) text += "\n" + states;
    print(text);
}

void Fuzz::tell_all(std::uint64_t planned, int status) const {
    if (as_json())
        print(reports::sweep_json(
            {swept_, planned, swept_.size() < planned ? "interrupted" : ""}, status));
    else if (planned > 1)
        tell_summary();
}

}  // namespace

int fuzz_command(const Arguments& arguments) {
    const auto profile = faults::find_profile(arguments.faults);
    SIM_ASSERT(profile.has_value());
    const std::vector<std::uint64_t> seeds =
        seeds_between(arguments.seeds.value_or(arguments.seed.value_or("1")));
    if (seeds.empty()) {
        print_error(fmt::format("error[C0602]: `{}` is no range of seeds; write --seeds 1..50\n",
                                arguments.seeds.value_or(arguments.seed.value_or(""))));
        return status_bad_input;
    }
    const bool one_file = arguments.emit.find("{seed}") == std::string::npos;
    if (!arguments.emit.empty() && one_file && seeds.size() > 1) {
        print_error("error[C0602]: --emit needs a name for each seed: --emit 'dir/{seed}.json'\n");
        return status_bad_input;
    }
    std::optional<format::LoadResult> base;
    if (!arguments.files.empty()) {
        base = load(arguments.files.front(), arguments);
        if (!report(base->diagnostics, arguments, false)) return status_bad_input;
    }
    Fuzz fuzz(arguments, *profile, base ? &*base : nullptr);
    const bool alone = seeds.size() == 1;
    int worst = status_ok;
    for (const std::uint64_t seed : seeds) {
        const int status = fuzz.run(seed, alone);
        if (status == status_bad_input) return status;
        worst = interrupted() ? interrupt_status() : worse(worst, status);
        if (interrupted()) break;
    }
    fuzz.tell_all(seeds.size(), worst);
    return worst;
}

}  // namespace gfs::cli
