// SPDX-License-Identifier: Apache-2.0
// The flow network on random topologies and histories, judged by progressive filling from nothing
// and by the definition of max-min fairness.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "sim/network/flow_network.h"
#include "tests/sim/network/flow_reference.h"

namespace sim {
namespace {

// splitmix64: the same cases everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t bound) {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t x = state_;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return (x ^ (x >> 31)) % bound;
    }
    // Round figures half of the time, so that ties occur.
    std::uint64_t capacity() {
        const bool round = below(2) == 0;
        return round ? (1 + below(4)) * 50'000'000 : 1'000'000 + below(200'000'000);
    }

  private:
    std::uint64_t state_;
};

struct DrawnPath {
    std::vector<LinkId> links;
    flow_reference::Flow reference;
};

// With repeated links now and then.
DrawnPath draw_path(Dice& dice, std::size_t link_count) {
    DrawnPath path;
    for (std::uint64_t hops = 1 + dice.below(6); hops > 0; --hops) {
        const std::uint64_t link = dice.below(link_count);
        path.reference.path.push_back(link);
        path.links.push_back(LinkId{static_cast<std::uint32_t>(link)});
    }
    return path;
}

// A network and a plain copy of what it was told.
struct Model {
    FlowNetwork network;
    std::vector<long double> capacities;
    std::map<FlowId, flow_reference::Flow> flows;
    Time now{};

    explicit Model(Dice& dice) {
        const std::uint64_t links = 1 + dice.below(14);
        for (std::uint64_t i = 0; i < links; ++i) {
            const std::uint64_t capacity = dice.capacity();
            network.add_link(Rate::bytes_per_second(capacity));
            capacities.push_back(static_cast<long double>(capacity));
        }
    }

    void start(Dice& dice) {
        const DrawnPath path = draw_path(dice, capacities.size());
        const std::uint64_t bytes = 1 + dice.below(100'000'000);
        flows.emplace(network.start(now, path.links, bytes), path.reference);
    }

    void cancel(Dice& dice) {
        if (flows.empty()) return;
        auto victim = flows.begin();
        std::advance(victim, static_cast<std::ptrdiff_t>(dice.below(flows.size())));
        network.cancel(now, victim->first);
        flows.erase(victim);
    }

    void set_capacity(Dice& dice) {
        const std::uint64_t link = dice.below(capacities.size());
        const bool cut = dice.below(4) == 0;
        const std::uint64_t capacity = cut ? 0 : dice.capacity();
        const LinkId id{static_cast<std::uint32_t>(link)};
        network.set_capacity(now, id, Rate::bytes_per_second(capacity));
        capacities[link] = static_cast<long double>(capacity);
    }

    void pass_time(Dice& dice) {
        const Time next = network.next_completion();
        if (next == time_never || dice.below(3) == 0) {
            now += Duration{static_cast<std::int64_t>(dice.below(100'000'000))};
        } else {
            REQUIRE(next >= now);
            now = next;
        }
        while (const auto completion = network.pop_completed(now)) {
            REQUIRE(flows.erase(completion->flow) == 1);
        }
    }

    void change(Dice& dice) {
        switch (dice.below(8)) {
            case 0:
                return cancel(dice);
            case 1:
                return set_capacity(dice);
            case 2:
            case 3:
            case 4:
                return pass_time(dice);
            default:
                return start(dice);
        }
    }
};

long double rate_of(Model& model, FlowId flow) {
    return static_cast<long double>(model.network.rate(model.now, flow).units()) /
           (1 << Rate::fraction_bits);
}

bool close(long double a, long double b) {
    return std::abs(a - b) <= 1e-9L * std::max(std::abs(a), std::abs(b)) + 1e-3L;
}

void check_against_reference(Model& model) {
    std::vector<flow_reference::Flow> flows;
    for (const auto& [id, flow] : model.flows) flows.push_back(flow);
    const std::vector<long double> expected =
        flow_reference::max_min_rates(model.capacities, flows);
    std::size_t i = 0;
    for (const auto& [id, flow] : model.flows) {
        INFO("flow " << i << " of " << flows.size() << ": expected "
                     << static_cast<double>(expected[i]) << ", found "
                     << static_cast<double>(rate_of(model, id)));
        REQUIRE(close(rate_of(model, id), expected[i]));
        ++i;
    }
}

// No link carries more than it can, and each flow has a full link on its path on which nobody is
// faster.
void check_max_min(Model& model) {
    std::vector<long double> used(model.capacities.size(), 0);
    std::vector<long double> fastest(model.capacities.size(), 0);
    for (const auto& [id, flow] : model.flows) {
        const long double rate = rate_of(model, id);
        for (const std::size_t link : flow.path) {
            used[link] += rate;
            fastest[link] = std::max(fastest[link], rate);
        }
    }
    for (std::size_t link = 0; link < used.size(); ++link) {
        REQUIRE(used[link] <= model.capacities[link]);
        const Rate load = model.network.load(model.now, LinkId{static_cast<std::uint32_t>(link)});
        REQUIRE(static_cast<long double>(load.units()) == used[link] * (1 << Rate::fraction_bits));
    }
    for (const auto& [id, flow] : model.flows) {
        const long double rate = rate_of(model, id);
        const bool held_back =
            std::any_of(flow.path.begin(), flow.path.end(), [&](std::size_t link) {
                return close(used[link], model.capacities[link]) && close(rate, fastest[link]);
            });
        REQUIRE(held_back);
    }
}

TEST_CASE("flow network: after every change of random histories the rates are max-min fair",
          "[network][flows]") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        Model model(dice);
        for (int step = 0; step < 80; ++step) {
            INFO("step " << step);
            model.change(dice);
            // Several changes at one instant are solved together.
            if (dice.below(3) == 0) continue;
            check_against_reference(model);
            check_max_min(model);
        }
    }
}

TEST_CASE("flow network: random transfers end in the order and at the times of the reference",
          "[network][flows]") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed + 1'000'000);
        Model model(dice);
        std::vector<flow_reference::Transfer> transfers;
        std::map<FlowId, std::size_t> index_of;
        for (std::size_t i = 0; i < 30; ++i) {
            model.now += Duration{static_cast<std::int64_t>(dice.below(50'000'000))};
            const DrawnPath path = draw_path(dice, model.capacities.size());
            const std::uint64_t bytes = 1 + dice.below(40'000'000);
            index_of.emplace(model.network.start(model.now, path.links, bytes), i);
            transfers.push_back({.start_s = static_cast<long double>(to_ns(model.now)) / 1e9L,
                                 .bytes = static_cast<long double>(bytes),
                                 .flow = path.reference});
        }
        const std::vector<long double> expected =
            flow_reference::end_times(model.capacities, transfers);

        long double latest = 0;
        std::size_t ended = 0;
        for (Time now = model.network.next_completion(); now != time_never;
             now = model.network.next_completion()) {
            while (const auto completion = model.network.pop_completed(now)) {
                const long double end = expected[index_of.at(completion->flow)] * 1e9L;
                INFO("expected " << static_cast<double>(end) << " ns, found "
                                 << to_ns(completion->time));
                // Each end is rounded up to a nanosecond, and may delay a later one by more.
                REQUIRE(std::abs(static_cast<long double>(to_ns(completion->time)) - end) < 100);
                REQUIRE(end > latest - 100);
                latest = std::max(latest, end);
                ++ended;
            }
        }
        REQUIRE(ended == transfers.size());
    }
}

}  // namespace
}  // namespace sim
