// SPDX-License-Identifier: Apache-2.0
// The scenarios of scenarios/library/faults: what each demands holds on many seeds, and not when
// its fault, or the mechanism that answers it, is taken away.

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

const std::string folder = std::string(GFSIM_SOURCE_DIR) + "/scenarios/library/faults/";

// In the place of a fault: it is refused, as the server is up, and nothing happens.
constexpr const char* harmless =
    R"({"do": "restart", "target": "cs1", "at": "1ms", "optional": true})";
// The same of one whose end something else waits for.
constexpr const char* harmless_and_over =
    R"({"do": "slow", "target": "cs1", "factor": 1, "at": "1ms", "for": "1ms"})";

const std::vector<Off> table{
    {"f_01_lost_apply", "/faults/lost", harmless, "twice"},
    {"f_02_primary_dies_before_forwarding", "/faults/unheard", harmless, "stale"},
    {"f_02_primary_dies_before_forwarding", "/faults/die", harmless, "removed"},
    {"f_03_who_missed_it_becomes_primary", "/faults/die", harmless, "it-leads"},
    {"f_03_who_missed_it_becomes_primary", "/gfs/without", R"(["exact_offset"])", "everywhere"},
    {"f_05_reply_lost", "/faults/lost", harmless, "ordered-twice"},
    {"f_06_write_again", "/faults/lost", harmless, "again"},
    {"f_07_overlapping_writes", "/faults/overtaken", harmless, "late"},
    {"f_07_overlapping_writes", "/gfs/without", R"(["serial_order"])", "one-order"},
    {"f_10_primary_cut_from_master", "/faults/cut", harmless, "refused"},
    {"f_10_primary_cut_from_master", "/gfs/without", R"(["lease_check_at_primary"])", "lease-rule"},
    {"f_11_slow_clock_of_the_primary", "/faults/cut", harmless, "two-believe"},
    {"f_11_slow_clock_of_the_primary", "/faults/slow-clocks", harmless, "secondaries-refuse"},
    {"f_11_lease_edges", "/gfs/lease_guard", "0s", "never-two"},
    {"f_11_slow_clock_of_the_primary", "/gfs/without", R"(["secondary_version_check"])",
     "one-order"},
    {"f_12_no_version_check_at_secondaries", "/faults/slow-clocks", harmless, "offsets-grow"},
    {"f_12_no_version_check_at_secondaries", "/gfs/without", "[]", "one-order"},
    {"f_12_no_version_check_at_secondaries", "/gfs/without", "[]", "everywhere"},
    {"f_13a_master_dies_before_the_replicas_hear", "/faults/kill", harmless, "restarted"},
    {"f_13a_master_dies_before_the_replicas_hear", "/gfs/version_order", "log_first",
     "none-is-stale"},
    {"f_13b_master_dies_after_one_replica_heard", "/faults/unheard", harmless, "one-heard"},
    {"f_13b_master_dies_after_one_replica_heard", "/faults/kill", harmless, "adopted"},
    {"f_13b_the_only_replica_that_heard_is_gone", "/faults/unheard", harmless, "lost-for-a-time"},
    {"f_13c_master_dies_before_it_logs_the_grant", "/faults/kill", harmless, "adopted"},
    {"f_13d_master_dies_before_it_answers", "/faults/kill", harmless, "restarted"},
    {"f_14_stale_after_a_grant", "/faults/down", harmless, "stale"},
    {"f_14_stale_after_a_grant", "/gfs/without", R"(["version_check"])", "never-named"},
    {"f_15_only_the_stale_one_is_up", "/faults/old-one-back", harmless, "stale"},
    {"f_15_only_the_stale_one_is_up", "/gfs/without", R"(["version_check"])", "never-read"},
    {"f_16_cached_stale_replica", "/faults/cut", harmless, "early-end"},
    {"f_16_cached_stale_replica", "/gfs/without", R"(["cache_timeout"])", "bounded"},
    {"f_20_client_cut_from_primary", "/faults/cut", harmless, "lonely-retries"},
    {"f_29_one_server_dies", "/faults/die", harmless, "cloned"},
    {"f_30_two_servers_die", "/faults/die", harmless, "singles"},
    {"f_30_two_servers_die", "/gfs/without", R"(["clone_priority"])", "priority"},
    {"f_31_heartbeat_from_the_grave", "/faults/late", harmless, "refused"},
    {"f_31_heartbeat_from_the_grave", "/gfs/without", R"(["registration_epoch"])", "refused"},
    {"f_32_flapping_server", "/faults/flap", harmless_and_over, "dead-again-and-again"},
    {"f_32_flapping_server", "/gfs/rereplicate_after", "0s", "no-storm"},
    {"f_34_rack_switch_fails", "/faults/dark", harmless, "dead"},
    {"f_37_master_dies_before_the_flush", "/faults/die", harmless, "logged-twice"},
    {"f_37_master_dies_before_the_flush", "/gfs/without", R"(["log_before_reply"])", "log-first"},
    {"f_39_unflushed_batch", "/faults/die", harmless, "some-were-lost"},
    {"f_39_unflushed_batch", "/gfs/without", R"(["log_before_reply"])", "names-survive"},
    {"f_40_crash_in_a_checkpoint", "/faults/die", harmless, "skipped"},
    {"f_42_master_machine_lost", "/faults/machine", harmless, "promoted"},
    {"f_42_master_machine_lost", "/gfs/without", R"(["lease_wait_after_failover"])", "one-primary"},
    {"f_43_old_master_alive", "/faults/cut-monitor", harmless, "promoted"},
    {"f_43_old_master_alive", "/gfs/without", R"(["master_epoch"])", "superseded"},
    {"f_44_asked_before_all_have_reported", "/faults/die", harmless, "told-to-wait"},
    {"f_44_asked_before_all_have_reported", "/faults/late", harmless, "cs1-is-late"},
    {"f_48_undelete", "/faults/ahead", harmless, "b-and-c-are-gone"},
    {"f_48_undelete", "/gfs/without", R"(["delete_grace"])", "content"},
    {"f_49_snapshot_under_writes", "/faults/late", harmless, "waited"},
    {"f_49_snapshot_under_writes", "/gfs/without", R"(["snapshot_revoke"])", "isolated"},
    {"f_50_one_copy_for_two_writers", "/faults/slow-answer", harmless, "both-waited"},
    {"f_50_one_copy_for_two_writers", "/gfs/without", R"(["deferred_reply"])", "isolated"},
    {"f_52_names_at_once", "/faults/overtaken", harmless, "late"},
    {"f_54_hot_file", "/dataset/~1spread/replicas", "3", "spread"},
    {"f_56_cloned_while_appended_to", "/faults/die", harmless, "cloned"},
    {"f_56_cloned_while_appended_to", "/gfs/without", R"(["clone_revoke"])", "everywhere"},
    {"disk_error_failed_sync_then_power_loss", "/faults/eio", harmless, "failed-there"},
    {"disk_error_master_log", "/faults/disk", harmless, "stopped"},
    {"disk_error_on_reads", "/faults/eio", harmless, "failed-there"},
    {"disk_full_log_replica", "/faults/disk", harmless, "left-behind"},
    {"disk_full_master_log", "/faults/disk", harmless, "stopped"},
    {"disk_readonly_master_log", "/faults/disk", harmless, "stopped"},
    {"disk_readonly_one_server", "/faults/ro", harmless, "refused"},
    {"disk_slow_gray_secondary", "/faults/gray", harmless, "slow"},
    {"disk_stall_of_a_secondary", "/faults/stall", harmless, "tried-again"},
    {"excused_every_copy_wiped", "/faults/third", harmless, "noticed"},
    {"f_18_nobody_reports_it", "/faults/no-room", harmless, "refused"},
    {"f_18_secondary_fails_every_write", "/faults/no-room", harmless, "refused"},
    {"f_22_power_loss_of_all_fsync", "/faults/dark", harmless, "everybody-was-dark"},
    {"f_22_power_loss_of_all_writeback", "/faults/dark", harmless, "everybody-was-dark"},
    {"f_23_torn_write", "/faults/dark", harmless, "dark-in-the-write"},
    {"f_25_bit_flip_then_appends", "/faults/rot", harmless, "found"},
    {"f_26_bit_flip_then_overwrite", "/faults/rot", harmless, "refused"},
    {"f_26_overwrite_hides_the_flip", "/faults/rot", harmless, "served"},
    {"f_27_cold_replica_scanned", "/faults/rot", harmless, "scan-found-it"},
    {"f_27_cold_replica_unseen", "/faults/rot", harmless, "found-too-late"},
    {"f_35_one_server_in_ten_never_returns", "/faults/dark", harmless, "lost"},
    {"f_36_disks_wiped_under_living_processes", "/faults/primary-wiped", harmless, "noticed"},
    {"lying_fsync_everywhere", "/faults/lies", harmless, "lost"},
    {"misdirected_write_found_by_the_scan", "/faults/astray", harmless, "two-places"},
    {"phantom_write_found_by_a_read", "/faults/phantom", harmless, "found"},
    {"buggify_small_buffers", "/faults/small", harmless, "pushed-again"},
    {"clock_freeze_of_the_master", "/faults/stands", harmless_and_over, "not-before"},
    {"clock_jump_of_the_primary", "/faults/ahead", harmless, "waits"},
    {"corrupt_message_three_answers", "/faults/noise", harmless, "late"},
    {"heal_when_the_server_is_missed", "/faults/cut", harmless_and_over, "back"},
    {"heal_when_the_server_is_missed", "/faults/end", harmless, "back"},
    {"hold_mutation_until_the_next_grant", "/faults/on-its-way", harmless, "refused"},
    {"slow_gray_primary", "/faults/gray", harmless_and_over, "late"},
    {"swizzle_all_chunkservers", "/faults/silence", harmless_and_over, "counted-out"},
};

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        all.push_back(entry.path().stem().string());
    std::stable_sort(all.begin(), all.end());
    return all;
}

