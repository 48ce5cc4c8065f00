// SPDX-License-Identifier: Apache-2.0
// A chunkserver (GFS 2.3): stores chunks as plain files, serves reads and writes of them, and,
// while it holds a chunk's lease, orders the mutations of it. One object per process; what is on
// the disk (ChunkStore) outlives it.
//
//   registration.cpp   2.3, 2.6.2  joining the cluster, HeartBeats, lease extensions, garbage
//   data_flow.cpp      3.2         pushed data, forwarded along the chain
//   lease.cpp          3.1, 4.5    grants, versions, revocation, expiry
//   write.cpp          3.1         writes at the primary, steps 4 to 7
//   record_append.cpp  3.3         record appends at the primary
//   apply_mutation.cpp 3.1         mutations in serial order, at the primary and at secondaries
//   read.cpp           2.4         reads
//   replicas.cpp       4.3, 4.4    creating, cloning and deleting replicas
//   checksums.cpp      5.2         verification, and what is done about a mismatch
//   idle_scan.cpp      5.2         the scan of chunks that nobody uses
//   read_again.cpp     5.2         replicas that the disk failed to read are tried again
//   copy_on_write.cpp  3.4         copies of chunks that a snapshot shares
//
// Invariants:
//  1. A mutation is ordered only by a holder of an unexpired lease for the replica's version.
//  2. The mutations of one lease are applied in the order of their serial numbers.
//  3. Nothing that the process knows about a replica contradicts the disk: version, content and
//     checksums are in the ChunkStore only.
//  4. No byte leaves the server, and none is written beside it in its block, before its block was
//     verified, in the same step.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "core/chunkserver/data_buffer.h"
#include "core/common/chunk_store.h"
#include "core/common/config.h"
#include "core/common/messages.h"
#include "sim/host.h"
#include "sim/random.h"
#include "sim/sync.h"

namespace gfs {

using sim::Task;

class ChunkServer {
  public:
    // A process that starts: it serves at once what the disk has, and registers with the master.
    // Not owned: all of them; `master` is looked up at every use, like a name.
    ChunkServer(sim::Host& host, const Config& config, ChunkStore& store, const HostId& master);
    ChunkServer(const ChunkServer&) = delete;
    ChunkServer& operator=(const ChunkServer&) = delete;

    ServerId id() const { return host_.id(); }

    // ---- views for checks and faults ----
    struct LeaseView {
        ChunkHandle chunk;
        Version version;
        LocalTime expires;  // on this host's clock
    };
    // The leases that this server believes to hold now.
    std::vector<LeaseView> leases() const;

  private:
    using Reply = Answer<Done>;

    // A lease held here (GFS 3.1).
    struct Lease {
        Version version;
        LocalTime expires;  // set by the master, compared with this host's clock
        std::vector<ServerId> secondaries;
        Serial next_serial{1};
        std::set<Serial> in_flight;              // ordered, not yet answered
        std::map<ServerId, std::uint32_t> failures;  // in a row
        std::set<ServerId> reported;
        bool mutated = false;   // since the last HeartBeat
        bool revoking = false;  // takes no more mutations
    };
    // How far a replica has come in the order of the present lease.
    struct Order {
        Version version{};
        Serial next{1};           // all before it are applied or skipped
        std::set<Serial> skipped;
    };
    struct ReplicaState {
        std::optional<Lease> lease;
        Version lease_taken{};  // the latest version whose lease this process took up
        Version copied{};       // the latest version that a copy was made of: it is closed
        Order order;
        std::uint64_t told_from = 0;  // the first HeartBeat that can report it; 0 before a clone
    };

    // registration.cpp
    Task<void> heartbeat_loop();
    Task<bool> register_with_master();
    Task<void> beat();
    std::uint64_t disk_used() const;
    std::vector<ChunkHandle> find_missing() const;
    std::vector<ReplicaReport> next_reports(const std::vector<ChunkHandle>& missing);
    void extend_leases(const std::vector<LeaseExtension>& extensions);
    void delete_garbage(const std::vector<ReplicaReport>& garbage);
    bool is_replaced(MasterEpoch master);
    PollChunks::Reply on_poll_chunks(const PollChunks& request);

    // data_flow.cpp
    Task<Reply> on_push_data(PushData request);
    std::optional<ServerId> closest(const std::vector<ServerId>& servers) const;

    // lease.cpp
    Task<Reply> on_grant_lease(GrantLease request);
    Task<Reply> on_revoke_lease(RevokeLease request);
    Task<void> watch_expiry(ChunkHandle chunk, Version version);
    // The lease under which this server may order a mutation of `chunk` now, or why not.
    Result<Lease*> usable_lease(ChunkHandle chunk, Version client_version);
    Lease* find_lease(ChunkHandle chunk, Version version);

