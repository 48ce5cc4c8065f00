// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/views.h"

#include <algorithm>

#include "core/chunkserver/chunkserver.h"
#include "core/common/hidden_name.h"
#include "core/master/checkpoint.h"
#include "core/master/log_store.h"
#include "core/master/master.h"

namespace gfs::run {
namespace {

// The master's present view; null while no master serves.
const Master* serving(const Cluster& cluster) {
    const Master* const master = cluster.master();
    return master != nullptr && master->serving() ? master : nullptr;
}

// Whether the content has all these bytes of the extent.
bool has(const Content& content, const Extent& wanted, std::uint64_t offset, std::uint64_t end) {
    if (offset >= end) return true;
    std::uint64_t found = 0;
    for (const Extent& extent : content.read(offset, end - offset)) {
        const bool same = extent.data == wanted.data &&
                          extent.data_offset - extent.offset == wanted.data_offset - wanted.offset;
        if (same) found += extent.length;
    }
    return found == end - offset;
}

// Whatever mutations left in the first, byte by byte, they left in the second too, outside of the
// range. What is damaged there nobody knows any more.
bool is_part_of(const Content& first, const Content& second, const ByteRange& but_for) {
    for (const Extent& wanted : first.extents()) {
        if (wanted.damaged) continue;
        const std::uint64_t end = wanted.offset + wanted.length;
        const bool has_before =
            has(second, wanted, wanted.offset, std::min(end, but_for.offset));
        const bool has_after = has(second, wanted, std::max(wanted.offset, but_for.end()), end);
        if (!has_before || !has_after) return false;
    }
    return true;
}

}  // namespace

std::optional<ChunkHandle> FaultView::chunk_of(const std::string& file, ChunkIndex index) const {
    const std::vector<ChunkHandle> chunks = cluster_.metadata().chunks_of(file);
    if (to_number(index) >= chunks.size()) return std::nullopt;
    return chunks[to_number(index)];
}

// Of the highest version that any disk has: no machine of the cluster knows more.
std::vector<ServerId> FaultView::current_replicas(ChunkHandle chunk) const {
    Version newest{};
    for (const ServerId server : cluster_.chunkservers())
        if (const StoredReplica* const replica = cluster_.replica(server, chunk))
            newest = std::max(newest, replica->version);
    std::vector<ServerId> current;
    for (const ServerId server : cluster_.chunkservers()) {
        const StoredReplica* const replica = cluster_.replica(server, chunk);
        if (replica != nullptr && replica->version == newest) current.push_back(server);
    }
    return current;
}

std::vector<ChunkHandle> FaultView::live_chunks() const {
    std::vector<ChunkHandle> chunks;
    cluster_.metadata().chunks().for_each(
        [&](ChunkHandle handle, const Chunk&) { chunks.push_back(handle); });
    if (const Master* const master = serving(cluster_))
        for (const auto& [handle, lost] : master->creations()) chunks.push_back(handle);
    std::stable_sort(chunks.begin(), chunks.end());
    return chunks;
}

// A number above the one that the master counts on may be the next one, or come to nothing.
std::vector<ServerId> FaultView::replicas_that_may_count(ChunkHandle chunk) const {
    const Chunk* const known = cluster_.metadata().find(chunk);
    std::vector<ServerId> found = current_replicas(chunk);
    if (known == nullptr || found.empty()) return found;
    if (cluster_.replica(found.front(), chunk)->version <= known->version) return found;
    found.clear();
    for (const ServerId server : cluster_.chunkservers()) {
        const StoredReplica* const replica = cluster_.replica(server, chunk);
        if (replica != nullptr && replica->version >= known->version) found.push_back(server);
    }
    return found;
}

std::vector<ServerId> FaultView::good_replicas(ChunkHandle chunk) const {
    std::vector<ServerId> good;
    for (const ServerId server : replicas_that_may_count(chunk)) {
        const StoredReplica& replica = *cluster_.replica(server, chunk);
        const auto extents = replica.content.extents();
        const bool damaged = std::any_of(extents.begin(), extents.end(),
                                         [](const Extent& extent) { return extent.damaged; });
        if (!damaged && !replica.corrupt) good.push_back(server);
    }
    return good;
}

bool FaultView::may_be_counted_out(ChunkHandle chunk, ServerId server,
                                   const ByteRange& being_written) const {
    const Chunk* const known = cluster_.metadata().find(chunk);
    if (known != nullptr && known->counted_out.contains(server)) return true;
    // Those that have different numbers are not all current when one has been agreed on.
    const StoredReplica* const replica = cluster_.replica(server, chunk);
    for (const ServerId other : replicas_that_may_count(chunk))
        if (replica == nullptr || cluster_.replica(other, chunk)->version != replica->version)
            return true;
    const std::optional<ServerId> holder = primary(chunk);
    if (!holder || *holder == server) return false;
    const StoredReplica* const ordered = cluster_.replica(*holder, chunk);
    if (ordered == nullptr || replica == nullptr) return false;
    return !is_part_of(ordered->content, replica->content, being_written);
}

std::vector<HostId> FaultView::log_holders() const {
    LogIndex flushed{0};
    for (const Machine& machine : cluster_.machines())
        if (machine.log != nullptr) flushed = std::max(flushed, machine.log->flushed());
    std::vector<HostId> holders;
    for (const Machine& machine : cluster_.machines())
        if (machine.log != nullptr && machine.log->last() >= flushed)
            holders.push_back(machine.host);
    return holders;
}

std::optional<ServerId> FaultView::primary(ChunkHandle chunk) const {
    for (const ServerId server : cluster_.chunkservers()) {
        const ChunkServer* const process = cluster_.machine(server).chunkserver.get();
        if (process == nullptr) continue;
        for (const ChunkServer::LeaseView& lease : process->leases())
            if (lease.chunk == chunk) return server;
    }
    return std::nullopt;
}

std::uint64_t FaultView::load_bytes(HostId host) const {
    const Machine& machine = cluster_.machine(host);
    return machine.disk == nullptr ? 0 : machine.disk->used();
}

std::optional<FaultView::Bound> FaultView::bound(const std::string& name) const {
    if (runner_ == nullptr) return std::nullopt;
    const workloads::Bound* const kept = runner_->bound(name);
    if (kept == nullptr || !kept->chunk) return std::nullopt;
    return Bound{*kept->chunk, kept->servers};
}

std::optional<std::uint64_t> CheckProbe::chunks_below(std::uint32_t replicas) const {
    const Master* const master = serving(cluster_);
    if (master == nullptr) return std::nullopt;
    return master->chunks_below(replicas);
}

std::optional<std::vector<std::string>> CheckProbe::names() const {
    const Master* const master = serving(cluster_);
    if (master == nullptr) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& [path, node] : master->files().nodes())
        if (path != "/" && !is_hidden(path)) names.push_back(node.directory ? path + "/" : path);
    return names;
}