results::RunResult run_with(const std::string& name, Sets sets) {
    return run_library(folder + name, std::move(sets));
}

// What must come of it. A loss that nobody could have avoided is excused, and not passed over.
Verdict demanded(const std::string& name) {
    return name.starts_with("excused_") ? Verdict::excused : Verdict::passed;
}

void passes_on_seeds(std::uint64_t first, std::uint64_t last) {
    for (const std::string& name : names())
        for (std::uint64_t seed = first; seed <= last; ++seed) {
            INFO(name << " with seed " << seed);
            const results::RunResult result = run_with(name, {{"/seed", std::to_string(seed)}});
            CHECK(result.verdict == demanded(name));
        }
}

}  // namespace

TEST_CASE("faults: every scenario of the catalogue passes on several seeds", "[run][library]") {
    passes_on_seeds(2, 4);  // the first is run by the test of the whole library
}

TEST_CASE("faults: every scenario of the catalogue passes on seeds 1 to 20", "[.slow]") {
    passes_on_seeds(1, 20);
}

TEST_CASE("faults: no scenario of the catalogue passes without its fault or its mechanism",
          "[run][library][ablation]") {
    for (const Off& without : table) {
        const results::RunResult result =
            run_with(without.scenario, {{without.pointer, without.value}});
        INFO(without.scenario << " with " << without.pointer << " = " << without.value);
        INFO(without.noticed_by << " should notice");
        CHECK(result.verdict != demanded(without.scenario));
        CHECK(is_noticed(result, without.noticed_by));
    }
}

