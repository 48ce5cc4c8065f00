// SPDX-License-Identifier: Apache-2.0
// The command line, parsed with CLI11.

#include "scenarios/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <functional>
#include <sstream>

#include "scenarios/cli/commands.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/run_report.h"

namespace gfs::cli {
namespace {

constexpr int usage_error = 2;

struct Command {
    const char* name;
    const char* sentence;
    bool built;
};

// In the order of the help's groups.
constexpr std::array commands{
    Command{"run", "run one scenario and judge it", true},
    Command{"sweep", "run a scenario over seeds and parameters", true},
    Command{"fuzz", "random campaigns, written out as scenarios", false},
    Command{"bench", "measure the simulator's speed", false},
    Command{"explain", "a run or one of its operations; an error code, an event, a field, ...",
            true},
    Command{"debug", "step through a run", false},
    Command{"diff", "the first event that differs between two runs", false},
    Command{"shrink", "the smallest scenario that still fails", false},
    Command{"report", "a run as a page", false},
    Command{"export", "a run for other tools", true},
    Command{"init", "write a first scenario", true},
    Command{"check", "find the mistakes in scenario files, run nothing", true},
    Command{"verify", "run twice and compare, event by event", true},
    Command{"fmt", "put scenario files into their usual form", true},
    Command{"schema", "print the JSON Schema of a scenario file", true},
    Command{"list", "list what a scenario can name", true},
    Command{"lab", "exercises for a course", false},
    Command{"serve", "the live page", false},
    Command{"merge", "put the parts of a sweep together", true},
    Command{"completion", "completion for a shell", false},
    Command{"doctor", "look at the machine", false},
    Command{"help", "help about a command", true},
    Command{"version", "what this program was made from", true},
};

const Command* find_command(const std::string& name) {
    const std::string wanted = name == "validate" ? "check" : name;
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& c) { return wanted == c.name; });
    return found == commands.end() ? nullptr : &*found;
}

// "/a/b=1" -> {"/a/b", "1"}
std::vector<std::pair<std::string, std::string>> split_pairs(const std::vector<std::string>& texts,
                                                             const char* option, const char* form) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            throw CLI::ValidationError(option, "`" + text + "` has no `=`; write " + form);
        pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return pairs;
}

// CLI11's objects and the variables it fills.
struct Parser {
    Parser() {
        app.set_help_flag();
        app.allow_windows_style_options(false);
        common(app);
        app.add_flag("-V,--version", version);
        app.require_subcommand(0, 1);
        add_running();
        add_sweeping();
        add_writing();
        add_reading();
    }

    void common(CLI::App& to) {
        to.add_flag("-h,--help", help);
        to.add_flag("-q,--quiet", result.quiet);
        to.add_flag("-v,--verbose", result.verbose);
        to.add_option("--color,--colour", colour)
            ->check(CLI::IsMember({"auto", "always", "never"}));
        to.add_flag("--json", json);
        to.add_option("--format", result.format)->check(CLI::IsMember({"human", "json", "short"}));
    }
    CLI::App& command(const char* name) {
        CLI::App* const added = app.add_subcommand(name, find_command(name)->sentence);
        added->set_help_flag();
        common(*added);
        return *added;
    }
    void scenario_options(CLI::App& to) {
        variant_options(to);
        to.add_option("--seed", result.seed);
    }
    void variant_options(CLI::App& to) {
        to.add_option("--set", sets)->take_all();
        to.add_option("--param", params)->take_all();
    }
    void add_running() {
        CLI::App& run = command("run");
        run.add_option("SCENARIO", result.files)->required()->expected(1);
        scenario_options(run);
        run.add_option("--until", result.until);
        run.add_option("--out", result.out)->envname("GFSIM_OUT");
        run.add_flag("--html", html);
        run.add_option("--export", result.exports)
            ->delimiter(',')
            ->check(CLI::IsMember(reports::report_names()));
        run.add_option("--trace", result.trace)
            ->check(CLI::IsMember({"full", "messages", "ops", "none"}));
        run.add_flag("--verify", result.verify);
        run.add_flag("--bisect", result.bisect);
        run.add_flag("--strict", result.strict);
        run.add_flag("--force", result.force);

        CLI::App& verify = command("verify");
        verify.add_option("SCENARIO", result.files)->required();
        scenario_options(verify);
        verify.add_option("--seeds", result.seeds);
        verify.add_option("--until", result.until);
    }
    void add_sweeping() {
        CLI::App& sweep = command("sweep");
        sweep.add_option("SCENARIO", result.files)->required();
        variant_options(sweep);
        sweep.add_option("--seeds", result.seeds);
        sweep.add_option("--until", result.until);
        sweep.add_flag("--list", result.list);
        sweep.add_option("-j,--jobs", result.jobs)
            ->envname("GFSIM_JOBS")
            ->check(CLI::Range(1, 1024));
        sweep.add_option("--shard", result.shard);
        sweep.add_option("--stop-after", result.stop_after)->check(CLI::PositiveNumber);
        sweep.add_option("--time", result.time);
        sweep.add_option("--out", result.out)->envname("GFSIM_OUT");
        sweep.add_flag("--resume", result.resume);
        sweep.add_option("--verify-ratio", result.verify_ratio);
        sweep.add_option("--junit", result.junit);
        sweep.add_flag("--strict", result.strict);
        sweep.add_flag("--plain", result.plain);
        for (const char* const name : {"--random-faults", "--process-per-run"})
            sweep.add_option_function<std::string>(name, refuse_option(name))->expected(0, 1);

        CLI::App& merge = command("merge");
        merge.add_option("DIR", result.files)->required();
        merge.add_option("-o,--output", result.output)->required();
        merge.add_option("--expect-runs", result.expect_runs);
        merge.add_option("--junit", result.junit);
        merge.add_flag("--strict", result.strict);
        merge.add_flag("--plain", result.plain);
    }
    static std::function<void(const std::string&)> refuse_option(const char* name) {
        return [name](const std::string&) {
            throw CLI::ValidationError(fmt::format("not supported yet: option `{}`", name));
        };
    }
    void add_writing() {
        CLI::App& check = command("check");
        check.alias("validate");
        check.add_option("SCENARIO", result.files)->required();
        scenario_options(check);
        check.add_flag("--resolved", result.resolved);
        check.add_flag("--strict", result.strict);

        CLI::App& fmt = command("fmt");
        fmt.add_option("FILE", result.files)->required();
        fmt.add_flag("--check", result.check_only);

        CLI::App& init = command("init");
        init.add_option("NAME", result.words)->expected(0, 1);
        init.add_option("--from", result.from);
        init.add_flag("--vscode", result.vscode);
        init.add_flag("--force", result.force);
    }
    void add_reading() {
        CLI::App& explain = command("explain");
        explain.add_option("WHAT", result.words)->expected(0, 2);
        explain.add_option("--op", result.operation);
        explain.add_option("--file", result.file);
        command("list").add_option("WHAT", result.words)->expected(0, 2);
        CLI::App& export_run = command("export");
        export_run.add_option("RUN", result.words)->required()->expected(1);
        export_run.add_option("--to", result.to);
        export_run.add_option("-o,--output", result.output);
        CLI::App& schema = command("schema");
        schema.add_option("WHAT", result.words)->expected(0, 1);
        schema.add_option("-o,--output", result.output);
        command("help").add_option("COMMAND", result.words)->expected(0, 1);
        command("version").add_flag("--cite", result.cite);
    }

