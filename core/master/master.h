// SPDX-License-Identifier: Apache-2.0
// The master (GFS 2.3): all metadata, and all decisions about chunks. One object per process; what
// survives it is the operation log (LogStore).
//
//   recovery.cpp           2.6.3, 5.1.1  the state rebuilt from the log
//   metadata.cpp           2.6.3         that state, and what each record does to it
//   namespace_ops.cpp      4.1           create, mkdir, open, stat, list, rename
//   open_to_write.cpp      6.3.4         a new version of a file, the old one deleted
//   request_time.cpp       6.2.4         what a request costs the processor
//   permissions.h, quotas.h 2.3, 7       what users may do, and how much of it
//   garbage_collection.cpp 4.4           delete, hidden files, orphaned chunks
//   locations.cpp          2.4           where chunks are, and who is primary
//   chunk_creation.cpp     4.3, 4.2      new chunks and where their replicas go
//   lease.cpp              3.1, 4.5      grants, versions
//   lease_end.cpp          3.1           extension, revocation, expiry; members that fail
//   snapshot.cpp           3.4           files and trees duplicated by their metadata
//   copy_on_write.cpp      3.4           chunks of their own for files that are written to then
//   heartbeat.cpp          2.3, 2.6.2    registration, HeartBeats, the declaration of death
//   stale_replicas.cpp     4.5           what the master makes of a reported replica
//   corruption.cpp         5.2           replicas that failed a checksum
//   replica_levels.cpp     4.3           replicas counted on, compared with the goal
//   re_replication.cpp     4.3           clones of lost replicas
//   surplus.cpp            4.3           replicas above the goal go
//   rebalancing.cpp        4.3           moves for disk space and load
//
// Invariants:
//  1. A change is applied, and answered, only when its log record is flushed (GFS 2.6.3).
//  2. At most one lease is in force for a chunk; a new one has a higher version.
//  3. Chunk::replicas names only replicas of the chunk's version on servers that are alive.
//  4. Whoever changes a chunk's version or lease has the chunk's turn in `grants_`; only extension
//     and the forgetting of a lease that is over do without.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/common/config.h"
#include "core/common/events.h"
#include "core/common/messages.h"
#include "core/master/appointment.h"
#include "core/master/chunk_pages.h"
#include "core/master/chunk_table.h"
#include "core/master/metadata.h"
#include "core/master/namespace_locks.h"
#include "core/master/operation_log.h"
#include "core/master/repair_queue.h"
#include "core/master/request_table.h"
#include "core/policy/placement.h"
#include "core/policy/re_replication.h"
#include "core/policy/rebalancing.h"
#include "sim/host.h"
#include "sim/random.h"
#include "sim/sync.h"

namespace gfs {

using sim::Task;

class Master {
  public:
    // A process that starts, from what the log has. From a log that is empty, or preloaded, it
    // serves at once; otherwise when it has read it, and after `master_restart` unless another
    // machine was master before. Not owned: host, config, log.
    Master(sim::Host& host, const Config& config, LogStore& log, Appointment appointment);
    Master(const Master&) = delete;
    Master& operator=(const Master&) = delete;

    // ---- const views, for checks and faults ----
    bool serving() const { return serving_; }
    // Chunkservers that are alive may not have registered yet: no chunk is called lost, and none is
    // cloned (GFS 2.6.2).
    bool collecting_locations() const { return collecting_; }
    const Namespace& files() const { return files_; }
    const ChunkPages& chunks() const { return chunks_; }
    // Null if there is no such chunk.
    const Chunk* chunk(ChunkHandle handle) const { return metadata_.find(handle); }
    // In the order of their indices; empty if there is no such file.
    std::vector<ChunkHandle> chunks_of(const std::string& file) const {
        return metadata_.chunks_of(file);
    }
    // The lease in force at this moment of the master's clock; null for none.
    const Lease* lease(ChunkHandle handle) const;
    const std::map<ServerId, Server>& servers() const { return servers_; }
    const OperationLog& log() const { return log_; }
    const Metadata& metadata() const { return metadata_; }
    MasterEpoch epoch() const { return appointment_.epoch; }
    const std::map<ChunkHandle, Clone>& clones() const { return clones_; }
    using Losses = std::map<ChunkHandle, std::set<ServerId>>;
    // Those that are in no file yet, and who has lost a replica meanwhile.
    const Losses& creations() const { return creating_; }
    // How many clones may run at once, now (GFS 4.3).
    std::size_t clone_limit() const;

