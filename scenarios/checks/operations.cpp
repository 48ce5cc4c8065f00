// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/operations.h"

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/fields.h"

namespace gfs::checks {
namespace {

OperationRow to_row(const std::string& kind, std::uint64_t errors, const sim::Histogram& latency) {
    return {.kind = kind,
            .count = latency.count(),
            .errors = errors,
            .p50 = sim::Duration{latency.quantile({1, 2})},
            .p99 = sim::Duration{latency.quantile({99, 100})},
            .max = sim::Duration{latency.max()}};
}

}  // namespace

void OperationTable::apply(const sim::Event& event) {
    if (event.kind == event::client_op_started) ++started_;
    const bool failed = event.kind == event::client_op_failed;
    if (!failed && event.kind != event::client_op_ok) return;
    ++ended_;
    Tally& tally = tallies_[text_at(event, 1)];
    if (failed) ++tally.errors;
    tally.latency.add(static_cast<std::int64_t>(event.fields[failed ? 4 : 3]));
}

std::vector<OperationRow> OperationTable::rows() const {
    std::vector<OperationRow> rows;
    for (const auto& [kind, tally] : tallies_)
        rows.push_back(to_row(engine_.texts().text(kind), tally.errors, tally.latency));
    std::stable_sort(rows.begin(), rows.end(),
                     [](const OperationRow& a, const OperationRow& b) { return a.kind < b.kind; });
    return rows;
}

OperationRow OperationTable::total() const {
    std::uint64_t errors = 0;
    sim::Histogram latency;
    for (const auto& [kind, tally] : tallies_) {
        errors += tally.errors;
        latency.merge(tally.latency);
    }
    return to_row({}, errors, latency);
}

}  // namespace gfs::checks
