// SPDX-License-Identifier: Apache-2.0
// The words that the format calls built are those that the other rooms have, and no others.

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>

#include "core/common/policies.h"
#include "faults/fault.h"
#include "scenarios/checks/expectation.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/meter.h"
#include "scenarios/format/fields.h"
#include "scenarios/reports/run_report.h"

namespace gfs {
namespace {

using format::Status;
using format::Word;

const char* const where_flags_are = "its flag is in scenarios/format/vocabulary.def";

format::Unit unit_of(checks::MetricUnit unit) {
    switch (unit) {
        case checks::MetricUnit::ns:
            return format::Unit::ns;
        case checks::MetricUnit::bytes:
            return format::Unit::bytes;
        case checks::MetricUnit::count:
            return format::Unit::count;
        case checks::MetricUnit::ppm:
            return format::Unit::ppm;
        case checks::MetricUnit::bytes_per_second:
            break;
    }
    return format::Unit::bytes_per_second;
}

TEST_CASE("flags: fault kinds of the format are the registered ones", "[format]") {
    for (const Word& kind : format::fault_words()) {
        INFO(kind.name << ": " << where_flags_are);
        const auto* const entry = sim::Registry<faults::Fault>::find(kind.name);
        CHECK((entry != nullptr) == (kind.status == Status::ready));
    }
}

TEST_CASE("flags: invariants and checkers of the format are those that run", "[format]") {
    for (const Word& word : format::invariant_words()) {
        INFO(word.name << ": " << where_flags_are);
        const auto all = checks::all_invariants();
        const bool runs = std::any_of(all.begin(), all.end(),
                                      [&](const auto& row) { return row.name == word.name; });
        CHECK(runs == (word.status == Status::ready));
    }
    for (const Word& word : format::checker_words()) {
        INFO(word.name << ": " << where_flags_are);
        const bool runs = std::count(std::begin(checks::expected_checkers),
                                     std::end(checks::expected_checkers), word.name) == 1;
        CHECK(runs == (word.status == Status::ready));
    }
    for (const Word& word : format::state_words())
        CHECK(std::count(std::begin(checks::expected_states), std::end(checks::expected_states),
                         word.name) == 1);
}

TEST_CASE("flags: metrics of the format are those that are measured, in the same units",
          "[format]") {
    std::size_t built = 0;
    for (const Word& word : format::metric_words()) {
        INFO(word.name << ": " << where_flags_are);
        const checks::MetricInfo* const info = checks::find_metric(word.name);
        CHECK((info != nullptr) == (word.status == Status::ready));
        if (info == nullptr) continue;
        ++built;
        CHECK(info->where == word.labels);
        checks::Expectation count;
        count.metric = word.name;
        count.stat = checks::Stat::count;
        CHECK(checks::why_not(count).empty() == !word.level);
        CHECK(unit_of(info->unit) == word.unit);
    }
    CHECK(built == checks::all_metrics().size());
}

TEST_CASE("flags: policies of the format are the registered ones", "[format]") {
    const std::vector<PolicyInfo> all = all_policies();
    std::size_t known = 0;
    for (const format::FieldSpec& field : format::find_record("gfs").fields) {
        if (field.type != format::Type::policy) continue;
        for (const Word& word : format::words_of(field)) {
            INFO(field.name << "/" << word.name);
            CHECK(std::any_of(all.begin(), all.end(), [&](const PolicyInfo& policy) {
                return policy.field == field.name && policy.kind == word.name;
            }));
            ++known;
        }
    }
    CHECK(known == all.size());
}

TEST_CASE("flags: reports of the format are the registered ones", "[format]") {
    const format::FieldSpec* const outputs =
        format::find_field(format::find_record("record"), "outputs", "");
    REQUIRE(outputs != nullptr);
    for (const Word& word : format::words_of(*outputs)) {
        INFO(word.name);
        const bool is_built = sim::Registry<reports::RunReport>::find(word.name) != nullptr;
        CHECK(is_built == (word.status == Status::ready));
    }
}

}  // namespace
}  // namespace gfs
