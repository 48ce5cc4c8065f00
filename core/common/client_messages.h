// SPDX-License-Identifier: Apache-2.0
// What clients say to the master and to chunkservers, and the parts that all messages share. The
// others are in messages.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/common/codes.h"
#include "core/common/config.h"
#include "core/common/content.h"
#include "core/common/ids.h"
#include "core/common/log_record.h"
#include "core/common/message_types.h"
#include "sim/network/transfer.h"

namespace gfs {

using sim::Duration;
using sim::LocalTime;

// The answer to a message: a value or a code. No answer in time is Code::timeout.
template <typename T>
class Answer : public Result<T> {
  public:
    using Result<T>::Result;
    Answer(Result<T> result) : Result<T>(std::move(result)) {}
    static Answer timed_out() { return Code::timeout; }
};

// Ties a struct to its row of messages.def and its answer.
template <Message id, typename Answered = Done>
struct MessageBase {
    static constexpr sim::MessageType type = request_type(id);
    using Reply = Answer<Answered>;
};

// ---- client to master --------------------------------------------------------------------------

struct Create : MessageBase<Message::Create> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string file;
};
struct Delete : MessageBase<Message::Delete> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string file;
};
struct Rename : MessageBase<Message::Rename> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string from;
    std::string to;
};
// A file, or a directory with all below it (GFS 3.4).
struct Snapshot : MessageBase<Message::Snapshot> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string from;
    std::string to;
};
struct MakeDirectory : MessageBase<Message::MakeDirectory> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string directory;
};
struct Names {
    std::vector<std::string> names;  // the last components, ordered; a directory's ends with '/'
};
struct List : MessageBase<Message::List, Names> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string directory;
};
// Answered with whole pathnames, ordered. Deleted files are found by patterns that begin like their
// hidden names (GFS 4.4.1).
struct Find : MessageBase<Message::Find, Names> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string pattern;
};
struct FileStatus {
    bool directory = false;
    std::uint32_t chunks = 0;
    std::uint32_t goal = 0;  // replicas per chunk
    UserId owner = root_user;
    Mode mode = 0;
};
struct Open : MessageBase<Message::Open, FileStatus> {
    enum class How : std::uint8_t {
        to_read,
        to_write,  // a new file; an old version is deleted (GFS 6.3.4)
    };
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string file;
    How how = How::to_read;
};
struct Stat : MessageBase<Message::Stat, FileStatus> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string file;
};

// Where a chunk is (GFS 2.4). Only current replicas are named (GFS 4.5).
struct ChunkLocations {
    ChunkIndex index;
    ChunkHandle chunk;
    Version version;
    std::vector<ServerId> servers;
};
struct Locations {
    std::uint32_t file_chunks = 0;       // how many chunks the file has now
    std::vector<ChunkLocations> chunks;  // the one asked for, then some of those that follow
};
struct FindLocation : MessageBase<Message::FindLocation, Locations> {
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string file;
    ChunkIndex first;
    std::uint32_t count = 1;
};

// Steps 1 and 2 of GFS 3.1. The version goes to the client as well (GFS 4.5).
struct LeaseHolder {
    ChunkIndex index;
    ChunkHandle chunk;
    Version version;
    ServerId primary;
    std::vector<ServerId> secondaries;
};
struct FindLeaseHolder : MessageBase<Message::FindLeaseHolder, LeaseHolder> {
    enum class Which : std::uint8_t {
        at_index,  // chunk `index`; created if it is the file's next one
        last,      // the file's last chunk, for a record append; created if there is none
        // For a record that did not fit into chunk `index`: the next chunk, or one created after it
        // while this request waited (`/gfs/next_chunk`: always).
        after,
    };
    OpId op;
    ClientId client;
    UserId user = root_user;
    std::string file;
    Which which = Which::at_index;
    ChunkIndex index{};
};

// ---- client to chunkserver ---------------------------------------------------------------------

// Step 3 of GFS 3.1, by GFS 3.2: answered when this server and all of `forward_to` have the data.
struct PushData : MessageBase<Message::PushData> {
    OpId op;
    DataId data;
    std::uint64_t data_offset = 0;  // [data_offset, data_offset + length) of `data` is pushed
    std::uint64_t length;
    std::vector<ServerId> forward_to;  // who has not received the data yet
    Duration patience;                 // how long the sender waits for the answer
    std::shared_ptr<sim::Transfer> transfer;
};

// Step 4. A write that was split (GFS 3.1) names the part of its data that this message is about.
struct Write : MessageBase<Message::Write> {
    OpId op;
    ClientId client;
    ChunkHandle chunk;
    Version version;
    DataId data;
    std::uint64_t offset;  // in the chunk
    std::uint64_t length;
    std::uint64_t data_offset = 0;  // which byte of `data` comes first
};
struct Appended {
    std::uint64_t offset;  // in the chunk: where the record begins on every replica
};
struct RecordAppend : MessageBase<Message::RecordAppend, Appended> {
    OpId op;
    ClientId client;
    ChunkHandle chunk;
    Version version;
    DataId data;
    std::uint64_t length;
};
struct ReadData {
    Version version;                // of the replica that answered
    std::uint64_t replica_length;   // where the replica ends
    std::uint64_t length;           // bytes returned; fewer than asked for at the replica's end
    std::vector<Extent> extents;    // offsets are in the chunk; holes left out
};
struct Read : MessageBase<Message::Read, ReadData> {
    OpId op;
    ClientId client;
    ChunkHandle chunk;
    Version version;  // as the master told it; an older replica refuses
    std::uint64_t offset;
    std::uint64_t length;
};

}  // namespace gfs
