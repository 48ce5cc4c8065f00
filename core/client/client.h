// SPDX-License-Identifier: Apache-2.0
// The client library that is linked into each application (GFS 2.3): it talks to the master for
// metadata and to the chunkservers for data, caches metadata and never file data (GFS 2.3), and
// retries. One object per client process. Every public operation emits client.op_started and then
// client.op_ok or client.op_failed.
//
// One section, one file: operations and their limits client.cpp, what is tried again retry.cpp
// (GFS 3.1), namespace.cpp (GFS 4.1), location_cache.cpp (GFS 2.7.1), read.cpp (GFS 2.4),
// write.cpp (GFS 3.1), push.cpp (GFS 3.2), append.cpp (GFS 3.3).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/location_cache.h"
#include "core/common/config.h"
#include "core/common/messages.h"
#include "sim/executor.h"
#include "sim/future.h"
#include "sim/host.h"
#include "core/policy/replica_choice.h"
#include "core/policy/retry.h"
#include "core/policy/timeout.h"
#include "sim/random.h"

namespace gfs {

using sim::Task;

// What an operation is about, from the application's side.
struct WriteRequest {
    std::string file;
    std::uint64_t offset;  // in the file
    DataId data;
    std::uint64_t length;
};
struct AppendRequest {
    std::string file;
    DataId data;
    std::uint64_t length;
};
struct ReadRequest {
    std::string file;
    std::uint64_t offset = 0;             // in the file
    std::optional<std::uint64_t> length;  // absent: to the end of the file
};
struct FileData {
    std::uint64_t length = 0;     // bytes got, from the offset asked for
    std::vector<Extent> extents;  // offsets are in the file; holes left out
};

class Client {
  public:
    // `master` is resolved at every call, like a DNS name (GFS 5.1.3). Not owned: all of them.
    // `shadows` are asked when the master is silent.
    Client(sim::Host& host, const Config& config, const HostId& master,
           const std::vector<HostId>& shadows, std::uint64_t seed);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    ClientId id() const { return host_.id(); }
    sim::Host& host() const { return host_; }

    // Every operation ends within `limit` of the client's clock. With no limit set, a time that
    // follows from the configuration has to pass without progress: a part of a long read or write
    // that succeeds is progress. An operation that runs into its limit ends with Code::gave_up if
    // it may have happened, else with the last code if that is definite.
    void set_op_limit(std::optional<Duration> limit) { op_limit_ = limit; }
    // Whom the application works for; root until something else is said.
    void set_user(UserId user) { user_ = user; }
    std::size_t operations_running() const { return running_.size(); }

    // ---- namespace (GFS 2.2, 4.1) ----
    // The paper has no request ids: when the answer to a first try was lost, a second try may find
    // that a file exists already, or does no more. The client reports what it was told, and
    // client.op_failed says whether that is definite (anomaly A16).
    Task<Result<Done>> create(std::string file);
    Task<Result<Done>> make_directory(std::string directory);
    Task<Result<Done>> remove(std::string file);
    // Gives a deleted file its old name back; of several that had it, the one deleted last. It is
    // found by its hidden name and renamed (GFS 4.4.1).
    Task<Result<Done>> undelete(std::string file);
    // Deletes a deleted file again: its storage is reclaimed at once (GFS 4.4.2).
    Task<Result<Done>> expedite(std::string file);
    Task<Result<Done>> rename(std::string from, std::string to);
    // A copy of a file, or of a directory with all below it, as it is at one instant (GFS 3.4).
    Task<Result<Done>> snapshot(std::string from, std::string to);
    Task<Result<Names>> list(std::string directory);
    // The files that match a pattern, with whole pathnames (GFS 6.3.4).
    Task<Result<Names>> find(std::string pattern);
    Task<Result<FileStatus>> stat(std::string file);
    // Opening forgets all that is cached of the file (GFS 2.7.1).
    Task<Result<FileStatus>> open(std::string file);
    // A new file of this name; an old version is deleted (GFS 6.3.4).
    Task<Result<FileStatus>> open_to_write(std::string file);
    void close(const std::string& file);
    // Asks the master, whatever is cached.
    Task<Result<ChunkLocations>> locations(std::string file, ChunkIndex index);

    // ---- data ----
    // A write that is large or straddles a chunk boundary is done part by part (GFS 3.1): when it
    // fails, some parts may have been written.
    Task<Result<Done>> write(WriteRequest request);
    // The offset in the file at which the record begins (GFS 3.3). REQUIRES: length > 0.
    Task<Result<std::uint64_t>> append(AppendRequest request);
    // Fewer bytes than asked for at the end of the file; none beyond it.
    Task<Result<FileData>> read(ReadRequest request);

