// SPDX-License-Identifier: Apache-2.0
// Table 1 of the paper, computed a second time: from the lines of events.ndjson alone, with nothing
// of the oracle (scenarios/checks/regions.h) and nothing of the simulated disks. What replicas hold
// is rebuilt here from what the events say was done to them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/reports/event_lines.h"

namespace gfs::test {

class RegionReference {
  public:
    explicit RegionReference(std::uint64_t chunk_size) : chunk_size_(chunk_size) {}

    // One line of events.ndjson. REQUIRES: all of the run, in order.
    void line(const std::string& text);

    struct Region {
        std::uint64_t offset;
        std::uint64_t length;
        // As in result.json; "as before" for bytes that no event has told anything of.
        std::string state;
        bool operator==(const Region&) const = default;
    };
    struct Chunk {
        std::vector<std::string> replicas;  // current ones, sorted by name
        std::vector<Region> regions;
        bool known = true;  // false: a power loss left something on a disk that no event tells
    };
    Chunk chunk(std::uint64_t handle) const;

  private:
    struct Mutation {
        std::uint64_t version, serial, offset, end;
        std::string data;
        bool pad = false;
        bool write = false;
        bool acknowledged = false;  // by its primary
        bool acked = false;         // to a client
        std::uint64_t op = 0;       // of the client that was told, for writes
    };
    using MutationPtr = std::shared_ptr<Mutation>;
    struct Piece {
        std::uint64_t begin, end;
        MutationPtr author;
    };
    struct Replica {
        std::uint64_t version = 0;
        std::uint64_t member = 0;  // the latest version whose set it was said to be in
        std::vector<Piece> pieces;
        std::vector<std::pair<std::uint64_t, std::uint64_t>> damaged;
        std::vector<MutationPtr> unsynced;
        bool known = true;
        bool on_disk = true;
    };
    struct Record {
        bool created = false;
        std::uint64_t current = 0;
        std::uint64_t set_known = 0;  // the latest version whose replicas the master named
        std::vector<MutationPtr> mutations;  // in the order in which they were ordered
        std::map<std::string, Replica> replicas;
        std::map<std::pair<std::string, std::uint64_t>, Replica> copying;  // to, version
    };
    struct Span {
        std::uint64_t start = 0;
        std::uint64_t end = ~std::uint64_t{0};
    };
    using Line = reports::EventLine;

    void on_chunk(const Line& line);
    void on_mutation(const Line& line);
    void on_ack(const Line& line, bool write);
    void on_power(const Line& line);
    static void paint(Replica& replica, const MutationPtr& mutation);
    static bool holds(const Record& record, const Replica& replica);
    std::string state_at(const Record& record, const std::vector<const Replica*>& replicas,
                         std::uint64_t begin) const;
    bool mingled(const Record& record, const Mutation& author, std::uint64_t begin) const;

    std::uint64_t chunk_size_;
    std::map<std::uint64_t, Record> chunks_;
    std::map<std::uint64_t, Span> ops_;
    std::set<std::string> lying_;      // whose disks say that data is safe when it is not
    std::set<std::string> powerless_;  // hit by a fault that takes the power, not yet seen crashing
};

}  // namespace gfs::test
