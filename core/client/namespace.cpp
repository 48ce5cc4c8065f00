// SPDX-License-Identifier: Apache-2.0
// Namespace operations, all of them one request to the master: GFS 2.2, 4.1. The locking that makes
// them atomic is the master's.

#include <utility>

#include "core/client/ask_master.h"
#include "core/common/events.h"
#include "core/common/hidden_name.h"
#include "core/common/name_digest.h"

namespace gfs {

Task<Result<Done>> Client::create(std::string file) {
    const OpId op = begin({.kind = "create", .file = file});
    Create request{.op = op, .client = id(), .file = std::move(file)};
    Result<Done> answer = co_await ask_master(std::move(request));
    co_return end(op, std::move(answer));
}

Task<Result<Done>> Client::make_directory(std::string directory) {
    const OpId op = begin({.kind = "mkdir", .file = directory});
    MakeDirectory request{.op = op, .client = id(), .directory = std::move(directory)};
    Result<Done> answer = co_await ask_master(std::move(request));
    co_return end(op, std::move(answer));
}

Task<Result<Done>> Client::remove(std::string file) {
    const OpId op = begin({.kind = "delete", .file = file});
    Delete request{.op = op, .client = id(), .file = file};
    Result<Done> answer = co_await ask_master(std::move(request));
    cache_.forget(file);
    co_return end(op, std::move(answer));
}

Task<Result<Done>> Client::undelete(std::string file) {
    const OpId op = begin({.kind = "undelete", .file = file});
    const Result<std::string> hidden = co_await hidden_name_of(op, file);
    if (!hidden.ok()) co_return end(op, Result<Done>(hidden.code()));
    Rename request{.op = op, .client = id(), .from = *hidden, .to = file};
    Result<Done> answer = co_await ask_master(std::move(request));
    cache_.forget(file);
    co_return end(op, std::move(answer));
}

Task<Result<Done>> Client::expedite(std::string file) {
    const OpId op = begin({.kind = "expedite", .file = file});
    const Result<std::string> hidden = co_await hidden_name_of(op, std::move(file));
    if (!hidden.ok()) co_return end(op, Result<Done>(hidden.code()));
    Delete request{.op = op, .client = id(), .file = *hidden};
    Result<Done> answer = co_await ask_master(std::move(request));
    co_return end(op, std::move(answer));
}

// Of the deleted files that had this name, the one that was deleted last.
Task<Result<std::string>> Client::hidden_name_of(OpId op, std::string file) {
    Find request{.op = op, .client = id(), .pattern = std::string(hidden_prefix) + "*"};
    const Result<Names> hidden = co_await ask_master(std::move(request));
    if (!hidden.ok()) co_return hidden.code();
    std::string found;
    LogIndex latest{0};
    for (const std::string& path : hidden->names) {
        const auto name = parse_hidden_name(path);
        if (!name || name->file != file || name->record < latest) continue;
        latest = name->record;
        found = path;
    }
    if (found.empty()) co_return Code::not_found;
    co_return found;
}

Task<Result<Done>> Client::rename(std::string from, std::string to) {
    const OpId op = begin({.kind = "rename", .file = from, .to = to});
    Rename request{.op = op, .client = id(), .from = from, .to = to};
    Result<Done> answer = co_await ask_master(std::move(request));
    // Whatever was cached under either name may now be another file's.
    cache_.forget(from);
    cache_.forget(to);
    co_return end(op, std::move(answer));
}

Task<Result<Done>> Client::snapshot(std::string from, std::string to) {
    const OpId op = begin({.kind = "snapshot", .file = from, .to = to});
    Snapshot request{.op = op, .client = id(), .from = std::move(from), .to = to};
    Result<Done> answer = co_await ask_master(std::move(request));
    cache_.forget(to);
    co_return end(op, std::move(answer));
}

Task<Result<Names>> Client::find(std::string pattern) {
    const OpId op = begin({.kind = "find", .file = pattern});
    Find request{.op = op, .client = id(), .pattern = std::move(pattern)};
    Result<Names> answer = co_await ask_master(std::move(request));
    co_return end(op, std::move(answer));
}

Task<Result<Names>> Client::list(std::string directory) {
    const OpId op = begin({.kind = "list", .file = directory});
    List request{.op = op, .client = id(), .directory = directory};
    Result<Names> answer = co_await ask_master(std::move(request));
    if (answer.ok()) emit_listed(op, directory, *answer);
    co_return end(op, std::move(answer));
}

void Client::emit_listed(OpId op, const std::string& directory, const Names& names) {
    host_.emit(event::client_listed,
               {op, text(directory), static_cast<std::uint64_t>(names.names.size()),
                digest_of(names.names)});
}

Task<Result<FileStatus>> Client::stat(std::string file) {
    const OpId op = begin({.kind = "stat", .file = file});
    Stat request{.op = op, .client = id(), .file = std::move(file)};
    Result<FileStatus> answer = co_await ask_master(std::move(request));
    co_return end(op, std::move(answer));
}

Task<Result<FileStatus>> Client::open(std::string file) {
    const OpId op = begin({.kind = "open", .file = file});
    Open request{.op = op, .client = id(), .file = file};
    Result<FileStatus> answer = co_await ask_master(std::move(request));
    // "A file's next open purges from the cache all chunk information for that file" (GFS 2.7.1).
    cache_.forget(file);
    co_return end(op, std::move(answer));
}

Task<Result<FileStatus>> Client::open_to_write(std::string file) {
    const OpId op = begin({.kind = "open_to_write", .file = file});
    Open request{.op = op, .client = id(), .file = file, .how = Open::How::to_write};
    Result<FileStatus> answer = co_await ask_master(std::move(request));
    cache_.forget(file);
    co_return end(op, std::move(answer));
}

void Client::close(const std::string& file) {
    const OpId op = begin({.kind = "close", .file = file});
    cache_.forget(file);
    end_ok(op, {});
}

Task<Result<ChunkLocations>> Client::locations(std::string file, ChunkIndex index) {
    const OpId op =
        begin({.kind = "locations", .file = file, .offset = to_number(index) * config_.chunk_size});
    Result<Locations> found = co_await find_location(op, std::move(file), index, 1);
    Result<ChunkLocations> answer = Code::end_of_file;
    if (!found.ok())
        answer = found.code();
    else if (!found->chunks.empty())
        answer = std::move(found->chunks.front());
    co_return end(op, std::move(answer));
}

}  // namespace gfs
