// SPDX-License-Identifier: Apache-2.0
// Which chunks make up which file, as the events say it: the oracle's own copy of the namespace.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/common/ids.h"
#include "scenarios/checks/flat_map.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

class FileMap {
  public:
    // Bytes between the starts of two chunks of a file, and the engine whose texts events name.
    // Not owned: the engine.
    FileMap(const sim::Engine& engine, std::uint64_t chunk_size)
        : engine_(engine), chunk_size_(chunk_size) {}

    void apply(const sim::Event& event);
    // A chunk that is there: of a file from before the run, or as a master's own list says.
    void add(const std::string& path, ChunkIndex index, ChunkHandle chunk);

    struct File {
        std::string path;
        std::vector<ChunkHandle> chunks;  // by index; no_chunk where none is known
        bool exists = true;               // not reclaimed; a deleted file has its hidden name
        bool deleted = false;             // and not reclaimed or undeleted since
    };
    // The files that match one of the patterns (paths or globs), by path; with no pattern, all.
    std::vector<const File*> select(std::span<const std::string> patterns) const;
    // Null for none.
    const File* find(const std::string& path) const;
    // Every chunk that some existing file has had, in the order in which they became known.
    const std::vector<ChunkHandle>& chunks() const { return order_; }
    // A chunk in a file that exists; after a snapshot several files have it (GFS 3.4).
    struct Place {
        std::uint32_t file;
        ChunkIndex index;
    };
    std::vector<Place> places(ChunkHandle chunk) const;
    const std::string& path(const Place& place) const { return files_[place.file].path; }
    bool exists(ChunkHandle chunk) const { return !places(chunk).empty(); }
    // Only in files that were deleted and can still be undeleted.
    bool is_deleted(ChunkHandle chunk) const;

    // "chunk 7 (/log#0)".
    std::string describe(ChunkHandle chunk) const;

  private:
    std::uint32_t file_id(const std::string& path);
    void create(const std::string& path);
    void rename(const std::string& from, const std::string& to);
    // What an event says, or a record of the log, about files.
    struct Change {
        enum class What : std::uint8_t { create, remove, rename, snapshot, reclaim };
        What what;
        std::string file;
        std::string to;  // empty where there is no second name
        bool operator==(const Change&) const = default;
    };
    Change change_of(const sim::Event& event) const;
    void note_record(const sim::Event& log_appended);
    void carry_out_unsaid(std::uint64_t last_record);
    void carry_out(const Change& change);
    void set_deleted(const std::string& path, bool deleted);
    void reclaim(const std::string& path);
    void snapshot(const std::string& from, const std::string& to);
    std::vector<std::pair<std::string, std::uint32_t>> tree(const std::string& path) const;
    bool is_there(const Place& place, ChunkHandle chunk) const;
    const std::string& text(const sim::Event& event, std::size_t field) const;

    const sim::Engine& engine_;
    std::uint64_t chunk_size_;
    std::vector<File> files_;
    std::map<std::string, std::uint32_t> paths_;  // of existing files -> index in files_
    std::vector<std::vector<Place>> places_;  // where each chunk is or was
    std::vector<ChunkHandle> order_;
    std::map<std::uint64_t, Change> unsaid_;  // by log record, not announced yet
    FlatMap place_index_;  // chunk -> index in places_ and order_
};

}  // namespace gfs::checks
