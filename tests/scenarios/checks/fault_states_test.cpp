// SPDX-License-Identifier: Apache-2.0
// Which states of the protocol a fault met: each state by hand, with what begins and what ends it.

#include "scenarios/checks/fault_states.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "core/common/codes.h"
#include "core/common/events.h"

namespace gfs::checks {
namespace {

constexpr sim::Duration minute = std::chrono::minutes{1};

// A master, two chunkservers, a client and a log replica, which have all shown themselves.
class Machines {
  public:
    Machines() {
        for (const char* const name : {"master", "cs1", "cs2", "c1", "log1"})
            engine.add_host(name, 0);
        watch.emplace(engine, master, [](std::string_view kind) { return kind == "drop"; });
        for (const HostId server : {cs1, cs2}) emit(server, event::server_started, {server, 0});
        emit(c1, event::client_op_started, {9, text("read"), text("/f"), text(""), 0, 0, 0});
        emit(c1, event::client_op_ok, {9, text("read"), text("/f"), 1, 0, 0});
        asks(master, log1, Message::ReplicateLog);
        answers(log1, master, Message::ReplicateLog);
    }

    void emit(HostId actor, sim::EventKind kind, std::initializer_list<sim::Field> fields) {
        engine.emit(actor, kind, fields);
    }
    sim::TextId text(std::string_view words) { return engine.text(words); }
    void sent(HostId from, HostId to, sim::MessageType type) {
        emit(from, sim::event::message_sent, {type, from, to, 1, 100});
    }
    void delivered(HostId from, HostId to, sim::MessageType type) {
        emit(to, sim::event::message_delivered, {type, from, to, 1});
    }
    void asks(HostId from, HostId to, Message message) {
        sent(from, to, request_type(message));
        delivered(from, to, request_type(message));
    }
    void answers(HostId from, HostId to, Message message) {
        sent(from, to, reply_type(message));
        delivered(from, to, reply_type(message));
    }
    void mutation(HostId server, sim::EventKind kind) {
        emit(server, kind, {1, 1, server, 2, 0, 10, 77, text("append")});
    }
    void fire(const char* name, HostId target, const char* kind = "crash") {
        emit(sim::no_host, sim::event::fault_fired, {text(name), text(kind), target});
    }
    // How often the fault met the state; nothing where it could not have.
    std::optional<std::uint64_t> met(const std::string& fault, const std::string& state) const {
        for (const FaultStates& row : watch->rows())
            if (row.fault == fault)
                for (const auto& [name, times] : row.met)
                    if (name == state) return times;
        return std::nullopt;
    }

