// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

using Kind = Expectation::Kind;
using Result = Finding::Result;

bool counts_events(Kind kind) {
    return kind == Kind::never || kind == Kind::sometimes || kind == Kind::count;
}

Finding judge_invariant(const Expectation& expectation,
                        const std::vector<InvariantOutcome>& invariants) {
    const auto found = std::find_if(
        invariants.begin(), invariants.end(),
        [&](const InvariantOutcome& one) { return one.name == expectation.invariant; });
    SIM_ASSERT(found != invariants.end());
    Finding finding;
    finding.measured = fmt::format("{} checks, {} violations", found->checked, found->violations);
    if (found->warnings != 0) {
        finding.measured += fmt::format(", {} warnings", found->warnings);
        finding.detail.push_back("warning: " + found->first_warning);
    }
    if (!found->first) return finding;
    finding.result = Result::failed;
    finding.detail.push_back(found->first->message);
    return finding;
}

}  // namespace

struct Expectations::Watch {
    Expectation expectation;

    // never, sometimes, count
    std::optional<EventMatcher> matcher;
    std::uint64_t seen = 0;
    std::uint64_t first_seen = 0;  // number of the event
    sim::Time first_time{};

    // eventually: it holds when the deadline has come, or at the end
    std::optional<sim::Time> since;
    std::optional<sim::Time> deadline;
    std::optional<sim::Time> reached;  // since when it has held
    std::string objection;             // why it did not when last asked
    bool settled = false;              // the deadline has passed

    std::unique_ptr<Meter> meter;
};

Expectations::Expectations(const Surroundings& around, const Options& options,
                           std::vector<Expectation> expectations)
    : engine_(options.engine), states_(around), by_kind_(engine_.events().all().size()) {
    for (Expectation& expectation : expectations) {
        Watch& watch = *watches_.emplace_back(std::make_unique<Watch>());
        watch.expectation = std::move(expectation);
        const Expectation& kept = watch.expectation;
        if (counts_events(kept.kind)) {
            watch.matcher.emplace(engine_, options.names, kept.pattern);
            const auto kind = engine_.events().find(kept.pattern.event);
            SIM_ASSERT(kind.has_value());
            by_kind_[sim::to_index(*kind)].push_back(&watch);
        }
        if (kept.kind == Kind::metric) {
            watch.meter = std::make_unique<Meter>(around, kept, options.is_point_fault);
            metrics_.push_back(&watch);
        }
        if (kept.kind == Kind::eventually) {
            waiting_.push_back(&watch);
            if (kept.since.kind == CountSince::Kind::start) begin(watch, engine_.now());
        }
    }
}

Expectations::~Expectations() = default;

void Expectations::before(const sim::Event& event) {
    if (std::exchange(dirty_, false)) poll();
    for (Watch* const watch : metrics_) watch->meter->on_event(event);
}

void Expectations::after(const sim::Event& event) {
    states_.note(event);
    for (Watch* const watch : by_kind_[sim::to_index(event.kind)]) {
        if (!watch->matcher->matches(event)) continue;
        if (watch->seen++ != 0) continue;
        watch->first_seen = event.sequence;
        watch->first_time = event.time;
    }
    if (waiting_.empty()) return;
    const bool begins = event.kind == sim::event::fault_fired ||
                        event.kind == sim::event::fault_healed || event.kind == sim::event::mark;
    if (begins) {
        for (Watch* const watch : waiting_) {
            const CountSince& since = watch->expectation.since;
            const bool matches =
                (since.kind == CountSince::Kind::fault && event.kind == sim::event::fault_fired) ||
                (since.kind == CountSince::Kind::healed &&
                 event.kind == sim::event::fault_healed) ||
                (since.kind == CountSince::Kind::mark && event.kind == sim::event::mark);
            if (!matches || watch->since) continue;
            if (engine_.texts().text(text_at(event, 0)) == since.name) begin(*watch, event.time);
        }
    }
    // What the event is about may be complete only when its actor goes on: asked before the next.
    if (begins || States::relevant(event.kind)) dirty_ = true;
}

