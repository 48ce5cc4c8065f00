// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/runs_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

namespace gfs::reports {
namespace {

using results::SweptRun;

// Before and behind the columns of the parameters.
constexpr std::array before{"run", "scenario", "seed"};
constexpr std::array behind{"verdict",        "cause",      "site",   "events",
                            "end_ns",         "operations", "errors", "latency_p50_ns",
                            "latency_p99_ns", "digest",     "repro",  "fault_states"};
constexpr std::string_view param_prefix = "param.";

std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string line(const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& f : fields) text += (text.empty() ? "" : ",") + field(f);
    return text + "\r\n";
}

// The complete lines of a text, as fields.
std::vector<std::vector<std::string>> split(const std::string& text) {
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> fields;
    std::string current;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            const bool doubled = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
            if (c != '"' || doubled) current += c;
            if (doubled) ++i;
            if (c == '"' && !doubled) quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            fields.push_back(std::exchange(current, {}));
        } else if (c == '\n') {
            fields.push_back(std::exchange(current, {}));
            lines.push_back(std::exchange(fields, {}));
        } else if (c != '\r') {
            current += c;
        }
    }
    return lines;
}

bool read_number(const std::string& text, auto& to) {
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, to);
    return error == std::errc() && rest == end;
}

bool read_duration(const std::string& text, sim::Duration& to) {
    std::int64_t ns = 0;
    if (!read_number(text, ns)) return false;
    to = sim::Duration{ns};
    return true;
}

// One line, given the names of the parameters' columns.
std::optional<SweptRun> read_line(const std::vector<std::string>& fields,
                                  const std::vector<std::string>& params) {
    if (fields.size() != before.size() + params.size() + behind.size()) return std::nullopt;
    SweptRun run;
    run.file = fields[1];
    for (std::size_t i = 0; i < params.size(); ++i)
        if (const std::string& value = fields[before.size() + i]; !value.empty())
            run.params.emplace_back(params[i], value);
    const std::string* const rest = fields.data() + before.size() + params.size();
    const auto verdict = results::verdict_named(rest[0]);
    if (!verdict) return std::nullopt;
    run.verdict = *verdict;
    run.cause = {rest[1], rest[2]};
    run.digest = rest[9];
    run.repro = rest[10];
    auto fault_states = results::read_fault_states(rest[11]);
    if (!fault_states) return std::nullopt;
    run.fault_states = std::move(*fault_states);
    sim::Duration end{};
    const bool good = read_number(fields[0], run.number) && read_number(fields[2], run.seed) &&
                      read_number(rest[3], run.events) && read_duration(rest[4], end) &&
                      read_number(rest[5], run.operations) && read_number(rest[6], run.errors) &&
                      read_duration(rest[7], run.p50) && read_duration(rest[8], run.p99);
    if (!good) return std::nullopt;
    run.end = sim::time_zero + end;
    return run;
}

// The names of the parameters, if this is the first line of a runs.csv.
std::optional<std::vector<std::string>> read_header(const std::vector<std::string>& fields) {
    if (fields.size() < before.size() + behind.size()) return std::nullopt;
    std::vector<std::string> params;
    for (std::size_t i = before.size(); i + behind.size() < fields.size(); ++i) {
        if (!fields[i].starts_with(param_prefix)) return std::nullopt;
        params.push_back(fields[i].substr(param_prefix.size()));
    }
    return line(fields) == runs_csv_header(params) ? std::optional(params) : std::nullopt;
}

}  // namespace

std::vector<std::string> param_names(const std::vector<results::ParamValues>& variants) {
    std::vector<std::string> names;
    for (const results::ParamValues& params : variants)
        for (const auto& [name, value] : params)
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
}

std::string runs_csv_header(const std::vector<std::string>& params) {
    std::vector<std::string> fields(before.begin(), before.end());
    for (const std::string& name : params) fields.push_back(std::string(param_prefix) + name);
    fields.insert(fields.end(), behind.begin(), behind.end());
    return line(fields);
}

std::string runs_csv_line(const SweptRun& run, const std::vector<std::string>& params) {
    std::vector<std::string> fields{std::to_string(run.number), run.file, std::to_string(run.seed)};
    for (const std::string& name : params) {
        const auto found = std::find_if(run.params.begin(), run.params.end(),
                                        [&](const auto& param) { return param.first == name; });
        fields.push_back(found == run.params.end() ? std::string() : found->second);
    }
    for (std::string text :
         {std::string(results::name(run.verdict)), run.cause.what, run.cause.site,
          std::to_string(run.events), std::to_string(sim::to_ns(run.end)),
          std::to_string(run.operations), std::to_string(run.errors),
          std::to_string(run.p50.count()), std::to_string(run.p99.count()), run.digest, run.repro,
          results::to_text(run.fault_states)})
        fields.push_back(std::move(text));
    return line(fields);
}

std::optional<std::vector<SweptRun>> read_runs_csv(const std::string& text, std::string& why) {
    const std::vector<std::vector<std::string>> lines = split(text);
    const auto params = lines.empty() ? std::nullopt : read_header(lines.front());
    if (!params) {
        why = "the first line does not name the columns of a runs.csv";
        return std::nullopt;
    }
    std::map<std::uint64_t, SweptRun> runs;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        std::optional<SweptRun> run = read_line(lines[i], *params);
        if (!run) {
            why = fmt::format("line {} is no run", i + 1);
            return std::nullopt;
        }
        runs.insert_or_assign(run->number, std::move(*run));
    }
    std::vector<SweptRun> sorted;
    for (auto& [number, run] : runs) sorted.push_back(std::move(run));
    return sorted;
}

}  // namespace gfs::reports
