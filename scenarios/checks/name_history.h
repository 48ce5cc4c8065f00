// SPDX-License-Identifier: Apache-2.0
// What the clients of a run did with names, and what they were told: the history that has, or has
// not, a legal order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/common/ids.h"
#include "scenarios/checks/name_model.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

// One operation. Times are numbers of events, so that no two are equal.
struct NameOperation {
    NameCall call;
    std::uint64_t began = 0;
    // Until when it certainly took effect, and with which answer; without, nothing is certain.
    struct Told {
        std::uint64_t ended = 0;
        NameAnswer answer;
    };
    std::optional<Told> told;
    // Further times that the master may have carried it out, at any moment since it began: the
    // paper has no request ids, so each try and each copy of a message counts (anomaly A16).
    std::uint32_t extra = 0;
    // For messages.
    ClientId client = sim::no_host;
    sim::Time began_at{};
    sim::Time ended_at{};
};

// The names at the beginning, and everything that was done with names.
struct NameHistory {
    std::vector<std::string> files;  // from before the run
    std::vector<NameOperation> operations;
};

// Collects the history from the events.
class NameHistorian {
  public:
    // Not owned: the engine.
    explicit NameHistorian(const sim::Engine& engine);

    void add(const std::string& path) { files_.push_back(path); }
    void apply(const sim::Event& event);
    // As far as the events went. An operation that goes on may have happened.
    NameHistory history() const;
    // Changes that a client was told of and that no record of the log is about.
    std::vector<NameCall> acknowledged_without_record() const;

  private:
    struct Known {
        NameOperation operation;
        std::uint32_t delivered = 0;  // requests that reached a master
        std::uint32_t refused = 0;    // of these, answered with an error: they changed nothing
        bool succeeded = false;
        bool logged = false;
        bool from_hidden = false;  // a rename that brings a deleted file back
        bool by_shadow = false;  // a shadow answered (GFS 5.1.3)
        std::uint64_t listing = 0;
    };
    void on_started(const sim::Event& event);
    void on_ended(const sim::Event& event, Code code);
    void on_logged(const sim::Event& event);
    Known* find(std::uint64_t op);

    const sim::Engine& engine_;
    std::vector<std::string> files_;
    std::map<std::uint64_t, Known> known_;
    std::map<std::uint64_t, std::uint64_t> unflushed_;  // records of the log, to operations
    std::vector<bool> requests_;  // by message type: a request that changes names
};

}  // namespace gfs::checks
