// SPDX-License-Identifier: Apache-2.0

#include "faults/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace gfs::faults {

bool PlanReport::bites() const {
    const bool vacuous = std::any_of(faults.begin(), faults.end(),
                                     [](const FaultReport& fault) { return fault.vacuous; });
    const bool empty = std::any_of(targets.begin(), targets.end(), [](const TargetReport& target) {
        return target.empty.has_value();
    });
    return !vacuous && !empty;
}

namespace {

constexpr std::int64_t us = 1'000;
constexpr std::int64_t ms = 1'000 * us;
constexpr std::int64_t second = 1'000 * ms;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;

// `ns` in `unit`, with as many decimals as it takes.
std::string decimal(std::int64_t ns, std::int64_t unit, std::string_view name) {
    std::string text = std::to_string(ns / unit);
    std::int64_t rest = ns % unit;
    if (rest != 0) text += '.';
    for (std::int64_t place = unit / 10; rest != 0; place /= 10) {
        text += static_cast<char>('0' + rest / place);
        rest %= place;
    }
    return text.append(name);
}

std::string since(const CountSince& from) {
    switch (from.kind) {
        case CountSince::Kind::start:
            return {};
        case CountSince::Kind::fault:
            return fmt::format(" since fault `{}`", from.name);
        case CountSince::Kind::healed:
            return fmt::format(" since the heal of `{}`", from.name);
        case CountSince::Kind::mark:
            break;
    }
    return fmt::format(" since the mark `{}`", from.name);
}

std::string_view role_word(MachineRole role) {
    switch (role) {
        case MachineRole::master:
            return "master";
        case MachineRole::log_replica:
            return "log_replica";
        case MachineRole::shadow:
            return "shadow";
        case MachineRole::chunkserver:
            return "chunkserver";
        case MachineRole::client:
            return "client";
        case MachineRole::monitor:
            break;
    }
    return "monitor";
}

}  // namespace

std::string to_string(sim::Duration duration) {
    std::int64_t ns = sim::to_ns(duration);
    if (ns < 0) return "-" + to_string(-duration);
    if (ns < us) return ns == 0 ? "0s" : decimal(ns, 1, "ns");
    if (ns < ms) return decimal(ns, us, "us");
    if (ns < second) return decimal(ns, ms, "ms");
    std::string text;
    if (ns >= hour) text += fmt::format("{}h", ns / hour);
    ns %= hour;
    if (ns >= minute) text += fmt::format("{}m", ns / minute);
    ns %= minute;
    return ns == 0 ? text : text + decimal(ns, second, "s");
}

std::optional<MachineRole> find_role(const std::string& word) {
    for (const MachineRole role :
         {MachineRole::master, MachineRole::log_replica, MachineRole::shadow,
          MachineRole::chunkserver, MachineRole::client, MachineRole::monitor})
        if (role_word(role) == word) return role;
    return std::nullopt;
}

std::string to_string(const Who& who) {
    switch (who.kind) {
        case Who::Kind::actor:
        case Who::Kind::glob:
            return who.text;
        case Who::Kind::rack:
            return "rack:" + who.text;
        case Who::Kind::target:
            return "@" + who.text;
        case Who::Kind::role:
            break;
    }
    return "role:" + std::string(who.role ? role_word(*who.role) : "any");
}

std::string too_few(const Trigger& trigger, const EventCounter& counter) {
    std::string text = fmt::format("event {} seen {} {}{}, needed {}", trigger.event.pattern.event,
                                   counter.seen(), counter.seen() == 1 ? "time" : "times",
                                   since(trigger.event.since), counter.needed());
    if (trigger.by) text += ", by " + to_string(*trigger.by);
    return text;
}

}  // namespace gfs::faults
