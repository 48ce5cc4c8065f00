// SPDX-License-Identifier: Apache-2.0

#include "faults/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/assert.h"

namespace gfs::faults {
namespace {

struct Kind {
    std::string_view name;
    Takes takes;
};

// What damage that nobody knows of must leave: any one of them may be counted out before it is
// found, for a message that was lost.
constexpr std::uint32_t beside_unseen_damage = 2;

// Kinds that are not here take nothing.
constexpr std::array kinds{
    Kind{"crash", Takes::machine},        Kind{"stop", Takes::machine},
    Kind{"power_loss", Takes::machine},   Kind{"pause", Takes::machine},
    Kind{"kill_loop", Takes::machine},    Kind{"switch_off", Takes::machine},
    Kind{"isolate", Takes::machine},      Kind{"clog", Takes::machine},
    Kind{"swizzle", Takes::machine},      Kind{"disk_stall", Takes::machine},
    Kind{"disk_error", Takes::machine},   Kind{"disk_full", Takes::machine},
    Kind{"disk_readonly", Takes::machine}, Kind{"wipe", Takes::copies},
    Kind{"bitrot", Takes::one_copy},      Kind{"lose_chunk", Takes::one_copy},
};

bool contains(const std::vector<HostId>& hosts, HostId host) {
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

}  // namespace

Takes what_it_takes(std::string_view kind) {
    for (const Kind& each : kinds)
        if (each.name == kind) return each.takes;
    return Takes::nothing;
}

bool Budget::is_there(HostId host, const std::set<HostId>& away) const {
    const sim::Host& machine = machines_.engine().host(host);
    return machine.up() && !machine.paused() && !away.contains(host);
}

std::string Budget::objection(const FaultSpec& fault, const std::vector<HostId>& hit,
                              const std::set<HostId>& away) const {
    const Takes takes = what_it_takes(fault.kind);
    if (takes == Takes::nothing || hit.empty()) return {};
    SIM_ASSERT(takes != Takes::one_copy);
    if (takes == Takes::copies) return too_few_copies(hit, away, Loss::for_good);
    std::string reason = too_few_up(hit, away);
    if (reason.empty()) reason = too_few_logs(hit, away);
    return reason.empty() ? too_few_copies(hit, away, Loss::for_a_time) : reason;
}

std::string Budget::objection_to_loss(const FaultSpec& fault, const CopiesTaken& taken,
                                      const std::set<HostId>& away) const {
    if (!spec_.min_copies) return {};
    // A file that is gone, or that could not be written, the server notices by itself.
    const bool is_seen = fault.kind == "lose_chunk" || fault.kind == "disk_error";
    return too_few_of(taken, away, is_seen ? Loss::for_good : Loss::unseen);
}

std::string Budget::too_few_up(const std::vector<HostId>& hit,
                               const std::set<HostId>& away) const {
    if (!spec_.min_up) return {};
    std::uint32_t before = 0;
    std::uint32_t left = 0;
    for (const MachineInfo& machine : machines_.all()) {
        if (machine.role != MachineRole::chunkserver || !is_there(machine.host, away)) continue;
        ++before;
        if (!contains(hit, machine.host)) ++left;
    }
    if (left >= *spec_.min_up || left == before) return {};
    return fmt::format("{} chunkservers would be left, min_up is {}", left, *spec_.min_up);
}

std::string Budget::too_few_logs(const std::vector<HostId>& hit,
                                 const std::set<HostId>& away) const {
    if (!spec_.master_log_copies) return {};
    std::uint32_t before = 0;
    std::uint32_t left = 0;
    for (const HostId host : truth_.log_holders()) {
        if (!is_there(host, away)) continue;
        ++before;
        if (!contains(hit, host)) ++left;
    }
    if (left >= *spec_.master_log_copies || left == before) return {};
    return fmt::format("{} copies of the operation log would be left, master_log_copies is {}",
                       left, *spec_.master_log_copies);
}

std::string Budget::too_few_copies(const std::vector<HostId>& hit, const std::set<HostId>& away,
                                   Loss loss) const {
    if (!spec_.min_copies) return {};
    for (const ChunkHandle chunk : truth_.live_chunks()) {
        const CopiesTaken taken{.chunk = chunk, .hit = hit};
        std::string reason = too_few_of(taken, away, loss);
        if (!reason.empty()) return reason;
    }
    return {};
}

// A machine comes back with what it had. What destroys copies must also leave one that the master
// will go on counting on: one that failed in a mutation becomes stale when the next lease is
// granted without it (rule U6), and then the damaged one is all there is.
std::string Budget::too_few_of(const CopiesTaken& taken, const std::set<HostId>& away,
                               Loss loss) const {
    struct Copies {
        std::uint32_t before = 0;
        std::uint32_t left = 0;
    };
    Copies good;
    Copies firm;
    bool takes_one = false;
    for (const ServerId server : truth_.good_replicas(taken.chunk)) {
        const bool is_hit = contains(taken.hit, server);
        // What a machine that is down does not bring back is gone as well.
        if (is_hit && loss != Loss::for_a_time) takes_one = true;
        if (!is_there(server, away)) continue;
        const std::uint32_t stays = is_hit ? 0 : 1;
        ++good.before;
        good.left += stays;
        if (loss == Loss::for_a_time) continue;
        if (truth_.may_be_counted_out(taken.chunk, server, taken.being_written)) continue;
        ++firm.before;
        firm.left += stays;
    }
    const std::uint32_t wanted = *spec_.min_copies;
    const auto is_short = [wanted, takes_one](const Copies& copies) {
        return copies.left < wanted && (takes_one || copies.left != copies.before);
    };
    const auto number = static_cast<std::uint64_t>(taken.chunk);
    if (is_short(good) || is_short(firm))
        return fmt::format("chunk {} would have {} good copies, min_copies is {}", number,
                           is_short(good) ? good.left : firm.left, wanted);
    if (loss == Loss::unseen && takes_one && firm.left < beside_unseen_damage)
        return fmt::format("chunk {} would have {} good copies beside one that is bad unseen, and "
                           "{} are needed",
                           number, firm.left, beside_unseen_damage);
    return {};
}

}  // namespace gfs::faults
