// SPDX-License-Identifier: Apache-2.0
// What a sweep consists of, and the status it ends with.

#include "scenarios/run/sweep_plan.h"

#include <catch2/catch.hpp>
#include <set>

#include "scenarios/run/sweep.h"

namespace gfs::run {
namespace {

using results::SweptRun;
using results::Verdict;

std::vector<std::string> texts(const format::Sweep& sweep) {
    std::string why;
    std::vector<std::string> texts;
    const auto all = combinations(sweep, why);
    REQUIRE(all);
    for (const results::ParamValues& params : *all) texts.push_back(results::to_text(params));
    return texts;
}

TEST_CASE("sweep plan: every value with every other, the last parameter fastest", "[sweep]") {
    format::Sweep sweep;
    CHECK(texts(sweep) == std::vector<std::string>{""});
    sweep.params = {{"a", {"1", "2"}}, {"b", {"3", "4"}}};
    CHECK(texts(sweep) == std::vector<std::string>{"a=1 b=3", "a=1 b=4", "a=2 b=3", "a=2 b=4"});
}

TEST_CASE("sweep plan: parameters that change together are one", "[sweep]") {
    format::Sweep sweep;
    sweep.params = {{"a", {"1", "2"}}, {"b", {"3", "4"}}, {"c", {"5", "6"}}};
    sweep.together = {{"a", "c"}};
    CHECK(texts(sweep) ==
          std::vector<std::string>{"a=1 c=5 b=3", "a=1 c=5 b=4", "a=2 c=6 b=3", "a=2 c=6 b=4"});
    sweep.params[2].second.pop_back();
    std::string why;
    CHECK_FALSE(combinations(sweep, why));
    CHECK(why.find("`a` has 2 values and `c` has 1") != std::string::npos);
}

TEST_CASE("sweep plan: a value is written as a command line takes it", "[sweep]") {
    CHECK(bare_value("\"5s\"") == "5s");
    CHECK(bare_value("5") == "5");
    CHECK(bare_value("\"5\"") == "\"5\"");  // text that would be read as a number
    CHECK(bare_value("\"true\"") == "\"true\"");
    CHECK(bare_value(R"("a\"b")") == R"("a\"b")");
    CHECK(bare_value("[1,2]") == "[1,2]");
}

TEST_CASE("sweep plan: the shards have every run once", "[sweep]") {
    SweepPlan whole;
    plan_runs(whole, {}, "text", {{5, 9}, {20, 21}});
    REQUIRE(whole.runs.size() == 7);
    CHECK(whole.runs[5].seed == 20);
    std::multiset<std::uint64_t> numbers;
    for (std::uint64_t k = 1; k <= 3; ++k) {
        SweepPlan part = whole;
        keep_shard(part, k, 3);
        CHECK(plan_hash(part) == plan_hash(whole));
        for (const PlannedRun& run : part.runs) numbers.insert(run.number);
    }
    CHECK(numbers == std::multiset<std::uint64_t>{1, 2, 3, 4, 5, 6, 7});
    SweepPlan other;
    plan_runs(other, {}, "text", {{5, 9}, {20, 22}});
    CHECK(plan_hash(other) != plan_hash(whole));
}

TEST_CASE("sweep: the status is that of the worst run", "[sweep]") {
    const auto status = [](std::vector<Verdict> verdicts, bool strict = false) {
        std::vector<SweptRun> runs(verdicts.size());
        for (std::size_t i = 0; i < runs.size(); ++i) runs[i].verdict = verdicts[i];
        return results::worst_status(runs, strict);
    };
    using enum Verdict;
    CHECK(status({passed}) == 0);
    CHECK(status({}) == 6);
    CHECK(status({passed, excused}) == 0);
    CHECK(status({passed, excused}, true) == 5);
    CHECK(status({excused, vacuous}, true) == 3);
    CHECK(status({vacuous, limit, passed}) == 6);
    CHECK(status({limit, violated, vacuous}) == 1);
    CHECK(status({violated, not_deterministic}) == 4);
    CHECK(status({not_deterministic, internal_error, violated}) == 70);
}

// Counts what it is told.
class Counter final : public SweepListener {
  public:
    void on_run(const SweptRun& run) override { numbers.push_back(run.number); }
    void on_progress(const SweepProgress& progress) override { last = progress; }
    std::vector<std::uint64_t> numbers;
    SweepProgress last;
};

TEST_CASE("sweep: runs are handed on in order, and a share of them is made twice", "[sweep]") {
    SweepPlan plan;
    plan_runs(plan, {}, "", {{1, 40}});
    std::atomic<std::uint64_t> twice_made{0};
    const RunOne run_one = [&](const PlannedRun& planned, bool twice, const std::atomic<bool>*) {
        if (twice) ++twice_made;
        SweptRun run;
        run.number = planned.number;
        run.verdict = planned.seed == 7 ? Verdict::internal_error : Verdict::passed;
        return run;
    };
    for (const unsigned threads : {1U, 2U, 5U}) {
        Counter counter;
        twice_made = 0;
        SweepOptions options{.threads = threads, .verify_ppm = 100'000};
        const results::SweepResult result = sweep(plan.runs, run_one, {}, options, counter);
        CHECK(result.runs.size() == 40);
        CHECK(std::is_sorted(counter.numbers.begin(), counter.numbers.end()));
        CHECK(counter.numbers.size() == 40);
        CHECK(twice_made == 4);
        CHECK(counter.last.done == 40);
        CHECK(counter.last.failed == 1);
    }
}

TEST_CASE("sweep: what the listener throws ends the sweep and reaches the caller", "[sweep]") {
    class Thrower final : public SweepListener {
        void on_run(const SweptRun&) override { throw std::runtime_error("the disk is full"); }
        void on_progress(const SweepProgress&) override {}
    };
    SweepPlan plan;
    plan_runs(plan, {}, "", {{1, 100}});
    const RunOne run_one = [](const PlannedRun& planned, bool, const std::atomic<bool>*) {
        SweptRun run;
        run.number = planned.number;
        return run;
    };
    Thrower thrower;
    SweepOptions options{.threads = 2};
    CHECK_THROWS_AS(sweep(plan.runs, run_one, {}, options, thrower), std::runtime_error);
}

}  // namespace
}  // namespace gfs::run
