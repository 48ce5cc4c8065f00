// SPDX-License-Identifier: Apache-2.0
// Records of the operation log (GFS 2.6.3), the only persistent record of metadata. Replaying them
// in order gives the master's state; replica locations are not among them (GFS 2.6.2).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/common/config.h"
#include "core/common/ids.h"

namespace gfs {

namespace log {

struct FileCreated {
    std::string file;
    std::uint32_t goal;  // replicas of each of its chunks (GFS 2.3)
    UserId owner = root_user;
    Mode mode = 0666;
};
struct DirectoryCreated {
    std::string directory;
    UserId owner = root_user;
    Mode mode = 0666;
};
// To its hidden name (GFS 4.4.1); `at` is on the master's clock.
struct FileDeleted {
    std::string file;
    std::string hidden;
    sim::LocalTime at;
};
struct DirectoryDeleted {
    std::string directory;
};
// A hidden file's metadata is erased; its chunks become orphans.
struct FileReclaimed {
    std::string hidden;
};
// A file, or a directory with all below it.
struct Renamed {
    std::string from;
    std::string to;
};
// All handles below this one may have been given out, so that none is ever used twice.
struct HandlesReserved {
    std::uint64_t below;
};
struct ChunkAdded {
    std::string file;
    ChunkIndex index;
    ChunkHandle chunk;
    Version version;
};
// A file, or a directory with all below it, is at `to` as well; the chunks are shared (GFS 3.4).
struct SnapshotTaken {
    std::string from;
    std::string to;
};
// The file has `chunk` in place of `from`, which others have as well (GFS 3.4). Nothing happens if
// by then no file of this name has `from` at that place.
struct ChunkCopied {
    std::string file;
    ChunkIndex index;
    ChunkHandle from;
    ChunkHandle chunk;
    Version version;
};
// The number is taken, before anybody hears of it (rule U4).
struct VersionReserved {
    ChunkHandle chunk;
    Version version;
};
// Replicas have stored the number, or the master adopted it from one that had (GFS 4.5).
struct VersionGranted {
    ChunkHandle chunk;
    Version version;
};

using Entry = std::variant<FileCreated, DirectoryCreated, FileDeleted, DirectoryDeleted,
                           FileReclaimed, Renamed, SnapshotTaken, HandlesReserved, ChunkAdded,
                           ChunkCopied, VersionReserved, VersionGranted>;

// "file_created", "version_reserved": for events and traces.
const char* name(const Entry& entry);

// The names that an entry is about: a file or directory, and the name that it gets. Empty for none.
struct Subject {
    std::string_view file;
    std::string_view to;
};
Subject subject(const Entry& entry);

}  // namespace log

struct LogRecord {
    LogIndex index;
    OpId op;  // the client's operation that caused it; 0 for the master's own
    log::Entry entry;
    // Which master put it into the order. Two logs that have a record of the same index and master
    // are the same up to there.
    MasterEpoch master{1};
};

// By which a record is told from another one that has taken its place, in a log that began after
// this one was lost.
struct RecordMark {
    LogIndex index;
    MasterEpoch master;
    OpId op;
    std::size_t kind;  // of its entry
    bool operator==(const RecordMark&) const = default;
};
inline RecordMark mark_of(const LogRecord& record) {
    return {record.index, record.master, record.op, record.entry.index()};
}

// Bytes of the record on disk and wire.
std::uint64_t size_bytes(const LogRecord& record);

class Metadata;

// The state after a record, in a form that is used without replaying anything (GFS 2.6.3). Shared
// by all machines that have it.
struct Checkpoint {
    LogIndex last{0};       // all records up to here are in it
    MasterEpoch master{1};  // of that record
    std::shared_ptr<const Metadata> state;
    std::uint64_t bytes = 0;  // on disk and wire
};

}  // namespace gfs
