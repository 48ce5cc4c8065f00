// SPDX-License-Identifier: Apache-2.0
// The first net of determinism: what is banned by name, each with what to write instead. The second
// net, banned_symbols.cmake, reads the compiled rooms.

#include <array>

#include "tests/house/rules.h"

namespace house {
namespace {

constexpr std::string_view simulation[] = {
    "sim/", "core/", "faults/", "scenarios/format/", "scenarios/workloads/", "scenarios/checks/"};
// Where results are made as well: nothing there may depend on chance either.
constexpr std::string_view simulation_and_results[] = {"sim/", "core/", "faults/", "scenarios/"};

struct Ban {
    std::string_view name;
    std::string_view instead;
    bool results_too = false;
};

constexpr Ban bans[] = {
    {"std::chrono::steady_clock", "sim::Engine's now(), or the host's clock"},
    {"std::chrono::system_clock", "sim::Engine's now(), or the host's clock"},
    {"std::chrono::high_resolution_clock", "sim::Engine's now(), or the host's clock"},
    {"steady_clock", "sim::Engine's now(), or the host's clock"},
    {"system_clock", "sim::Engine's now(), or the host's clock"},
    {"std::time", "sim::Engine's now()"},
    {"time(nullptr", "sim::Engine's now()"},
    {"time(NULL", "sim::Engine's now()"},
    {"gettimeofday", "sim::Engine's now()"},
    {"clock_gettime", "sim::Engine's now()"},
    {"sleep_for", "co_await a sleep in virtual time"},
    {"steady_timer", "co_await a sleep in virtual time; Asio's timers are not FIFO"},
    {"<random>", "sim/random.h", true},
    {"std::random_device", "a named stream of sim/random.h", true},
    {"random_device", "a named stream of sim/random.h", true},
    {"std::mt19937", "a named stream of sim/random.h", true},
    {"rand(", "a named stream of sim/random.h", true},
    {"srand(", "a named stream of sim/random.h", true},
    {"_distribution<", "sim/distribution.h", true},
    {"std::shuffle", "sim::Random's shuffle", true},
    {"std::sample", "sim::Random", true},
    {"unordered_map", "std::map or a sorted vector", true},
    {"unordered_set", "std::set or a sorted vector", true},
    {"unordered_multimap", "std::multimap or a sorted vector", true},
    {"unordered_multiset", "std::multiset or a sorted vector", true},
    {"std::hash", "a number of the thing's own, or sim/digest.h", true},
    {"std::sort", "std::stable_sort, or std::sort with an excuse that says why keys are unique",
     true},
    {"std::partial_sort", "std::stable_sort", true},
    {"std::nth_element", "std::stable_sort", true},
    {"std::thread", "a task of the engine; threads belong to scenarios/run"},
    {"std::jthread", "a task of the engine; threads belong to scenarios/run"},
    {"std::async", "a task of the engine; threads belong to scenarios/run"},
    {"std::mutex", "nothing: a run lives in one thread"},
    {"std::atomic", "nothing: a run lives in one thread"},
    {"std::condition_variable", "a mailbox or lock of sim/"},
    {"thread_local", "a member of the engine"},
    {"getenv", "a field of the scenario"},
    {"typeid", "a name of the thing's own: typeid's differ between compilers", true},
    {"__PRETTY_FUNCTION__", "a name of the thing's own: it differs between compilers", true},
    {"reinterpret_cast<std::uintptr_t>", "an id: addresses differ from run to run", true},
    {"-ffast-math", "nothing: results must not depend on the optimiser", true},
    {"std::pow", "integers or sim/distribution.h: libm differs between machines"},
    {"std::exp", "sim/distribution.h: libm differs between machines"},
    {"std::log", "sim/distribution.h: libm differs between machines"},
    {"std::sqrt", "integers: libm is kept out"},
};

// Whether `name` stands at `at` on its own, not inside a longer word or as a member.
bool stands_alone(std::string_view line, std::size_t at, std::string_view name) {
    const char before = at > 0 ? line[at - 1] : ' ';
    const std::size_t end = at + name.size();
    const char after = end < line.size() ? line[end] : ' ';
    if (is_word_char(name.front()) && name.front() != '_' &&
        (is_word_char(before) || before == '.' || before == '>'))
        return false;
    return !(is_word_char(name.back()) && is_word_char(after));
}

bool names(std::string_view line, std::string_view name) {
    for (std::size_t at = line.find(name); at != std::string_view::npos;
         at = line.find(name, at + 1))
        if (stands_alone(line, at, name)) return true;
    return false;
}

void check_bans_on_line(const Source& source, std::size_t line, bool simulated,
                        std::vector<Finding>& findings) {
    for (const Ban& ban : bans) {
        if (!simulated && !ban.results_too) continue;
        // Preprocessor lines are blank in the code, and <random> stands on one.
        const bool on_include = ban.name.front() == '<';
        const std::string& where = on_include ? source.text[line] : source.code[line];
        if (on_include && !where.starts_with("#include")) continue;
        if (!names(where, ban.name)) continue;
        add(findings, source, line,
            std::string(ban.name) + " is banned here; instead: " + std::string(ban.instead));
        return;  // one finding a line: the longer names come first in the table
    }
}

// "%p" in a format string prints an address. Literals are blank in the code.
void check_address_format(const Source& source, std::size_t line, std::vector<Finding>& findings) {
    const std::string& text = source.text[line];
    const std::size_t at = text.find("%p");
    if (at == std::string::npos || text.find("allow(banned-name)") != std::string::npos) return;
    if (source.code[line][at] == ' ' && text.find('"') < at)
        add(findings, source, line, "%p is banned here; instead: an id, addresses differ");
}

std::size_t end_of_angle(const std::string& code, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < code.size(); ++i) {
        if (code[i] == '<') ++depth;
        if ((code[i] == '>' || code[i] == ',') && depth == 1) return i;
        if (code[i] == '>') --depth;
    }
    return code.size();
}

// Where the awaited expression that starts at `at` ends: at the ';', or at the bracket or comma
// that belongs to what is around it.
std::size_t end_of_expression(const std::string& code, std::size_t at) {
    int depth = 0;
    for (std::size_t i = at; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ')' || c == ']' || c == '}') --depth;
        if (depth < 0 || (depth == 0 && (c == ';' || c == ','))) return i;
    }
    return code.size();
}

}  // namespace

