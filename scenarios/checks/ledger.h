// SPDX-License-Identifier: Apache-2.0
// The history of every chunk as the stream of events tells it: who held leases, which servers
// belong to the set of a grant, which mutations were ordered, where they were applied, and what
// clients were told. All invariants and checkers read it; none of it comes from the actors
// themselves.
//
// An invariant that is shown an event sees the ledger as it was before that event. What can no
// longer matter to anybody is forgotten (ledger_fold.cpp), so that a run may be long.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/common/config.h"
#include "core/common/content.h"
#include "core/common/ids.h"
#include "scenarios/checks/fields.h"
#include "scenarios/checks/flat_map.h"
#include "scenarios/checks/truth.h"
#include "sim/engine.h"

namespace gfs::checks {

enum class MutationKind : std::uint8_t { write, append, pad };

// A mutation as its primary ordered it (GFS 3.1), and what became of it.
struct MutationRecord {
    Version version;
    Serial serial;
    std::uint64_t offset;  // in the chunk
    std::uint64_t length;
    DataId data;
    std::uint64_t data_offset = 0;   // which byte of `data` comes first, once a client was told ok
    std::uint64_t applied_by = 0;    // bit i: ChunkRecord::replicas[i]
    std::uint64_t ordered_sequence;  // of the event mutation.ordered
    ServerId primary;
    std::uint32_t op = 0;  // writes: 1 + index of the client's operation in Ledger::op_span
    MutationKind kind;
    bool acknowledged = false;  // by the primary: every replica of the set applied it
    bool acked = false;         // a client was told that it succeeded
    bool superseded = false;    // ordered after another server had accepted this version or a later
    bool below_acked = false;   // an append at an offset below the end of an acknowledged one

    std::uint64_t end() const { return offset + length; }
    bool succeeded() const { return acknowledged || acked; }
};

// What is known of one chunk on one server.
struct ReplicaRecord {
    ServerId server;
    Version stored{};          // the highest version that its disk has held
    Version process_stored{};  // the same, by the server's present process
    Version member{};          // the latest version whose replicas it is one of
    Version applied_version{};
    Serial applied_serial{};  // the last mutation that it applied
    std::uint32_t process = 0;
    sim::Time made{};           // when it came to its disk
    std::uint64_t counted = 0;  // as of Ledger::count_token; 0: the master does not count on it
};

// A lease as its holder sees it.
struct HolderRecord {
    ServerId server;
    Version version;
    sim::LocalTime expires;  // compared with the holder's own clock
    std::uint32_t process;
    bool over = false;  // expired at the holder, or revoked
    sim::Time accepted;
};

// The replicas for which one lease was granted, and how far its order has come.
struct GrantRecord {
    Version version;
    std::uint64_t members = 0;  // bit i: ChunkRecord::replicas[i]; 0: the set is not known
    Serial ordered{};           // the highest serial number given out
};

struct ChunkRecord {
    ChunkHandle handle;
    bool created = false;       // in this run
    bool began_empty = false;   // and then nothing was in it
    bool unreachable = false;   // no file has it any more
    bool copied = false;        // another chunk began as a copy of it, and has its history from it
    std::uint32_t fold_at = 0;  // mutations
    // It began as a copy of this chunk after its first so many mutations (GFS 3.4); null for none.
    const ChunkRecord* source = nullptr;
    std::size_t inherited = 0;
    Version current{};     // the latest that was granted or adopted
    Version granted{};     // the latest that the master logged as granted
    Version adopted{};
    Version leased{};                       // the latest that clients may have learned a primary of
    Version accepted{};                     // the highest that any server accepted a lease of ...
    ServerId accepted_by = sim::no_host;    // ... and which server
    std::uint64_t acked_end = 0;            // the furthest end of an acknowledged append or padding
    std::vector<ReplicaRecord> replicas;    // a server keeps its place
    std::vector<HolderRecord> holders;      // oldest first
    std::vector<GrantRecord> grants;        // in the order of first mention
    std::vector<MutationRecord> mutations;  // in the order of the events, some forgotten
    std::unique_ptr<Content> baseline;      // what a chunk from before the run began with; of a
                                            // copy: what the one that it goes back to began with
};

// A client's operation, in numbers of events; it has not ended while `end` is the largest number.
struct OpSpan {
    std::uint64_t op;
    std::uint64_t start;
    std::uint64_t end;
};

class Ledger {
  public:
    // Not owned: all of them; they outlive the ledger.
    Ledger(const sim::Engine& engine, const Config& config, const Truth& truth);
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // Takes the event in. REQUIRES: every event of the run is shown, in order.
    void apply(const sim::Event& event);

    // No file has the chunk any more.
    void unreachable(ChunkHandle chunk);
    // The chunk begins as a copy of another one, which is as it was when the copy was made. Does
    // nothing, and says so, if that is known.
    bool begin_as_copy(const log::ChunkCopied& copied);

