// SPDX-License-Identifier: Apache-2.0
// Reports about a run: what they say, that they are well-formed whatever names a scenario has, and
// that measuring for them changes nothing in the run.

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/format/format.h"
#include "scenarios/reports/region_text.h"
#include "scenarios/reports/result_json.h"
#include "scenarios/reports/run_report.h"
#include "scenarios/reports/summary.h"
#include "scenarios/reports/svg_chart.h"
#include "scenarios/run/run.h"

namespace gfs::reports {
namespace {

using namespace std::chrono_literals;
using results::Period;
using results::RunResult;
using results::RunSeries;
using results::Series;

std::string render(const std::string& name, const RunResult& result, const RunSeries& series) {
    const auto* const entry = sim::Registry<RunReport>::find(name);
    REQUIRE(entry != nullptr);
    return entry->make({result, series})->text();
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
}

RunSeries three_series() {
    RunSeries series;
    series.period = 500ms;
    series.all.push_back(
        {"op.latency", Series::Unit::ns, false, {{2, 3'000'000, 2'000'000, 0}, {1, 7, 7, 0}}});
    series.all.push_back({"clone.active", Series::Unit::count, true, {{0, 0, 4, 3}, {0, 0, 3, 1}}});
    series.all.push_back(
        {"bytes.read", Series::Unit::bytes, false, {{2, 300, 200, 0}, {1, 100, 100, 0}}});
    return series;
}

RunResult small_result() {
    RunResult result;
    result.scenario = "small";
    result.title = "A title";
    result.seed = 7;
    result.digest = "0123456789abcdef";
    result.end = sim::time_zero + 1s;
    return result;
}

run::Outcome run_of(const std::string& file, bool measured) {
    const format::LoadResult loaded =
        format::load_file(std::string(GFSIM_SOURCE_DIR) + "/scenarios/library/" + file, {});
    REQUIRE(loaded.ok());
    run::RunOptions options;
    options.measure_series = measured;
    return run::run_scenario(*loaded.scenario, options);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("summary: a fault that is refused again and again is told in five lines", "[reports]") {
    RunResult result = small_result();
    results::FaultOutcome fault;
    fault.name = "again";
    fault.kind = "pause";
    for (int second = 1; second <= 5; ++second)
        fault.refusals.push_back("at " + std::to_string(second) + "s: cs1 is down");
    result.faults = {fault};
    CHECK(summary(result, {}).find("refused at 5s: cs1 is down\n") != std::string::npos);
    for (int second = 6; second <= 900; ++second)
        result.faults.front().refusals.push_back("at " + std::to_string(second) + "s: cs1 is down");
    const std::string text = summary(result, {});
    CHECK(text.find("refused at 4s: cs1 is down\n") != std::string::npos);
    CHECK(text.find("refused at 5s") == std::string::npos);
    CHECK(text.find("refused 896 times more, the last at 900s: cs1 is down\n") !=
          std::string::npos);
}

TEST_CASE("summary: what happens at one instant is not said to be not healed", "[reports]") {
    RunResult result = small_result();
    results::FaultOutcome fault;
    fault.name = "one";
    fault.kind = "wipe";
    fault.firings.push_back({sim::time_zero + 1s, {"cs1"}, {}});
    fault.point = true;
    result.faults = {fault};
    CHECK(summary(result, {}).find("at 1.000000000s on cs1\n") != std::string::npos);
    result.faults.front().point = false;
    CHECK(summary(result, {}).find("at 1.000000000s on cs1, not healed\n") != std::string::npos);
}

TEST_CASE("region text: each chunk has its table, each state that occurs its meaning",
          "[reports][gfs-2.7]") {
    RunResult result = small_result();
    result.regions.push_back(
        {.path = "/log",
         .duplicates = 2,
         .chunks = {{.index = 0,
                     .chunk = 7,
                     .replicas = {"cs1", "cs3"},
                     .regions = {{.offset = 0, .length = 100, .state = "defined", .mutations = 3},
                                 {.offset = 100, .length = 20, .state = "padding"}}},
                    {.index = 1, .chunk = 9, .regions = {{.length = 5, .state = "unavailable"}}}},
         .left_out = 4});
    const std::string json = result_json(result);
    const RegionText found = region_text(json, "/log");
    CHECK(found.files == std::vector<std::string>{"/log"});
    for (const char* const part :
         {"chunk 0 of the file (handle 7), on cs1 cs3\n",
          "             0           100  defined       3\n",
          "           100            20  padding       -\n",
          "chunk 1 of the file (handle 9), no current replica\n", "4 more regions are left out",
          "once more than needed: 2", "\nunavailable   no current replica is left\n"})
        CHECK(found.text.find(part) != std::string::npos);
    CHECK(found.text.find("inconsistent") == std::string::npos);
    CHECK(region_text(json, "/other").text.empty());
    CHECK(region_text("{", "/log").files.empty());
}

}  // namespace

TEST_CASE("reports: each has a file of its own, and the same run gives the same bytes",
          "[reports]") {
    std::vector<std::string> files;
    for (const auto* const entry : sim::Registry<RunReport>::all()) {
        INFO(entry->name);
        const RunResult result = small_result();
        const RunSeries series = three_series();
        files.push_back(entry->make({result, series})->file_name());
        CHECK(render(std::string(entry->name), result, series) ==
              render(std::string(entry->name), result, series));
    }
    CHECK(files == std::vector<std::string>{"metrics.csv", "report.html", "metrics.openmetrics"});
}

TEST_CASE("csv: one line for each period, integers in the units of the columns", "[reports]") {
    const std::vector<std::string> rows = lines(render("csv", small_result(), three_series()));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0] ==
          "time_ns,op.latency_count,op.latency_sum_ns,op.latency_max_ns,clone.active_last,"
          "clone.active_max,bytes.read_count,bytes.read_sum_bytes,bytes.read_max_bytes\r");
    CHECK(rows[1] == "0,2,3000000,2000000,3,4,2,300,200\r");
    CHECK(rows[2] == "500000000,1,7,7,1,3,1,100,100\r");
}

