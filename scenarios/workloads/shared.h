// SPDX-License-Identifier: Apache-2.0
// What all clients of a run share: what they bound and labelled, the places where they wait for
// each other, and whether they are done.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/client/client.h"
#include "core/common/config.h"
#include "core/common/data_table.h"
#include "core/common/event_match.h"
#include "scenarios/workloads/gate.h"
#include "scenarios/workloads/known_files.h"
#include "sim/engine.h"

namespace gfs::workloads {

// What did not go as the scenario says.
struct Failure {
    std::size_t group;                // in the order of the scenario
    std::optional<std::size_t> step;  // 0-based; absent for a mix
    std::string client;               // the actor: "writers.2"
    std::string message;              // "read /a: expected ok, got timeout"
    sim::Time at;
};

// What `bind` keeps of a step: an append's or write's offset, a read's length, the number of a
// listing's names or of a file's chunks; of a `locations` step the chunk and its servers.
struct Bound {
    std::optional<std::uint64_t> number;
    std::optional<ChunkHandle> chunk;
    std::vector<ServerId> servers;
};

// Waits for an event that a counter counts.
struct EventWait {
    EventCounter counter;
    Gate reached;
};

// Of a file or directory that a mix needs.
struct Creation {
    Gate over;                // its creator has come to an end, or has crashed
    bool is_settled = false;  // and in the first case, well or not
};

struct Shared {
    struct World {
        sim::Engine& engine;
        DataTable& data;
        NameResolver& names;
        const Config& config;
    };
    explicit Shared(const World& of) : world(of), files(of.engine) {}

    // Data of a client, known by its length from now on.
    DataId make_data(ClientId client, std::uint64_t length);
    DataId make_data(ClientId client, const std::string& literal);
    // A record of GFS 2.7.2 with this payload; its length includes the header.
    DataId make_record(ClientId client, std::uint64_t payload_bytes);
    DataId make_record(ClientId client, const std::string& payload);
    // The length of data that a client of a workload has made; nothing for other data.
    std::optional<std::uint64_t> length_of(DataId data) const;

    std::shared_ptr<EventWait> wait_for_event(const EventCounter::Options& options);
    void see(const sim::Event& event);

    void begin_activity() { ++activities; }
    void end_activity();
    // Whoever is left waits for the file system to come to rest.
    bool is_at_rest() const { return activities == resting; }
    void begin_rest();
    void end_rest();

    World world;
    KnownFiles files;
    std::map<std::string, Bound> bound;
    std::map<std::string, std::vector<DataId>> labels;
    std::vector<Failure> failures;
    std::map<std::string, Barrier> barriers;
    std::map<std::string, Creation> created;                      // by mixes, at their start
    std::map<ClientId, std::vector<std::uint64_t>> data_lengths;  // by the lower half of the id
    std::vector<std::weak_ptr<EventWait>> waits;
    std::size_t activities = 0;  // clients at work and their operations
    std::size_t resting = 0;     // of them: wait for the event `quiescent`
    std::function<void()> when_done;
    std::function<void()> when_at_rest;

  private:
    void remember(DataId data, std::uint64_t length);
};

// A client waits for `quiescent`: until it goes on, or its host crashes.
class Rest {
  public:
    // Not owned: `shared`.
    explicit Rest(Shared& shared) : shared_(shared) { shared_.begin_rest(); }
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;
    ~Rest() { shared_.end_rest(); }

  private:
    Shared& shared_;
};

// Something that goes on until it ends, by itself or by the crash of its host. What is to happen
// then happens in an event of its own: a crash is no time to wake others.
class Activity {
  public:
    // Not owned: `engine`. It begins with Shared::begin_activity().
    Activity(sim::Engine& engine, std::function<void()> at_end)
        : engine_(&engine), at_end_(std::move(at_end)) {}
    Activity(Activity&& other) noexcept
        : engine_(std::exchange(other.engine_, nullptr)), at_end_(std::move(other.at_end_)) {}
    Activity& operator=(Activity&&) = delete;
    ~Activity() {
        if (engine_ != nullptr) engine_->after(sim::Duration{0}, std::move(at_end_));
    }

  private:
    sim::Engine* engine_;
    std::function<void()> at_end_;
};

}  // namespace gfs::workloads