    static constexpr HostId master{0};
    static constexpr HostId cs1{1};
    static constexpr HostId cs2{2};
    static constexpr HostId c1{3};
    static constexpr HostId log1{4};
    sim::Engine engine{{.seed = 1, .events = &event_table()}};
    std::optional<FaultStatesWatch> watch;
};

using Step = std::function<void(Machines&)>;

struct Case {
    ProtocolState state;
    HostId host;
    Step begin;
    Step end;
};

Case request_case(ProtocolState state, HostId host, HostId from, Message message) {
    return {state, host, [=](Machines& m) { m.asks(from, host, message); },
            [=](Machines& m) { m.answers(host, from, message); }};
}

std::vector<Case> server_cases() {
    using M = Machines;
    using S = ProtocolState;
    const auto lease = [](Machines& m) {
        m.emit(M::cs1, event::lease_accepted, {1, M::cs1, 2, minute});
    };
    const auto ordered = [](Machines& m) { m.mutation(M::cs1, event::mutation_ordered); };
    const auto forwarded = [=](Machines& m) {
        ordered(m);
        m.emit(M::cs1, event::mutation_forwarded, {1, 1, M::cs1, M::cs2, 2});
    };
    const auto failed = [](Machines& m) {
        m.emit(M::cs1, event::mutation_failed, {1, 1, M::cs1, Code::replica_failed});
    };
    const auto pushed = [](Machines& m) { m.emit(M::cs1, event::push_finished, {77, M::cs1}); };
    return {
        {S::lease_held, M::cs1, lease,
         [](Machines& m) {
             m.emit(M::cs1, event::lease_expired, {1, M::cs1, 2, minute});
         }},
        {S::lease_held, M::cs1, lease,
         [](Machines& m) {
             m.emit(M::cs1, event::lease_revoked, {1, M::cs1, 2});
         }},
        {S::data_pushed, M::cs1, pushed,
         [](Machines& m) {
             m.emit(M::cs1, event::push_evicted, {77, M::cs1});
         }},
        {S::data_pushed, M::cs1, pushed,
         [](Machines& m) { m.mutation(M::cs1, event::mutation_applied); }},
        {S::applying, M::cs1, ordered, failed},
        request_case(S::applying, M::cs1, M::cs2, Message::ApplyMutation),
        {S::waiting_for_secondaries, M::cs1, forwarded, failed},
        {S::waiting_for_secondaries, M::cs1, forwarded,
         [](Machines& m) {
             m.emit(M::cs1, event::mutation_acknowledged, {1, 1, M::cs1, 2});
         }},
        request_case(S::storing_version, M::cs1, M::master, Message::GrantLease),
        request_case(S::verifying, M::cs1, M::master, Message::VerifyReplica),
        request_case(S::reading, M::cs1, M::c1, Message::Read),
        request_case(S::cloning, M::cs1, M::master, Message::CloneChunk),
        request_case(S::cloning, M::cs1, M::cs2, Message::CopyChunk),
        request_case(S::copying_on_write, M::cs1, M::master, Message::CopyChunkLocally),
        request_case(S::storing_log, M::log1, M::master, Message::ReplicateLog),
        request_case(S::storing_checkpoint, M::log1, M::master, Message::ReplicateCheckpoint),
    };
}

std::vector<Case> master_cases() {
    using M = Machines;
    using S = ProtocolState;
    const auto copied = [](Machines& m, sim::EventKind kind) {
        m.emit(M::master, kind, {1, M::cs1, M::cs2, 1, 2});
    };
    const auto clone = [=](Machines& m) { copied(m, event::clone_started); };
    const auto asked = [](Machines& m) {
        m.asks(M::c1, M::master, Message::FindLeaseHolder);
        m.emit(M::master, event::chunk_version_reserved, {1, 2});
    };
    return {
        {S::log_unflushed, M::master,
         [](Machines& m) {
             m.emit(M::master, event::master_log_appended,
                    {1, m.text("file_created"), 1, m.text("/f"), m.text("")});
         },
         [](Machines& m) {
             m.emit(M::master, event::master_log_flushed, {1, 1});
         }},
        {S::checkpointing, M::master,
         [](Machines& m) { m.emit(M::master, event::master_checkpoint_started, {9}); },
         [](Machines& m) {
             m.emit(M::master, event::master_checkpoint_finished, {9, 64});
         }},
        {S::granting_lease, M::master, asked,
         [](Machines& m) {
             m.emit(M::master, event::lease_granted, {1, M::cs1, 2, minute});
         }},
        // A grant that was given up has no event of its own.
        {S::granting_lease, M::master, asked,
         [](Machines& m) { m.answers(M::master, M::c1, Message::FindLeaseHolder); }},
        request_case(S::snapshotting, M::master, M::c1, Message::Snapshot),
        {S::re_replicating, M::master, clone,
         [=](Machines& m) { copied(m, event::clone_finished); }},
        {S::re_replicating, M::master, clone, [=](Machines& m) { copied(m, event::clone_failed); }},
        {S::recovering, M::master,
         [](Machines& m) { m.emit(M::master, event::master_crashed, {M::master}); },
         [](Machines& m) {
             m.emit(M::master, event::master_recovered, {M::master, 0, 0, 0});
             for (const HostId server : {M::cs1, M::cs2})
                 m.emit(M::master, event::server_registered, {server, 2, 0});
         }},
        {S::collecting_locations, M::master,
         [](Machines& m) {
             m.emit(M::master, event::master_recovered, {M::master, 0, 0, 0});
             m.emit(M::master, event::server_registered, {M::cs1, 2, 0});
         },
         [](Machines& m) {
             m.emit(M::master, event::server_registered, {M::cs2, 2, 0});
         }},
    };
}

std::vector<Case> client_cases() {
    using M = Machines;
    using S = ProtocolState;
    const auto started = [](Machines& m) {
        m.emit(M::c1, event::client_op_started,
               {1, m.text("append"), m.text("/f"), m.text(""), 0, 0, 0});
    };
    const auto op = [](sim::EventKind kind) {
        return [=](Machines& m) {
            m.emit(M::c1, kind, {1, m.text("append"), m.text("/f"), 0, 0, 0});
        };
    };
    const auto push = [](Machines& m) { m.emit(M::c1, event::push_started, {77, M::cs1, 10, 1}); };
    return {
        {S::operation_open, M::c1, started, op(event::client_op_failed)},
        {S::pushing_data, M::c1, push, op(event::client_op_ok)},
        {S::waiting_for_primary, M::c1,
         [=](Machines& m) {
             push(m);
             m.sent(M::c1, M::cs1, request_type(Message::RecordAppend));
         },
         [](Machines& m) { m.delivered(M::cs1, M::c1, reply_type(Message::RecordAppend)); }},
    };
}

void check_case(const Case& one) {
    const std::string state(protocol_states[static_cast<std::size_t>(one.state)].name);
    INFO(state);
    Machines m;
    m.fire("before", one.host, "drop");
    one.begin(m);
    m.fire("within", one.host, "drop");
    one.end(m);
    m.fire("after", one.host, "drop");
    CHECK(m.met("before", state) == 0U);
    CHECK(m.met("before", "idle") == 1U);
    CHECK(m.met("within", state) == 1U);
    CHECK(m.met("within", "idle") == 0U);
    CHECK(m.met("after", state) == 0U);
    CHECK(m.met("after", "idle") == 1U);
}

TEST_CASE("fault states: a fault meets a state from its first to its last event",
          "[checks][vacuity]") {
    for (const auto& cases : {server_cases(), master_cases(), client_cases()})
        for (const Case& one : cases) check_case(one);
}

TEST_CASE("fault states: every state is tried", "[checks][vacuity]") {
    std::set<ProtocolState> tried;
    for (const auto& cases : {server_cases(), master_cases(), client_cases()})
        for (const Case& one : cases) tried.insert(one.state);
    CHECK(tried.size() == count_of_states);
}

TEST_CASE("fault states: what a machine cannot be in is no cell", "[checks][vacuity]") {
    Machines m;
    m.fire("on-server", Machines::cs1);
    m.fire("on-master", Machines::master);
    m.fire("on-all", sim::no_host, "partition");
    CHECK(m.met("on-server", "lease_held") == 0U);
    CHECK_FALSE(m.met("on-server", "checkpointing"));
    CHECK(m.met("on-master", "checkpointing") == 0U);
    CHECK_FALSE(m.met("on-master", "lease_held"));
    CHECK(m.met("on-all", "lease_held") == 0U);
    CHECK(m.met("on-all", "checkpointing") == 0U);
}

TEST_CASE(
    "fault states: a fault that lasts meets what begins meanwhile, one that ends a process "
    "does not",
    "[checks][vacuity]") {
    Machines m;
    const auto lease = [&](HostId server) {
        m.emit(server, event::lease_accepted, {1, server, 2, minute});
        m.emit(server, event::lease_expired, {1, server, 2, minute});
    };
    m.fire("slow", Machines::cs1, "disk_slow");
    m.fire("cut", sim::no_host, "partition");
    m.fire("kill", Machines::cs1, "crash");
    m.fire("once", Machines::cs1, "drop");
    lease(Machines::cs1);
    lease(Machines::cs2);
    for (const char* const healed : {"slow", "cut"})
        m.emit(sim::no_host, sim::event::fault_healed,
               {m.text(healed), m.text(healed[0] == 's' ? "disk_slow" : "partition")});
    lease(Machines::cs1);
    CHECK(m.met("slow", "lease_held") == 1U);
    CHECK(m.met("cut", "lease_held") == 2U);
    CHECK(m.met("kill", "lease_held") == 0U);
    CHECK(m.met("once", "lease_held") == 0U);
}

TEST_CASE("fault states: with a process ends what it was in the midst of", "[checks][vacuity]") {
    Machines m;
    m.emit(Machines::cs1, event::lease_accepted, {1, Machines::cs1, 2, minute});
    m.asks(Machines::master, Machines::log1, Message::ReplicateLog);
    m.fire("kill", Machines::cs1);
    m.emit(Machines::cs1, event::server_crashed, {Machines::cs1});
    m.fire("kill-log", Machines::log1);
    m.emit(Machines::cs1, event::server_started, {Machines::cs1, 1});
    m.fire("again", Machines::cs1, "drop");
    m.fire("again-log", Machines::log1, "drop");
    CHECK(m.met("kill", "lease_held") == 1U);
    CHECK(m.met("kill-log", "storing_log") == 1U);
    CHECK(m.met("again", "idle") == 1U);
    CHECK(m.met("again-log", "idle") == 1U);
}

TEST_CASE("fault states: the next master is one", "[checks][vacuity]") {
    Machines m;
    m.emit(Machines::log1, event::master_promoted, {Machines::log1, 2});
    m.fire("next", Machines::log1, "drop");
    CHECK(m.met("next", "recovering") == 1U);
    CHECK(m.met("next", "checkpointing") == 0U);
}

TEST_CASE("fault states: the page for people has every state", "[checks][vacuity]") {
    std::ifstream file(std::string(GFSIM_SOURCE_DIR) + "/docs/fault_states.md");
    const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (const ProtocolStateInfo& state : protocol_states) {
        const std::string row = "| `" + std::string(state.name) + "` | " +
                                std::string(state.section) + " | " + std::string(state.sentence) +
                                " |";
        INFO(row);
        CHECK(page.find(row) != std::string::npos);
    }
}

}  // namespace
}  // namespace gfs::checks