TEST_CASE("faults: every scenario of the catalogue is proven to bite", "[library]") {
    std::set<std::string> covered;
    for (const Off& without : table) covered.insert(without.scenario);
    for (const std::string& name : names()) {
        INFO(name);
        CHECK(covered.contains(name));
    }
}

// How many chunks of ten thousand F-35 loses on each of five seeds.
std::vector<std::uint64_t> lost_chunks(const std::string& placement) {
    std::vector<std::uint64_t> lost;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const results::RunResult result =
            run_with("f_35_one_server_in_ten_never_returns",
                     {{"/seed", std::to_string(seed)}, {"/gfs/placement", placement}});
        CHECK(result.violations.empty());
        for (const auto& expectation : result.expectations)
            if (expectation.name == "lost") lost.push_back(std::stoull(expectation.measured));
    }
    REQUIRE(lost.size() == 5);
    return lost;
}

TEST_CASE("F-35: of chunks at random as many are lost as chance says, and of copysets all at once",
          "[run][library][gfs-4.2]") {
    // 10000 * (100 * 99 * 98) / (1000 * 999 * 998) = 9.73 for each seed; within four standard
    // deviations of the sum, which are 4 * sqrt(48.7).
    std::uint64_t sum = 0;
    for (const std::uint64_t lost : lost_chunks("random")) sum += lost;
    CHECK(sum >= 21);
    CHECK(sum <= 76);
    const std::vector<std::uint64_t> sets = lost_chunks("copyset");
    CHECK(std::count(sets.begin(), sets.end(), 0U) >= 1);
    CHECK(std::any_of(sets.begin(), sets.end(), [](std::uint64_t lost) { return lost > 22; }));
}

// Runs F-11's lease edges on each seed; says on how many of them two servers held the lease at
// once.
std::uint64_t overlaps(std::uint64_t seeds, const std::string& skew) {
    std::uint64_t found = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed << ", skew " << skew);
        const results::RunResult result = run_with(
            "f_11_lease_edges", {{"/seed", std::to_string(seed)}, {"/params/skew/default", skew}});
        // However wrong the clocks are, what was acknowledged stays (G8).
        CHECK(result.violations.empty());
        for (const char* const kept : {"everywhere", "at-least-once", "nothing-lost"})
            CHECK_FALSE(is_noticed(result, kept));
        found += is_noticed(result, "never-two") ? 1 : 0;
    }
    return found;
}

TEST_CASE("lease edges: below the guard no leases overlap in true time, above it they do",
          "[run][library][gfs-3.1]") {
    CHECK(overlaps(5, "400ms") == 0);
    CHECK(overlaps(5, "3s") > 0);
}

TEST_CASE("lease edges: below the guard no leases overlap, over a thousand seeds", "[.slow]") {
    CHECK(overlaps(1000, "400ms") == 0);
}

}  // namespace gfs::run
