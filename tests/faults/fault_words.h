// SPDX-License-Identifier: Apache-2.0
// Words to write faults with in tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "faults/spec.h"

namespace gfs::faults::testing {

using namespace std::chrono_literals;
using sim::Duration;

inline Who actor(const std::string& name) {
    return {Who::Kind::actor, name, std::nullopt};
}
inline Who glob(const std::string& pattern) {
    return {Who::Kind::glob, pattern, std::nullopt};
}
inline Who rack(const std::string& name) {
    return {Who::Kind::rack, name, std::nullopt};
}
inline Who role(MachineRole role) {
    return {Who::Kind::role, {}, role};
}
inline Who target(const std::string& name) {
    return {Who::Kind::target, name, std::nullopt};
}

// The first machine of whatever the test adds to it.
inline TargetSpec servers() {
    TargetSpec spec;
    spec.name = "t";
    spec.pick = TargetSpec::Pick::first;
    return spec;
}

inline FaultSpec fault_at(Duration start, const std::string& kind, const std::string& name) {
    FaultSpec fault;
    fault.name = name;
    fault.kind = kind;
    fault.start.at = start;
    return fault;
}
inline FaultSpec fault_on(Duration start, const std::string& kind, const Who& target,
                          std::optional<Duration> duration = std::nullopt) {
    FaultSpec fault = fault_at(start, kind, kind);
    fault.target = target;
    fault.duration = duration;
    return fault;
}
inline FaultSpec fault_between(Duration start, const std::string& kind, const Who& a, const Who& b,
                               std::optional<Duration> duration = std::nullopt) {
    FaultSpec fault = fault_at(start, kind, kind);
    fault.between = {a, b};
    fault.duration = duration;
    return fault;
}
inline FaultSpec named(FaultSpec fault, const std::string& name) {
    fault.name = name;
    return fault;
}

// heartbeat.sent, `nth` of them; of one server if it is named.
inline Trigger heartbeats(std::uint64_t nth, const std::string& server = {}) {
    Trigger trigger;
    trigger.event.pattern.event = "heartbeat.sent";
    trigger.event.nth = nth;
    if (!server.empty()) {
        MatchValue value;
        value.text = server;
        FieldCondition condition;
        condition.field = "server";
        condition.values = {value};
        trigger.event.pattern.conditions = {condition};
    }
    return trigger;
}
inline FaultSpec when(FaultSpec fault, const Trigger& trigger) {
    fault.start.kind = Start::Kind::when;
    fault.start.when = trigger;
    return fault;
}
inline FaultSpec after(FaultSpec fault, const std::string& other, bool its_heal = false) {
    fault.start.kind = Start::Kind::after;
    fault.start.after = other;
    fault.start.after_heal = its_heal;
    return fault;
}

using Log = std::vector<std::string>;

}  // namespace gfs::faults::testing
