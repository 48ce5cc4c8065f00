// SPDX-License-Identifier: Apache-2.0
// gfsim bench: measures the program itself. The suite `checks` measures the checks: whether each
// mechanism that can be switched off is noticed when it is.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/library.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/run/ablations.h"

namespace gfs::cli {
namespace {

std::string human_row(const run::Ablation& row, const run::AblationOutcome& outcome) {
    const std::string verdict = outcome.caught ? "caught" : "MISSED";
    std::string text = fmt::format(
        "{:<26} {}  {:<36} {:>4}  {}", row.mechanism, verdict,
        row.scenario.empty() ? "-" : row.scenario, row.seed,
        outcome.failed.empty() ? "-" : fmt::format("{}", fmt::join(outcome.failed, " ")));
    if (!outcome.caught) text += "  (" + outcome.problem + ")";
    return text + "\n";
}

std::string json_row(const run::Ablation& row, const run::AblationOutcome& outcome) {
    std::string failed;
    for (const std::string& name : outcome.failed)
        failed += (failed.empty() ? "" : ", ") + reports::json_string(name);
    return fmt::format(
        "\n    {{\"mechanism\": {}, \"scenario\": {}, \"seed\": {}, \"caught\": {}, "
        "\"failed\": [{}], \"problem\": {}}}",
        reports::json_string(row.mechanism), reports::json_string(row.scenario), row.seed,
        outcome.caught, failed, reports::json_string(outcome.problem));
}

int bench_checks(const Arguments& arguments) {
    const auto library = find_library(arguments.library);
    if (!library) return refuse_library(arguments.library);
    const bool as_json = arguments.format == "json";
    std::size_t caught = 0;
    std::string rows;
    if (!as_json)
        print(fmt::format("{:<26} {}  {:<36} {:>4}  {}\n", "without", "      ", "scenario", "seed",
                          "checks that fail"));
    for (const run::Ablation& row : run::ablations()) {
        const auto outcome = run::try_ablation(row, library->string(), &interrupted());
        if (!outcome) return interrupt_status();
        if (outcome->caught) ++caught;
        rows += (rows.empty() ? "" : ",") + json_row(row, *outcome);
        if (as_json) continue;
        print(human_row(row, *outcome));
        finish_output();
    }
    const std::size_t all = run::ablations().size();
    if (as_json)
        print(
            fmt::format("{{\n  \"caught\": {},\n  \"mechanisms\": {},\n  \"rows\": [{}\n  ]\n}}\n",
                        caught, all, rows));
    else
        print(fmt::format("{} of {} caught\n", caught, all));
    return caught == all ? status_ok : 1;
}

}  // namespace

std::vector<std::string> bench_suites() {
    return {"checks"};
}

int bench_command(const Arguments& arguments) {
    const std::string suite = arguments.words.empty() ? "" : arguments.words.front();
    if (suite == "checks") return bench_checks(arguments);
    print_error(fmt::format("error[C0602]: {}\n  = allowed: checks\n",
                            suite.empty() ? "not supported yet: bench without a suite"
                                          : fmt::format("there is no suite `{}`", suite)));
    return status_bad_input;
}

}  // namespace gfs::cli
