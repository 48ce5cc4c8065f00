// SPDX-License-Identifier: Apache-2.0
// gfsim: the program.

#include <exception>
#include <map>
#include <string>

#include "scenarios/cli/arguments.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/terminal.h"

namespace gfs::cli {
namespace {

constexpr int internal_error = 70;

int dispatch(const Arguments& arguments) {
    using Command = int (*)(const Arguments&);
    static const std::map<std::string, Command> table{
        {"run", run_command},
        {"verify", verify_command},
        {"check", check_command},
        {"fmt", fmt_command},
        {"init", init_command},
        {"list", list_command},
        {"schema", schema_command},
        {"explain", explain_command},
        {"version", version_command},
        {"help", help_command},
        {"", help_command},
        {"bench", bench_command},
        {"completion", completion_command},
        {"doctor", doctor_command},
        {"sweep", sweep_command},
        {"merge", merge_command},
        {"export", export_command},
        {"fuzz", fuzz_command},
    };
    return table.at(arguments.command)(arguments);
}

int guarded_main(int argc, char** argv) {
    catch_signals();
    const ParsedArguments parsed = parse_arguments(argc, argv);
    if (!parsed.arguments) {
        print_error(parsed.message);
        return parsed.status;
    }
    const int status = dispatch(*parsed.arguments);
    finish_output();
    return status;
}

}  // namespace
}  // namespace gfs::cli

int main(int argc, char** argv) {
    using namespace gfs::cli;
    try {
        return guarded_main(argc, argv);
    } catch (const CannotWrite& error) {
        try {
            print_error("error[C0603]: cannot write " + error.what() + "\n");
        } catch (const CannotWrite&) {
            // Standard error is gone as well: the status says it.
        }
        return status_cannot_write;
    } catch (const std::exception& error) {
        try {
            print_error(std::string("internal error: ") + error.what() + "\n");
        } catch (const CannotWrite&) {
        }
        return internal_error;
    }
}
