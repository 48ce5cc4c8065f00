// SPDX-License-Identifier: Apache-2.0
// A file is opened to be written anew: GFS 6.3.4. Its old version is deleted implicitly. The
// deletion and the creation are one change. Deletion itself is in garbage_collection.cpp, opening
// to read in namespace_ops.cpp.

#include "core/common/hidden_name.h"
#include "core/common/regions.h"
#include "core/master/master.h"
#include "core/master/path.h"
#include "core/master/permissions.h"
#include "sim/engine.h"

namespace gfs {

Task<Open::Reply> Master::open_to_write(Open request) {
    const Result<LogIndex> done = co_await replace_file(request);
    if (!done.ok()) co_return reply(request, done.code(), LogIndex{0});
    FileStatus status;
    const Namespace::Node* const node = files_.find(request.file);
    if (node != nullptr) status = status_of(*node);
    co_return reply(request, status, *done);
}

Task<Result<LogIndex>> Master::replace_file(Open request) {
    if (!serving_) co_return Code::starting;
    const std::string& path = request.file;
    if (!is_valid_path(path) || is_hidden(path)) co_return Code::invalid_path;
    co_await spend_time_on(path);
    NamespaceLocks::Plan plan;
    plan.write(path);
    const auto guard = co_await locks_.enter(std::move(plan));

    // Choice (not in GFS): who may write to the old version may replace it; the directory's
    // permissions are for names that are not there yet. The new version is the owner's whose the
    // old one was.
    if (const auto done = done_before(request.op)) co_return *done;
    const Namespace::Node* const old = files_.find(path);
    if (old != nullptr && old->directory) co_return Code::is_a_directory;
    const Code code =
        old == nullptr ? check_creation(path, request.user) : may_write(files_, path, request.user);
    if (code != Code::ok) co_return code;

    const Usages more = old == nullptr ? metadata_.growth(path, Usage{.files = 1}) : Usages{};
    if (!quotas_.has_room(metadata_.usage(), more)) co_return Code::quota_exceeded;
    const auto promise = quotas_.promise(more);

    std::vector<log::Entry> entries;
    std::vector<ChunkHandle> chunks;
    UserId owner = request.user;
    if (old != nullptr) {
        chunks = old->chunks.to_vector();
        owner = old->owner;
        entries = deletion_of(path, next(log_.last()));
    }
    const std::vector<log::Entry> deletion = entries;
    entries.push_back(file_created(path, owner));
    const LogIndex record = co_await commit_all(request.op, std::move(entries));
    if (!deletion.empty()) announce_deletion(request.op, deletion, std::move(chunks));
    host_.emit(event::file_created, {text(path), request.op});
    co_return record;
}

}  // namespace gfs
