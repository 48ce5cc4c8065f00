// SPDX-License-Identifier: Apache-2.0
// Ceph's thrasher, in the words of a file system of chunkservers: every five seconds one action by
// weight. A daemon that it marks out is a server that is emptied here, one that it kills crashes;
// `in` and `revive` end an earlier fault; a change of the primary's affinity is a primary that
// nobody reaches. Once in about a minute everything is left alone long enough to be whole again.

#include "faults/nemesis/thrasher.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "faults/report.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

using namespace std::chrono_literals;

constexpr sim::Duration op_delay = 5s;
constexpr sim::Duration clean_interval = 60s;
constexpr sim::Duration clean_time = 40s;

struct Action {
    std::string_view kind;
    std::uint32_t weight;  // tenths
};

constexpr std::array actions{
    Action{"wipe", 6},        Action{"crash", 4},     Action{"power_loss", 4},
    Action{"heal", 27},       Action{"isolate", 10},  Action{"link", 5},
    Action{"pause", 10},      Action{"bitrot", 5},    Action{"disk_error", 5},
    Action{"disk_full", 1},   Action{"add", 2},       Action{"disk_stall", 3},
};

const NemesisKind* find_kind(std::string_view name) {
    const auto all = nemesis_kinds();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const NemesisKind& kind) { return kind.kind == name; });
    return found == all.end() ? nullptr : &*found;
}

const NemesisKind& pick_action(sim::Random& random) {
    std::uint64_t sum = 0;
    for (const Action& action : actions) sum += action.weight;
    std::uint64_t place = random.below(sum);
    std::size_t chosen = 0;
    while (place >= actions[chosen].weight) place -= actions[chosen++].weight;
    const NemesisKind* const kind = find_kind(actions[chosen].kind);
    SIM_ASSERT(kind != nullptr);
    return *kind;
}

}  // namespace

void thrash(Draw& draw) {
    std::int64_t number = 0;
    for (sim::Duration at = draw.arena().from; at < draw.arena().until; at += op_delay) {
        const auto intervals = static_cast<std::uint64_t>(clean_interval / op_delay);
        if (draw.one_in(intervals)) {
            draw.drawn().choices.push_back(fmt::format("left alone at {}", to_string(at)));
            at += clean_time;
            continue;
        }
        const NemesisKind& kind = pick_action(draw.random());
        if (is_built(kind)) add_fault(draw, kind, ++number, at);
    }
}

}  // namespace gfs::faults