    // What keeps the cluster from being whole.
    struct Pending {
        std::size_t below_goal = 0;  // chunks
        std::size_t lost = 0;        // chunks without any current replica
        std::size_t surplus = 0;     // chunks above their goal
        std::size_t clones = 0;      // under way
        std::size_t leases = 0;      // in force
    };
    Pending pending() const;
    // Chunks with fewer current replicas than `at_least`, or than their goal if that is lower.
    std::size_t chunks_below(std::uint32_t at_least) const;
    // Every chunk is at its goal, and no clone is under way.
    bool is_repaired() const;

  private:
    using Turn = sim::KeyedMutex<ChunkHandle>::Turn;

    // recovery.cpp
    Task<void> recover();
    const CheckpointFile* choose_checkpoint();
    void restore(const CheckpointFile* checkpoint);
    Task<void> take_time_to_recover();
    void begin_to_serve();
    Task<void> collect_locations();
    void apply(const log::Entry& entry);
    // Logs the change, waits until it is flushed, and makes it visible.
    Task<LogIndex> commit(OpId op, log::Entry entry);
    // Several at once: nobody sees one without the others while this process lives.
    Task<LogIndex> commit_all(OpId op, std::vector<log::Entry> entries);

    // namespace_ops.cpp. Those that return a LogIndex return the record that the answer depends on.
    Task<Create::Reply> on_create(Create request);
    Task<MakeDirectory::Reply> on_make_directory(MakeDirectory request);
    Task<Rename::Reply> on_rename(Rename request);
    Task<Open::Reply> on_open(Open request);
    Task<Stat::Reply> on_stat(Stat request);
    Task<List::Reply> on_list(List request);
    Task<Result<LogIndex>> create(Create request);
    Task<Result<LogIndex>> make_directory(MakeDirectory request);
    Task<Result<LogIndex>> rename(Rename request);
    Code check_new_name(const std::string& path) const;
    // An earlier try of the same operation is done (rule U15): its record.
    std::optional<LogIndex> done_before(OpId op) { return requests_.find(op, now()); }
    Code check_creation(const std::string& path, UserId user) const;
    log::Entry file_created(const std::string& file, UserId user) const;
    FileStatus status_of(const Namespace::Node& node) const;

    // open_to_write.cpp
    Task<Open::Reply> open_to_write(Open request);
    Task<Result<LogIndex>> replace_file(Open request);

    Task<Find::Reply> on_find(Find request);

    // request_time.cpp
    Task<void> spend_time_on(std::string path);
    Task<void> spend_time_on_all_below(std::string path);
    Task<void> use_processor(Duration time);

    // snapshot.cpp
    Task<Snapshot::Reply> on_snapshot(Snapshot request);
    Task<Result<LogIndex>> snapshot(Snapshot request);
    Task<Code> end_leases(std::vector<ChunkHandle> handles, std::vector<Turn>& turns);
    std::vector<ChunkHandle> chunks_below(const std::string& path) const;
    void check_levels_below(const std::string& path);

    // copy_on_write.cpp
    bool must_copy(const Chunk& chunk) const;
    Task<Result<ChunkHandle>> chunk_to_write(OpId op, std::string file, ChunkHandle handle);
    Task<Result<ChunkHandle>> copy_chunk(OpId op, std::string file, ChunkHandle shared);
    Task<std::vector<ServerId>> copy_locally(CopyChunkLocally request);

    // garbage_collection.cpp
    Task<Delete::Reply> on_delete(Delete request);
    Task<Result<LogIndex>> remove(Delete request);
    Task<LogIndex> reclaim(OpId op, std::string hidden);
    std::vector<log::Entry> deletion_of(const std::string& file, LogIndex record) const;
    void announce_deletion(OpId op, const std::vector<log::Entry>& deletion,
                           std::vector<ChunkHandle> chunks);
    void announce_reclamation(const std::string& hidden, const std::vector<ChunkHandle>& chunks);
    Task<void> scan_loop();
    Task<void> scan_namespace();
    bool is_due(const std::string& hidden, const Namespace::Node& node) const;

    // locations.cpp
    Task<FindLocation::Reply> on_find_location(FindLocation request);
    Task<FindLeaseHolder::Reply> on_find_lease_holder(FindLeaseHolder request);
    Task<Result<ChunkHandle>> chunk_to_mutate(FindLeaseHolder request);
    Result<std::optional<ChunkHandle>> present_chunk(const FindLeaseHolder& request) const;
    void tell_replica(ChunkHandle handle, ServerId server, Version version, ClientId client);
    Code without_replicas() const;