    // write.cpp, record_append.cpp
    Task<Reply> on_write(Write request);
    Code check_write(const Write& request);
    Code ask_disk(ChunkHandle chunk, std::uint64_t length);
    Task<Answer<Appended>> on_record_append(RecordAppend request);
    void order(Lease& lease, const Mutation& mutation);
    // Steps 5 and 6 of GFS 3.1 after the primary's own; whether every replica applied it.
    Task<bool> carry_out(OpId op, Mutation mutation);
    Task<bool> forward_all(OpId op, Mutation mutation);
    void count_failure(Lease& lease, ChunkHandle chunk, ServerId secondary);
    Task<void> report_failure(ChunkHandle chunk, Version version, ServerId secondary);
    void settle(const Mutation& mutation);
    Code reject(ChunkHandle chunk, Code reason, ClientId client, Version version);

    // apply_mutation.cpp
    Task<Reply> on_apply_mutation(ApplyMutation request);
    Task<Code> reach_turn(const ApplyMutation& request);
    bool is_closed(ChunkHandle chunk, Version version) const;
    void close(ChunkHandle chunk, Version version);
    Code check_mutation(const ApplyMutation& request) const;
    void apply(const Mutation& mutation);
    Task<Code> make_durable(Mutation mutation);
    Task<Code> make_durable(ChunkHandle chunk);

    // read.cpp
    Task<Answer<ReadData>> on_read(Read request);

    // replicas.cpp
    Task<Reply> on_create_chunk(CreateChunk request);
    Task<Reply> on_clone_chunk(CloneChunk request);
    Task<Answer<ReplicaCopy>> on_copy_chunk(CopyChunk request);
    Reply on_delete_chunk(const DeleteChunk& request);
    bool knows_all(const DeleteChunk& order) const;
    Reply on_ping(const Ping& request);

    // checksums.cpp
    Task<Code> read_blocks(ChunkHandle chunk, ByteRange range);
    Task<Code> read_disk(ChunkHandle chunk, ByteRange range);
    ByteRange piece_at(ChunkHandle chunk, std::uint64_t offset) const;
    Code verify(ChunkHandle chunk, const ByteRange& range);
    Task<Reply> on_verify_replica(VerifyReplica request);
    void tell_if_damaged(ChunkHandle chunk, std::span<const Extent> extents, ClientId client);
    bool overwrites_in_part(ChunkHandle chunk, const ByteRange& range) const;
    Task<Code> read_before_overwrite(ChunkHandle chunk, ByteRange range);
    Code verify_before_overwrite(ChunkHandle chunk, const ByteRange& range);
    void found_corrupt(ChunkHandle chunk, std::uint64_t offset);
    void disk_failed(ChunkHandle chunk, std::string_view operation);
    void report(ChunkHandle chunk, std::uint64_t offset);
    Task<void> report_corruption(ReportCorruption report);

    // idle_scan.cpp
    Task<void> idle_scan_loop();
    Task<void> scan(ChunkHandle chunk);
    bool may_scan(ChunkHandle chunk) const;
    Duration pause_after(const ByteRange& piece) const;

    // read_again.cpp
    void begin_to_read_again();
    Task<void> read_again_loop();
    std::vector<ChunkHandle> unread_replicas() const;
    bool is_unread(ChunkHandle chunk) const;
    Task<void> read_again(ChunkHandle chunk);

    void drop_replica(ChunkHandle chunk);

    // copy_on_write.cpp
    Task<Reply> on_copy_chunk_locally(CopyChunkLocally request);
    Task<Code> copy_locally(CopyChunkLocally request);
    Task<Code> copy_content(CopyChunkLocally request);
    bool is_unfinished_copy(ChunkHandle chunk) const;

    ReplicaReport report_of(ChunkHandle chunk, const StoredReplica& replica) const;

    LocalTime now() const { return host_.now(); }

    sim::Host& host_;
    const Config& config_;
    ChunkStore& store_;
    const HostId& master_;
    DataBuffer buffer_;
    std::map<ChunkHandle, ReplicaState> states_;
    sim::Signal order_moved_;  // a mutation was applied, skipped or settled; a version changed
    std::optional<Epoch> epoch_;  // of the registration
    std::uint64_t heartbeats_ = 0;  // sent since then
    ChunkHandle last_reported_{};
    bool reads_again_ = false;         // read_again_loop() runs
    std::uint64_t read_failures_ = 0;  // of the disk, for whoever read
    sim::Random draws_;
};

}  // namespace gfs
