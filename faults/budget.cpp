// SPDX-License-Identifier: Apache-2.0

#include "faults/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gfs::faults {
namespace {

struct Kind {
    std::string_view name;
    Takes takes;
};

// Kinds that are not here take nothing.
constexpr std::array kinds{
    Kind{"crash", Takes::machine},        Kind{"stop", Takes::machine},
    Kind{"power_loss", Takes::machine},   Kind{"pause", Takes::machine},
    Kind{"kill_loop", Takes::machine},    Kind{"switch_off", Takes::machine},
    Kind{"isolate", Takes::machine},      Kind{"clog", Takes::machine},
    Kind{"swizzle", Takes::machine},      Kind{"disk_stall", Takes::machine},
    Kind{"disk_error", Takes::machine},   Kind{"disk_full", Takes::machine},
    Kind{"disk_readonly", Takes::machine}, Kind{"wipe", Takes::copies},
    Kind{"bitrot", Takes::copies},        Kind{"lose_chunk", Takes::copies},
    Kind{"misdirected_write", Takes::copies}, Kind{"phantom_write", Takes::copies},
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
    std::string reason;
    if (takes == Takes::machine) {
        reason = too_few_up(hit, away);
        if (reason.empty()) reason = too_few_logs(hit, away);
    }
    return reason.empty() ? too_few_copies(hit, away, takes) : reason;
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

// A machine comes back with what it had. What destroys copies must also leave one that the master
// will go on counting on: one that failed in a mutation becomes stale when the next lease is
// granted without it (rule U6), and then the damaged one is all there is.
std::string Budget::too_few_copies(const std::vector<HostId>& hit, const std::set<HostId>& away,
                                   Takes takes) const {
    if (!spec_.min_copies) return {};
    struct Copies {
        std::uint32_t before = 0;
        std::uint32_t left = 0;
    };
    const auto is_short = [&](const Copies& copies) {
        return copies.left < *spec_.min_copies && copies.left != copies.before;
    };
    for (const ChunkHandle chunk : truth_.live_chunks()) {
        Copies good;
        Copies firm;
        for (const ServerId server : truth_.good_replicas(chunk)) {
            if (!is_there(server, away)) continue;
            const std::uint32_t stays = contains(hit, server) ? 0 : 1;
            ++good.before;
            good.left += stays;
            if (takes != Takes::copies || truth_.may_be_counted_out(chunk, server)) continue;
            ++firm.before;
            firm.left += stays;
        }
        if (!is_short(good) && !is_short(firm)) continue;
        const Copies& lacking = is_short(good) ? good : firm;
        return fmt::format("chunk {} would have {} good copies, min_copies is {}",
                           static_cast<std::uint64_t>(chunk), lacking.left, *spec_.min_copies);
    }
    return {};
}

}  // namespace gfs::faults
