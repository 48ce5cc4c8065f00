// SPDX-License-Identifier: Apache-2.0
// Random faults and the budget: one that would leave too little is put off, asked for again every
// second, and given up after a time. Faults that somebody wrote on purpose do what they like.

#include <fmt/format.h>

#include <algorithm>

#include "faults/application.h"
#include "faults/plan.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

constexpr sim::Duration ask_again = std::chrono::seconds{1};

}  // namespace

void FaultPlan::apply_within_budget(Entry& entry) {
    if (closed_) return;
    const std::string reason = entry.spec.random ? objection(entry) : std::string();
    if (reason.empty()) return apply(entry);
    const std::size_t deferral = entry.deferrals.size();
    entry.deferrals.push_back({engine_.now(), reason, std::nullopt, false});
    engine_.emit(sim::no_host, sim::event::fault_refused,
                 {engine_.text(entry.spec.name), engine_.text("put off: " + reason)});
    engine_.after(ask_again, [this, &entry, deferral] { try_again(entry, deferral); });
}

void FaultPlan::try_again(Entry& entry, std::size_t deferral) {
    FaultReport::Deferral& waiting = entry.deferrals.at(deferral);
    if (!closed_ && objection(entry).empty()) {
        waiting.until = engine_.now();
        return apply(entry);
    }
    waiting.given_up = closed_ || engine_.now() - waiting.since >= spec_.budget.give_up_after;
    if (waiting.given_up) return;
    engine_.after(ask_again, [this, &entry, deferral] { try_again(entry, deferral); });
}

std::string FaultPlan::objection(const Entry& entry) {
    if (what_it_takes(entry.spec.kind) == Takes::nothing) return {};
    return budget_.objection(entry.spec, would_hit(entry.spec), away());
}

std::vector<HostId> FaultPlan::would_hit(const FaultSpec& fault) {
    if (fault.target) return targets_.could_use(*fault.target);
    SIM_ASSERT(!fault.rack.empty());
    return targets_.could_use({Who::Kind::rack, fault.rack, std::nullopt});
}

// Kept from everyone by a fault that lasts.
std::set<HostId> FaultPlan::away() const {
    std::set<HostId> hosts;
    for (const Entry& entry : entries_) {
        if (what_it_takes(entry.spec.kind) != Takes::machine) continue;
        for (const auto& application : entry.active)
            hosts.insert(application->hit.begin(), application->hit.end());
    }
    return hosts;
}

}  // namespace gfs::faults
