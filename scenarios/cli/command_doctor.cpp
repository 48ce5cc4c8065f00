// SPDX-License-Identifier: Apache-2.0
// gfsim doctor: whether this machine has what gfsim needs. Each line is something tried, not
// something guessed.

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/library.h"
#include "scenarios/cli/templates.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/reports/run_folder.h"
#include "scenarios/run/run.h"
#include "scenarios/run/version.h"
#include "sim/assert.h"  // allow(include-table): nothing else of the simulator

namespace gfs::cli {
namespace {

namespace fs = std::filesystem;

struct Finding {
    const char* subject;
    enum class State { good, note, bad } state;
    std::string text;
};

const char* name(Finding::State state) {
    switch (state) {
        case Finding::State::good:
            return "good";
        case Finding::State::note:
            return "note";
        case Finding::State::bad:
            return "bad";
    }
    return "";
}

Finding program() {
    const bool quick = run::version().build == "Release";
    return {"program", quick ? Finding::State::good : Finding::State::note,
            run::version_line() + (quick ? "" : "; a Release build is several times faster")};
}

// A run, twice, the second time with disturbed memory.
Finding determinism() {
    const std::optional<std::string> text = scenario_template("hello");
    SIM_ASSERT(text.has_value());
    format::DiskReader reader;
    const format::LoadResult loaded = format::load_text("hello.json", *text, {}, reader);
    SIM_ASSERT(loaded.ok());
    const run::Verification twice = run::verify_scenario(*loaded.scenario, &interrupted());
    const results::RunResult& first = twice.first.result;
    using Digests = run::Verification::Digests;
    const char* runs = "agree";
    if (twice.digests == Digests::not_compared) runs = "were not compared";
    if (twice.digests == Digests::different) runs = "differ";
    if (twice.digests != Digests::equal || first.verdict != results::Verdict::passed)
        return {"engine", Finding::State::bad,
                fmt::format("the scenario of `gfsim init` ends with: {}; the runs {}",
                            results::name(first.verdict), runs)};
    return {"engine", Finding::State::good,
            fmt::format("ran the scenario of `gfsim init` twice: passed, digest {} both times",
                        first.digest)};
}

// Writes a file where the runs go, and takes it away again.
Finding results_folder(const std::string& out) {
    const fs::path folder = out;
    std::error_code error;
    const bool was_there = fs::exists(folder, error);
    try {
        fs::create_directories(folder, error);
        if (error) throw reports::CannotWriteFile(out + ": " + error.message());
        const fs::path probe = folder / ".doctor";
        reports::PendingFile file(probe);
        file.write("a line\n");
        file.finish();
        fs::remove(probe, error);
    } catch (const reports::CannotWriteFile& problem) {
        return {"results", Finding::State::bad, fmt::format("cannot write {}", problem.what())};
    }
    const fs::space_info space = fs::space(folder, error);
    if (!was_there) fs::remove(folder, error);
    constexpr std::uintmax_t little = 100'000'000;
    const bool enough = space.available >= little;
    return {"results", enough ? Finding::State::good : Finding::State::note,
            fmt::format("runs are written to {}/; {} MB are free{}", out,
                        space.available / 1'000'000, enough ? "" : ", which is little")};
}

Finding memory() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return {"memory", Finding::State::good, "no limit is set for a process"};
    constexpr rlim_t needed = 512'000'000;
    return {"memory", limit.rlim_cur >= needed ? Finding::State::good : Finding::State::note,
            fmt::format("a process may have {} MB; large scenarios need some hundred",
                        limit.rlim_cur / 1'000'000)};
}

Finding terminal(const Arguments& arguments) {
    const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
    winsize size{};
    std::string text = "standard output is no terminal";
    if (is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        text = fmt::format("{} columns", size.ws_col);
    text += colour_on_stdout(arguments.colour) ? "; colour is on" : "; colour is off";
    if (const char* const no_colour = std::getenv("NO_COLOR");
        no_colour != nullptr && *no_colour != '\0')
        text += " (NO_COLOR is set)";
    return {"terminal", Finding::State::good, text};
}

Finding library() {
    const auto folder = find_library("");
    if (!folder)
        return {"library", Finding::State::note,
                "scenarios/library is neither here nor beside the program; `gfsim init` writes a "
                "scenario to start from"};
    return {"library", Finding::State::good,
            fmt::format("{} scenarios in {}", scenarios_in(*folder).size(), folder->string())};
}

}  // namespace

int doctor_command(const Arguments& arguments) {
    const std::vector<Finding> findings{
        program(), determinism(),       results_folder(arguments.out),
        memory(),  terminal(arguments), library()};
    bool all_good = true;
    std::string text;
    for (const Finding& finding : findings) {
        all_good = all_good && finding.state != Finding::State::bad;
        if (arguments.format == "json")
            text += fmt::format("{}\n  {{\"subject\": \"{}\", \"state\": \"{}\", \"text\": {}}}",
                                text.empty() ? "[" : ",", finding.subject, name(finding.state),
                                reports::json_string(finding.text));
        else
            text += fmt::format("{:<4}  {:<9} {}\n", name(finding.state), finding.subject,
                                finding.text);
    }
    print(arguments.format == "json" ? text + "\n]\n" : text);
    return all_good ? status_ok : 1;
}

}  // namespace gfs::cli