    // chunk_creation.cpp
    Task<Result<ChunkHandle>> create_chunk(OpId op, std::string file, ClientId client);
    std::size_t needed_at_creation(std::size_t goal) const;
    void forget_lost(ChunkHandle handle, std::vector<ServerId>& made) const;
    bool may_create_anew(const Chunk& chunk) const;
    void create_lost_anew();
    Task<void> create_anew_if_free(ChunkHandle handle);
    Task<void> create_anew(ChunkHandle handle, OpId op);
    Task<std::vector<ServerId>> create_on(std::vector<ServerId> servers, CreateChunk request);
    Task<ChunkHandle> new_handle(OpId op);
    struct Placing {
        std::vector<ServerId> holders;  // have a replica already
        std::vector<ServerId> unfit;    // must not get one
        std::size_t copies;
        ChunkHandle chunk{};
        std::optional<std::uint32_t> local_rack{};  // of the client that writes to it first
    };
    std::vector<ServerId> choose_servers(const Placing& placing);
    ServerView view_of(ServerId id, const Server& server) const;

    // lease.cpp
    Task<Result<Lease>> lease_for(ChunkHandle handle, OpId op);
    Task<Result<Lease>> grant(ChunkHandle handle, OpId op);
    Task<Result<Lease>> offer_lease(ChunkHandle handle, OpId op);
    Task<Result<GrantLease>> agree_on_version(GrantLease offer);
    Task<void> reserve_version(GrantLease offer);
    bool leaves_alone(const GrantLease& offer, const std::vector<ServerId>& asked);
    bool has_newcomer(ChunkHandle handle, const std::vector<ServerId>& before) const;
    Task<Code> verify_replica(OpId op, ServerId server, ChunkHandle handle, Version version);
    Task<Code> give_up_offer(GrantLease offer, Code answer);
    Task<LogIndex> log_granted(GrantLease offer, std::size_t holders);
    Result<Lease> record_lease(const GrantLease& offer, LogIndex record);
    void set_replicas(ChunkHandle handle, const std::vector<ServerId>& members);
    ServerId choose_primary(const Chunk& chunk);

    // lease_end.cpp
    enum class Patience : std::uint8_t { none, until_it_is_over };
    Task<bool> end_lease(ChunkHandle handle, Patience patience);
    Task<bool> revoke(std::vector<ChunkHandle> handles, Duration patience);
    void forget_lease(ChunkHandle handle, Chunk& chunk);
    void forget_leases_that_are_over();
    bool in_force(const Chunk& chunk) const;
    bool is_whole(const Chunk& chunk) const;
    bool may_extend(const ReplicaReport& asked, ServerId server) const;
    void extend_lease(const ReplicaReport& asked, ServerId server, HeartBeatAnswer& answer);
    ReportFailure::Reply on_report_failure(const ReportFailure& request);
    Task<void> count_out(ReportFailure request);

    // heartbeat.cpp
    Register::Reply on_register(const Register& request);
    HeartBeat::Reply on_heartbeat(const HeartBeat& request);
    Ping::Reply on_ping(const Ping& request);
    Task<void> watch_servers();
    void declare_dead(ServerId id);
    void doubt_leases_of(const Server& server, ServerId id);
    bool is_alive(ServerId id) const;
    void set_alive(Server& server, bool alive);

    // stale_replicas.cpp
    enum class ReportKind : std::uint8_t { registration, heartbeat };
    void take_report(ServerId id, const ReplicaReport& report, ReportKind kind,
                     std::vector<ReplicaReport>& garbage);
    void take_missing(ServerId id, ChunkHandle handle);
    void begin_granting(ChunkHandle handle) { ++granting_[handle].waiting; }
    void end_granting(ChunkHandle handle);
    void lost_meanwhile(ChunkHandle handle, ServerId server);
    bool has_lost(ChunkHandle handle, ServerId server) const;
    void take_stale(ServerId id, const ReplicaReport& report, ReportKind kind,
                    std::vector<ReplicaReport>& garbage);
    Task<void> adopt_version(ServerId id, Epoch epoch, ReplicaReport report);
    Task<void> adopt_if_good(ServerId id, Epoch epoch, ReplicaReport report);
    bool is_as_reported(ServerId id, Epoch epoch, ChunkHandle handle) const;

    // corruption.cpp
    ReportCorruption::Reply on_report_corruption(const ReportCorruption& request);
    void take_corrupt(ServerId id, ChunkHandle handle, Version version);
    Task<void> count_out_corrupt(ServerId id, ChunkHandle handle, Version version);

    // replica_levels.cpp
    void add_replica(ChunkHandle handle, ServerId server, std::uint64_t length);
    void place_replica(ChunkHandle handle, Chunk& chunk, ServerId server, std::uint64_t length);
    void drop_replica(ChunkHandle handle, ServerId server, std::string_view reason);
    void unplace_replica(ChunkHandle handle, Chunk& chunk, ServerId server,
                         std::string_view reason);
    void check_level(ChunkHandle handle, Chunk& chunk);
    void enqueue(ChunkHandle handle, Chunk& chunk);
    void enqueue_chunks_of(const std::string& file);
    Rank rank_of(const Chunk& chunk);
    void note_blocking(ChunkHandle handle);
    bool is_on_one_rack_too_many(const Chunk& chunk) const;
    void rack_has(std::uint32_t rack, int more_servers);

