// SPDX-License-Identifier: Apache-2.0
// The namespace: a lookup table that maps full pathnames to metadata (GFS 4.1). There is no list of
// the names in a directory, and there are no links. How the table is kept small is in name_table.h.
//
// Invariants:
//  1. The root directory exists, and with a name its parent directory, hidden files apart.
//  2. A directory has no chunks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/master/name_table.h"

namespace gfs {

class Namespace {
  public:
    using Node = NameRecord;
    using Nodes = NameTable;

    Namespace();

    // Null if nothing has this name.
    const Node* find(const std::string& path) const;
    Node* find(const std::string& path);

    // REQUIRES for all: the names exist, or do not, as the change needs it.
    Node& add_directory(const std::string& path);
    Node& add_file(const std::string& path, std::uint32_t goal);
    void remove(const std::string& path);
    // With everything below it.
    void rename(const std::string& from, const std::string& to);
    // With everything below it.
    void copy(const std::string& from, const std::string& to);

    // Names directly below a directory, in the order of names; those of directories end with '/'.
    // Hidden files are left out (GFS 4.4.1).
    std::vector<std::string> list(const std::string& directory) const;
    // A name and everything below it, in the order of pathnames.
    std::vector<Nodes::const_iterator> tree(const std::string& path) const;
    // How many names lie directly in a directory, and how many begin with `start`; hidden ones too.
    std::uint64_t names_in(const std::string& directory) const;
    std::uint64_t names_below(const std::string& start) const;
    bool is_empty(const std::string& directory) const { return list(directory).empty(); }

    // Everything, hidden files and the root included, in the order of pathnames.
    const Nodes& nodes() const { return nodes_; }
    std::size_t file_count() const { return files_; }

  private:
    std::vector<std::string> names_of_tree(const std::string& path) const;

    Nodes nodes_;
    std::size_t files_ = 0;
};

}  // namespace gfs
