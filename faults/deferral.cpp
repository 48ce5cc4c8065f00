// SPDX-License-Identifier: Apache-2.0
// Random faults and the budget: one that would leave too little is put off, asked for again every
// second, and given up after a time. Faults that somebody wrote on purpose do what they like. A
// fault that strikes later than it begins asks when it strikes: other copies may be gone by then.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/common/chunk_store.h"
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
    const Takes takes = what_it_takes(entry.spec.kind);
    if (takes == Takes::nothing) return {};
    const std::vector<HostId> hit = would_hit(entry.spec);
    std::string reason = takes == Takes::one_copy ? objection_to_one_copy(entry.spec, hit)
                                                  : budget_.objection(entry.spec, hit, away());
    // The next time it asks it may draw others, who may be hit.
    if (!reason.empty() && entry.spec.target) targets_.put_back(*entry.spec.target);
    return reason;
}

// A server that has no replica which the fault may take.
std::string FaultPlan::objection_to_one_copy(const FaultSpec& fault,
                                             const std::vector<HostId>& hit) {
    if (fault.chunk) {
        const auto chunk = targets_.held_chunk(*fault.chunk);
        if (!chunk) return {};
        const CopiesTaken taken{.chunk = *chunk, .hit = hit};
        return objection_to_loss(fault, taken);
    }
    for (const HostId server : hit) {
        const ChunkStore* const store = machines_.chunks(server);
        if (store == nullptr) continue;
        std::string reason;
        for (const auto& [chunk, replica] : store->replicas()) {
            const CopiesTaken taken{.chunk = chunk, .hit = hit};
            reason = objection_to_loss(fault, taken);
            if (reason.empty()) break;
        }
        if (!reason.empty()) return reason;
    }
    return {};
}

std::string FaultPlan::objection_to_loss(const FaultSpec& fault, const CopiesTaken& taken) const {
    return fault.random ? budget_.objection_to_loss(fault, taken, away()) : std::string();
}

bool FaultPlan::Application::is_kept(const CopiesTaken& taken) const {
    return !plan_.objection_to_loss(entry_.spec, taken).empty();
}

bool FaultPlan::Application::may_strike(const CopiesTaken& taken) {
    const std::string reason = plan_.objection_to_loss(entry_.spec, taken);
    if (!reason.empty()) {
        put_off(reason);
        return false;
    }
    if (deferral_) entry_.deferrals.at(*std::exchange(deferral_, {})).until = context.now();
    return true;
}

// Called from within a write or a sync: the fault is still in use. One that lasts is not given up:
// it strikes elsewhere, and has an end of its own.
void FaultPlan::Application::put_off(const std::string& reason) {
    if (!deferral_) {
        deferral_ = entry_.deferrals.size();
        entry_.deferrals.push_back({context.now(), reason, std::nullopt, false});
        sim::Engine& engine = plan_.engine_;
        engine.emit(sim::no_host, sim::event::fault_refused,
                    {engine.text(entry_.spec.name), engine.text("put off: " + reason)});
    }
    const FaultReport::Deferral& waiting = entry_.deferrals.at(*deferral_);
    const bool is_too_long = context.now() - waiting.since >= plan_.spec_.budget.give_up_after;
    if (is_too_long && !has_fired()) on_finished();
}

void FaultPlan::Application::give_up() {
    if (deferral_) entry_.deferrals.at(*std::exchange(deferral_, {})).given_up = true;
}

std::vector<HostId> FaultPlan::would_hit(const FaultSpec& fault) {
    if (fault.target) return targets_.draw(*fault.target);
    SIM_ASSERT(!fault.rack.empty());
    return targets_.draw({Who::Kind::rack, fault.rack, std::nullopt});
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
