// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/convert_expectations.h"

#include <fmt/format.h>

#include "scenarios/run/convert_match.h"

namespace gfs::run {
namespace {

checks::Expectation::Kind to_kind(format::Expectation::Kind kind) {
    using From = format::Expectation::Kind;
    using To = checks::Expectation::Kind;
    switch (kind) {
        case From::always:
            return To::always;
        case From::never:
            return To::never;
        case From::sometimes:
            return To::sometimes;
        case From::count:
            return To::count;
        case From::eventually:
            return To::eventually;
        case From::metric:
            return To::metric;
        case From::check:
            return To::check;
        case From::content:
            return To::content;
    }
    return To::always;
}

checks::Expectation::Level to_level(format::Expectation::Level level) {
    using From = format::Expectation::Level;
    using To = checks::Expectation::Level;
    switch (level) {
        case From::error:
            return To::error;
        case From::warn:
            return To::warn;
        case From::info:
            return To::info;
    }
    return To::error;
}

checks::Relation to_relation(format::Relation relation) {
    using From = format::Relation;
    using To = checks::Relation;
    switch (relation) {
        case From::eq:
            return To::eq;
        case From::ge:
            return To::ge;
        case From::le:
            return To::le;
        case From::lt:
            return To::lt;
        case From::gt:
            return To::gt;
    }
    return To::eq;
}

checks::Stat to_stat(format::Stat stat) {
    using From = format::Stat;
    using To = checks::Stat;
    switch (stat) {
        case From::count:
            return To::count;
        case From::rate:
            return To::rate;
        case From::min:
            return To::min;
        case From::max:
            return To::max;
        case From::mean:
            return To::mean;
        case From::p50:
            return To::p50;
        case From::p90:
            return To::p90;
        case From::p99:
            return To::p99;
        case From::p999:
            return To::p999;
        case From::sum:
            return To::sum;
        case From::last:
            return To::last;
    }
    return To::count;
}

checks::Window to_window(const format::Window& window) {
    using From = format::Window::Kind;
    using To = checks::Window::Kind;
    To kind = To::all;
    switch (window.kind) {
        case From::all:
            kind = To::all;
            break;
        case From::during:
            kind = To::during;
            break;
        case From::outside_faults:
            kind = To::outside_faults;
            break;
        case From::after:
            kind = To::after;
            break;
    }
    return {kind, window.fault};
}

checks::Expectation to_expectation(const format::Expectation& from) {
    checks::Expectation to;
    to.name = from.name;
    to.source = results::to_text(to_place(from.source));
    to.kind = to_kind(from.kind);
    to.level = to_level(from.level);
    to.xfail = from.xfail;
    to.allow = from.allow;
    to.invariant = format::to_string(from.invariant);
    to.pattern = to_pattern(from.event, from.match);
    for (const format::Bound& bound : from.bounds)
        to.bounds.push_back({to_relation(bound.relation),
                             {bound.value.numerator, bound.value.denominator},
                             bound.written});
    to.state = format::to_string(from.state);
    to.within = from.within;
    to.since = to_since(from.since);
    to.metric = from.metric;
    to.stat = to_stat(from.stat);
    to.where = from.where;
    to.window = to_window(from.window);
    to.checker = format::to_string(from.checker);
    to.files = from.files;
    to.file = from.file;
    to.records = from.records;
    return to;
}

results::ExpectationOutcome::State to_state(checks::Verdict verdict) {
    using From = checks::Verdict;
    using To = results::ExpectationOutcome::State;
    switch (verdict) {
        case From::held:
            return To::held;
        case From::failed:
            return To::failed;
        case From::vacuous:
            return To::vacuous;
        case From::warned:
        case From::noted:
            return To::warned;
        case From::xfailed:
            return To::failed_as_expected;
        case From::unexpectedly_held:
            return To::unexpectedly_held;
    }
    return To::failed;
}

// Of a checker, what it holds against the run.
std::string promise_of(const format::Expectation& expectation) {
    if (expectation.kind != format::Expectation::Kind::check) return {};
    for (const format::Word& word : format::checker_words())
        if (word.name == format::to_string(expectation.checker)) return std::string(word.sentence);
    return {};
}

}  // namespace

std::vector<checks::Expectation> to_expectations(const std::vector<format::Expectation>& expect) {
    std::vector<checks::Expectation> out;
    for (const format::Expectation& expectation : expect)
        out.push_back(to_expectation(expectation));
    return out;
}

results::ExpectationOutcome to_outcome(const checks::Outcome& outcome,
                                       const format::Expectation& expectation) {
    std::string measured = outcome.measured;
    if (!outcome.reason.empty()) measured += fmt::format(" (expected: {})", outcome.reason);
    return {.name = outcome.name,
            .assertion = outcome.what,
            .state = to_state(outcome.verdict),
            .measured = std::move(measured),
            .detail = outcome.detail,
            .promise = promise_of(expectation),
            .witness = outcome.witness,
            .place = to_place(expectation.source)};
}

}  // namespace gfs::run