    // re_replication.cpp
    Task<void> repair_loop();
    bool may_start_clone() const;
    bool may_clone_at(const Server& server) const;
    void start_clones();
    std::optional<Clone> next_clone();
    bool may_be_cloned_first(const Chunk& chunk) const;
    bool is_left_alone(const Chunk& chunk) const;
    std::optional<Clone> plan_clone(ChunkHandle handle, const Chunk& chunk);
    std::optional<ServerId> clone_source(const Chunk& chunk) const;
    void begin_clone(Clone job);
    bool is_under_way(const Clone& job) const;
    Task<void> clone(Clone job);
    Task<bool> prepare_clone(Clone job);
    void end_clone(Clone job, Code code);
    Code judge_clone(const Clone& job, Code code) const;
    void give_up_clones_of(ServerId server);

    // surplus.cpp
    void remove_surplus();
    bool may_remove(const Chunk& chunk) const;
    bool is_confirmed(const Chunk& chunk) const;
    bool has_place_for_another(const Chunk& chunk) const;
    ServerId choose_surplus(const Chunk& chunk);
    std::vector<ServerId> on_shared_racks(const Chunk& chunk) const;
    Task<void> delete_counted_out(ChunkHandle handle, ServerId server);

    // rebalancing.cpp
    void start_moves();
    std::optional<Clone> next_move();
    std::vector<BalanceView> balance_views() const;
    std::optional<Clone> plan_move(const Move& move);
    bool is_movable(ChunkHandle handle, const Chunk& chunk, const Move& move) const;
    void finish_move(const Clone& job);

    Chunk* find(ChunkHandle handle) { return metadata_.find(handle); }
    LocalTime now() const { return host_.now(); }
    sim::TextId text(std::string_view text) const;

    // Every mutation's answer leaves through here.
    template <typename M>
    typename M::Reply reply(const M& request, typename M::Reply answer, LogIndex record) {
        host_.emit(event::master_replied,
                   {M::type, request.client, request.op, answer.code(), record});
        return answer;
    }
    template <typename M>
    typename M::Reply reply(const M& request, const Result<LogIndex>& done) {
        if (!done.ok()) return reply(request, done.code(), LogIndex{0});
        return reply(request, Done{}, *done);
    }

    sim::Host& host_;
    const Config& config_;
    LogStore& store_;
    Appointment appointment_;
    OperationLog log_;
    std::uint64_t bytes_to_read_ = 0;      // by recovery
    std::uint64_t records_to_replay_ = 0;  // by recovery
    Metadata metadata_;
    const Namespace& files_;                 // of metadata_: changed by apply() only
    ChunkPages& chunks_;  // of metadata_, with what only this process knows
    NamespaceLocks locks_;
    std::map<ServerId, Server> servers_;
    std::uint64_t next_handle_ = 1;
    // Handles given out whose chunk is in no file yet, and who has lost a replica of it meanwhile.
    Losses creating_;
    // Chunks that get a new version, and who has lost a replica meanwhile.
    struct Granting {
        std::uint32_t waiting = 0;  // for the version, or for their turn to make it
        std::set<ServerId> lost;
    };
    std::map<ChunkHandle, Granting> granting_;
    sim::KeyedMutex<ChunkHandle> grants_;
    QuotaPromises quotas_;
    LocalTime processor_free_ = long_ago;  // it has work up to then
    std::uint32_t registrations_ = 0;
    std::unique_ptr<PlacementPolicy> placement_;
    sim::Random placement_draws_;
    sim::Random primary_draws_;
    std::unique_ptr<RebalancingPolicy> rebalancing_;
    std::unique_ptr<ReReplicationPolicy> re_replication_;
    sim::Random repair_draws_;
    sim::Random surplus_draws_;
    RequestTable requests_;  // rule U15
    RepairQueue repairs_;           // too few replicas, or all on one rack; not those in clones_
    std::set<ChunkHandle> excess_;  // too many replicas, or one that was counted out
    std::map<ChunkHandle, Clone> clones_;
    std::uint64_t clones_begun_ = 0;
    bool is_rebalancing_ = false;  // the last scan, or a move since, found something to move
    ChunkHandle last_moved_{};
    std::map<std::uint32_t, int> live_servers_;  // by rack; only racks with one at least
    std::set<ChunkHandle> deleting_;  // a replica that was counted out is being deleted
    sim::Signal repair_;
    bool serving_ = false;
    bool collecting_ = true;
};

}  // namespace gfs