  private:
    // An operation that has begun and not ended.
    struct Running {
        const char* kind;
        std::string file;
        LocalTime began;
        LocalTime ends;                  // runs into its limit
        bool may_have_happened = false;  // some try of a mutation ended with an indefinite code
        bool on_a_primary = false;       // some try was applied by the primary, and then failed
        bool from_shadow = false;        // so came the last answer about metadata
        std::uint32_t failures = 0;      // in a row, since the last progress
        std::uint32_t attempts = 1;
        Code last = Code::gave_up;  // of the last try
    };
    struct Begin {
        const char* kind;
        std::string file;
        std::string to{};
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        DataId data = no_data;
    };
    struct Outcome {
        std::uint64_t bytes = 0;
        std::uint64_t offset = 0;
    };
    // A piece of a read or write within one chunk.
    struct Piece {
        OpId op;
        std::string file;
        ChunkIndex index{};
        std::uint64_t offset = 0;  // in the chunk
        std::uint64_t length = 0;
        std::uint64_t wanted = 0;  // by a read, from here on
        DataId data = no_data;
        std::uint64_t data_offset = 0;
        bool first_of_chunk = true;  // of those that this operation reads from the chunk
        bool to_the_end = false;     // the application did not say how much it wants
        bool one_block = false;      // one checksum block at a time
    };
    struct PieceRead {
        std::uint64_t length = 0;
        std::vector<Extent> extents;  // offsets are in the chunk
        // Nothing is to be read beyond it: the end of the replica, or of the chunk when others
        // follow.
        std::uint64_t replica_end = 0;
    };
    using PieceState = sim::Future<Result<PieceRead>>::State;
    // What one replica's answer means for the read.
    struct ReplicaAnswer {
        enum class Kind : std::uint8_t { got, ended_early, failed };
        Kind kind = Kind::failed;
        Code code = Code::timeout;  // failed
        PieceRead data;
    };
    struct Located {
        LocationCache::Entry entry;
        bool cached;
    };
    // One try of steps 3 to 7 (GFS 3.1).
    struct Try {
        Code code;
        bool asked_primary;        // false: the data did not reach all replicas
        std::uint64_t offset = 0;  // in the chunk, of a record append that succeeded
    };

    // client.cpp
    OpId begin(const Begin& what);
    void end_ok(OpId op, const Outcome& outcome);
    void end_failed(OpId op, Code code);
    template <typename T>
    Result<T> end(OpId op, Result<T> result) {
        if (result.ok())
            end_ok(op, {});
        else
            end_failed(op, result.code());
        return result;
    }
    Running& running(OpId op);
    void made_progress(OpId op);
    Duration default_limit() const;
    Duration time_left(OpId op) const;
    // How long to wait for `to`, to which so many bytes flow, or from which they come.
    Duration patience(OpId op, std::uint64_t bytes, HostId to) const;
    // What became of a request that was sent at `sent`: for the time-outs of those that follow.
    void note_answer(HostId to, LocalTime sent, Code code);

    // retry.cpp
    Task<bool> back_off(OpId op, Code code);
    Code code_at_limit(OpId op) const;

    // namespace.cpp
    Task<Result<std::string>> hidden_name_of(OpId op, std::string file);

    // ask_master.h: asks until the answer is final or the operation runs into its limit.
    template <typename M>
    Task<typename M::Reply> ask_master(M request);
    template <typename M>
    Task<typename M::Reply> ask_shadows(M request);

    // read.cpp
    Task<Result<PieceRead>> read_chunk(Piece share);
    Piece piece_of(const Piece& share, std::uint64_t done) const;
    sim::Future<Result<PieceRead>> start_piece(Piece piece);
    Task<void> finish_piece(Piece piece, std::shared_ptr<PieceState> state);
    Task<Result<PieceRead>> read_piece(Piece piece);
    Task<ReplicaAnswer> read_replica(Piece piece, Located located, ServerId server);
    ReplicaAnswer judge(const Piece& piece, const Located& located, ServerId server,
                        const Answer<ReadData>& answer);
    Task<Result<Located>> locate(Piece piece, bool refresh);
    Task<Result<Locations>> find_location(OpId op, std::string file, ChunkIndex index,
                                          std::uint32_t count);
    std::uint32_t chunks_ahead(const Piece& piece) const;

    // write.cpp, push.cpp, append.cpp
    Task<Result<LeaseHolder>> lease_holder(OpId op, std::string file,
                                           std::optional<ChunkIndex> index);
    Task<Result<LeaseHolder>> next_holder(OpId op, std::string file, ChunkIndex full);
    Task<Result<LeaseHolder>> holder_for(Piece record, std::optional<ChunkIndex> full);
    Task<Code> write_piece(Piece piece);
    Task<Result<std::uint64_t>> append_record(Piece record);
    Task<Try> try_write(Piece piece, LeaseHolder holder);
    Task<Try> try_append(Piece record, LeaseHolder holder);
    Task<Code> push(Piece piece, std::vector<ServerId> replicas);
    Task<Code> push_chain(Piece piece, std::vector<ServerId> replicas);
    Task<Code> push_star(Piece piece, std::vector<ServerId> replicas);
    void emit_push(const Piece& piece, ServerId server);

    // For reads, as `/gfs/replica_choice` has it.
    void order_for_reading(std::vector<ServerId>& servers);
    // Closest first; the order among equals is drawn.
    void order_by_distance(std::vector<ServerId>& servers);
    sim::TextId text(std::string_view name) const;
    void emit_retried(OpId op, Code code);
    void emit_listed(OpId op, const std::string& directory, const Names& names);

    sim::Host& host_;
    const Config& config_;
    const HostId& master_;
    const std::vector<HostId>& shadows_;
    UserId user_ = root_user;
    std::optional<Duration> op_limit_;
    sim::Random back_off_draws_;
    sim::Random replica_draws_;
    LocationCache cache_;
    std::unique_ptr<RetryPolicy> retry_;
    std::unique_ptr<TimeoutPolicy> timeout_;
    std::unique_ptr<ReplicaChoice> replica_choice_;
    std::map<ServerId, std::uint64_t> reads_asked_;
    std::map<OpId, Running> running_;
    std::uint32_t operations_begun_ = 0;
};

}  // namespace gfs
