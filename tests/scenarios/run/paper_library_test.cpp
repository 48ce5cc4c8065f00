// SPDX-License-Identifier: Apache-2.0
// The scenarios of scenarios/library/paper: the title of each is a claim of the paper, and each
// fails when the mechanism behind the claim is switched off. So do those of library/choices, with
// the weaker of the choices that the paper leaves.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/scenarios/run/library_run.h"

namespace gfs::run {
namespace {

using results::Verdict;

const std::string folder = std::string(GFSIM_SOURCE_DIR) + "/scenarios/library/paper/";

constexpr const char* mute_chunkservers =
    R"({"do": "partition", "between": ["role:chunkserver", "master"], "after": "restart"})";

constexpr const char* under_its_own_name = R"({"op": "create", "file": "/out/part"})";

// What comes behind the number is stored with each name.
constexpr const char* names_that_differ_first =
    R"({"/{i}-of-the-pages-of-the-crawl-of-the-fourteenth-of-may-2003-compressed":
        {"count": 20000, "chunks": 1, "fill": "64KiB", "replicas": 1}})";

const std::vector<Off> table{
    {"2_3_chunk_handles", "/gfs/without", R"(["handle_uniqueness"])", "handles_unique"},
    {"2_3_regions", "/gfs/regions", "{}", "four-replicas"},
    {"2_4_large_read", "/gfs/client_cache", "1ms", "one-question"},
    {"2_5_hot_spot", "/dataset/~1hot~1tool/replicas", "1", "recovery"},
    {"2_6_1_memory", "/dataset", names_that_differ_first, "per-file"},
    {"2_6_2_locations", "/faults/mute", mute_chunkservers, "asked"},
    {"2_7_1_atomic_names", "/gfs/without", R"(["namespace_locks"])", "namespace_serializable"},
    {"2_7_1_atomic_names", "/gfs/without", R"(["log_before_reply"])", "one-order"},
    {"2_7_1_stale_reads_are_bounded", "/gfs/without", R"(["cache_timeout"])",
     "stale_reads_bounded"},
    {"2_7_2_records", "/gfs/without", R"(["exact_offset"])", "acked_append_everywhere"},
    {"2_7_2_rename_when_complete", "/workload/writer/script/1", under_its_own_name,
     "was-not-there"},
    {"2_6_3_operation_log", "/gfs/without", R"(["log_before_reply"])", "log_before_reply"},
    {"2_6_3_operation_log", "/gfs/without", R"(["checkpoint_completeness"])",
     "acked_namespace_survives"},
    {"5_1_1_fast_recovery", "/gfs/master_restart", "1m", "master-back"},
    {"5_1_3_master_replication", "/gfs/without", R"(["lease_wait_after_failover"])",
     "one_primary_per_chunk"},
    {"5_1_3_master_replication", "/gfs/without", R"(["log_replication"])",
     "acked_namespace_survives"},
    {"5_1_3_old_master_alive", "/gfs/without", R"(["master_epoch"])", "superseded"},
    {"2_5_large_chunks", "/gfs/chunk_size", "256KiB", "one-question"},
    {"3_1_lease", "/gfs/without", R"(["lease_wait"])", "one_primary_per_chunk"},
    {"3_1_lease", "/gfs/without", R"(["lease_check_at_primary"])", "lease_before_mutation"},
    {"3_1_one_order", "/gfs/without", R"(["serial_order"])", "same_order_on_replicas"},
    {"3_2_data_flow", "/gfs/push", "star", "about-80-ms"},
    {"3_3_record_append", "/gfs/without", R"(["exact_offset"])", "acked_append_everywhere"},
    {"3_3_record_append", "/gfs/without", R"(["append_padding"])", "padded"},
    {"4_2_replica_spread", "/gfs/placement", "same_rack", "never-lost"},
    {"4_2_replica_spread", "/gfs/without", R"(["rack_spread"])", "replicas_on_two_racks"},
    {"4_2_spread_again", "/gfs/without", R"(["rack_spread"])", "replicas_on_two_racks"},
    {"4_3_priorities", "/gfs/without", R"(["clone_priority"])", "clone_priority_respected"},
    {"4_3_clone_limits", "/gfs/without", R"(["clone_limits"])", "clone_limits_respected"},
    {"4_3_rebalancing", "/gfs/rebalancing", "none", "moved"},
    {"4_3_clone_under_append", "/gfs/without", R"(["clone_revoke"])", "acked_append_everywhere"},
    {"4_3_wait_before_repair", "/gfs/rereplicate_after", "0s", "no-storm"},
    {"4_3_late_heartbeat", "/gfs/without", R"(["registration_epoch"])", "alive"},
    {"3_4_snapshot", "/gfs/without", R"(["snapshot_revoke"])", "snapshot_isolated"},
    {"3_4_snapshot", "/gfs/without", R"(["copy_on_write"])", "snapshot_isolated"},
    {"3_4_copy_on_write", "/gfs/without", R"(["copy_on_write"])", "snapshot_isolated"},
    {"3_4_copy_on_write", "/gfs/without", R"(["deferred_reply"])", "table-1"},
    {"3_4_copy_on_write", "/gfs/without", R"(["deferred_reply"])", "snapshot_isolated"},
    {"4_1_locking", "/gfs/without", R"(["namespace_locks"])", "waited"},
    {"4_4_garbage_collection", "/gfs/without", R"(["delete_grace"])", "brought-back"},
    {"4_5_stale_replica", "/gfs/without", R"(["version_check"])", "no_stale_in_reply"},
    {"2_7_2_scan_meets_records", "/gfs/without", R"(["version_check"])", "records_reach_readers"},
    {"4_5_stale_replica", "/gfs/without", R"(["stale_replica_gc"])", "removed"},
    {"5_3_interaction", "/faults/unheard/nth", "100", "retried"},
    {"5_1_2_chunk_replication", "/gfs/replication", "1", "never-lost"},
    {"5_2_checksum_on_read", "/gfs/without", R"(["checksum_on_read"])", "no_bad_checksum_served"},
    {"5_2_checksum_on_read", "/gfs/without", R"(["report_corruption"])", "not-counted-on"},
    {"5_2_idle_scan", "/gfs/without", R"(["idle_scan"])", "never-lost"},
    {"5_2_incremental_checksum", "/gfs/without", R"(["checksum_on_read"])", "found-at-the-read"},
    {"5_2_last_replica", "/gfs/without", R"(["checksum_on_read"])", "unavailable_not_corrupt"},
    {"5_2_power_loss_in_append", "/gfs/checksum_order", "data_first", "nothing-to-complain-of"},
    {"5_2_power_loss_in_append", "/gfs/checksum_order", "log_first", "nothing-to-complain-of"},
    {"5_2_torn_write", "/gfs/without", R"(["checksum_on_read"])", "found-torn"},
    {"5_2_verify_before_overwrite", "/gfs/without", R"(["checksum_before_overwrite"])",
     "no_bad_checksum_served"},
    {"6_2_4_binary_search", "/gfs/name_search", "linear", "thousands-a-second"},
    {"6_3_4_master_requests", "/workload/writer/script/2/mode", "r", "old-version-deleted"},
    {"7_fsync_of_a_long_log", "/gfs/checkpoint_every", "1000000", "fast-enough"},
    {"7_permissions_and_quotas", "/gfs/regions", "{}", "denied"},
    {"6_2_5_two_servers", "/gfs/without", R"(["clone_priority"])", "clone_priority_respected"},
    {"4_3_priorities", "/gfs/re_replication", "fifo", "clone_priority_respected"},
    {"4_3_priorities", "/gfs/re_replication", "random", "clone_priority_respected"},
    {"4_5_higher_version", "/gfs/version_order", "log_first", "adopted"},
    {"../choices/u13_revocation", "/gfs/revocation_waits", "nothing", "none-in-flight"},
    {"../choices/u15_request_table", "/gfs/request_table", "0s", "no-error"},
    {"../choices/u16_holes", "/gfs/holes", "end_of_file", "all-of-it"},
    {"../choices/u18_creation", "/gfs/creation_replicas", "1", "no-loss"},
    {"../choices/u21_surplus", "/gfs/surplus_choice", "first", "copied-once"},
    {"../choices/u23_next_chunk", "/gfs/next_chunk", "always", "few-chunks"},
    {"../faults/f_13a_master_dies_before_the_replicas_hear", "/gfs/version_order", "log_first",
     "none-is-stale"},
};

}  // namespace

TEST_CASE("paper: every claim fails when the mechanism behind it is switched off",
          "[run][library][ablation]") {
    for (const Off& off : table) {
        const results::RunResult result =
            run_library(folder + off.scenario, {{off.pointer, off.value}});
        INFO(off.scenario << " with " << off.pointer << " = " << off.value);
        INFO(off.noticed_by << " should notice");
        CHECK(result.verdict != Verdict::passed);
        CHECK(is_noticed(result, off.noticed_by));
    }
}

TEST_CASE("paper: every scenario has something that switches its claim off", "[library]") {
    std::set<std::string> covered;
    for (const Off& off : table) covered.insert(off.scenario);
    for (const std::string there : {"", "../choices/"}) {
        for (const auto& entry : std::filesystem::directory_iterator(folder + there)) {
            INFO(entry.path());
            CHECK(covered.contains(there + entry.path().stem().string()));
        }
    }
}

}  // namespace gfs::run