TEST_CASE("openmetrics: counters grow, levels are gauges, times are exact, and it ends",
          "[reports]") {
    RunResult result = small_result();
    result.scenario = "quote\"back\\slash\nline";
    const std::string text = render("openmetrics", result, three_series());
    const std::string labels = R"({scenario="quote\"back\\slash\nline",seed="7"})";
    CHECK(has(text, "# TYPE gfsim_op_latency_seconds summary\n# UNIT gfsim_op_latency_seconds "
                    "seconds\n# HELP gfsim_op_latency_seconds "));
    CHECK(has(text, "gfsim_op_latency_seconds_sum" + labels + " 0.003 0.5\n"));
    CHECK(has(text, "gfsim_op_latency_seconds_sum" + labels + " 0.003000007 1\n"));
    CHECK(has(text, "gfsim_op_latency_seconds_count" + labels + " 3 1\n"));
    CHECK(has(text, "# TYPE gfsim_clone_active gauge\n"));
    CHECK(has(text, "gfsim_clone_active" + labels + " 3 0.5\n"));
    CHECK(has(text, "gfsim_bytes_read_bytes_total" + labels + " 400 1\n"));
    CHECK(text.ends_with("# EOF\n"));
}

TEST_CASE("openmetrics: every line of a real run is a comment or a sample", "[reports]") {
    const run::Outcome outcome = run_of("basics/hello.json", true);
    const std::string text = render("openmetrics", outcome.result, outcome.series);
    const std::regex comment("# (TYPE|UNIT|HELP) gfsim_[a-z_]+ .+|# EOF");
    const std::regex sample(
        R"re(gfsim_[a-z_]+\{scenario="[^"\\]*",seed="[0-9]+"\} -?[0-9.]+ [0-9.]+)re");
    std::size_t samples = 0;
    for (const std::string& line : lines(text)) {
        INFO(line);
        const bool is_sample = std::regex_match(line, sample);
        samples += is_sample ? 1 : 0;
        CHECK((is_sample || std::regex_match(line, comment)));
    }
    CHECK(samples > 100);
}

