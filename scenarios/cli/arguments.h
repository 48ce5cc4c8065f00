// SPDX-License-Identifier: Apache-2.0
// The command line as plain data. The only user of the argument parser is arguments.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gfs::cli {

enum class Colour : std::uint8_t { automatic, always, never };

// Of all commands. Options that a command does not have keep their defaults.
struct Arguments {
    std::string command;  // "run"; empty: print the help
    Colour colour = Colour::automatic;
    bool quiet = false;
    bool verbose = false;
    std::string format = "human";  // human, json, short, sarif

    // run, verify, check
    std::vector<std::string> files;                           // scenarios; "-" is standard input
    std::vector<std::pair<std::string, std::string>> sets;    // JSON pointer, value
    std::vector<std::pair<std::string, std::string>> params;  // name, value
    std::optional<std::string> seed;                          // as written
    std::optional<std::string> seeds;                         // "1..50"
    std::optional<std::string> until;                         // a duration
    std::string out = "runs";
    std::string trace;                 // full, messages, ops, none; empty: as the scenario says
    std::vector<std::string> exports;  // reports that the scenario does not ask for
    bool verify = false;
    bool bisect = false;
    bool strict = false;
    bool force = false;
    bool resolved = false;

    // sweep, merge
    std::optional<std::uint32_t> jobs;  // threads; nothing: one for each core
    std::string shard;                  // "3/10"
    std::uint64_t stop_after = 0;       // failed runs; 0: never
    std::optional<std::string> time;    // a duration of real time
    std::string verify_ratio = "0.05";
    std::string junit;  // a file
    bool list = false;
    bool resume = false;
    bool plain = false;
    std::optional<std::uint64_t> expect_runs;
    bool crash_each_step = false;
    bool delay_each_message = false;
    std::optional<std::string> steps;  // "master.log_flushed,message.sent:ApplyMutation"
    std::optional<std::uint64_t> occurrences;  // of each step; nothing: one crash, all messages
    std::string down = "5s";                   // from a crash to the restart
    std::string random_faults;                 // a profile; empty: none are drawn
    bool process_per_run = false;
    bool markdown = false;

    // fuzz
    std::string faults = "rough";  // a profile
    std::string emit;              // a file; {seed} in its name is the seed

    // fmt
    bool check_only = false;
    // list, schema, explain, init, help
    std::vector<std::string> words;
    std::string operation;  // explain RUN: its number, "client.1#3" or "#812"
    std::string file;       // explain RUN: a path in the namespace
    std::string to;         // export: the format
    std::string output;     // -o
    std::string from = "hello";
    bool vscode = false;
    bool cite = false;
    std::string library;  // bench: the folder of scenarios/library; empty: look for it
};

struct ParsedArguments {
    std::optional<Arguments> arguments;  // nothing: print `message` and exit with `status`
    std::string message;
    int status = 0;
};

// argv[0] is the program's name.
ParsedArguments parse_arguments(int argc, const char* const* argv);

// What a shell completes: the commands that are built, with their options.
struct OptionWords {
    std::vector<std::string> names;  // "-o", "--output"
    bool takes_value = false;
    std::vector<std::string> values;  // empty: any
};
struct CommandWords {
    std::string name;
    std::string sentence;
    std::vector<OptionWords> options;
};
std::vector<CommandWords> command_words();

// The help of the whole program, or the long help of one command; nothing for an unknown one.
std::string program_help();
std::optional<std::string> command_help(const std::string& command);

}  // namespace gfs::cli
