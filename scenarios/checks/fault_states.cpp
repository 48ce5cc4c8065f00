// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/fault_states.h"

#include <algorithm>
#include <string_view>

#include "scenarios/checks/fields.h"

namespace gfs::checks {
namespace {

// These end the process: what its successor does, they do not meet.
bool ends_process(std::string_view kind) {
    constexpr std::string_view kinds[] = {"crash", "stop", "power_loss", "switch_off", "kill_loop"};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

}  // namespace

FaultStatesWatch::FaultStatesWatch(sim::Engine& engine, HostId first_master, IsPoint is_point)
    : engine_(engine), is_point_(is_point), states_(first_master, *this) {
    engine_.observe(*this);
}

void FaultStatesWatch::on_event(const sim::Event& event) {
    if (event.kind == sim::event::fault_fired) return on_fired(event);
    if (event.kind == sim::event::fault_healed) return on_healed(event);
    states_.apply(event);
}

FaultStatesWatch::Row& FaultStatesWatch::row_of(sim::TextId fault, sim::TextId kind) {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const Row& row) { return row.fault == fault; });
    if (found != rows_.end()) return *found;
    Row& row = rows_.emplace_back();
    row.fault = fault;
    row.kind = kind;
    return row;
}

void FaultStatesWatch::on_fired(const sim::Event& event) {
    Row& row = row_of(text_at(event, 0), text_at(event, 1));
    const HostId target = host_at(event, 2);
    const bool everybody = target == sim::no_host;
    row.everybody = row.everybody || everybody;
    if (!everybody) row.machines.insert(states_.kind_of(target));
    bool is_idle = true;
    for (std::size_t i = 0; i < count_of_states; ++i) {
        const auto state = static_cast<ProtocolState>(i);
        if (!(everybody ? states_.anywhere(state) : states_.is_in(target, state))) continue;
        ++row.met[i];
        is_idle = false;
    }
    if (is_idle) ++row.idle;

    const std::string& kind = engine_.texts().text(row.kind);
    if (ends_process(kind)) {
        if (!everybody) states_.ended(target);
    } else if (!is_point_(kind)) {
        if (row.lasts_on.empty()) ++lasting_;
        row.lasts_on.insert(target);
    }
}

void FaultStatesWatch::on_healed(const sim::Event& event) {
    Row& row = row_of(text_at(event, 0), text_at(event, 1));
    if (!row.lasts_on.empty()) --lasting_;
    row.lasts_on.clear();
}

// While a fault lasts, it meets what begins then.
void FaultStatesWatch::entered(HostId host, ProtocolState state) {
    if (lasting_ == 0) return;
    for (Row& row : rows_)
        if (row.lasts_on.contains(host) || row.lasts_on.contains(sim::no_host))
            ++row.met[static_cast<std::size_t>(state)];
}

std::vector<FaultStates> FaultStatesWatch::rows() const {
    std::vector<FaultStates> rows;
    for (const Row& row : rows_) {
        FaultStates& states = rows.emplace_back();
        states.fault = engine_.texts().text(row.fault);
        states.kind = engine_.texts().text(row.kind);
        states.met.emplace_back("idle", row.idle);
        for (std::size_t i = 0; i < count_of_states; ++i)
            if (row.everybody || row.met[i] > 0 ||
                row.machines.contains(protocol_states[i].machine))
                states.met.emplace_back(protocol_states[i].name, row.met[i]);
    }
    return rows;
}

}  // namespace gfs::checks
