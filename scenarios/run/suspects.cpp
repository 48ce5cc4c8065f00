// SPDX-License-Identifier: Apache-2.0
// What of a run's failures can follow from a loss at all: those that say that bytes or names which
// were promised are not there, and, of a lost operation log, that handles and versions were given
// out again. Whatever else says that something wrong was done follows from none.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "scenarios/run/excuse.h"

namespace gfs::run {
namespace {

using Follows = Suspect::Follows;

Follows origin_of(std::string_view check) {
    constexpr std::string_view of_bytes[] = {"acked_write_everywhere", "acked_append_everywhere",
                                             "last_writer_wins",       "records_reach_readers",
                                             "no_data_loss",           "append_at_least_once",
                                             "gfs_consistency"};
    // Mutations are ordered anew under a handle or version that was given out again.
    constexpr std::string_view of_versions[] = {"versions_monotonic", "same_order_on_replicas",
                                                "append_offsets_grow", "no_stale_in_reply",
                                                "one_primary_per_chunk"};
    constexpr std::string_view of_names[] = {"acked_namespace_survives", "metadata_linearizable",
                                             "namespace_model"};
    if (std::find(std::begin(of_bytes), std::end(of_bytes), check) != std::end(of_bytes))
        return Follows::from_lost_bytes;
    if (std::find(std::begin(of_names), std::end(of_names), check) != std::end(of_names))
        return Follows::from_lost_names;
    if (std::find(std::begin(of_versions), std::end(of_versions), check) != std::end(of_versions))
        return Follows::from_lost_versions;
    if (check == "handles_unique") return Follows::from_lost_handles;
    // What is left of a chunk that is not known is garbage, the new one of its handle is not.
    if (check == "gc_keeps_live") return Follows::from_lost_creation;
    return Follows::nothing;
}

Suspect to_suspect(const checks::InvariantOutcome& invariant) {
    Suspect suspect{.what = fmt::format("invariant {} ({})", invariant.name, invariant.guarantee),
                    .follows = origin_of(invariant.name),
                    .culprits = invariant.chunks,
                    .at = invariant.first->time,
                    .failures = invariant.violations};
    const auto& chunks = suspect.culprits;
    if (std::find(chunks.begin(), chunks.end(), no_chunk) != chunks.end()) suspect.culprits.clear();
    return suspect;
}

Suspect to_suspect(const checks::Outcome& outcome, const format::Expectation& expectation) {
    using Kind = checks::Expectation::Kind;
    Suspect suspect{.what = fmt::format("expectation `{}`", outcome.name),
                    .culprits = outcome.culprits};
    if (outcome.verdict != checks::Verdict::failed) return suspect;  // it held, unexpectedly
    if (outcome.kind == Kind::check) suspect.follows = origin_of(to_string(expectation.checker));
    if (outcome.kind == Kind::content || outcome.kind == Kind::eventually)
        suspect.follows = Follows::from_lost_bytes;
    return suspect;
}

}  // namespace

std::vector<Suspect> suspects_of(const format::Scenario& scenario, const checks::Results& found,
                                 std::size_t failed_steps) {
    const auto is_expected = [&](const std::string& invariant) {
        return std::any_of(scenario.expect.begin(), scenario.expect.end(), [&](const auto& e) {
            return e.kind == format::Expectation::Kind::always && e.xfail &&
                   to_string(e.invariant) == invariant;
        });
    };
    std::vector<Suspect> suspects;
    for (const checks::InvariantOutcome& invariant : found.invariants)
        if (invariant.first && !is_expected(invariant.name))
            suspects.push_back(to_suspect(invariant));
    for (std::size_t i = 0; i < found.expectations.size(); ++i) {
        const checks::Outcome& outcome = found.expectations[i];
        const bool is_always = outcome.kind == checks::Expectation::Kind::always;
        // `always` says once more what the invariant has said.
        const bool failed = outcome.verdict == checks::Verdict::failed && !is_always;
        if (failed || outcome.verdict == checks::Verdict::unexpectedly_held)
            suspects.push_back(to_suspect(outcome, scenario.expect[i]));
    }
    if (failed_steps != 0)
        suspects.push_back({.what = fmt::format("{} failed steps", failed_steps)});
    return suspects;
}

std::string objection(const std::vector<Suspect>& suspects) {
    for (const Suspect& suspect : suspects) {
        if (suspect.follows == Follows::nothing)
            return suspect.what + ": does not follow from any loss";
        if (suspect.follows == Follows::from_lost_names) continue;
        if (suspect.culprits.empty()) return suspect.what + ": not about certain chunks alone";
    }
    return {};
}

std::set<ChunkHandle> culprits_of(const std::vector<Suspect>& suspects) {
    std::set<ChunkHandle> culprits;
    for (const Suspect& suspect : suspects)
        if (suspect.follows == Follows::from_lost_bytes)
            culprits.insert(suspect.culprits.begin(), suspect.culprits.end());
    return culprits;
}

}  // namespace gfs::run