void check_banned_names(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) || !starts_with_any(source.path, simulation_and_results)) return;
    const bool simulated = starts_with_any(source.path, simulation);
    for (std::size_t line = 0; line < source.code.size(); ++line) {
        check_bans_on_line(source, line, simulated, findings);
        check_address_format(source, line, findings);
    }
}

void check_static_locals(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) || !starts_with_any(source.path, simulation_and_results)) return;
    for (const Function& function : functions_of(source)) {
        for (std::size_t line = function.body + 1; line <= function.last; ++line) {
            const std::string_view code = source.code[line];
            const std::size_t first = code.find_first_not_of(' ');
            if (first == std::string_view::npos || !code.substr(first).starts_with("static "))
                continue;
            if (names(code, "const") || names(code, "constexpr")) continue;
            add(findings, source, line, "a static local survives the run; make it a member");
        }
    }
}

void check_pointer_keys(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) || !starts_with_any(source.path, simulation_and_results)) return;
    constexpr std::string_view containers[] = {"std::map<", "std::set<", "std::multimap<",
                                               "std::multiset<"};
    const JoinedCode code(source);
    for (const std::string_view container : containers) {
        for (std::size_t at = code.text.find(container); at != std::string::npos;
             at = code.text.find(container, at + 1)) {
            const std::size_t end = end_of_angle(code.text, at + container.size() - 1);
            if (code.text[code.text.find_last_not_of(" \n", end - 1)] == '*')
                add(findings, source, code.line_at(at),
                    "ordered by addresses, which differ from run to run; use an id as key");
        }
    }
}

void check_floating_point(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path) || !starts_with_any(source.path, simulation)) return;
    if (source.path == "sim/network/flow_progress.h") return;
    for (std::size_t line = 0; line < source.code.size(); ++line)
        for (const std::string_view type : {"float", "double"})
            if (names(source.code[line], type))
                add(findings, source, line,
                    std::string(type) + " in a simulation; use integers or a ratio");
}

void check_brace_in_await(const Source& source, std::vector<Finding>& findings) {
    if (!is_cpp(source.path)) return;
    const JoinedCode code(source);
    constexpr std::string_view word = "co_await";
    for (std::size_t at = code.text.find(word); at != std::string::npos;
         at = code.text.find(word, at + 1)) {
        const std::size_t start = at + word.size();
        if (start < code.text.size() && is_word_char(code.text[start])) continue;
        const std::size_t brace = code.text.find('{', start);
        if (brace < end_of_expression(code.text, start))
            add(findings, source, code.line_at(brace),
                "a brace inside an awaited expression, which g++ 12 miscompiles; name it first");
    }
}

}  // namespace house
