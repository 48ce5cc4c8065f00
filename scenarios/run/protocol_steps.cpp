// SPDX-License-Identifier: Apache-2.0
// Steps are read off the trace of a plain run.

#include "scenarios/run/protocol_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/common/events.h"
#include "scenarios/format/units.h"
#include "scenarios/reports/event_lines.h"
#include "scenarios/run/run.h"

namespace gfs::run {
namespace {

using reports::EventLine;

// Not steps of the protocol, or of a host that is gone.
constexpr std::array not_steps{"server.crashed", "master.crashed", "message.dropped",
                               "target.bound",   "check.violated", "choice",
                               "mark",           "quiescent",      "fault.fired",
                               "fault.refused",  "fault.healed",   "master.superseded"};

// Faults that end a process.
constexpr std::array endings{"crash", "stop", "power_loss", "switch_off", "kill_loop"};

bool is_numbered(const std::string& name, std::string_view prefix) {
    return name.size() > prefix.size() && name.starts_with(prefix) &&
           name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

// A client's name is that of its group, a dot, and a number.
std::optional<std::string> role_of(const std::string& host) {
    if (host.find('.') != std::string::npos) return "client";
    if (host == "master" || host == "monitor") return host;
    if (is_numbered(host, "cs")) return "chunkserver";
    if (is_numbered(host, "log")) return "log_replica";
    if (is_numbered(host, "shadow")) return "shadow";
    return std::nullopt;
}

// The field that tells one step from another of the same event: its message, or its kind.
std::optional<std::string> distinction(const sim::EventInfo& info) {
    for (const sim::FieldInfo& field : info.fields) {
        if (field.type == sim::FieldType::message) return std::string(field.name);
        if (field.type == sim::FieldType::text && field.name == "kind") return "kind";
    }
    return std::nullopt;
}

class Collector final : public EventSink {
  public:
    explicit Collector(StepLimits limits) : limits_(limits) {}

    void faults_armed() override { armed_ = true; }

    void write(const std::string& line) override {
        if (!armed_) return;
        const std::optional<EventLine> event = reports::read_event(line);
        if (!event) return;
        follow_processes(*event);
        if (std::find(not_steps.begin(), not_steps.end(), event->event) != not_steps.end()) return;
        const auto kind = event_table().find(event->event);
        if (!kind) return;
        take(*event, event_table()[*kind]);
        if (event->event == "message.sent") take_message(*event);
    }

    // At the end: how many there were of each.
    void count_messages() {
        for (MessageStep& message : messages)
            message.of = sent_.at({message.message, message.from, message.to});
    }

    std::vector<ProtocolStep> steps;
    std::vector<MessageStep> messages;

  private:
    void follow_processes(const EventLine& event) {
        const std::string server(event.field("server").value_or(event.actor));
        // No event says that a client's process has ended, but that of the fault.
        const std::string target(event.field("target").value_or(""));
        const bool ends = std::find(endings.begin(), endings.end(),
                                    event.field("kind").value_or("")) != endings.end();
        if (event.event == "fault.fired" && ends && role_of(target) == "client")
            down_.insert(target);
        else if (role_of(event.actor) == "client")
            down_.erase(event.actor);
        if (event.event == "server.crashed" || event.event == "master.crashed")
            down_.insert(server);
        if (event.event == "server.started" || event.event == "master.recovered" ||
            event.event == "master.promoted")
            down_.erase(server);
    }

    void take(const EventLine& event, const sim::EventInfo& info) {
        const std::optional<std::string> field = distinction(info);
        const std::string special =
            field ? std::string(event.field(*field).value_or("")) : std::string();
        bool actor_is_named = false;
        for (const sim::FieldInfo& of : info.fields) {
            if (of.type != sim::FieldType::host) continue;
            const std::string host(event.field(of.name).value_or(""));
            actor_is_named = actor_is_named || host == event.actor;
            add(event, field, special, std::string(of.name), host);
        }
        if (!actor_is_named) add(event, field, special, "actor", event.actor);
    }

    void add(const EventLine& event, const std::optional<std::string>& field,
             const std::string& special, const std::string& part, const std::string& host) {
        const std::optional<std::string> role = role_of(host);
        if (!role || down_.contains(host)) return;
        const std::uint64_t seen = ++seen_[{event.event, special, part, host}];
        if (seen > limits_.steps) return;
        ProtocolStep step{.name = event.event,
                          .event = event.event,
                          .match = {{part, host}},
                          .part = part,
                          .host = host,
                          .role = *role,
                          .nth = seen};
        if (field && !special.empty()) {
            step.name += ":" + special;
            step.match.emplace_back(*field, special);
        }
        steps.push_back(std::move(step));
    }

    void take_message(const EventLine& event) {
        const auto text = [&](std::string_view name) {
            return std::string(event.field(name).value_or(""));
        };
        const std::uint64_t seen = ++sent_[{text("message"), text("from"), text("to")}];
        if (seen <= limits_.messages)
            messages.push_back({text("message"), text("from"), text("to"), seen});
    }

    StepLimits limits_;
    bool armed_ = false;
    std::set<std::string> down_;
    std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t> seen_;
    std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> sent_;
};

}  // namespace

ReachedSteps reached_steps(const format::Scenario& scenario, StepLimits limits,
                           const std::atomic<bool>* interrupt) {
    format::Scenario traced = scenario;
    traced.record.trace = format::Record::Trace::full;
    traced.record.max_events = scenario.stop.max_events;
    Collector collector(limits);
    RunOptions options;
    options.interrupt = interrupt;
    options.events = &collector;
    ReachedSteps reached;
    reached.plain = run_scenario(traced, options).result;
    collector.count_messages();
    reached.steps = std::move(collector.steps);
    reached.messages = std::move(collector.messages);
    return reached;
}

std::vector<Milestone> milestones(const Config& config) {
    constexpr sim::Duration after = std::chrono::seconds{1};
    return {{"retry", config.client_timeout + after},
            {"lease_end", config.lease + config.lease_guard + after},
            {"declared_dead", config.dead_after + config.heartbeat + after}};
}

std::string crash_at(const ProtocolStep& step, const std::string& down) {
    std::string match;
    for (const auto& [field, value] : step.match)
        match += fmt::format(R"({}"{}": "{}")", match.empty() ? "" : ", ", field, value);
    return fmt::format(
        R"({{ "do": "crash", "target": "{}", "for": "{}", )"
        R"("when": {{ "event": "{}", "match": {{ {} }}, "nth": {} }} }})",
        step.host, down, step.event, match, step.nth);
}

std::string hold_back(const MessageStep& message, const Milestone& milestone) {
    return fmt::format(
        R"({{ "do": "delay", "message": "{}", "from": "{}", "to": "{}", )"
        R"("nth": {}, "time": "{}", "at": "0s" }})",
        message.message, message.from, message.to, message.nth,
        format::write_duration(milestone.delay.count()));
}

}  // namespace gfs::run
