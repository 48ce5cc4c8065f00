// SPDX-License-Identifier: Apache-2.0
// What the operation log determines (GFS 2.6.3): names, files' chunks, versions, and the handles
// that may have been given out. The master, its shadows and its checkpoints are at the same state
// when they have applied the same records. Where replicas are and who holds leases is not in the
// log: in a master's metadata those fields of Chunk live and die with its process (GFS 2.6.2).
//
// Invariants:
//  1. Between two changes of the volatile fields, the state is a function of the records applied.
//  2. Every chunk of a file is in chunks(), at the same place in each file that has it, and counts
//     those files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/common/config.h"
#include "core/common/log_record.h"
#include "core/master/chunk_pages.h"
#include "core/master/namespace.h"
#include "core/master/quotas.h"

namespace gfs {

// In words, and which name or chunk it is about.
struct MetadataDifference {
    std::string words;
    std::string path;
    ChunkHandle chunk = no_chunk;

    bool empty() const { return words.empty(); }
};

class Metadata {
  public:
    using Chunks = ChunkPages;
    // Chunks that have left the metadata, as they were.
    using Forgotten = std::vector<std::pair<ChunkHandle, Chunk>>;

    // Not owned: config.
    explicit Metadata(const Config& config);

    // Does what the record says. Returns the chunks that are in no file any more.
    Forgotten apply(const log::Entry& entry);

    const Namespace& files() const { return files_; }
    const Chunks& chunks() const { return chunks_; }
    // For the volatile fields only.
    Chunks& chunks() { return chunks_; }
    // Null if there is no such chunk.
    const Chunk* find(ChunkHandle handle) const { return chunks_.find(handle); }
    Chunk* find(ChunkHandle handle) { return chunks_.find(handle); }
    // In the order of their indices; empty if there is no such file.
    std::vector<ChunkHandle> chunks_of(const std::string& file) const;
    // What a reader of the first `pieces` of `of` pieces of a checkpoint would take for the whole:
    // the first names, and their chunks. Only without Mechanism::checkpoint_completeness.
    Metadata part(std::uint64_t pieces, std::uint64_t of) const;
    // Where the two differ in what the log determines; empty for nowhere.
    MetadataDifference difference(const Metadata& other) const;
    // Names, hidden ones included, and chunks.
    std::uint64_t size() const { return files_.nodes().size() + chunks_.size(); }
    // What the regions with a quota hold.
    const Usages& usage() const { return usage_; }
    // What they would hold more if the tree at `from` were at `to`, as well or instead.
    enum class Move : std::uint8_t { copy, rename };
    Usages growth(const std::string& from, const std::string& to, Move move) const;
    // ... and if `more` came to a name.
    Usages growth(const std::string& path, Usage more) const;
    // How much memory the tables take at a master (GFS 2.6.1), allocated and unused room included:
    // what is kept of a name, without its chunks; and what is kept of a chunk, its place in the
    // files that have it and its replicas' places included.
    struct Memory {
        std::uint64_t names = 0;
        std::uint64_t name_bytes = 0;
        std::uint64_t chunks = 0;
        std::uint64_t chunk_bytes = 0;
    };
    Memory memory() const;
    // Chunks that nothing is being done with take less room from now on.
    void set_aside() { chunks_.set_aside(); }
    // No handle from here on has been given out.
    std::uint64_t handles_below() const { return handles_below_; }

  private:
    void apply_one(const log::FileCreated& entry, Forgotten& forgotten);
    void apply_one(const log::DirectoryCreated& entry, Forgotten& forgotten);
    void apply_one(const log::FileDeleted& entry, Forgotten& forgotten);
    void apply_one(const log::DirectoryDeleted& entry, Forgotten& forgotten);
    void apply_one(const log::FileReclaimed& entry, Forgotten& forgotten);
    void apply_one(const log::Renamed& entry, Forgotten& forgotten);
    void apply_one(const log::SnapshotTaken& entry, Forgotten& forgotten);
    void apply_one(const log::HandlesReserved& entry, Forgotten& forgotten);
    void apply_one(const log::ChunkAdded& entry, Forgotten& forgotten);
    void apply_one(const log::ChunkCopied& entry, Forgotten& forgotten);
    void apply_one(const log::VersionReserved& entry, Forgotten& forgotten);
    void apply_one(const log::VersionGranted& entry, Forgotten& forgotten);
    void add_chunk(ChunkHandle handle, ChunkIndex index, Version version,
                   const Namespace::Node& file);
    void disown(ChunkHandle handle, const Namespace::Node& file, Forgotten& forgotten);
    void change_live_owners(const Namespace::Node& file, int by);
    bool is_consistent(bool condition) const;

    // metadata_regions.cpp
    void count_file(const std::string& path, const Namespace::Node& node, int by);
    void count_tree(const std::string& path, int by);
    void count_chunk(const std::string& path);
    void take_goals_of_region(const std::string& from, const std::string& to, Move move);

    const Config* config_;
    Namespace files_;
    Chunks chunks_;
    Usages usage_;
    std::uint64_t handles_below_ = 1;
};

}  // namespace gfs
