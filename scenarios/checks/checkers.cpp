// SPDX-License-Identifier: Apache-2.0
// Choosing a checker, and what they share.

#include "scenarios/checks/checkers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/assert.h"

namespace gfs::checks {

Finding run_checker(const CheckInput& input, const Expectation& expectation) {
    if (expectation.kind == Expectation::Kind::content) return check_content(input, expectation);
    SIM_ASSERT(expectation.kind == Expectation::Kind::check);
    using Check = Finding (*)(const CheckInput&, const Expectation&);
    constexpr std::pair<std::string_view, Check> table[] = {
        {"gfs_consistency", check_gfs_consistency},
        {"append_at_least_once", check_append_at_least_once},
        {"no_data_loss", check_no_data_loss},
        {"replica_bytes", check_replica_bytes},
        {"no_leftovers", check_no_leftovers},
        {"metadata_linearizable", check_metadata_linearizable},
        {"namespace_model", check_namespace_model},
        {"liveness", check_liveness},
        {"log_equals_memory", check_log_equals_memory},
    };
    for (const auto& [name, check] : table)
        if (name == expectation.checker) return check(input, expectation);
    SIM_ASSERT(!"the scenario's loader lets no other checker through");
    return {};
}

bool needs_history(std::string_view checker) {
    return checker == "metadata_linearizable" || checker == "namespace_model";
}

std::string not_allowed(const Expectation& expectation, const std::vector<Anomaly>& anomalies) {
    if (expectation.allow.empty()) return {};
    std::string found;
    for (const Anomaly& anomaly : anomalies) {
        const bool allowed = std::find(expectation.allow.begin(), expectation.allow.end(),
                                       anomaly.id) != expectation.allow.end();
        if (allowed || anomaly.count == 0) continue;
        found += fmt::format("{}{} {} ({})", found.empty() ? "" : ", ", anomaly.count, anomaly.name,
                             anomaly.id);
    }
    return found;
}

std::vector<std::string> first_lines(const std::vector<std::string>& lines, std::size_t most) {
    if (lines.size() <= most) return lines;
    std::vector<std::string> first(lines.begin(),
                                   lines.begin() + static_cast<std::ptrdiff_t>(most));
    first.push_back(fmt::format("... and {} more", lines.size() - most));
    return first;
}

}  // namespace gfs::checks