std::optional<checks::Probe::LogDifference> CheckProbe::log_difference() const {
    const Master* const master = serving(cluster_);
    if (master == nullptr) return std::nullopt;
    std::vector<HostId> machines{cluster_.master_host()};
    for (const HostId counted : cluster_.master_book().counted) machines.push_back(counted);
    for (const HostId host : machines) {
        const Machine& machine = cluster_.machine(host);
        if (machine.log == nullptr || !cluster_.engine().host(host).up()) continue;
        const LogStore& store = *machine.log;
        if (store.last() > master->log().flushed_up_to()) return std::nullopt;
        const Checkpoint logged = state_at(store, store.last(), cluster_.config());
        const MetadataDifference found = master->metadata().difference(*logged.state);
        if (!found.empty())
            return LogDifference{.words = machine.name + ": " + found.words,
                                 .path = found.path,
                                 .chunk = found.chunk,
                                 .machine = host};
    }
    return LogDifference{};
}

std::optional<ChunkHandle> CheckProbe::chunk_at(const std::string& path, ChunkIndex index) const {
    const Master* const master = serving(cluster_);
    if (master == nullptr) return std::nullopt;
    const std::vector<ChunkHandle> chunks = master->chunks_of(path);
    return to_number(index) < chunks.size() ? chunks[to_number(index)] : no_chunk;
}

std::optional<checks::Probe::Memory> CheckProbe::master_memory() const {
    const Master* const master = serving(cluster_);
    if (master == nullptr) return std::nullopt;
    const Metadata::Memory memory = master->metadata().memory();
    return Memory{.names = memory.names,
                  .name_bytes = memory.name_bytes,
                  .chunks = memory.chunks,
                  .chunk_bytes = memory.chunk_bytes};
}

std::optional<bool> CheckProbe::has_file(const std::string& path) const {
    const Master* const master = serving(cluster_);
    if (master == nullptr) return std::nullopt;
    return master->files().find(path) != nullptr;
}

}  // namespace gfs::run
