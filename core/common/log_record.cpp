// SPDX-License-Identifier: Apache-2.0

#include "core/common/log_record.h"

#include <type_traits>

namespace gfs {
namespace log {
namespace {

struct Name {
    const char* operator()(const FileCreated&) const { return "file_created"; }
    const char* operator()(const DirectoryCreated&) const { return "directory_created"; }
    const char* operator()(const FileDeleted&) const { return "file_deleted"; }
    const char* operator()(const DirectoryDeleted&) const { return "directory_deleted"; }
    const char* operator()(const FileReclaimed&) const { return "file_reclaimed"; }
    const char* operator()(const Renamed&) const { return "renamed"; }
    const char* operator()(const SnapshotTaken&) const { return "snapshot_taken"; }
    const char* operator()(const HandlesReserved&) const { return "handles_reserved"; }
    const char* operator()(const ChunkAdded&) const { return "chunk_added"; }
    const char* operator()(const ChunkCopied&) const { return "chunk_copied"; }
    const char* operator()(const VersionReserved&) const { return "version_reserved"; }
    const char* operator()(const VersionGranted&) const { return "version_granted"; }
};

// Texts of a record, without their length prefixes.
struct TextBytes {
    std::uint64_t operator()(const FileCreated& e) const { return e.file.size(); }
    std::uint64_t operator()(const DirectoryCreated& e) const { return e.directory.size(); }
    std::uint64_t operator()(const FileDeleted& e) const { return e.file.size() + e.hidden.size(); }
    std::uint64_t operator()(const DirectoryDeleted& e) const { return e.directory.size(); }
    std::uint64_t operator()(const FileReclaimed& e) const { return e.hidden.size(); }
    std::uint64_t operator()(const Renamed& e) const { return e.from.size() + e.to.size(); }
    std::uint64_t operator()(const SnapshotTaken& e) const { return e.from.size() + e.to.size(); }
    std::uint64_t operator()(const HandlesReserved&) const { return 0; }
    std::uint64_t operator()(const ChunkAdded& e) const { return e.file.size(); }
    std::uint64_t operator()(const ChunkCopied& e) const { return e.file.size(); }
    std::uint64_t operator()(const VersionReserved&) const { return 0; }
    std::uint64_t operator()(const VersionGranted&) const { return 0; }
};

// By the members that the entry has.
struct SubjectOf {
    template <typename E>
    Subject operator()(const E& e) const {
        if constexpr (requires { e.from; e.to; }) {
            return {e.from, e.to};
        } else if constexpr (requires { e.file; e.hidden; }) {
            return {e.file, e.hidden};
        } else if constexpr (requires { e.file; }) {
            return {e.file, {}};
        } else if constexpr (requires { e.directory; }) {
            return {e.directory, {}};
        } else if constexpr (requires { e.hidden; }) {
            return {e.hidden, {}};
        } else {
            return {};
        }
    }
};

}  // namespace

const char* name(const Entry& entry) { return std::visit(Name{}, entry); }

Subject subject(const Entry& entry) { return std::visit(SubjectOf{}, entry); }

}  // namespace log

std::uint64_t size_bytes(const LogRecord& record) {
    // Length, checksum, index, op, master, kind, and room for three numbers and two text lengths.
    constexpr std::uint64_t fixed_bytes = 4 + 4 + 8 + 8 + 4 + 2 + 24 + 4;
    return fixed_bytes + std::visit(log::TextBytes{}, record.entry);
}

}  // namespace gfs
