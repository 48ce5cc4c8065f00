// SPDX-License-Identifier: Apache-2.0
// A table as text: columns side by side for people, or separated by tabs for programs.
#pragma once

#include <string>
#include <vector>

namespace gfs::reports {

class Table {
  public:
    struct Column {
        std::string heading;
        bool is_number = false;  // to the right
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // REQUIRES: as many cells as there are columns.
    void add(std::vector<std::string> cells);
    // The headings first. `plain`: one tab between two cells and no spaces to align them.
    std::vector<std::string> lines(bool plain) const;
    // The same as a table in Markdown.
    std::string markdown() const;

  private:
    std::vector<std::string> headings() const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace gfs::reports
