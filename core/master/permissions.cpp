// SPDX-License-Identifier: Apache-2.0
// Permissions: GFS 2.3, 7.
//
// Choice (not in GFS): as in Unix, with two classes, the owner and all others. To write to a file
// needs its write bit; to create, delete or rename a name that of its directory; to list or search
// a directory its read bit. What leads to a directory is not looked at. Deleted files lie in no
// directory of their own: whoever may write to one may bring it back or erase it. Root may do
// everything.

#include "core/master/permissions.h"

#include "core/common/hidden_name.h"
#include "core/master/path.h"
#include "sim/assert.h"

namespace gfs {
namespace {

constexpr Mode owner_reads = 0400;
constexpr Mode owner_writes = 0200;
constexpr Mode others_read = 0004;
constexpr Mode others_write = 0002;

Code judge(const Namespace& files, const std::string& path, UserId user, Mode owner, Mode others) {
    if (user == root_user) return Code::ok;
    const Namespace::Node* const node = files.find(path);
    if (node == nullptr) return Code::ok;
    const Mode wanted = node->owner == user ? owner : others;
    return (node->mode & wanted) != 0 ? Code::ok : Code::permission_denied;
}

}  // namespace

Code may_read(const Namespace& files, const std::string& path, UserId user) {
    return judge(files, path, user, owner_reads, others_read);
}

Code may_write(const Namespace& files, const std::string& path, UserId user) {
    return judge(files, path, user, owner_writes, others_write);
}

Code may_change_name(const Namespace& files, const std::string& path, UserId user) {
    if (is_hidden(path)) return may_write(files, path, user);
    SIM_ASSERT(path != "/");
    return may_write(files, parent_of(path), user);
}

Code may_read_tree(const Namespace& files, const std::string& path, UserId user) {
    if (user == root_user) return Code::ok;
    for (const auto& below : files.tree(path))
        if (may_read(files, below->first, user) != Code::ok) return Code::permission_denied;
    return Code::ok;
}

}  // namespace gfs
