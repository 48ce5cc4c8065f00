// SPDX-License-Identifier: Apache-2.0

#include "faults/cuts.h"

#include "sim/assert.h"

namespace gfs::faults {

void Barriers::cut(sim::Network& network, const Sides& sides, Direction direction) {
    const sim::HostSet first(sides.first);
    const sim::HostSet second(sides.second);
    if (direction != Direction::backward) ids_.push_back(network.cut(first, second));
    if (direction != Direction::forward) ids_.push_back(network.cut(second, first));
}

void Barriers::degrade(sim::Network& network, const Sides& sides, Direction direction,
                       const sim::PathChange& change) {
    const sim::HostSet first(sides.first);
    const sim::HostSet second(sides.second);
    if (direction != Direction::backward) ids_.push_back(network.degrade(first, second, change));
    if (direction != Direction::forward) ids_.push_back(network.degrade(second, first, change));
}

void Barriers::heal(sim::Network& network) {
    for (const sim::BarrierId id : ids_) network.heal(id);
    ids_.clear();
}

std::optional<Sides> sides_of(FaultContext& context, const std::vector<Who>& between) {
    SIM_ASSERT(between.size() == 2);
    Sides sides;
    sides.first = context.hosts(between[0]);
    if (sides.first.empty()) return std::nullopt;
    sides.second = context.hosts(between[1]);
    if (sides.second.empty()) return std::nullopt;
    if (sides.first.size() == 1 && sides.first == sides.second) {
        context.refused("both groups are " + context.targets().name_of(sides.first.front()) +
                        " alone: no link is between them");
        return std::nullopt;
    }
    return sides;
}

void fired_between(FaultContext& context, const Sides& sides) {
    SIM_ASSERT(!sides.first.empty());
    context.fired(sides.first.size() == 1 ? sides.first.front() : sim::no_host);
}

}  // namespace gfs::faults
