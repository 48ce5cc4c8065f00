// SPDX-License-Identifier: Apache-2.0
// What a client remembers of the master's answers: chunk locations under (file name, chunk index)
// until a time-out or the next open (GFS 2.4, 2.7.1), and lease holders until the primary cannot be
// reached or refuses (GFS 3.1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "core/common/messages.h"
#include "sim/time.h"

namespace gfs {

class LocationCache {
  public:
    explicit LocationCache(const Config& config) : config_(config) {}

    struct Entry {
        ChunkLocations where;       // the servers in the order in which they are asked
        std::uint32_t file_chunks;  // how many chunks the file had then
        OpId fetched_by;
        LocalTime fetched;
        bool from_shadow = false;
    };

    // Nothing when there is none, or when it is too old.
    std::optional<Entry> find(const std::string& file, ChunkIndex index, LocalTime now) const;
    void put(const std::string& file, Entry entry);
    void forget(const std::string& file, ChunkIndex index);
    // Everything of the file, the lease holders included.
    void forget(const std::string& file);
    // `server` failed: it is the last to be asked from now on.
    void ask_last(const std::string& file, ChunkIndex index, ServerId server);

    // Nothing when there is none, or when it is older than `holder_cache` allows.
    std::optional<LeaseHolder> holder(const std::string& file, ChunkIndex index,
                                      LocalTime now) const;
    // Of the chunk that the last record append to the file went to.
    std::optional<LeaseHolder> last_holder(const std::string& file, LocalTime now) const;
    void put_holder(const std::string& file, const LeaseHolder& holder, LocalTime now);
    void put_last(const std::string& file, ChunkIndex index) { last_[file] = index; }
    void forget_holder(const std::string& file, ChunkIndex index);

  private:
    using Key = std::pair<std::string, ChunkIndex>;
    struct Holder {
        LeaseHolder is;
        LocalTime fetched;
    };

    const Config& config_;
    std::map<Key, Entry> locations_;
    std::map<Key, Holder> holders_;
    std::map<std::string, ChunkIndex> last_;  // the last chunk, as far as known
};

}  // namespace gfs
