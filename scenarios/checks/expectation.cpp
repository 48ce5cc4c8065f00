// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/expectation.h"

#include <fmt/format.h>

#include <array>

#include "sim/assert.h"
#include "sim/wide.h"

namespace gfs::checks {
namespace {

using Kind = Expectation::Kind;

constexpr const char* relation_signs[] = {"=", ">=", "<=", "<", ">"};
constexpr const char* stat_names[] = {"count", "rate", "min",  "max", "mean", "p50",
                                      "p90",   "p99",  "p999", "sum", "last"};

std::string describe_subject(const Expectation& expectation) {
    switch (expectation.kind) {
        case Kind::always:
            return "always " + expectation.invariant;
        case Kind::never:
            return "never " + expectation.pattern.event;
        case Kind::sometimes:
            return "sometimes " + expectation.pattern.event;
        case Kind::count:
            return "count of " + expectation.pattern.event;
        case Kind::eventually:
            return "eventually " + expectation.state;
        case Kind::metric:
            return fmt::format("metric {} {}", expectation.metric,
                               stat_names[static_cast<std::size_t>(expectation.stat)]);
        case Kind::check:
            return "check " + expectation.checker;
        case Kind::content:
            return "content of " + expectation.file;
    }
    return {};
}

std::string describe_whole(const Expectation& expectation) {
    std::string text = describe_subject(expectation);
    for (const Bound& bound : expectation.bounds) text += " " + to_string(bound);
    return text;
}

Verdict weigh(const Expectation& expectation, Finding::Result result) {
    const bool held = result == Finding::Result::held;
    if (expectation.xfail) return held ? Verdict::unexpectedly_held : Verdict::xfailed;
    if (held) return Verdict::held;
    if (expectation.level == Expectation::Level::warn) return Verdict::warned;
    if (expectation.level == Expectation::Level::info) return Verdict::noted;
    return result == Finding::Result::vacuous ? Verdict::vacuous : Verdict::failed;
}

}  // namespace

bool holds(const Bound& bound, const Number& value) {
    SIM_ASSERT(bound.value.denominator > 0);
    SIM_ASSERT(value.denominator > 0);
    const sim::Wide left = static_cast<sim::Wide>(value.numerator) * bound.value.denominator;
    const sim::Wide right = static_cast<sim::Wide>(bound.value.numerator) * value.denominator;
    switch (bound.relation) {
        case Relation::eq:
            return left == right;
        case Relation::ge:
            return left >= right;
        case Relation::le:
            return left <= right;
        case Relation::lt:
            return left < right;
        case Relation::gt:
            return left > right;
    }
    return false;
}

std::string to_string(const Bound& bound) {
    return fmt::format("{} {}", relation_signs[static_cast<std::size_t>(bound.relation)],
                       bound.written);
}

const char* to_string(Verdict verdict) {
    constexpr std::array<const char*, 7> names = {"held",  "failed",  "vacuous",          "warned",
                                                  "noted", "xfailed", "unexpectedly held"};
    return names.at(static_cast<std::size_t>(verdict));
}

Outcome judge(const Expectation& expectation, Finding finding) {
    return {.name = expectation.name,
            .kind = expectation.kind,
            .what = describe_whole(expectation),
            .verdict = weigh(expectation, finding.result),
            .measured = std::move(finding.measured),
            .detail = std::move(finding.detail),
            .source = expectation.source,
            .reason = expectation.xfail.value_or(""),
            .about = finding.about,
            .witness = {},
            .culprits = std::move(finding.culprits)};
}

}  // namespace gfs::checks