TEST_CASE("html: names of a scenario are text and never tags", "[reports]") {
    RunResult result = small_result();
    const std::string evil = "<script>alert('1')</script>&\"";
    result.title = evil;
    result.scenario = evil;
    result.reasons = {evil};
    result.ablations = {evil};
    result.drawn = {evil};
    result.faults.push_back(
        {.name = evil, .kind = evil, .firings = {{sim::time_zero, {evil}, {}}}});
    result.expectations.push_back({.name = evil, .assertion = evil, .measured = evil,
                                   .detail = {evil}});
    result.violations.push_back({.check = evil, .guarantee = evil, .section = evil,
                                 .message = evil, .witness = {evil}});
    result.operations.push_back({.kind = evil});
    const std::string text = render("html", result, three_series());
    CHECK_FALSE(has(text, "<script"));
    CHECK_FALSE(has(text, "alert('"));
    CHECK(has(text, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"));
}

TEST_CASE("html: one page without network, with verdict, expectations, faults and charts",
          "[reports]") {
    const run::Outcome outcome = run_of("basics/stale_replica.json", true);
    const std::string text = render("html", outcome.result, outcome.series);
    CHECK(text.starts_with("<!DOCTYPE html>\n"));
    CHECK(text.ends_with("</html>\n"));
    for (const char* const part :
         {"<h1>", ">passed<", "Expectations", "Faults", "Latency of operations", "<polyline",
          "prefers-color-scheme: dark", "</svg>"}) {
        INFO(part);
        CHECK(has(text, part));
    }
    for (const char* const away : {"http:", "https:", "src=", "@import", "url("}) {
        INFO(away);
        CHECK_FALSE(has(text, away));
    }
    CHECK(has(text, outcome.result.digest));
}

TEST_CASE("html: a run in which nothing was measured still has its page", "[reports]") {
    const std::string text = render("html", small_result(), {});
    CHECK(has(text, "A title"));
    CHECK_FALSE(has(text, "<svg"));
}

TEST_CASE("charts: quantities have three digits and a unit", "[reports]") {
    CHECK(quantity(0, Series::Unit::bytes) == "0");
    CHECK(quantity(1'472'200'703, Series::Unit::ns) == "1.47 s");
    CHECK(quantity(20'000'000, Series::Unit::ns) == "20 ms");
    CHECK(quantity(40'000'000, Series::Unit::bytes) == "40 MB");
    CHECK(quantity(350'000, Series::Unit::ppm) == "35 %");
    CHECK(quantity(1500, Series::Unit::count) == "1.5 k");
}

TEST_CASE("series: measuring changes no event of the run", "[reports][run]") {
    for (const char* const file : {"basics/stale_replica.json", "peers/ppca_re_replication.json"}) {
        const run::Outcome plain = run_of(file, false);
        const run::Outcome measured = run_of(file, true);
        INFO(file);
        CHECK(plain.result.digest == measured.result.digest);
        CHECK(plain.series.all.empty());
        CHECK(measured.series.all.size() > 20);
    }
}

TEST_CASE("series: its sums are those of the whole run, in a few hundred periods", "[reports]") {
    const run::Outcome outcome = run_of("basics/stale_replica.json", true);
    const Series* const count = outcome.series.find("op.count");
    REQUIRE(count != nullptr);
    CHECK(count->periods.size() <= 481);
    CHECK(count->periods.size() >= 200);
    std::int64_t ended = 0;
    for (const Period& period : count->periods) ended += period.sum;
    std::uint64_t expected = 0;
    for (const results::OperationRow& row : outcome.result.operations) expected += row.count;
    CHECK(static_cast<std::uint64_t>(ended) == expected);
    const auto length = outcome.series.period * static_cast<std::int64_t>(count->periods.size());
    CHECK(length >= outcome.result.end - sim::time_zero);
}

}  // namespace gfs::reports
