// SPDX-License-Identifier: Apache-2.0
// gfsim completion: a script for bash, zsh or fish. The words are in it, so that completing runs no
// program.

#include "scenarios/cli/completion.h"

#include <fmt/format.h>

#include "scenarios/cli/arguments.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/terminal.h"
#include "scenarios/format/format.h"

namespace gfs::cli {
namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

Words names_of(std::string_view list) {
    Words names;
    for (const format::Listed& row : format::list_names(list)) names.push_back(row.name);
    return names;
}

// Fields that are always there: "/gfs/lease=", for --set.
Words settable_fields() {
    Words fields;
    for (const std::string& name : names_of("fields"))
        if (name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ$") == std::string::npos)
            fields.push_back(name + "=");
    return fields;
}

Words command_names() {
    Words names;
    for (const CommandWords& command : command_words()) names.push_back(command.name);
    return names;
}

// What may follow a command, other than options. Empty: files.
Words first_words(const std::string& command) {
    if (command == "list") return listable();
    if (command == "schema") return schema_names();
    if (command == "completion") return shells();
    if (command == "help") return command_names();
    if (command == "bench") return bench_suites();
    if (command == "explain") {
        Words words{"field", "fault", "checker", "events"};
        for (const std::string& code : explainable_codes()) words.push_back(code);
        return words;
    }
    return {};
}

struct Second {
    const char* first;
    const char* list;
};
// `gfsim explain FIRST` goes on with a name of the list.
constexpr Second explained[] = {
    {"field", "fields"}, {"fault", "faults"}, {"checker", "checkers"}, {"events", "events"}};

bool completes_files(const std::string& command) {
    return command == "run" || command == "verify" || command == "check" || command == "fmt" ||
           command == "explain";
}

// The words for the value of an option. Empty: files.
Words values_of(const OptionWords& option) {
    if (option.names.back() == "--set") return settable_fields();
    return option.values;
}

// bash and zsh (through bashcompinit) read the same function.
std::string bash_script() {
    std::string text = R"(# bash completion for gfsim:  source <(gfsim completion bash)
_gfsim() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} words=""
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
)";
    text += fmt::format("        COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$cur\"))\n",
                        joined(command_names()));
    text += "        return\n    fi\n    case \"$command $prev\" in\n";
    for (const CommandWords& command : command_words())
        for (const OptionWords& option : command.options) {
            const Words values = values_of(option);
            if (!option.takes_value || values.empty()) continue;
            Words patterns;
            for (const std::string& name : option.names)
                patterns.push_back(fmt::format("\"{} {}\"", command.name, name));
            text += fmt::format("        {}) words=\"{}\" ;;\n", fmt::join(patterns, "|"),
                                joined(values));
        }
    for (const Second& second : explained)
        text += fmt::format("        \"explain {}\") words=\"{}\" ;;\n", second.first,
                            joined(names_of(second.list)));
    text += R"(    esac
    if [ -n "$words" ]; then
        COMPREPLY=($(compgen -W "$words" -- "$cur"))
        return
    fi
    case "$command" in
)";
    for (const CommandWords& command : command_words()) {
        Words options;
        for (const OptionWords& option : command.options) options.push_back(option.names.back());
        text += fmt::format("        {}) words=\"{}\"; [[ $cur == -* ]] && words=\"{}\" ;;\n",
                            command.name, joined(first_words(command.name)), joined(options));
    }
    text += R"(    esac
    [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _gfsim gfsim
)";
    return text;
}

std::string zsh_script() {
    return "#compdef gfsim\n# zsh completion for gfsim:  source <(gfsim completion zsh)\n"
           "autoload -U +X bashcompinit && bashcompinit\n" +
           bash_script();
}

std::string fish_option(const CommandWords& command, const OptionWords& option) {
    std::string line =
        fmt::format("complete -c gfsim -n '__fish_seen_subcommand_from {}'", command.name);
    for (const std::string& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    const Words values = values_of(option);
    if (option.takes_value) line += " -r";
    if (!values.empty()) line += fmt::format(" -f -a '{}'", joined(values));
    return line + "\n";
}

std::string fish_script() {
    std::string text =
        "# fish completion for gfsim:  gfsim completion fish | source\n"
        "complete -c gfsim -n '__fish_use_subcommand' -f\n";
    for (const CommandWords& command : command_words()) {
        text += fmt::format("complete -c gfsim -n '__fish_use_subcommand' -a {} -d '{}'\n",
                            command.name, command.sentence);
        for (const OptionWords& option : command.options) text += fish_option(command, option);
        const Words words = first_words(command.name);
        const char* const files = completes_files(command.name) ? "" : " -f";
        if (!words.empty())
            text += fmt::format("complete -c gfsim -n '__fish_seen_subcommand_from {}'{} -a '{}'\n",
                                command.name, files, joined(words));
    }
    for (const Second& second : explained)
        text += fmt::format(
            "complete -c gfsim -n '__fish_seen_subcommand_from explain; and "
            "__fish_seen_subcommand_from {}' -f -a '{}'\n",
            second.first, joined(names_of(second.list)));
    return text;
}

}  // namespace

std::vector<std::string> shells() {
    return {"bash", "zsh", "fish"};
}

std::optional<std::string> completion_script(const std::string& shell) {
    if (shell == "bash") return bash_script();
    if (shell == "zsh") return zsh_script();
    if (shell == "fish") return fish_script();
    return std::nullopt;
}

int completion_command(const Arguments& arguments) {
    const std::string shell = arguments.words.empty() ? "" : arguments.words.front();
    if (const std::optional<std::string> script = completion_script(shell)) {
        print(*script);
        return status_ok;
    }
    const std::string what = shell.empty()
                                 ? "completion for which shell?"
                                 : fmt::format("there is no completion for the shell `{}`", shell);
    print_error(fmt::format("error[C0602]: {}\n  = allowed: bash, zsh, fish\n", what));
    return status_bad_input;
}

}  // namespace gfs::cli
