// SPDX-License-Identifier: Apache-2.0
// Reports about a sweep.

#include <catch2/catch.hpp>

#include "scenarios/reports/junit.h"
#include "scenarios/reports/runs_csv.h"
#include "scenarios/reports/sweep_summary.h"
#include "scenarios/reports/table.h"

namespace gfs::reports {
namespace {

using results::SweptRun;
using results::Verdict;

SweptRun run_of(std::uint64_t number, Verdict verdict, std::uint64_t events) {
    SweptRun run;
    run.number = number;
    run.file = "a.json";
    run.seed = 100 + number;
    run.verdict = verdict;
    run.events = events;
    if (verdict != Verdict::passed) run.cause = {"invariant x (G1)", "GFS 3.1"};
    return run;
}

TEST_CASE("sweep report: the interval is Wilson's", "[reports][sweep]") {
    // Figures of the textbook: 5 of 10 is 23.7 to 76.3 %, 10 of 10 is 72.2 to 100 %.
    std::vector<SweptRun> runs;
    for (std::uint64_t i = 1; i <= 10; ++i)
        runs.push_back(run_of(i, i <= 5 ? Verdict::passed : Verdict::violated, 7));
    SweepRow row = sweep_rows(runs).at(0);
    CHECK(row.lowest == Approx(23.66).epsilon(0.001));
    CHECK(row.highest == Approx(76.34).epsilon(0.001));
    for (SweptRun& run : runs) run.verdict = Verdict::passed;
    row = sweep_rows(runs).at(0);
    CHECK(row.lowest == Approx(72.25).epsilon(0.001));
    CHECK(row.highest == Approx(100));
    for (SweptRun& run : runs) run.verdict = Verdict::vacuous;
    CHECK(sweep_rows(runs).at(0).lowest == Approx(0).margin(1e-9));
}

TEST_CASE("sweep report: a group names its run with the fewest events", "[reports][sweep]") {
    const std::vector<SweptRun> runs{
        run_of(1, Verdict::violated, 50), run_of(2, Verdict::violated, 40),
        run_of(3, Verdict::passed, 1), run_of(4, Verdict::violated, 40),
        run_of(5, Verdict::vacuous, 3)};
    const std::vector<CauseGroup> groups = cause_groups(runs);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].runs == 3);
    CHECK(groups[0].smallest.number == 2);
    CHECK(groups[1].verdict == Verdict::vacuous);
}

TEST_CASE("sweep report: latencies are medians over the runs that had operations",
          "[reports][sweep]") {
    std::vector<SweptRun> runs;
    for (const int ms : {30, 10, 20, 0}) {
        SweptRun run = run_of(runs.size() + 1, Verdict::passed, 1);
        run.operations = ms > 0 ? 5 : 0;
        run.p50 = std::chrono::milliseconds{ms};
        run.p99 = std::chrono::milliseconds{ms * 3};
        runs.push_back(run);
    }
    const SweepRow row = sweep_rows(runs).at(0);
    CHECK(row.p50 == std::chrono::milliseconds{20});
    CHECK(row.p99 == std::chrono::milliseconds{60});
}

TEST_CASE("runs.csv: what is written is read back", "[reports][sweep]") {
    SweptRun run = run_of(3, Verdict::not_deterministic, 12);
    run.params = {{"b", "x,\"y\""}, {"c", "5s"}};
    run.cause = {"two\nlines", ""};
    run.end = sim::time_zero + std::chrono::seconds{3};
    run.operations = 4;
    run.errors = 1;
    run.p50 = std::chrono::nanoseconds{17};
    run.p99 = std::chrono::nanoseconds{18};
    run.digest = "0123456789abcdef";
    run.repro = "gfsim run 'a b.json'";
    const std::vector<std::string> params = param_names({{{"a", "1"}}, run.params});
    CHECK(params == std::vector<std::string>{"a", "b", "c"});
    const std::string text = runs_csv_header(params) + runs_csv_line(run, params);
    std::string why;
    const auto read = read_runs_csv(text, why);
    REQUIRE(read);
    REQUIRE(read->size() == 1);
    CHECK(runs_csv_line(read->front(), params) == runs_csv_line(run, params));
    CHECK(read->front().params == run.params);
    CHECK(read->front().cause == run.cause);
    // Cut anywhere in its last line, that line does not count.
    for (std::size_t cut = runs_csv_header(params).size(); cut + 1 < text.size(); ++cut) {
        const auto shorter = read_runs_csv(text.substr(0, cut), why);
        REQUIRE(shorter);
        CHECK(shorter->empty());
    }
    CHECK_FALSE(read_runs_csv("time_ns,x\r\n1,2\r\n", why));
    CHECK_FALSE(read_runs_csv(runs_csv_header({}) + "1,2\r\n", why));
    CHECK(why == "line 2 is no run");
    CHECK_FALSE(read_runs_csv("", why));
}

TEST_CASE("junit: every verdict has its place, and the text is escaped", "[reports][sweep]") {
    results::SweepResult result;
    for (const Verdict verdict : {Verdict::passed, Verdict::violated, Verdict::internal_error,
                                  Verdict::vacuous, Verdict::limit, Verdict::excused})
        result.runs.push_back(run_of(result.runs.size() + 1, verdict, 1));
    result.runs[1].cause.what = "a < b & \"c\"";
    const std::string xml = junit_xml(result);
    CHECK(xml.find(R"(tests="6" failures="1" errors="1" skipped="2")") != std::string::npos);
    CHECK(xml.find("violated: a &lt; b &amp; &quot;c&quot; (GFS 3.1)") != std::string::npos);
    CHECK(xml.find(R"(<testcase classname="a.json" name="seed 101"/>)") != std::string::npos);
    CHECK(xml.find(R"(name="seed 106"/>)") != std::string::npos);
}

TEST_CASE("table: columns are as wide as what they hold", "[reports]") {
    Table table({{"name"}, {"count", true}});
    table.add({"a\u00e9", "5"});
    table.add({"longer", "12345"});
    CHECK(table.lines(false) ==
          std::vector<std::string>{"name    count", "a\u00e9          5", "longer  12345"});
    CHECK(table.lines(true).at(1) == "a\u00e9\t5");
    CHECK(table.markdown() ==
          "| name | count |\n| --- | ---: |\n| a\u00e9 | 5 |\n| longer | 12345 |\n");
}

}  // namespace
}  // namespace gfs::reports
