// SPDX-License-Identifier: Apache-2.0
// The client's cache of metadata: GFS 2.4 and 2.7.1. What uses it is in read.cpp, write.cpp and
// append.cpp.

#include "core/client/location_cache.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs {
namespace {

template <typename Value>
void erase_file(std::map<std::pair<std::string, ChunkIndex>, Value>& entries,
                const std::string& file) {
    auto entry = entries.lower_bound({file, ChunkIndex{0}});
    while (entry != entries.end() && entry->first.first == file) entry = entries.erase(entry);
}

}  // namespace

std::optional<LocationCache::Entry> LocationCache::find(const std::string& file, ChunkIndex index,
                                                        LocalTime now) const {
    const auto found = locations_.find({file, index});
    if (found == locations_.end()) return std::nullopt;
    // The time-out bounds how long a client may read from a replica that has become stale
    // (GFS 2.7.1).
    const bool too_old = now - found->second.fetched >= config_.client_cache;
    if (too_old && config_.has(Mechanism::cache_timeout)) return std::nullopt;
    return found->second;
}

void LocationCache::put(const std::string& file, Entry entry) {
    SIM_ASSERT(!entry.where.servers.empty());
    SIM_ASSERT(entry.where.chunk != no_chunk);
    SIM_ASSERT(to_number(entry.where.index) < entry.file_chunks);
    locations_.insert_or_assign({file, entry.where.index}, std::move(entry));
}

void LocationCache::forget(const std::string& file, ChunkIndex index) {
    locations_.erase({file, index});
}

void LocationCache::forget(const std::string& file) {
    erase_file(locations_, file);
    erase_file(holders_, file);
    last_.erase(file);
}

void LocationCache::ask_last(const std::string& file, ChunkIndex index, ServerId server) {
    const auto found = locations_.find({file, index});
    if (found == locations_.end()) return;
    std::vector<ServerId>& servers = found->second.where.servers;
    const auto place = std::find(servers.begin(), servers.end(), server);
    if (place != servers.end()) std::rotate(place, place + 1, servers.end());
}

// "It needs to contact the master again only when the primary becomes unreachable or replies that
// it no longer holds a lease" (GFS 3.1), so that no time-out is needed. One may be set (rule U3).
std::optional<LeaseHolder> LocationCache::holder(const std::string& file, ChunkIndex index,
                                                 LocalTime now) const {
    const auto found = holders_.find({file, index});
    if (found == holders_.end()) return std::nullopt;
    const Duration age = now - found->second.fetched;
    if (config_.holder_cache && age >= *config_.holder_cache) return std::nullopt;
    return found->second.is;
}

std::optional<LeaseHolder> LocationCache::last_holder(const std::string& file,
                                                      LocalTime now) const {
    const auto last = last_.find(file);
    if (last == last_.end()) return std::nullopt;
    return holder(file, last->second, now);
}

void LocationCache::put_holder(const std::string& file, const LeaseHolder& holder, LocalTime now) {
    SIM_ASSERT(holder.chunk != no_chunk);
    SIM_ASSERT(holder.primary != sim::no_host);
    holders_.insert_or_assign({file, holder.index}, Holder{holder, now});
    // After a snapshot the file got a chunk of its own (GFS 3.4): who writes to it must not go on
    // reading the old one.
    const auto found = locations_.find({file, holder.index});
    if (found != locations_.end() && found->second.where.chunk != holder.chunk)
        locations_.erase(found);
}

void LocationCache::forget_holder(const std::string& file, ChunkIndex index) {
    holders_.erase({file, index});
    // Which chunk is the last may have changed as well.
    const auto last = last_.find(file);
    if (last != last_.end() && last->second == index) last_.erase(last);
}

}  // namespace gfs
