// SPDX-License-Identifier: Apache-2.0
// The table of rooms: who may include whom, and which room may use which library.

#include <algorithm>
#include <array>
#include <span>

#include "tests/house/rules.h"

namespace house {
namespace {

using Names = std::span<const std::string_view>;

struct Row {
    std::string_view room;
    Names may_include;  // beside the room itself
};

constexpr std::string_view common_row[] = {"sim"};
constexpr std::string_view policy_row[] = {"sim", "core/common"};
constexpr std::string_view actor_row[] = {"sim", "core/common", "core/policy"};
constexpr std::string_view cluster_row[] = {"sim",         "core/common",      "core/policy",
                                            "core/master", "core/chunkserver", "core/client"};
constexpr std::string_view faults_row[] = {"sim", "core/common", "core/cluster"};
constexpr std::string_view format_row[] = {"sim", "core/common"};
constexpr std::string_view workloads_row[] = {"sim", "core/common", "core/client"};
constexpr std::string_view checks_row[] = {"sim", "core/common", "core/cluster"};
constexpr std::string_view reports_row[] = {"sim", "core/common", "scenarios/results"};
constexpr std::string_view results_row[] = {"sim", "core/common"};
constexpr std::string_view run_row[] = {"sim",
                                        "core/common",
                                        "core/policy",
                                        "core/master",
                                        "core/client",
                                        "core/chunkserver",
                                        "core/cluster",
                                        "faults",
                                        "scenarios/format",
                                        "scenarios/workloads",
                                        "scenarios/checks",
                                        "scenarios/reports",
                                        "scenarios/results"};
constexpr std::string_view cli_row[] = {"scenarios/run", "scenarios/format", "scenarios/reports",
                                        "scenarios/results"};

constexpr Row table[] = {
    {"sim", {}},
    {"core/common", common_row},
    {"core/policy", policy_row},
    {"core/master", actor_row},
    {"core/chunkserver", actor_row},
    {"core/client", actor_row},
    {"core/cluster", cluster_row},
    {"faults", faults_row},
    {"scenarios/format", format_row},
    {"scenarios/workloads", workloads_row},
    {"scenarios/checks", checks_row},
    {"scenarios/results", results_row},
    {"scenarios/reports", reports_row},
    {"scenarios/run", run_row},
    {"scenarios/cli", cli_row},
};

// A library is the business of few.
struct Library {
    std::string_view include;  // what the name in <...> starts with
    std::string_view room;     // the only place that may include it
};

constexpr Library libraries[] = {
    {"nlohmann/", "scenarios/"},
    {"CLI/", "scenarios/cli/"},
    {"boost/", "sim/"},
};

const Row* row_of(std::string_view path) {
    for (const Row& row : table)
        if (path.starts_with(row.room) && path.substr(row.room.size()).starts_with("/"))
            return &row;
    return nullptr;
}

// The name in an #include line, between the given delimiters; empty if it is another line.
std::string_view included(std::string_view line, char open, char close) {
    const std::size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string_view::npos || line[hash] != '#') return {};
    const std::size_t directive = line.find_first_not_of(" \t", hash + 1);
    if (directive == std::string_view::npos || !line.substr(directive).starts_with("include"))
        return {};
    const std::size_t from = line.find(open);
    if (from == std::string_view::npos) return {};
    const std::size_t to = line.find(close, from + 1);
    return to == std::string_view::npos ? std::string_view{} : line.substr(from + 1, to - from - 1);
}

void check_own(const Source& source, const Row& row, std::size_t line, std::string_view name,
               std::vector<Finding>& findings) {
    const Row* const target = row_of(name);
    if (target == nullptr) {
        if (name == "revision.h") return;  // written by the build for scenarios/run/version.cpp
        add(findings, source, line,
            "\"" + std::string(name) + "\" is in no room; includes are written from the top");
        return;
    }
    if (target == &row) return;
    const bool allowed = std::find(row.may_include.begin(), row.may_include.end(), target->room) !=
                         row.may_include.end();
    if (!allowed)
        add(findings, source, line,
            std::string(row.room) + " may not include " + std::string(target->room) + " (\"" +
                std::string(name) + "\")");
}

void check_library(const Source& source, std::size_t line, std::string_view name,
                   std::vector<Finding>& findings) {
    for (const Library& library : libraries)
        if (name.starts_with(library.include) && !source.path.starts_with(library.room))
            add(findings, source, line,
                "<" + std::string(name) + "> is for " + std::string(library.room) + " only");
}

}  // namespace

void check_include_table(const Source& source, std::vector<Finding>& findings) {
    const Row* const row = is_cpp(source.path) ? row_of(source.path) : nullptr;
    if (row == nullptr) return;  // tests/ and bench/ may include anything
    for (std::size_t line = 0; line < source.text.size(); ++line) {
        const std::string_view own = included(source.text[line], '"', '"');
        if (!own.empty()) check_own(source, *row, line, own, findings);
        const std::string_view library = included(source.text[line], '<', '>');
        if (!library.empty()) check_library(source, line, library, findings);
    }
}

void add(std::vector<Finding>& findings, const Source& source, std::size_t line,
         std::string message) {
    findings.push_back({source.path, static_cast<int>(line) + 1, std::move(message)});
}

}  // namespace house
