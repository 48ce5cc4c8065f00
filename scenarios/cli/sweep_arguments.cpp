// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/sweep_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace gfs::cli {
namespace {

std::optional<std::uint64_t> number(std::string_view digits) {
    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc() || rest != end) return std::nullopt;
    return value;
}

// Where batch systems and CI services tell a job which one of many it is.
struct JobVariable {
    const char* name;
    std::uint64_t first;  // what the first job has
};
constexpr JobVariable job_variables[] = {
    {"CI_NODE_INDEX", 1},           // GitLab
    {"CIRCLE_NODE_INDEX", 0},       // CircleCI
    {"BUILDKITE_PARALLEL_JOB", 0},  // Buildkite
    {"JOB_COMPLETION_INDEX", 0},    // Kubernetes
    {"SLURM_ARRAY_TASK_ID", 1},     // Slurm: --array=1-N
    {"PBS_ARRAY_INDEX", 1},         // PBS: -J 1-N
};

// From 1.
std::optional<std::uint64_t> number_of_this_job(std::string& why) {
    std::string names;
    for (const JobVariable& variable : job_variables) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", variable.name);
        const char* const text = std::getenv(variable.name);
        if (text == nullptr) continue;
        const auto index = number(text);
        if (index && *index >= variable.first) return *index - variable.first + 1;
        why = fmt::format("{} is `{}`, no number of a job", variable.name, text);
        return std::nullopt;
    }
    why = fmt::format("auto/N needs one of these in the environment: {}", names);
    return std::nullopt;
}

}  // namespace

std::optional<run::SeedRanges> seed_ranges(const std::string& text) {
    constexpr std::uint64_t most = 100'000'000;
    run::SeedRanges ranges;
    for (const std::string& part : split_values(text)) {
        const std::size_t dots = part.find("..");
        const std::string_view whole = part;
        const auto first = number(whole.substr(0, dots));
        const auto last = dots == std::string::npos ? first : number(whole.substr(dots + 2));
        if (!first || !last || *last < *first || *last - *first >= most) return std::nullopt;
        ranges.emplace_back(*first, *last);
    }
    return ranges;
}

std::vector<std::string> split_values(const std::string& text) {
    std::vector<std::string> values{{}};
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool escaped = i > 0 && text[i - 1] == '\\';
        if (c == '"' && !escaped) quoted = !quoted;
        if (!quoted && (c == '[' || c == '{')) ++depth;
        if (!quoted && (c == ']' || c == '}')) --depth;
        if (c == ',' && depth == 0 && !quoted)
            values.emplace_back();
        else
            values.back() += c;
    }
    return values;
}

std::optional<Shard> shard_of(const std::string& text, std::string& why) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view first = std::string_view(text).substr(0, slash);
    const auto n = number(std::string_view(text).substr(std::min(slash + 1, text.size())));
    const auto k = first == "auto" ? number_of_this_job(why) : number(first);
    if (k && n && *k >= 1 && *k <= *n) return Shard{*k, *n};
    if (k && n && first == "auto")
        why = fmt::format("this is job {} (the environment says), and there are {} shards", *k, *n);
    else if (k || first != "auto" || !n)
        why = fmt::format("`{}` is no shard; write --shard 1/10 ... --shard 10/10, or auto/10",
                          text);
    return std::nullopt;
}

std::optional<std::uint64_t> millionths(const std::string& text) {
    constexpr std::size_t digits = 6;
    const std::size_t point = text.find('.');
    std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
    if (fraction.size() > digits) return std::nullopt;
    fraction.resize(digits, '0');
    const std::string_view before = std::string_view(text).substr(0, point);
    const auto whole = number(before.empty() && point == 0 ? "0" : before);
    const auto part = number(fraction);
    if (!whole || !part || *whole > 1 || (*whole == 1 && *part > 0)) return std::nullopt;
    return *whole * 1'000'000 + *part;
}

}  // namespace gfs::cli
