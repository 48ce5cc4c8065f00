// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/quiescence_watch.h"

#include <algorithm>
#include <string_view>

#include "core/common/events.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

constexpr std::string_view name = "quiescent";

bool is_it(const format::Trigger& trigger) {
    return trigger.event == name;
}
bool is_it(const std::optional<format::Trigger>& trigger) {
    return trigger && is_it(*trigger);
}

}  // namespace

bool names_quiescence(const format::Scenario& scenario) {
    const auto in_step = [](const format::Step& step) { return is_it(step.wait); };
    return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                       [](const format::Fault& fault) {
                           return is_it(fault.start.when) || is_it(fault.until_event);
                       }) ||
           std::any_of(scenario.targets.begin(), scenario.targets.end(),
                       [](const format::Target& target) { return is_it(target.bind_on); }) ||
           std::any_of(scenario.workload.begin(), scenario.workload.end(),
                       [&](const format::Group& group) {
                           return std::any_of(group.script.begin(), group.script.end(), in_step);
                       }) ||
           std::any_of(scenario.expect.begin(), scenario.expect.end(),
                       [](const format::Expectation& e) { return e.event == name; });
}

QuiescenceWatch::QuiescenceWatch(sim::Engine& engine, const checks::Surroundings& around,
                                 workloads::WorkloadRunner& workload)
    : engine_(engine), workload_(workload), states_(around) {
    engine.observe(*this);
    workload.tell_of_rest([this] { look_soon(); });
}

void QuiescenceWatch::on_event(const sim::Event& event) {
    states_.note(event);
    if (event.kind == event::client_op_started) is_quiet_ = false;
    if (checks::States::relevant(event.kind)) look_soon();
}

// In an event of its own: what an event is about may be complete only when its actor goes on.
void QuiescenceWatch::look_soon() {
    if (will_look_) return;
    will_look_ = true;
    engine_.after(sim::Duration{0}, [this] { look(); });
}

void QuiescenceWatch::look() {
    SIM_ASSERT(will_look_);
    will_look_ = false;
    const bool was_quiet = is_quiet_;
    is_quiet_ = workload_.is_at_rest() && states_.objection("fully_replicated").empty();
    if (is_quiet_ && !was_quiet) engine_.emit(sim::no_host, sim::event::quiescent, {});
}

}  // namespace gfs::run
