// SPDX-License-Identifier: Apache-2.0
// The command line, parsed with CLI11.

#include "scenarios/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <sstream>

#include "scenarios/cli/command_table.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/templates.h"
#include "scenarios/format/fields.h"
#include "scenarios/format/suggest.h"
#include "scenarios/reports/run_report.h"
#include "scenarios/run/campaign/campaign.h"
#include "sim/assert.h"  // allow(include-table): nothing else of the simulator

namespace gfs::cli {
namespace {

constexpr int usage_error = 2;

const Command* find_command(const std::string& name) {
    const std::string wanted = name == "validate" ? "check" : name;
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& c) { return wanted == c.name; });
    return found == commands.end() ? nullptr : &*found;
}

// "human json" -> {"human", "json"}
std::vector<std::string> words_in(const std::string& list) {
    std::istringstream stream(list);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

// Accepts the words, and says for another one which is nearest.
auto one_of(const std::vector<std::string>& words) {
    return [words](const std::string& given) -> std::string {
        if (std::find(words.begin(), words.end(), given) != words.end()) return {};
        std::string text = "`" + given + "` is none of:";
        for (const std::string& word : words) text += (text.back() == ':' ? " " : ", ") + word;
        const std::vector<std::string_view> views(words.begin(), words.end());
        if (const auto near = format::nearest(given, views))
            text += "; did you mean `" + std::string(*near) + "`?";
        return text;
    };
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
        choice(to, "--color,--colour", colour, {"auto", "always", "never"});
        to.add_flag("--json", json);
        choice(to, "--format", result.format, {"human", "json", "short", "sarif"});
    }
    CLI::Option* choice(CLI::App& to, const char* names, std::string& target,
                        const std::vector<std::string>& words) {
        CLI::Option* const added = to.add_option(names, target)->check(one_of(words));
        values[added] = words;
        return added;
    }
    CLI::App& command(const char* name) {
        CLI::App* const added = app.add_subcommand(name, find_command(name)->sentence);
        added->set_help_flag();
        common(*added);
        return *added;
    }
    void scenario_options(CLI::App& to) {
        to.add_option("--seed", result.seed);  // first: of two words as near, the first is meant
        variant_options(to);
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
        CLI::Option* const exports = run.add_option("--export", result.exports);
        values[exports] = reports::report_names();
        exports->delimiter(',')->check(one_of(reports::report_names()));
        choice(run, "--trace", result.trace, {"full", "messages", "ops", "none"});
        run.add_flag("--verify", result.verify);
        run.add_flag("--bisect", result.bisect);
        run.add_flag("--strict", result.strict);
        run.add_flag("--force", result.force);

        add_fuzz();

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
        sweep.add_flag("--markdown", result.markdown);
        add_step_options(sweep);
        sweep.add_option("--random-faults", result.random_faults)
            ->check(CLI::IsMember(profile_names()))
            ->excludes("--crash-each-step")
            ->excludes("--delay-each-message");
        sweep.add_flag("--process-per-run", result.process_per_run);

        CLI::App& merge = command("merge");
        merge.add_option("DIR", result.files)->required();
        merge.add_option("-o,--output", result.output)->required();
        merge.add_option("--expect-runs", result.expect_runs);
        merge.add_option("--junit", result.junit);
        merge.add_flag("--strict", result.strict);
        merge.add_flag("--plain", result.plain);
    }
    void add_step_options(CLI::App& sweep) {
        CLI::Option* const crash = sweep.add_flag("--crash-each-step", result.crash_each_step);
        CLI::Option* const delay =
            sweep.add_flag("--delay-each-message", result.delay_each_message);
        crash->excludes(delay);
        of_steps.push_back(sweep.add_option("--steps", result.steps));
        of_steps.push_back(sweep.add_option("--occurrences", result.occurrences)
                               ->check(CLI::Range(1, 1'000'000)));
        of_steps.push_back(sweep.add_option("--down", result.down)->excludes(delay));
    }
    static std::vector<std::string> profile_names() {
        std::vector<std::string> names;
        for (const faults::ProfileInfo& info : faults::all_profiles())
            names.emplace_back(info.name);
        return names;
    }
    void add_fuzz() {
        CLI::App& fuzz = command("fuzz");
        fuzz.add_option("SCENARIO", result.files)->expected(0, 1);
        scenario_options(fuzz);
        fuzz.add_option("--seeds", result.seeds);
        fuzz.add_option("--faults", result.faults)->check(CLI::IsMember(profile_names()));
        fuzz.add_option("--emit", result.emit);
        fuzz.add_flag("--strict", result.strict);
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
        fmt.add_flag("--strict", result.strict);

        CLI::App& init = command("init");
        init.add_option("NAME", result.words)->expected(0, 1);
        choice(init, "--from", result.from, template_names());
        init.add_flag("--vscode", result.vscode);
        init.add_flag("--force", result.force);
    }
    void add_reading() {
        CLI::App& explain = command("explain");
        explain.add_option("WHAT", result.words)->expected(0, 2);
        explain.add_option("--op", result.operation);
        explain.add_option("--file", result.file);
        CLI::App& list = command("list");
        list.add_option("WHAT", result.words)->expected(0, 2);
        list.add_flag("--plain", result.plain);
        list.add_option("--library", result.library);
        list.add_option("--out", result.out)->envname("GFSIM_OUT");
        CLI::App& export_run = command("export");
        export_run.add_option("RUN", result.words)->required()->expected(1);
        export_run.add_option("--to", result.to);
        export_run.add_option("-o,--output", result.output);
        CLI::App& schema = command("schema");
        schema.add_option("WHAT", result.words)->expected(0, 1);
        schema.add_option("-o,--output", result.output);
        command("help").add_option("COMMAND", result.words)->expected(0, 1);
        command("version").add_flag("--cite", result.cite);
        command("completion").add_option("SHELL", result.words)->expected(0, 1);
        command("doctor").add_option("--out", result.out)->envname("GFSIM_OUT");
        CLI::App& bench = command("bench");
        bench.add_option("SUITE", result.words)->expected(0, 1);
        bench.add_option("--library", result.library);
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
    // Options that would be ignored beside the others, and why; empty when there is none.
    std::string useless_option() const {
        for (const CLI::Option* const option : of_steps)
            if (option->count() > 0 && !result.crash_each_step && !result.delay_each_message)
                return option->get_name() + " needs --crash-each-step or --delay-each-message";
        if (result.command != "fuzz" || !result.files.empty()) return {};
        const std::string instead =
            " changes a SCENARIO, and there is none: write what is drawn with --emit FILE, and "
            "change that";
        if (!sets.empty()) return "--set" + instead;
        if (!params.empty()) return "--param" + instead;
        return {};
    }

    CLI::App app{"gfsim"};
    Arguments result;
    // allow(pointer-key): found by address only, never walked through
    std::map<const CLI::Option*, std::vector<std::string>> values;
    std::vector<const CLI::Option*> of_steps;  // mean nothing in an ordinary sweep
    std::vector<std::string> sets;
    std::vector<std::string> params;
    std::string colour = "auto";
    bool json = false;
    bool html = false;
    bool help = false;
    bool version = false;
};

ParsedArguments refuse(std::string message, const std::string& help = "gfsim help") {
    return {std::nullopt, "error[C0601]: " + std::move(message) + "\n  = help: " + help + "\n",
            usage_error};
}

// An option that is described and not built, or one that is no option, by its nearest word.
ParsedArguments refuse_option(const CLI::App& app, const std::string& message) {
    const std::vector<CLI::App*> used = app.get_subcommands();
    const CLI::App& command = used.empty() ? app : *used.front();
    std::string help = "gfsim help";
    if (!used.empty()) help += " " + command.get_name();
    std::vector<std::string> names;
    for (const CLI::Option* const option : command.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& left : command.remaining(true)) {
        if (!left.starts_with("-")) continue;
        const std::string name = left.substr(0, left.find('='));
        for (const LaterOption& later : later_options)
            if (command.get_name() == later.command && name == later.option)
                return refuse(
                    "not supported yet: option `" + name + "` of `" + command.get_name() + "`",
                    help);
        std::string text = "there is no option `" + name + "`";
        const std::vector<std::string_view> views(names.begin(), names.end());
        if (const auto near = format::nearest(name, views))
            text += "; did you mean `" + std::string(*near) + "`?";
        return refuse(text, help);
    }
    // After the options: the value of one that does not exist is a word too many.
    if (!used.empty() && message.find("At Most") != std::string::npos)
        return refuse("`" + command.get_name() + "` takes fewer words than were given", help);
    return refuse(message, help);
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
            return refuse(message, word.ends_with(".json") ? "gfsim run " + word : "gfsim help");
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
        return refuse_option(parser.app, error.what());
    }
    const Arguments& parsed = parser.result;
    const Command* const command = find_command(parsed.command.empty() ? "help" : parsed.command);
    SIM_ASSERT(command != nullptr);
    if (parsed.command != "help" && !format::has_word(command->formats, parsed.format))
        return refuse("`" + std::string(command->name) + "` has no format `" + parsed.format +
                          "`; it has: " + command->formats,
                      "gfsim help " + std::string(command->name));
    if (const std::string useless = parser.useless_option(); !useless.empty())
        return refuse(useless, "gfsim help " + parsed.command);
    return {parsed, {}, 0};
}

std::vector<CommandWords> command_words() {
    Parser parser;
    std::vector<CommandWords> all;
    for (const Command& command : commands) {
        if (!command.built) continue;
        CommandWords words{command.name, command.sentence, {}};
        for (const CLI::Option* const option :
             parser.app.get_subcommand(command.name)->get_options()) {
            OptionWords one;
            for (const std::string& name : option->get_snames()) one.names.push_back("-" + name);
            for (const std::string& name : option->get_lnames()) one.names.push_back("--" + name);
            if (one.names.empty()) continue;  // a positional
            one.takes_value = option->get_items_expected_max() > 0;
            if (const auto found = parser.values.find(option); found != parser.values.end())
                one.values = found->second;
            if (one.names.back() == "--format") one.values = words_in(command.formats);
            words.options.push_back(std::move(one));
        }
        all.push_back(std::move(words));
    }
    return all;
}

}  // namespace gfs::cli
