// SPDX-License-Identifier: Apache-2.0
// A script: its steps in order, each as often as it says, and what is judged of them. A step that
// fails does not end the script.

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/workloads/group_client.h"
#include "scenarios/workloads/read_check.h"
#include "sim/assert.h"

namespace gfs::workloads {
namespace {

std::string describe(const Step& step) {
    const std::string& what = step.file.empty() ? step.name : step.file;
    return what.empty() ? name(step.op) : fmt::format("{} {}", name(step.op), what);
}

bool is_expected(const std::string& outcome, Code code) {
    if (outcome == "ok") return code == Code::ok;
    if (outcome == "error") return code != Code::ok;
    return outcome == info(code).name;
}

// Without an outcome a step is recorded and not judged, unless it exists to find something out.
bool must_succeed(const Step& step) {
    return step.op == Op::wait || step.equals || !step.contains.empty();
}

}  // namespace

Task<void> GroupClient::run_script() {
    for (const Step& step : group_.plan.script) {
        if (!does(step)) continue;
        for (std::uint64_t i = 0; i < step.repeat; ++i) {
            if (time_is_up()) co_return;
            client_->set_op_limit(step.timeout);
            const StepResult result = co_await perform(step);
            judge(step, result);
            if (result.code == Code::ok) keep(step, result);
        }
    }
}

void GroupClient::judge(const Step& step, const StepResult& result) {
    if (!result.problem.empty()) return fail(&step, describe(step) + ": " + result.problem);
    const std::string expected = step.outcome.empty() && must_succeed(step) ? "ok" : step.outcome;
    if (!expected.empty() && !is_expected(expected, result.code))
        return fail(&step, fmt::format("{}: expected {}, got {}", describe(step), expected,
                                       info(result.code).name));
    if (result.data) judge_data(step, *result.data);
    if (!result.records) return;
    const std::vector<FoundRecord>& records = result.records->records;
    judge_contents(step, [&](DataId written) {
        return std::any_of(records.begin(), records.end(),
                           [&](const FoundRecord& record) { return record.id == written; });
    });
}

void GroupClient::judge_data(const Step& step, const FileData& data) {
    if (group_.plan.verify) {
        const std::string invented = invented_bytes(data, shared_);
        if (!invented.empty()) fail(&step, describe(step) + ": " + invented);
    }
    if (step.equals) {
        const std::uint64_t offset = offset_of(step).value_or(0);
        const std::string got = shared_.world.data.render(data.extents, offset, data.length);
        if (got != *step.equals)
            fail(&step, fmt::format("{}: expected {}, got {}", describe(step), quoted(*step.equals),
                                    quoted(got)));
    }
    judge_contents(step, [&](DataId written) {
        return contains_whole(data, written, shared_.length_of(written).value_or(0));
    });
}

void GroupClient::judge_contents(const Step& step, const std::function<bool(DataId)>& is_there) {
    for (const std::string& label : step.contains) {
        const auto labelled = shared_.labels.find(label);
        if (labelled == shared_.labels.end()) {
            fail(&step, fmt::format("{}: nothing has been written as `{}`", describe(step), label));
            continue;
        }
        for (const DataId written : labelled->second)
            if (!is_there(written))
                fail(&step,
                     fmt::format("{}: the data of `{}` is not there", describe(step), label));
    }
}

void GroupClient::keep(const Step& step, const StepResult& result) {
    if (step.bind.empty()) return;
    Bound& bound = shared_.bound[step.bind];
    if (result.number) bound.number = result.number;
}

}  // namespace gfs::workloads
