// SPDX-License-Identifier: Apache-2.0
// Two groups of hosts cannot reach each other, or a shape is drawn over many: the shapes are those
// with which Jepsen attacks systems that vote. All other hosts reach everyone.

#include <algorithm>

#include "faults/cuts.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

class Partition final : public Fault {
  public:
    explicit Partition(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        if (spec_.shape == Shape::pair) {
            const auto sides = sides_of(context, spec_.between);
            if (!sides) return;
            fired_between(context, *sides);
            barriers_.cut(context.network(), *sides, spec_.direction);
            return;
        }
        const std::vector<Sides> cuts = shape(in_random_order(context));
        if (cuts.empty()) {
            context.refused("too few hosts for this shape");
            return;
        }
        context.fired();
        for (const Sides& sides : cuts) barriers_.cut(context.network(), sides, spec_.direction);
    }
    void heal(FaultContext& context) override { barriers_.heal(context.network()); }

  private:
    // All hosts, or those of the groups, in an order that is drawn and written down.
    std::vector<HostId> in_random_order(FaultContext& context) const;
    std::vector<Sides> shape(const std::vector<HostId>& order) const;

    const FaultSpec& spec_;
    Barriers barriers_;
};

std::vector<HostId> Partition::in_random_order(FaultContext& context) const {
    std::vector<HostId> order;
    for (const MachineInfo& machine : context.targets().machines())
        if (spec_.between.empty()) order.push_back(machine.host);
    for (const Who& who : spec_.between)
        for (const HostId host : context.hosts(who))
            if (std::find(order.begin(), order.end(), host) == order.end()) order.push_back(host);
    context.random().shuffle(order);
    const sim::TextId stream = context.engine().text("fault." + spec_.name);
    for (const HostId host : order)
        context.engine().emit(sim::no_host, sim::event::choice, {stream, host});
    return order;
}

std::vector<HostId> slice(const std::vector<HostId>& order, std::size_t first, std::size_t end) {
    SIM_ASSERT(first <= end);
    SIM_ASSERT(end <= order.size());
    std::vector<HostId> part;
    for (std::size_t i = first; i < end; ++i) part.push_back(order[i]);
    return part;
}

// Everyone sees himself and so many neighbours on either side of a circle that they are a majority,
// and no two see the same one. Cuts lead from the earlier host in the order to the later ones.
std::vector<Sides> ring(const std::vector<HostId>& order) {
    const std::size_t hosts = order.size();
    const std::size_t majority = hosts / 2 + 1;
    const std::size_t reach = majority / 2;  // 2 * reach + 1 >= majority
    std::vector<Sides> cuts;
    for (std::size_t i = 0; i < hosts; ++i) {
        Sides sides{{order[i]}, {}};
        for (std::size_t j = i + 1; j < hosts; ++j) {
            const std::size_t apart = std::min(j - i, hosts - (j - i));
            if (apart > reach) sides.second.push_back(order[j]);
        }
        if (!sides.second.empty()) cuts.push_back(std::move(sides));
    }
    return cuts;
}

std::vector<Sides> Partition::shape(const std::vector<HostId>& order) const {
    const std::size_t hosts = order.size();
    switch (spec_.shape) {
        case Shape::pair:
            break;
        case Shape::majority: {
            if (hosts < 3) return {};  // of two hosts both are the majority
            const std::size_t majority = hosts / 2 + 1;
            return {{slice(order, 0, majority), slice(order, majority, hosts)}};
        }
        case Shape::ring:
            return ring(order);
        case Shape::bridge: {  // two halves that only the host between them reaches
            if (hosts < 3) return {};
            const std::size_t bridge = hosts / 2;
            return {{slice(order, 0, bridge), slice(order, bridge + 1, hosts)}};
        }
    }
    return {};
}

SIM_REGISTER(Fault, "partition", "two groups of hosts cannot reach each other", Partition)

}  // namespace
}  // namespace gfs::faults
