// SPDX-License-Identifier: Apache-2.0
// The steps of the protocol that a run takes, and the machines involved in each: what a crash can
// be aimed at. A step is a kind of event, with its message or the kind of its record where it has
// one: "mutation.applied:write", "message.sent:ApplyMutation", "master.log_flushed".
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "scenarios/format/scenario.h"
#include "scenarios/results/run_result.h"

namespace gfs::run {

struct ProtocolStep {
    std::string name;
    std::string event;
    std::vector<std::pair<std::string, std::string>> match;  // fields of the event, `host` included
    std::string part;  // which field names the host: "server", "to"; "actor": whose event it is
    std::string host;
    std::string role;       // client, chunkserver, master, log_replica, shadow, monitor
    std::uint64_t nth = 1;  // its so many'th occurrence
};

// A message on its way, of any two machines.
struct MessageStep {
    std::string message;
    std::string from;
    std::string to;
    std::uint64_t nth = 1;
    std::uint64_t of = 1;  // that the run has of this kind between the two
};

// Of each step and host, and of each kind of message between two machines: the first so many.
struct StepLimits {
    std::uint64_t steps = 0;
    std::uint64_t messages = 0;
};
inline constexpr std::uint64_t all_messages_of_run = std::numeric_limits<std::uint64_t>::max();

struct ReachedSteps {
    results::RunResult plain;           // of the run without any of it
    std::vector<ProtocolStep> steps;    // by their first occurrence
    std::vector<MessageStep> messages;  // likewise
};

// Runs the scenario and lists what it reaches. A host that is down at the moment is not involved.
ReachedSteps reached_steps(const format::Scenario& scenario, StepLimits limits,
                           const std::atomic<bool>* interrupt);

// A moment that a message may be held back past.
struct Milestone {
    std::string name;
    sim::Duration delay{};
};
std::vector<Milestone> milestones(const Config& config);

// Faults as JSON text, for /faults of a scenario: the host crashes at the step and starts again
// after `down`; the message arrives so much later.
std::string crash_at(const ProtocolStep& step, const std::string& down);
std::string hold_back(const MessageStep& message, const Milestone& milestone);

// A step as somebody asks for it: "master.log_flushed", "message.sent:Create", or, when only one
// part of it is meant, "message.sent:Create (to)".
struct WantedStep {
    std::string event;
    std::string special;  // message or kind; empty: any
    std::string part;     // empty: every host involved
};
WantedStep read_wanted(const std::string& text);
// Nothing, or what is wrong with it: an event, a message, a kind or a part that does not exist.
std::string why_no_step(const WantedStep& wanted);

bool is_step(const ProtocolStep& step, const WantedStep& wanted);
bool is_step(const MessageStep& message, const WantedStep& wanted);

}  // namespace gfs::run
