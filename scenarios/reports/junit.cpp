// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/junit.h"

#include <fmt/format.h>

#include "scenarios/reports/markup.h"
#include "scenarios/reports/sweep_summary.h"

namespace gfs::reports {
namespace {

using results::SweptRun;
using results::Verdict;

const char* element_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
        case Verdict::excused:
            return nullptr;
        case Verdict::violated:
        case Verdict::not_deterministic:
            return "failure";
        case Verdict::internal_error:
            return "error";
        case Verdict::vacuous:
        case Verdict::limit:
        case Verdict::interrupted:
            return "skipped";
    }
    return nullptr;
}

std::string suite_name(const std::string& file, const results::ParamValues& params) {
    return params.empty() ? file : file + " " + results::to_text(params);
}

std::string case_xml(const SweptRun& run) {
    const std::string suite = escaped_markup(suite_name(run.file, run.params));
    const std::string open =
        fmt::format("    <testcase classname=\"{}\" name=\"seed {}\"", suite, run.seed);
    const char* const element = element_of(run.verdict);
    if (element == nullptr) return open + "/>\n";
    std::string text = run.cause.what;
    if (!run.cause.site.empty()) text += " (" + run.cause.site + ")";
    const std::string message = fmt::format("{}: {}", results::name(run.verdict), text);
    return fmt::format("{}>\n      <{} message=\"{}\">{}</{}>\n    </testcase>\n", open, element,
                       escaped_markup(message), escaped_markup(run.repro), element);
}

std::uint64_t internal_errors(const std::vector<SweptRun>& runs) {
    std::uint64_t number = 0;
    for (const SweptRun& run : runs) number += run.verdict == Verdict::internal_error ? 1 : 0;
    return number;
}

}  // namespace

std::string junit_xml(const results::SweepResult& result) {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gfsim sweep\">\n";
    for (const SweepRow& row : sweep_rows(result.runs)) {
        std::vector<SweptRun> runs;
        for (const SweptRun& run : result.runs)
            if (run.file == row.file && run.params == row.params) runs.push_back(run);
        const std::uint64_t errors = internal_errors(runs);
        text += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
            escaped_markup(suite_name(row.file, row.params)), row.runs, row.failed - errors, errors,
            row.vacuous + row.limit);
        for (const SweptRun& run : runs) text += case_xml(run);
        text += "  </testsuite>\n";
    }
    return text + "</testsuites>\n";
}

}  // namespace gfs::reports
