// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/sweep_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "scenarios/reports/event_text.h"
#include "scenarios/reports/fault_states.h"
#include "scenarios/reports/runs_csv.h"
#include "scenarios/reports/step_table.h"
#include "scenarios/reports/table.h"

namespace gfs::reports {
namespace {

using results::SweptRun;
using results::Verdict;

// Wilson's score interval for `part` of `whole`, in percent. Unlike the usual approximation it
// says something sensible of 100 runs that all pass: between 96 and 100.
void give_interval(SweepRow& row) {
    constexpr double z = 1.959963984540054;  // 95 % of a normal distribution are within
    const auto n = static_cast<double>(row.runs);
    if (row.runs == 0) return;
    const double share = static_cast<double>(row.passed) / n;
    const double middle = share + z * z / (2 * n);
    const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    const double scale = 100 / (1 + z * z / n);
    row.lowest = std::max(0.0, (middle - half) * scale);
    row.highest = std::min(100.0, (middle + half) * scale);
}

sim::Duration median(std::vector<sim::Duration> values) {
    if (values.empty()) return {};
    std::stable_sort(values.begin(), values.end());
    return values[(values.size() - 1) / 2];
}

void count(SweepRow& row, Verdict verdict) {
    ++row.runs;
    if (results::is_failed(verdict)) ++row.failed;
    if (verdict == Verdict::passed) ++row.passed;
    if (verdict == Verdict::vacuous) ++row.vacuous;
    if (verdict == Verdict::excused) ++row.excused;
    if (verdict == Verdict::limit) ++row.limit;
}

std::string value_of(const results::ParamValues& params, const std::string& name) {
    for (const auto& [known, value] : params)
        if (known == name) return value;
    return "-";
}

std::string latency(sim::Duration d) {
    return d == sim::Duration{} ? "-" : duration_text(d);
}

std::vector<std::string> cells_of(const SweepRow& row, const std::vector<std::string>& params,
                                  bool several_files) {
    std::vector<std::string> cells;
    if (several_files || params.empty()) cells.push_back(row.file);
    for (const std::string& name : params) cells.push_back(value_of(row.params, name));
    for (const std::uint64_t number :
         {row.runs, row.passed, row.failed, row.vacuous, row.excused, row.limit})
        cells.push_back(std::to_string(number));
    cells.push_back(fmt::format("{:.1f}-{:.1f} %", row.lowest, row.highest));
    cells.push_back(latency(row.p50));
    cells.push_back(latency(row.p99));
    return cells;
}

Table table_by_params(const std::vector<SweepRow>& rows) {
    std::vector<results::ParamValues> variants;
    bool several_files = false;
    for (const SweepRow& row : rows) {
        variants.push_back(row.params);
        several_files = several_files || row.file != rows.front().file;
    }
    const std::vector<std::string> params = param_names(variants);
    std::vector<Table::Column> columns;
    if (several_files || params.empty()) columns.push_back({"scenario"});
    for (const std::string& name : params) columns.push_back({name});
    for (const char* const heading :
         {"runs", "pass", "fail", "vacuous", "excused", "limit", "passing, 95 %", "p50", "p99"})
        columns.push_back({heading, true});
    Table table(std::move(columns));
    for (const SweepRow& row : rows) table.add(cells_of(row, params, several_files));
    return table;
}

Table table_of(const std::vector<SweptRun>& runs) {
    return is_of_steps(runs) ? step_table(runs) : table_by_params(sweep_rows(runs));
}

std::string groups_text(const std::vector<CauseGroup>& groups) {
    std::string text;
    for (const CauseGroup& group : groups) {
        const SweptRun& run = group.smallest;
        text += fmt::format("\n{} x {}: {}{}\n", group.runs, results::name(group.verdict),
                            group.cause.what,
                            group.cause.site.empty() ? "" : "  (" + group.cause.site + ")");
        text += fmt::format("  fewest events: {} with seed {}{}{}\n", run.events, run.seed,
                            run.params.empty() ? "" : ", ", results::to_text(run.params));
        if (!run.repro.empty()) text += fmt::format("  repro: {}\n", run.repro);
    }
    return text;
}

// Of a sweep over steps every run matters: there is one of a kind.
std::string failures_text(const std::vector<SweptRun>& runs) {
    std::string text;
    std::uint64_t without_work = 0;
    for (const SweptRun& run : runs)
        if (results::is_without_work(run))
            ++without_work;
        else if (run.verdict != Verdict::passed)
            text += fmt::format("\n{}: {}\n  {}: {}\n  repro: {}\n", run.number,
                                results::to_text(run.params), results::name(run.verdict),
                                run.cause.what, run.repro);
    if (without_work > 0)
        text += fmt::format(
            "\n{} vacuous: a client crashed and took its work with it, so an expectation had "
            "nothing to check\n",
            without_work);
    return text;
}

std::string last_line(const results::SweepResult& result, bool colour) {
    SweepRow all;
    for (const SweptRun& run : result.runs) count(all, run.verdict);
    std::string text =
        fmt::format("{} of {} runs: {} passed", all.runs, result.planned, all.passed);
    const auto add = [&](std::uint64_t number, const char* what) {
        if (number > 0) text += fmt::format(", {} {}", number, what);
    };
    add(all.failed, "failed");
    add(all.vacuous, "vacuous");
    add(all.excused, "excused");
    add(all.limit, "at a limit");
    if (!result.ended.empty()) text += "; ended early: " + result.ended;
    if (colour && all.failed > 0) text = "\x1b[31m" + text + "\x1b[0m";
    return text + "\n";
}

}  // namespace

std::vector<SweepRow> sweep_rows(const std::vector<SweptRun>& runs) {
    std::vector<SweepRow> rows;
    std::map<std::pair<std::string, results::ParamValues>, std::size_t> places;
    std::vector<std::vector<sim::Duration>> p50s;
    std::vector<std::vector<sim::Duration>> p99s;
    for (const SweptRun& run : runs) {
        const auto [at, is_new] = places.try_emplace({run.file, run.params}, rows.size());
        if (is_new) {
            rows.emplace_back();
            rows.back().file = run.file;
            rows.back().params = run.params;
            p50s.emplace_back();
            p99s.emplace_back();
        }
        count(rows[at->second], run.verdict);
        if (run.operations == 0) continue;
        p50s[at->second].push_back(run.p50);
        p99s[at->second].push_back(run.p99);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        give_interval(rows[i]);
        rows[i].p50 = median(std::move(p50s[i]));
        rows[i].p99 = median(std::move(p99s[i]));
    }
    return rows;
}

std::vector<CauseGroup> cause_groups(const std::vector<SweptRun>& runs) {
    std::map<std::pair<Verdict, results::Cause>, CauseGroup> groups;
    for (const SweptRun& run : runs) {
        if (run.verdict == Verdict::passed) continue;
        const auto [at, is_new] = groups.try_emplace({run.verdict, run.cause},
                                                     CauseGroup{run.cause, run.verdict, 0, run});
        CauseGroup& group = at->second;
        ++group.runs;
        if (run.events < group.smallest.events) group.smallest = run;
    }
    std::vector<CauseGroup> sorted;
    for (auto& [key, group] : groups) sorted.push_back(std::move(group));
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const CauseGroup& a, const CauseGroup& b) { return a.runs > b.runs; });
    return sorted;
}

std::string sweep_summary(const results::SweepResult& result, const SweepStyle& style) {
    std::string text;
    if (style.markdown) return result.runs.empty() ? text : table_of(result.runs).markdown();
    if (!style.quiet) {
        if (!result.runs.empty())
            for (const std::string& line : table_of(result.runs).lines(style.plain))
                text += line + "\n";
        const std::string states = fault_states_text(fault_states_of(result.runs), style.plain);
        if (!states.empty()) text += "\n" + states;
        text += is_of_steps(result.runs) ? failures_text(result.runs)
                                         : groups_text(cause_groups(result.runs));
        text += "\n";
    }
    return text + last_line(result, style.colour);
}

}  // namespace gfs::reports
