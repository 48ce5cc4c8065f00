// SPDX-License-Identifier: Apache-2.0
// The namespace as it would be if operations came one at a time (GFS 4.1): the simple model that
// the master's concurrent, logged and replicated one is compared with. It knows nothing of locks,
// logs and servers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/common/codes.h"

namespace gfs::checks {

enum class NameOp : std::uint8_t {
    create,
    make_directory,
    remove,
    rename,
    snapshot,
    undelete,
    open,
    open_to_write,
    stat,
    list,
};
// Of an operation's kind as client.op_started has it; nothing for one that is not about names.
std::optional<NameOp> name_op(std::string_view kind);
const char* name(NameOp op);
bool changes_names(NameOp op);

// What a client asks for.
struct NameCall {
    NameOp op = NameOp::stat;
    std::string file;
    std::string to;  // rename, snapshot
    bool operator==(const NameCall&) const = default;
};
std::string describe(const NameCall& call);

// A deleted file's name until it is reclaimed (GFS 4.4.1).
inline bool is_hidden_name(std::string_view path) { return path.starts_with("/.deleted-"); }

struct NameAnswer {
    Code code = Code::ok;
    std::uint64_t listing = 0;  // list: digest_of() the names
    bool operator==(const NameAnswer&) const = default;
};

class NameModel {
  public:
    NameModel() { nodes_["/"] = Node::directory; }

    // A name that is there before the first operation, with the directories that lead to it.
    void add(const std::string& path, bool directory);

    // What the operation would answer now.
    NameAnswer answer(const NameCall& call) const;
    // What it answers, and does. A failed one changes nothing.
    NameAnswer apply(const NameCall& call);
    // Whether the operation may get this answer now; does it if it succeeds. The model does not
    // know when deleted files are reclaimed, so that an undeletion may always fail.
    bool accept(const NameCall& call, const NameAnswer& given);
    // Whether apply() would change anything.
    bool would_change(const NameCall& call) const;
    // Whether the model knows this code; others speak of disks, quotas or time.
    static bool models(Code code);

    // Every name, in order; those of directories end with '/'. Without the root.
    std::vector<std::string> names() const;
    std::size_t size() const { return nodes_.size(); }

    friend bool operator<(const NameModel& a, const NameModel& b) {
        if (a.nodes_ != b.nodes_) return a.nodes_ < b.nodes_;
        return a.deleted_ < b.deleted_;
    }
    bool operator==(const NameModel&) const = default;

  private:
    enum class Node : std::uint8_t { file, directory };

    void carry_out(const NameCall& call);
    bool has(const std::string& path) const { return nodes_.contains(path); }
    bool is_directory(const std::string& path) const;
    Code new_name(const std::string& path) const;
    bool is_empty(const std::string& directory) const;
    std::uint64_t listing_of(const std::string& directory) const;
    void copy_tree(const std::string& from, const std::string& to);
    void remove_tree(const std::string& path);

    std::map<std::string, Node> nodes_;
    std::map<std::string, bool> deleted_;  // files that were deleted and can be brought back
};

}  // namespace gfs::checks