void Expectations::begin(Watch& watch, sim::Time since) {
    watch.since = since;
    if (!watch.expectation.within) return;
    watch.deadline = since + *watch.expectation.within;
    Watch* const waiting = &watch;
    engine_.at(*watch.deadline, [this, waiting] { settle(*waiting); });
}

void Expectations::poll() {
    dirty_ = false;
    for (Watch* const watch : waiting_)
        if (watch->since && !watch->settled) ask(*watch);
}

void Expectations::ask(Watch& watch) {
    watch.objection = states_.objection(watch.expectation.state);
    if (!watch.objection.empty()) {
        watch.reached.reset();
    } else if (!watch.reached) {
        watch.reached = engine_.now();
    }
}

void Expectations::settle(Watch& watch) {
    if (watch.settled) return;
    ask(watch);
    watch.settled = true;
}

bool Expectations::asks_for(std::string_view checker) const {
    return std::any_of(watches_.begin(), watches_.end(), [checker](const auto& watch) {
        return watch->expectation.checker == checker;
    });
}

std::optional<sim::Time> Expectations::waits_until(sim::Time repaired_by) {
    std::optional<sim::Time> latest;
    if (asks_for("liveness") && !states_.objection("fully_replicated").empty())
        latest = repaired_by;
    for (const Watch* const watch : waiting_) {
        if (watch->settled || !watch->deadline || watch->reached) continue;
        if (!latest || *watch->deadline > *latest) latest = watch->deadline;
    }
    return latest;
}

std::vector<Outcome> Expectations::finish(const CheckInput& input,
                                          const std::vector<InvariantOutcome>& invariants) {
    std::vector<Outcome> outcomes;
    for (const auto& watch : watches_)
        outcomes.push_back(judge(watch->expectation, finish_one(*watch, input, invariants)));
    return outcomes;
}

Finding Expectations::finish_one(Watch& watch, const CheckInput& input,
                                 const std::vector<InvariantOutcome>& invariants) {
    switch (watch.expectation.kind) {
        case Kind::always:
            return judge_invariant(watch.expectation, invariants);
        case Kind::never:
        case Kind::sometimes:
        case Kind::count:
            return finish_events(watch);
        case Kind::eventually:
            return finish_state(watch);
        case Kind::metric:
            return watch.meter->finish(watch.expectation);
        case Kind::check:
        case Kind::content:
            return run_checker(input, watch.expectation);
    }
    return {};
}

Finding Expectations::finish_events(const Watch& watch) const {
    Finding finding;
    finding.measured = fmt::format("{} times", watch.seen);
    if (watch.seen != 0)
        finding.measured +=
            fmt::format(", first at {} (event {})", describe(watch.first_time), watch.first_seen);
    if (watch.expectation.kind == Kind::never && watch.seen != 0) finding.result = Result::failed;
    if (watch.expectation.kind == Kind::sometimes && watch.seen == 0)
        finding.result = Result::vacuous;
    for (const Bound& bound : watch.expectation.bounds) {
        if (holds(bound, {static_cast<std::int64_t>(watch.seen), 1})) continue;
        finding.result = Result::failed;
        finding.measured += ", expected " + to_string(bound);
    }
    return finding;
}

Finding Expectations::finish_state(Watch& watch) {
    if (!watch.since)
        return {Result::vacuous, fmt::format("it was to count since {}, which never came",
                                             watch.expectation.since.name)};
    if (!watch.settled) ask(watch);
    if (!watch.reached)
        return {.result = Result::failed,
                .measured = fmt::format("not so at {}: {}",
                                        describe(watch.settled ? *watch.deadline : engine_.now()),
                                        watch.objection),
                .culprits = states_.lacking(watch.expectation.state)};
    return {Result::held, fmt::format("so since {} ({} after)", describe(*watch.reached),
                                      describe(*watch.reached - *watch.since))};
}

}  // namespace gfs::checks
