// SPDX-License-Identifier: Apache-2.0
// Whole runs: what they depend on, what they judge, and that breaking the protocol is noticed.

#include "scenarios/run/run.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "scenarios/format/format.h"

namespace gfs::run {
namespace {

using results::Verdict;
using Sets = std::vector<std::pair<std::string, std::string>>;

const std::string library = std::string(GFSIM_SOURCE_DIR) + "/scenarios/library/";

format::Scenario load(const std::string& path, const Sets& sets = {}) {
    const format::LoadResult loaded = format::load_file(path, {.sets = sets});
    INFO(loaded.diagnostics.human());
    REQUIRE(loaded.ok());
    return *loaded.scenario;
}

std::vector<std::string> library_files() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(library))
        if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

std::string digest_of(const std::string& path) {
    return run_scenario(load(path), {}).result.digest;
}

bool is_violated(const results::RunResult& result, const std::string& check) {
    return std::any_of(result.violations.begin(), result.violations.end(),
                       [&](const auto& violation) { return violation.check == check; });
}

TEST_CASE("library: every scenario passes, and agrees with itself on disturbed memory",
          "[run][library]") {
    for (const std::string& file : library_files()) {
        const Verification verification = verify_scenario(load(file), nullptr);
        INFO(file);
        for (const std::string& reason : verification.first.result.reasons) UNSCOPED_INFO(reason);
        // A loss that nobody could have avoided is excused, and not passed over.
        const bool excused = file.find("/excused_") != std::string::npos;
        CHECK(verification.first.result.verdict == (excused ? Verdict::excused : Verdict::passed));
        CHECK(verification.digests == Verification::Digests::equal);
    }
}

TEST_CASE("run: alone, after others and beside others in one process the digest is the same",
          "[run]") {
    const std::string hello = library + "basics/hello.json";
    const std::string append = library + "basics/record_append.json";
    const std::string alone = digest_of(append);
    CHECK(digest_of(hello) != alone);
    CHECK(digest_of(append) == alone);
    std::vector<std::string> beside(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < beside.size(); ++i)
        threads.emplace_back([&, i] {
            const format::LoadResult loaded = format::load_file(i % 2 == 0 ? append : hello);
            beside[i] = run_scenario(*loaded.scenario, {}).result.digest;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(beside[0] == alone);
    CHECK(beside[2] == alone);
    CHECK(beside[1] == beside[3]);
}

TEST_CASE("run: another seed is another run", "[run]") {
    const std::string append = library + "basics/record_append.json";
    const auto one = run_scenario(load(append), {});
    const auto two = run_scenario(load(append, {{"/seed", "2"}}), {});
    CHECK(one.result.digest != two.result.digest);
    CHECK(sim::first_difference(one.digest, two.digest).has_value());
}

TEST_CASE("run: writing a trace changes nothing", "[run]") {
    struct Count final : EventSink {
        void write(const std::string&) override { ++lines; }
        std::uint64_t lines = 0;
    } sink;
    const std::string hello = library + "basics/hello.json";
    RunOptions options;
    options.events = &sink;
    const auto traced = run_scenario(load(hello), options);
    CHECK(traced.result.digest == digest_of(hello));
    CHECK(sink.lines == traced.result.events);
}

TEST_CASE("run: a flag from outside ends it", "[run]") {
    std::atomic<bool> flag{true};
    RunOptions options;
    options.interrupt = &flag;
    const auto outcome = run_scenario(load(library + "basics/lease_expiry.json"), options);
    CHECK(outcome.result.verdict == Verdict::interrupted);
    CHECK(outcome.result.events < 10'000);
}

TEST_CASE("run: max_events ends it with a verdict of its own", "[run]") {
    const auto outcome =
        run_scenario(load(library + "basics/hello.json", {{"/stop/max_events", "100"}}), {});
    CHECK(outcome.result.dispatched == 100);
    CHECK(outcome.result.verdict != Verdict::passed);
}

TEST_CASE("run: it is given up when the process has more memory than it may have", "[run]") {
    const auto scenario =
        load(library + "peers/ppca_stress_fault_tolerance.json", {{"/stop/max_memory", "500MB"}});
    const auto outcome =
        run_scenario(scenario, {.memory_in_use = [] { return std::uint64_t{500'000'001}; }});
    CHECK(outcome.result.verdict == Verdict::limit);
    CHECK(outcome.result.out_of_memory);
    REQUIRE(outcome.result.reasons.size() == 1);
    CHECK(outcome.result.reasons[0].find("500 MB (/stop/max_memory)") != std::string::npos);
    CHECK(outcome.result.events > 0);
    CHECK(outcome.result.events < run_scenario(scenario, {}).result.events);
}

TEST_CASE("run: a dataset that is too much for the memory ends it before anything happens",
          "[run]") {
    const Sets sets{{"/dataset", R"({"/d": {"chunks": 40000, "fill": "1kB"}})"},
                    {"/stop/max_memory", "500MB"}};
    const auto scenario = load(library + "basics/hello.json", sets);
    const auto outcome =
        run_scenario(scenario, {.memory_in_use = [] { return std::uint64_t{500'000'001}; }});
    CHECK(outcome.result.verdict == Verdict::limit);
    CHECK(outcome.result.out_of_memory);
    CHECK(outcome.result.events == 0);
    // One byte less is not too much.
    CHECK(run_scenario(scenario, {.memory_in_use = [] { return std::uint64_t{500'000'000}; }})
              .result.verdict == Verdict::passed);
}

TEST_CASE("run: the limit of memory is one for each of the runs that share a process", "[run]") {
    const auto scenario = load(library + "basics/hello.json",
                               {{"/dataset", R"({"/d": {"chunks": 40000, "fill": "1kB"}})"},
                                {"/stop/max_memory", "500MB"}});
    const auto at_800_mb = [] { return std::uint64_t{800'000'000}; };
    CHECK(run_scenario(scenario, {.runs_at_once = 2, .memory_in_use = at_800_mb}).result.verdict ==
          Verdict::passed);
    CHECK(run_scenario(scenario, {.runs_at_once = 1, .memory_in_use = at_800_mb}).result.verdict ==
          Verdict::limit);
}

TEST_CASE("run: to verify what is out of memory ends with the limit, and compares nothing",
          "[run]") {
    const auto verification =
        verify_scenario(load(library + "basics/hello.json",
                             {{"/stop/max_memory", "100MB"},
                              {"/dataset", R"({"/d": {"chunks": 200000, "fill": "1kB"}})"}}),
                        nullptr);
    CHECK(verification.first.result.verdict == Verdict::limit);
    // Both end before anything happens, so that they would be equal.
    CHECK(verification.digests == Verification::Digests::not_compared);
}

TEST_CASE("run: when the system gives no more memory, that is the limit too", "[run]") {
    const auto give_up = []() -> std::uint64_t { throw std::bad_alloc(); };
    const std::string stress = library + "peers/ppca_stress_fault_tolerance.json";
    const auto in_the_run = run_scenario(load(stress), {.memory_in_use = give_up}).result;
    CHECK(in_the_run.verdict == Verdict::limit);
    CHECK(in_the_run.out_of_memory);
    CHECK(in_the_run.events > 0);
    const Sets sets{{"/dataset", R"({"/d": {"chunks": 40000, "fill": "1kB"}})"}};
    const auto before_it =
        run_scenario(load(library + "basics/hello.json", sets), {.memory_in_use = give_up}).result;
    CHECK(before_it.verdict == Verdict::limit);
    CHECK(before_it.out_of_memory);
    CHECK(before_it.events == 0);
}

TEST_CASE("run: the system says how much memory the process has", "[run]") {
    CHECK(memory_in_use() > 1'000'000);
    CHECK(memory_in_use() < 100'000'000'000);
}

TEST_CASE("run: it lasts until things have settled after the calm, also with all work done",
          "[run]") {
    const auto end_of = [](const Sets& sets) {
        return run_scenario(load(library + "basics/hello.json", sets), {}).result.end;
    };
    CHECK(end_of({{"/stop", R"({"calm": "40s", "settle": "3s"})"}}) ==
          sim::time_zero + std::chrono::seconds{43});
    CHECK(end_of({{"/stop", R"({"calm": "1ns", "settle": "3s"})"}}) <
          sim::time_zero + std::chrono::seconds{5});
}

TEST_CASE("run: a fault that never fires makes it vacuous", "[run]") {
    const auto outcome = run_scenario(
        load(library + "basics/lease_expiry.json", {{"/faults/cut/when/nth", "1000000"}}), {});
    CHECK(outcome.result.verdict == Verdict::vacuous);
    REQUIRE(outcome.result.faults.size() == 1);
    CHECK(outcome.result.faults[0].never.find("needed 1000000") != std::string::npos);
}

// ---- breaking the protocol on purpose ----------------------------------------------------------

struct Ablation {
    const char* without;
    const char* scenario;
    const char* caught_by;  // an invariant
    Sets sets{};
};

TEST_CASE("ablation: a mechanism that is switched off is missed by an invariant",
          "[run][ablation]") {
    const std::vector<Ablation> table{
        {"lease_wait", "basics/lease_expiry", "acked_append_everywhere"},
        {"version_bump", "basics/lease_expiry", "versions_monotonic"},
        {"version_bump", "basics/lease_expiry", "same_order_on_replicas"},
        {"log_before_reply", "basics/record_append", "log_before_reply"},
        {"exact_offset", "basics/record_append", "acked_append_everywhere"},
        {"exact_offset", "basics/record_append", "same_order_on_replicas"},
        {"checkpoint_completeness", "paper/2_6_3_operation_log", "acked_namespace_survives"},
        {"lease_wait_after_failover", "paper/5_1_3_master_replication", "one_primary_per_chunk"},
    };
    for (const Ablation& row : table) {
        Sets sets = row.sets;
        sets.emplace_back("/gfs/without", "[\"" + std::string(row.without) + "\"]");
        const auto outcome = run_scenario(load(library + row.scenario + ".json", sets), {});
        INFO("without " << row.without << " in " << row.scenario);
        CHECK(outcome.result.verdict == Verdict::violated);
        CHECK(is_violated(outcome.result, row.caught_by));
        // The same scenario with the mechanism on.
        CHECK(run_scenario(load(library + row.scenario + ".json", row.sets), {}).result.verdict ==
              Verdict::passed);
    }
}

}  // namespace
}  // namespace gfs::run
