// SPDX-License-Identifier: Apache-2.0
// The checks are checked: every mechanism that can be switched off is noticed by the right check,
// and every invariant and every checker fails in a real run of a cluster that lacks a mechanism.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "core/common/config.h"
#include "scenarios/checks/expectation.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/format/vocabulary.h"
#include "scenarios/run/ablations.h"

namespace gfs::run {
namespace {

const std::string library = GFSIM_SOURCE_DIR "/scenarios/library";

// A check, and a run that it fails in: {mechanism, scenario, seed, check}.
constexpr Ablation proofs[] = {
// clang-format off
#define GFS_PROOF(check, mechanism, scenario, seed) {#mechanism, scenario, seed, #check},
    GFS_PROOF(acked_namespace_survives, log_replication, "basics/master_failover", 1)
    GFS_PROOF(log_before_reply, log_before_reply, "basics/hello", 1)
    GFS_PROOF(one_primary_per_chunk, lease_wait, "basics/master_restart", 1)
    GFS_PROOF(lease_before_mutation, lease_check_at_primary, "basics/lease_expiry", 1)
    GFS_PROOF(versions_monotonic, version_bump, "basics/lease_expiry", 1)
    GFS_PROOF(no_stale_in_reply, version_check, "paper/4_5_stale_replica", 1)
    GFS_PROOF(same_order_on_replicas, serial_order, "paper/3_1_one_order", 1)
    GFS_PROOF(acked_write_everywhere, version_bump, "paper/2_7_1_stale_reads_are_bounded", 1)
    GFS_PROOF(acked_append_everywhere, clone_revoke, "basics/lease_expiry", 1)
    GFS_PROOF(append_offsets_grow, append_padding, "paper/3_3_record_append", 1)
    GFS_PROOF(no_bad_checksum_served, checksum_on_read, "paper/5_2_checksum_on_read", 1)
    GFS_PROOF(unavailable_not_corrupt, checksum_on_read, "paper/5_2_last_replica", 1)
    GFS_PROOF(clone_limits_respected, clone_limits, "paper/4_3_clone_limits", 1)
    GFS_PROOF(clone_priority_respected, clone_priority, "paper/4_3_priorities", 1)
    GFS_PROOF(gc_keeps_live, delete_grace, "paper/4_4_garbage_collection", 1)
    GFS_PROOF(snapshot_isolated, copy_on_write, "paper/3_4_copy_on_write", 1)
    GFS_PROOF(replicas_on_two_racks, rack_spread, "paper/4_2_replica_spread", 1)
    GFS_PROOF(last_writer_wins, version_bump, "paper/2_7_1_stale_reads_are_bounded", 1)
    GFS_PROOF(stale_reads_bounded, cache_timeout, "paper/2_7_1_stale_reads_are_bounded", 1)
    GFS_PROOF(namespace_serializable, namespace_locks, "paper/2_7_1_atomic_names", 1)
    GFS_PROOF(handles_unique, handle_uniqueness, "paper/2_3_chunk_handles", 1)
    GFS_PROOF(gfs_consistency, deferred_reply, "paper/3_4_copy_on_write", 1)
    GFS_PROOF(append_at_least_once, clone_revoke, "basics/master_restart", 1)
    GFS_PROOF(metadata_linearizable, namespace_locks, "paper/2_7_1_atomic_names", 1)
    GFS_PROOF(namespace_model, log_before_reply, "paper/2_7_1_atomic_names", 1)
    GFS_PROOF(no_data_loss, idle_scan, "paper/5_2_idle_scan", 1)
    GFS_PROOF(replica_bytes, deferred_reply, "paper/3_4_copy_on_write", 1)
    GFS_PROOF(no_leftovers, stale_replica_gc, "paper/4_5_stale_replica", 1)
    GFS_PROOF(liveness, registration_epoch, "paper/4_3_late_heartbeat", 1)
    GFS_PROOF(log_equals_memory, log_replication, "faults/f_13d_master_dies_before_it_answers", 1)
    GFS_PROOF(records_reach_readers, version_check, "paper/2_7_2_scan_meets_records", 1)
#undef GFS_PROOF
// clang-format on
};

// No mechanism stands between the protocol and these failures:
// tests/scenarios/checks/planted_test.cpp plants them in the events of a real run.
constexpr std::array<std::string_view, 3> planted = {"definite_errors", "shadow_is_prefix",
                                                     "success_is_acknowledged"};

TEST_CASE("ablations: each mechanism is noticed by the right check, and only by that",
          "[ablations]") {
    for (const Ablation& row : ablations()) {
        INFO(row.mechanism);
        const auto outcome = try_ablation(row, library, nullptr);
        REQUIRE(outcome);
        INFO(outcome->problem);
        CHECK(outcome->caught);
    }
}

TEST_CASE("ablations: the table has each mechanism once, with a seed below 100", "[ablations]") {
    CHECK(ablations().size() == mechanism_count);
    for (const format::Word& word : format::ablation_words()) {
        INFO(word.name);
        CHECK(std::count_if(ablations().begin(), ablations().end(),
                            [&](const Ablation& row) { return row.mechanism == word.name; }) == 1);
    }
    for (const Ablation& row : ablations()) CHECK(row.seed < 100);
}

TEST_CASE("ablations: a row that is wrong is not counted as caught", "[ablations]") {
    const auto problem = [](const Ablation& row) {
        const auto outcome = try_ablation(row, library, nullptr);
        REQUIRE(outcome);
        CHECK_FALSE(outcome->caught);
        return outcome->problem;
    };
    CHECK(problem({"idle_scan", "basics/hello", 1, "no_data_loss"}) ==
          "no_data_loss does not fail");
    CHECK(problem({"log_before_reply", "basics/hello", 1, "no_data_loss log_before_reply"}) ==
          "no_data_loss does not fail");
    CHECK(problem({"version_bump", "basics/lease_expiry", 1, "versions_monotonic"}) ==
          "acked_append_everywhere fails as well, and should not");
    CHECK(problem({"idle_scan", "", 1, ""}) == "no scenario shows it");
    CHECK(problem({"idle_scan", "basics/nothing", 1, "liveness"}).find("does not load") !=
          std::string::npos);
}

TEST_CASE("ablations: each invariant and each checker fails in a real run that breaks it",
          "[ablations][checks]") {
    for (const Ablation& row : proofs) {
        INFO(row.checks);
        const auto outcome = try_ablation(row, library, nullptr);
        REQUIRE(outcome);
        INFO(outcome->problem);  // of others that fail as well, perhaps
        const auto& failed = outcome->failed;
        CHECK(std::find(failed.begin(), failed.end(), row.checks) != failed.end());
    }
}

TEST_CASE("ablations: no invariant and no checker goes without a proof", "[ablations][checks]") {
    const auto is_proved = [](std::string_view name) {
        return std::any_of(std::begin(proofs), std::end(proofs),
                           [&](const Ablation& row) { return row.checks == name; }) ||
               std::find(planted.begin(), planted.end(), name) != planted.end();
    };
    for (const checks::InvariantInfo& invariant : checks::all_invariants()) {
        INFO(invariant.name);
        CHECK(is_proved(invariant.name));
    }
    for (const std::string_view checker : checks::expected_checkers) {
        INFO(checker);
        CHECK(is_proved(checker));
    }
    CHECK_FALSE(is_proved("no_such_check"));
}

}  // namespace
}  // namespace gfs::run
