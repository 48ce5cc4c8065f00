// SPDX-License-Identifier: Apache-2.0

#include "scenarios/results/sweep_result.h"

#include <algorithm>
#include <array>

namespace gfs::results {

std::string to_text(const ParamValues& params) {
    std::string text;
    for (const auto& [name, value] : params) text += (text.empty() ? "" : " ") + name + "=" + value;
    return text;
}

SweptRun to_swept(const RunResult& result) {
    return {.verdict = result.verdict,
            .cause = cause_of(result),
            .digest = result.digest,
            .events = result.events,
            .end = result.end,
            .operations = result.all_operations.count,
            .errors = result.all_operations.errors,
            .p50 = result.all_operations.p50,
            .p99 = result.all_operations.p99,
            .fault_states = result.fault_states,
            .repro = {}};
}

bool is_failed(Verdict verdict) {
    return verdict == Verdict::violated || verdict == Verdict::not_deterministic ||
           verdict == Verdict::internal_error;
}

bool is_without_work(const SweptRun& run) {
    const auto has = [&](std::string_view name, std::string_view value) {
        return std::any_of(run.params.begin(), run.params.end(), [&](const auto& param) {
            return param.first == name && (value.empty() || param.second == value);
        });
    };
    return run.verdict == Verdict::vacuous && has("step", "") && has("role", "client") &&
           run.cause.what.starts_with("expectation ");
}

int worst_status(const std::vector<SweptRun>& runs, bool strict) {
    constexpr std::array from_worst{70, 4, 1, 6, 3, 5, 0};
    constexpr int nothing_ran = 6;
    const auto rank = [&](int status) {
        return std::find(from_worst.begin(), from_worst.end(), status) - from_worst.begin();
    };
    if (runs.empty()) return nothing_ran;
    int worst = 0;
    for (const SweptRun& run : runs) {
        if (is_without_work(run)) continue;
        const int status = exit_status(run.verdict, strict);
        if (rank(status) < rank(worst)) worst = status;
    }
    return worst;
}

std::optional<Verdict> verdict_named(const std::string& wanted) {
    constexpr std::array all{
        Verdict::passed, Verdict::violated,    Verdict::vacuous,           Verdict::excused,
        Verdict::limit,  Verdict::interrupted, Verdict::not_deterministic, Verdict::internal_error};
    for (const Verdict verdict : all)
        if (name(verdict) == wanted) return verdict;
    return std::nullopt;
}

}  // namespace gfs::results