    // Null when no event has spoken of the chunk.
    const ChunkRecord* find(ChunkHandle chunk) const;
    const std::deque<ChunkRecord>& chunks() const { return chunks_; }

    // What was done to the chunk, in order of version and serial number, after what was done to the
    // one that it was copied from.
    static std::vector<const MutationRecord*> history(const ChunkRecord& chunk);
    // The chunk that the first copy was made of; itself if it is none.
    static const ChunkRecord& origin(const ChunkRecord& chunk);

    static const ReplicaRecord* replica(const ChunkRecord& chunk, ServerId server);
    static const MutationRecord* mutation(const ChunkRecord& chunk, Version version, Serial serial);
    // The latest ordered mutation that an acknowledgement can be about: this data at this place.
    // One that every replica of its set applied is preferred. Null when there is none.
    const MutationRecord* acknowledged(const ChunkRecord& chunk, const AckFields& ack) const;
    // Null when no replica was said to be in the set of this version and nothing was ordered.
    static const GrantRecord* grant(const ChunkRecord& chunk, Version version);
    // Whether the mutation's set is known and every replica of it applied the mutation.
    static bool applied_by_set(const ChunkRecord& chunk, const MutationRecord& mutation);

    // The holder's record of a lease of this version, the latest; null for none.
    static const HolderRecord* holder(const ChunkRecord& chunk, ServerId server, Version version);
    // Whether the holder, asking its own clock, thinks now that it holds the lease.
    bool believes(const HolderRecord& holder) const;

    // No other chunkserver has a replica on its disk; by id. A cluster may have many thousands,
    // and a chunk has few replicas.
    std::vector<ServerId> may_hold(ChunkHandle chunk) const;
    // The replicas on disks, of processes up or down, that are as the master's records want them.
    // By server.
    std::vector<ServerId> current_replicas(ChunkHandle chunk) const;
    // Whether the master counts on the replica, as far as it has said so.
    bool counted(const ReplicaRecord& replica) const;

    MutationKind kind_of(sim::TextId text) const;
    std::uint64_t offset_in_chunk(std::uint64_t offset_in_file) const {
        return offset_in_file % config_.chunk_size;
    }
    // Counts the master processes; it changes when one ends and when one begins to serve.
    std::uint32_t master_life() const { return master_life_; }
    std::uint32_t process_of(ServerId server) const;
    const OpSpan& op_span(std::uint32_t index) const { return ops_.at(index); }

  private:
    ChunkRecord& chunk(ChunkHandle handle);
    ReplicaRecord& replica_of(ChunkRecord& chunk, ServerId server);
    std::size_t place_of(ChunkRecord& chunk, ServerId server);
    static GrantRecord& grant_of(ChunkRecord& chunk, Version version);
    std::vector<ServerId> highest_on_disk(ChunkHandle chunk) const;
    void count_on(ReplicaRecord& replica, Version version);
    std::uint64_t count_token(ServerId server) const;
    void process_changed(ServerId server);

    // ledger_fold.cpp
    void fold(ChunkRecord& chunk);
    void fold_mutations(ChunkRecord& chunk) const;
    static void fold_grants(ChunkRecord& chunk);
    void fold_ops();
    void forget_if_gone(ChunkRecord& chunk);

    void on_op_started(const sim::Event& event);
    void on_op_ended(const sim::Event& event);
    void on_replica_stored(const sim::Event& event);
    void on_replica_in_set(const sim::Event& event);
    void on_version_granted(ChunkHandle handle, Version version);
    void on_adopted(const sim::Event& event);
    void on_copied(const sim::Event& event);
    void keep_baseline(ChunkRecord& record);
    void on_lease_accepted(const sim::Event& event);
    void on_lease_prolonged(const sim::Event& event);
    void on_lease_over(const sim::Event& event);
    void on_replica_gone(const sim::Event& event);
    void on_ordered(const sim::Event& event);
    void on_applied(const sim::Event& event);
    void on_acknowledged(const sim::Event& event);
    void on_acked(const sim::Event& event);
    void on_server_event(const sim::Event& event);
    void on_chunk_event(const sim::Event& event);

    const sim::Engine& engine_;
    const Config& config_;
    const Truth& truth_;
    std::deque<ChunkRecord> chunks_;
    FlatMap places_;  // chunk handle -> index in chunks_
    std::vector<OpSpan> ops_;
    std::size_t fold_ops_at_ = 0;
    FlatMap open_ops_;                      // operation -> index in ops_, while it goes on
    std::vector<std::uint32_t> processes_;  // by host: counts the processes that were seen
    // By host: how often the master declared it dead, and took it in again; odd while it is dead.
    std::vector<std::uint32_t> standings_;
    std::uint32_t master_life_ = 1;
    mutable std::vector<std::uint8_t> kinds_;  // by TextId: 1 + MutationKind, 0 not yet asked
};

}  // namespace gfs::checks