    void finish() {
        for (const CLI::App* const used : app.get_subcommands()) result.command = used->get_name();
        if (version) result.command = "version";
        if (help) {
            result.words = {result.command};
            if (result.command.empty()) result.words.clear();
            result.command = "help";
        }
        if (json) result.format = "json";
        if (html) result.exports.emplace_back("html");
        if (colour == "always") result.colour = Colour::always;
        if (colour == "never") result.colour = Colour::never;
        result.sets = split_pairs(sets, "--set", "--set /gfs/lease=5s");
        result.params = split_pairs(params, "--param", "--param lease=5s");
    }

    CLI::App app{"gfsim"};
    Arguments result;
    std::vector<std::string> sets;
    std::vector<std::string> params;
    std::string colour = "auto";
    bool json = false;
    bool html = false;
    bool help = false;
    bool version = false;
};

ParsedArguments refuse(std::string message) {
    return {std::nullopt, "error[C0601]: " + std::move(message) + "\n  = help: gfsim help\n",
            usage_error};
}

// The first word that is no option, if it is no command that is built.
std::optional<ParsedArguments> refuse_command(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("-")) continue;
        const Command* const command = find_command(word);
        if (command == nullptr) {
            std::vector<std::string_view> names;
            for (const Command& known : commands) names.push_back(known.name);
            std::string message = "there is no command `" + word + "`";
            const auto near = format::nearest(word, names);
            if (near) message += "; did you mean `" + std::string(*near) + "`?";
            return refuse(message);
        }
        if (!command->built) return refuse("not supported yet: command `" + word + "`");
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

ParsedArguments parse_arguments(int argc, const char* const* argv) {
    if (auto refused = refuse_command(argc, argv)) return *refused;
    Parser parser;
    try {
        parser.app.parse(argc, argv);
        parser.finish();
    } catch (const CLI::ParseError& error) {
        if (parser.help) {
            // "gfsim run --help" lacks its scenario, and needs none.
            for (const CLI::App* const used : parser.app.get_subcommands())
                parser.result.words = {used->get_name()};
            parser.result.command = "help";
            return {parser.result, {}, 0};
        }
        return refuse(error.what());
    }
    return {parser.result, {}, 0};
}

std::string program_help() {
    std::ostringstream text;
    text << "gfsim - a deterministic simulator of the Google File System\n\n"
            "  gfsim run hello.json                      run one scenario\n"
            "  gfsim run lease-expiry.json --seed 17     ... with another seed\n"
            "  gfsim sweep lease-expiry.json --seeds 1..1000\n"
            "  gfsim check hello.json --resolved         the scenario with all its defaults\n"
            "  gfsim explain E0104                       what an error means\n\n"
            "Usage: gfsim [OPTIONS] COMMAND\n\n";
    for (const Command& command : commands) {
        if (!command.built) continue;
        text << "  " << command.name << std::string(12 - std::string(command.name).size(), ' ')
             << command.sentence << "\n";
    }
    text << "\nOptions of all commands: -h/--help, -V/--version, -q, -v, --json,\n"
            "--color auto|always|never. `gfsim help COMMAND` says more about one.\n";
    return text.str();
}

}  // namespace gfs::cli
