// SPDX-License-Identifier: Apache-2.0
// The commands of gfsim, those to come among them: the parser, the help and the completion of
// shells are made from this.
#pragma once

#include <array>

namespace gfs::cli {

struct Command {
    const char* group;
    const char* name;
    const char* sentence;
    bool built;
    const char* formats = "human";  // what --format takes
};

// In the order of the help's groups.
inline constexpr std::array commands{
    Command{"Run", "run", "run one scenario and judge it", true, "human json short"},
    Command{"Run", "sweep", "run a scenario over seeds and parameters", true, "human json short"},
    Command{"Run", "fuzz", "random campaigns, written out as scenarios", true, "human json"},
    Command{"Run", "bench", "whether every mechanism that is switched off is noticed", true,
            "human json"},
    Command{"Understand", "explain",
            "a run or one of its operations; an error code, an event, a field, ...", true},
    Command{"Understand", "debug", "step through a run", false},
    Command{"Understand", "diff", "the first event that differs between two runs", false},
    Command{"Understand", "shrink", "the smallest scenario that still fails", false},
    Command{"Understand", "report", "a run as a page", false},
    Command{"Understand", "export", "a run for other tools", true},
    Command{"Write", "init", "write a first scenario", true},
    Command{"Write", "check", "find the mistakes in scenario files, run nothing", true,
            "human json short sarif"},
    Command{"Write", "verify", "run twice and compare, event by event", true, "human short"},
    Command{"Write", "fmt", "put scenario files into their usual form", true, "human short"},
    Command{"Write", "schema", "print the JSON Schema of a scenario file", true},
    Command{"Write", "list", "list what a scenario can name", true, "human json"},
    Command{"Teach", "lab", "exercises for a course", false},
    Command{"Teach", "serve", "the live page", false},
    Command{"Combine", "merge", "put the parts of a sweep together", true},
    Command{"Other", "completion", "completion for bash, zsh or fish", true},
    Command{"Other", "doctor", "whether this machine has what gfsim needs", true, "human json"},
    Command{"Other", "help", "help about a command", true},
    Command{"Other", "version", "what this program was made from", true, "human json"},
};

// What the commands that are built are to have as well.
struct LaterOption {
    const char* command;
    const char* option;
};
inline constexpr std::array later_options{
    LaterOption{"explain", "--expect"},
    LaterOption{"bench", "--repeat"},
    LaterOption{"bench", "--baseline"},
};

}  // namespace gfs::cli
