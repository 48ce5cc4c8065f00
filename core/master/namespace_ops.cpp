// SPDX-License-Identifier: Apache-2.0
// Operations on names: GFS 4.1. The table is in namespace.h, its locks are in namespace_locks.h.
// Deletion is in garbage_collection.cpp, because it is only a renaming (GFS 4.4.1).

#include "core/common/glob.h"
#include "core/common/hidden_name.h"
#include "core/common/regions.h"
#include "core/master/master.h"
#include "core/master/path.h"
#include "core/master/permissions.h"
#include "sim/engine.h"

namespace gfs {

Task<Create::Reply> Master::on_create(Create request) {
    const Result<LogIndex> done = co_await create(request);
    co_return reply(request, done);
}

Task<Result<LogIndex>> Master::create(Create request) {
    if (!serving_) co_return Code::starting;
    if (!is_valid_path(request.file) || is_hidden(request.file)) co_return Code::invalid_path;
    co_await spend_time_on(request.file);

    // Two creations of one name exclude each other; those in one directory do not (GFS 4.1).
    NamespaceLocks::Plan plan;
    plan.write(request.file);
    const auto guard = co_await locks_.enter(std::move(plan));

    if (const auto done = done_before(request.op)) co_return *done;
    const Code code = check_creation(request.file, request.user);
    if (code != Code::ok) co_return code;
    const Usages more = metadata_.growth(request.file, Usage{.files = 1});
    if (!quotas_.has_room(metadata_.usage(), more)) co_return Code::quota_exceeded;
    const auto promise = quotas_.promise(more);
    log::Entry entry = file_created(request.file, request.user);
    const LogIndex record = co_await commit(request.op, std::move(entry));
    host_.emit(event::file_created, {text(request.file), request.op});
    co_return record;
}

Task<MakeDirectory::Reply> Master::on_make_directory(MakeDirectory request) {
    const Result<LogIndex> done = co_await make_directory(request);
    co_return reply(request, done);
}

Task<Result<LogIndex>> Master::make_directory(MakeDirectory request) {
    if (!serving_) co_return Code::starting;
    const std::string& path = request.directory;
    if (!is_valid_path(path) || is_hidden(path)) co_return Code::invalid_path;
    co_await spend_time_on(path);

    NamespaceLocks::Plan plan;
    plan.write(path);
    const auto guard = co_await locks_.enter(std::move(plan));

    if (const auto done = done_before(request.op)) co_return *done;
    const Code code = check_creation(path, request.user);
    if (code != Code::ok) co_return code;
    const UserId owner = owner_at(config_, path).value_or(request.user);
    log::Entry entry = log::DirectoryCreated{path, owner, mode_at(config_, path)};
    const LogIndex record = co_await commit(request.op, std::move(entry));
    host_.emit(event::directory_created, {text(path), request.op});
    co_return record;
}

// Whether the name is free and its parent is a directory.
Code Master::check_new_name(const std::string& path) const {
    if (files_.find(path) != nullptr) return Code::already_exists;
    const Namespace::Node* const parent = files_.find(parent_of(path));
    if (parent == nullptr) return Code::parent_not_found;
    return parent->directory ? Code::ok : Code::not_a_directory;
}

Code Master::check_creation(const std::string& path, UserId user) const {
    const Code code = check_new_name(path);
    return code != Code::ok ? code : may_change_name(files_, path, user);
}

// With what its region says: its goal, its owner, its permissions (GFS 2.3).
log::Entry Master::file_created(const std::string& file, UserId user) const {
    return log::FileCreated{.file = file,
                            .goal = replication_at(config_, file),
                            .owner = owner_at(config_, file).value_or(user),
                            .mode = mode_at(config_, file)};
}

FileStatus Master::status_of(const Namespace::Node& node) const {
    return {.directory = node.directory,
            .chunks = static_cast<std::uint32_t>(node.chunks.size()),
            .goal = node.goal,
            .owner = node.owner,
            .mode = node.mode};
}

Task<Rename::Reply> Master::on_rename(Rename request) {
    const Result<LogIndex> done = co_await rename(request);
    co_return reply(request, done);
}

// Leases stay: a mutation names a chunk handle, and that does not change.
Task<Result<LogIndex>> Master::rename(Rename request) {
    if (!serving_) co_return Code::starting;
    const std::string& from = request.from;
    const std::string& to = request.to;
    if (!is_valid_path(from) || !is_valid_path(to) || is_hidden(to)) co_return Code::invalid_path;
    if (from == "/") co_return Code::invalid_path;
    // A directory cannot move below itself.
    if (from != to && is_within(to, from)) co_return Code::invalid_path;

    co_await spend_time_on(from);
    co_await spend_time_on(to);

    // The write lock on a directory's name excludes everything below it, because all that holds a
    // read lock on it.
    NamespaceLocks::Plan plan;
    plan.write(from);
    plan.write(to);
    const auto guard = co_await locks_.enter(std::move(plan));

    if (const auto done = done_before(request.op)) co_return *done;
    const Namespace::Node* const node = files_.find(from);
    if (node == nullptr) co_return Code::not_found;
    Code code = check_creation(to, request.user);
    if (code == Code::ok) code = may_change_name(files_, from, request.user);
    if (code != Code::ok) co_return code;
    const Usages more = metadata_.growth(from, to, Metadata::Move::rename);
    if (!quotas_.has_room(metadata_.usage(), more)) co_return Code::quota_exceeded;
    const auto promise = quotas_.promise(more);
    log::Entry entry = log::Renamed{from, to};
    const LogIndex record = co_await commit(request.op, std::move(entry));
    // A deleted file is undeleted by giving it a normal name again (GFS 4.4.1).
    const sim::EventKind kind = is_hidden(from) ? event::file_undeleted : event::file_renamed;
    host_.emit(kind, {text(from), text(to), request.op});
    enqueue_chunks_of(to);  // clones for live files go before those for deleted ones
    check_levels_below(to);
    co_return record;
}

// The files of another region may have another goal from now on.
void Master::check_levels_below(const std::string& path) {
    if (config_.regions.empty()) return;
    for (const ChunkHandle handle : chunks_below(path))
        if (Chunk* const chunk = find(handle)) check_level(handle, *chunk);
}

Task<Open::Reply> Master::on_open(Open request) {
    if (request.how == Open::How::to_write) co_return co_await open_to_write(request);
    if (!serving_) co_return Code::starting;
    if (!is_valid_path(request.file)) co_return Code::invalid_path;
    co_await spend_time_on(request.file);
    NamespaceLocks::Plan plan;
    plan.read(request.file);
    const auto guard = co_await locks_.enter(std::move(plan));

    const Namespace::Node* const node = files_.find(request.file);
    if (node == nullptr) co_return Code::not_found;
    if (node->directory) co_return Code::is_a_directory;
    const Code may = may_read(files_, request.file, request.user);
    if (may != Code::ok) co_return may;
    co_return status_of(*node);
}

Task<Stat::Reply> Master::on_stat(Stat request) {
    if (!serving_) co_return Code::starting;
    if (!is_valid_path(request.file)) co_return Code::invalid_path;
    co_await spend_time_on(request.file);
    NamespaceLocks::Plan plan;
    plan.read(request.file);
    const auto guard = co_await locks_.enter(std::move(plan));

    const Namespace::Node* const node = files_.find(request.file);
    if (node == nullptr) co_return Code::not_found;
    co_return status_of(*node);
}

Task<List::Reply> Master::on_list(List request) {
    if (!serving_) co_return Code::starting;
    if (!is_valid_path(request.directory)) co_return Code::invalid_path;
    co_await spend_time_on_all_below(request.directory);
    NamespaceLocks::Plan plan;
    plan.read(request.directory);
    const auto guard = co_await locks_.enter(std::move(plan));

    const Namespace::Node* const node = files_.find(request.directory);
    if (node == nullptr) co_return Code::not_found;
    if (!node->directory) co_return Code::not_a_directory;
    const Code may = may_read(files_, request.directory, request.user);
    if (may != Code::ok) co_return may;
    Names names;
    names.names = files_.list(request.directory);
    co_return names;
}

// May touch much of the namespace (GFS 6.3.4): all that begins like the pattern up to its first
// wildcard. The read lock is on the directory of that part.
Task<Find::Reply> Master::on_find(Find request) {
    if (!serving_) co_return Code::starting;
    const std::string& pattern = request.pattern;
    const std::string start = pattern.substr(0, pattern.find_first_of("*?"));
    const std::size_t slash = start.rfind('/');
    if (slash == std::string::npos) co_return Code::invalid_path;
    const std::string directory = slash == 0 ? "/" : start.substr(0, slash);
    if (!is_valid_path(directory)) co_return Code::invalid_path;
    co_await spend_time_on_all_below(start);
    NamespaceLocks::Plan plan;
    plan.read(directory);
    const auto guard = co_await locks_.enter(std::move(plan));

    const Code may = may_read(files_, directory, request.user);
    if (may != Code::ok) co_return may;
    Names found;
    const auto& nodes = files_.nodes();
    for (auto at = nodes.lower_bound(start); at != nodes.end(); ++at) {
        if (!at->first.starts_with(start)) break;
        if (at->second.directory || (is_hidden(at->first) && !is_hidden(pattern))) continue;
        if (glob_matches(pattern, at->first)) found.names.push_back(at->first);
    }
    co_return found;
}

}  // namespace gfs
