// SPDX-License-Identifier: Apache-2.0
// The messages between clients, master, chunkservers and log replicas, in the paper's verbs. Every
// request carries the client's operation it serves (0 for none), so that a whole interaction can be
// put together from the events (GFS 5.3).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/common/client_messages.h"
#include "core/common/content.h"
#include "core/common/ids.h"
#include "core/common/log_record.h"

namespace gfs {

// ---- chunkserver to chunkserver ----------------------------------------------------------------

// A mutation in the order that the primary gave it.
struct Mutation {
    enum class Kind : std::uint8_t { write, append, pad };
    Kind kind;
    ChunkHandle chunk;
    Version version;  // of the lease it was ordered under
    Serial serial;
    std::uint64_t offset;
    std::uint64_t length;
    DataId data;
    std::uint64_t data_offset = 0;  // which byte of `data` comes first
};
const char* name(Mutation::Kind kind);

struct ApplyMutation : MessageBase<Message::ApplyMutation> {
    OpId op;
    Mutation mutation;
    // Every mutation below this serial number has been acknowledged or has failed at the primary:
    // who has not seen it need not wait for it.
    Serial settled;
    LocalTime lease_expires;  // after it, nobody applies the mutation any more
};
struct ReplicaCopy {
    Version version;
    Content content;
    std::uint64_t bandwidth;  // bytes/s at which it is sent
};
struct CopyChunk : MessageBase<Message::CopyChunk, ReplicaCopy> {
    OpId op{};
    ChunkHandle chunk;
    Version version;
    std::uint64_t bandwidth;  // bytes/s: the copier throttles its reads (GFS 4.3)
};

// ---- master to chunkserver ---------------------------------------------------------------------

// Each says which master it is from: the word of one that has been replaced is refused (rule U20).

struct CreateChunk : MessageBase<Message::CreateChunk> {
    OpId op;
    ChunkHandle chunk;
    Version version;
    MasterEpoch master{1};
};
// To a secondary: store the version, `primary` is another. To the primary: store it and take up the
// lease; `secondaries` are those who stored it before.
struct GrantLease : MessageBase<Message::GrantLease> {
    OpId op;
    ChunkHandle chunk;
    Version version;
    ServerId primary;
    std::vector<ServerId> secondaries;
    LocalTime expires;  // on the master's clock; the primary compares it with its own
    MasterEpoch master{1};
};
// Before the master counts on this replica and on no other, though there are others: is all of it
// as its checksums say (GFS 5.2), and the version, or a later one, on the disk?
struct VerifyReplica : MessageBase<Message::VerifyReplica> {
    OpId op;
    ChunkHandle chunk;
    Version version;
    MasterEpoch master{1};
};
struct RevokeLease : MessageBase<Message::RevokeLease> {
    OpId op{};
    ChunkHandle chunk;
    Version version;
    MasterEpoch master{1};
};
struct CloneChunk : MessageBase<Message::CloneChunk> {
    OpId op{};
    ChunkHandle chunk;
    Version version;
    ServerId source;
    MasterEpoch master{1};
};
// Copy on write: `copy` is created here with the data of `chunk` (GFS 3.4).
struct CopyChunkLocally : MessageBase<Message::CopyChunkLocally> {
    OpId op;
    ChunkHandle chunk;
    Version version;  // of the chunk; another one here is not copied
    ChunkHandle copy;
    Version copy_version;
    MasterEpoch master{1};
};
struct DeleteChunk : MessageBase<Message::DeleteChunk> {
    OpId op{};
    ChunkHandle chunk;
    Version version;  // at most this one: a replica that has been renewed since is kept
    MasterEpoch master{1};
    // What the master knew of the server: its registration, and its last HeartBeat from then on.
    Epoch registration{};
    std::uint64_t heard = 0;
};

// ---- chunkserver to master ---------------------------------------------------------------------

struct ReplicaReport {
    ChunkHandle chunk;
    Version version;  // Version{0}: a copy that was never finished (GFS 3.4)
    std::uint64_t length;
    bool corrupt = false;  // it failed a checksum (GFS 5.2)
    bool missing = false;  // its file was there and is gone
};
struct Registered {
    Epoch epoch;
    std::vector<ReplicaReport> garbage;  // stale or unknown: free to delete up to this version
};
struct Register : MessageBase<Message::Register, Registered> {
    OpId op{};
    ServerId server;
    std::uint64_t disk_capacity;  // bytes
    std::uint64_t disk_used;      // bytes
    std::vector<ReplicaReport> replicas;
};
struct LeaseExtension {
    ChunkHandle chunk;
    Version version;
    LocalTime expires;  // on the master's clock
};
struct HeartBeatAnswer {
    std::vector<LeaseExtension> extensions;
    std::vector<ReplicaReport> garbage;
};
struct HeartBeat : MessageBase<Message::HeartBeat, HeartBeatAnswer> {
    OpId op{};
    ServerId server;
    Epoch epoch;
    std::uint64_t number = 0;  // 1, 2, 3, ... since the registration
    std::uint64_t disk_capacity;
    std::uint64_t disk_used;
    std::vector<ReplicaReport> extend;    // leases held here on chunks that are being mutated
    std::vector<ReplicaReport> replicas;  // a subset, in turn (GFS 4.4.1)
};
// A replica failed a checksum (GFS 5.2). Should this get lost: HeartBeats say so as well.
struct ReportCorruption : MessageBase<Message::ReportCorruption> {
    OpId op{};
    ServerId server;
    ChunkHandle chunk;
    Version version;
    std::uint64_t offset;  // of the block
};
// A secondary failed `report_secondary_after` times in a row (rule U6).
struct ReportFailure : MessageBase<Message::ReportFailure> {
    OpId op{};
    ServerId primary;
    ChunkHandle chunk;
    Version version;
    ServerId failed;
};

// ---- master to log replica, and everybody ------------------------------------------------------

// How far a log replica has the log, durably.
struct LogStored {
    LogIndex last;
    bool same;  // what it has up to `last` is what the master has
    LogIndex checkpoint;  // what its latest complete checkpoint contains
};
// Records that follow `after`. A log replica that has less, or something else there, answers up to
// where the two may be the same, and is sent the rest.
struct ReplicateLog : MessageBase<Message::ReplicateLog, LogStored> {
    OpId op{};
    MasterEpoch master;
    LogIndex start;  // where this process found its log to end: a later record of another is void
    LogIndex after;
    MasterEpoch after_master{1};  // of the record `after`
    LogIndex flushed{0};          // up to here everything is safe, and may be shown to readers
    std::vector<LogRecord> records;
};
struct ReplicateCheckpoint : MessageBase<Message::ReplicateCheckpoint, LogStored> {
    OpId op{};
    MasterEpoch master;
    LogIndex start;
    Checkpoint checkpoint;
};
// Which log replicas count: flushes wait for them, so that each has every record that was
// acknowledged. The monitor makes no other a master.
struct CountLogReplica : MessageBase<Message::CountLogReplica> {
    OpId op{};
    MasterEpoch master;
    HostId replica;
    bool counts;
    std::uint64_t change;  // numbers the changes of this master: a later one has been heard
};

// ---- shadows (GFS 5.1.3) -----------------------------------------------------------------------

struct LogTail {
    Checkpoint checkpoint;  // without a state, unless the records asked for have been deleted
    std::vector<LogRecord> records;
    std::optional<RecordMark> after;  // of the record asked after, if it is there and flushed
};
// Flushed records that follow `after`.
struct ReadLog : MessageBase<Message::ReadLog, LogTail> {
    OpId op{};
    LogIndex after;
};
struct ChunkList {
    std::vector<ReplicaReport> replicas;
};
struct PollChunks : MessageBase<Message::PollChunks, ChunkList> {
    OpId op{};
};

struct Ping : MessageBase<Message::Ping> {
    OpId op{};
};

// Bytes on the wire: the header, the fields, and for a read or a copy the data itself. The data of
// a PushData travels beside it, as a sim::Transfer.
std::uint64_t wire_bytes(const Create& m);
std::uint64_t wire_bytes(const Delete& m);
std::uint64_t wire_bytes(const Rename& m);
std::uint64_t wire_bytes(const Snapshot& m);
std::uint64_t wire_bytes(const MakeDirectory& m);
std::uint64_t wire_bytes(const List& m);
std::uint64_t wire_bytes(const Find& m);
std::uint64_t wire_bytes(const Open& m);
std::uint64_t wire_bytes(const Stat& m);
std::uint64_t wire_bytes(const FindLocation& m);
std::uint64_t wire_bytes(const FindLeaseHolder& m);
std::uint64_t wire_bytes(const PushData& m);
std::uint64_t wire_bytes(const Write& m);
std::uint64_t wire_bytes(const RecordAppend& m);
std::uint64_t wire_bytes(const Read& m);
std::uint64_t wire_bytes(const ApplyMutation& m);
std::uint64_t wire_bytes(const CopyChunk& m);
std::uint64_t wire_bytes(const CreateChunk& m);
std::uint64_t wire_bytes(const GrantLease& m);
std::uint64_t wire_bytes(const VerifyReplica& m);
std::uint64_t wire_bytes(const RevokeLease& m);
std::uint64_t wire_bytes(const CloneChunk& m);
std::uint64_t wire_bytes(const CopyChunkLocally& m);
std::uint64_t wire_bytes(const DeleteChunk& m);
std::uint64_t wire_bytes(const Register& m);
std::uint64_t wire_bytes(const HeartBeat& m);
std::uint64_t wire_bytes(const ReportCorruption& m);
std::uint64_t wire_bytes(const ReportFailure& m);
std::uint64_t wire_bytes(const ReplicateLog& m);
std::uint64_t wire_bytes(const ReplicateCheckpoint& m);
std::uint64_t wire_bytes(const CountLogReplica& m);
std::uint64_t wire_bytes(const ReadLog& m);
std::uint64_t wire_bytes(const PollChunks& m);
std::uint64_t wire_bytes(const Ping& m);
std::uint64_t wire_bytes(const Answer<Done>& m);
std::uint64_t wire_bytes(const Answer<Names>& m);
std::uint64_t wire_bytes(const Answer<FileStatus>& m);
std::uint64_t wire_bytes(const Answer<Locations>& m);
std::uint64_t wire_bytes(const Answer<LeaseHolder>& m);
std::uint64_t wire_bytes(const Answer<Appended>& m);
std::uint64_t wire_bytes(const Answer<ReadData>& m);
std::uint64_t wire_bytes(const Answer<ReplicaCopy>& m);
std::uint64_t wire_bytes(const Answer<Registered>& m);
std::uint64_t wire_bytes(const Answer<HeartBeatAnswer>& m);
std::uint64_t wire_bytes(const Answer<LogStored>& m);
std::uint64_t wire_bytes(const Answer<LogTail>& m);
std::uint64_t wire_bytes(const Answer<ChunkList>& m);

// Clones are throttled at their source (GFS 4.3).
inline std::uint64_t rate_cap(const Answer<ReplicaCopy>& m) { return m.ok() ? m->bandwidth : 0; }

}  // namespace gfs
