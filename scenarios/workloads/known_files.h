// SPDX-License-Identifier: Apache-2.0
// Which files exist and how long they are, as the stream of events tells it. An application knows
// its files without asking; so does a mix that draws from `/data/*` or writes somewhere in a file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/event.h"

namespace sim {
class Engine;
}

namespace gfs::workloads {

class KnownFiles {
  public:
    explicit KnownFiles(const sim::Engine& engine) : engine_(engine) {}

    // A file that exists before the run begins.
    void add(const std::string& file, std::uint64_t length);
    void see(const sim::Event& event);

    bool exists(const std::string& file) const { return files_.contains(file); }
    // Where the last acknowledged byte ends; 0 for a file that is not known.
    std::uint64_t length(const std::string& file) const;
    // When it was created, relative to the others: 1, 2, ...; 0 for a file that is not known.
    std::uint64_t age_number(const std::string& file) const;
    // In the order of their names.
    std::vector<std::string> matching(const std::string& glob) const;

  private:
    struct Known {
        std::uint64_t number;
        std::uint64_t length;
    };
    using Files = std::map<std::string, Known>;
    const std::string& text(const sim::Event& event, std::size_t field) const;
    static void move(const std::string& from, Files& source, const std::string& to, Files& target);
    std::vector<Files::value_type> tree(const std::string& path) const;
    void rename(const std::string& from, const std::string& to);
    void copy(const std::string& from, const std::string& to);
    void grow(const std::string& file, std::uint64_t end);

    const sim::Engine& engine_;
    Files files_;
    Files deleted_;  // by their hidden names
    std::uint64_t created_ = 0;
};

}  // namespace gfs::workloads
