// SPDX-License-Identifier: Apache-2.0
// What the master makes of a replica that a chunkserver reports: current, stale (GFS 4.5), newer
// than it knew, or an orphan (GFS 4.4.1). What is garbage goes into the answer, and the chunkserver
// is free to delete it.

#include "core/master/master.h"
#include "sim/engine.h"

namespace gfs {

void Master::take_report(ServerId id, const ReplicaReport& report, ReportKind kind,
                         std::vector<ReplicaReport>& garbage) {
    const bool is_whole = !report.missing && !report.corrupt;
    const Replica replica{.server = id, .length = report.length};
    if (is_whole && chunks_.confirms(report.chunk, report.version, replica)) return;
    Chunk* const chunk = find(report.chunk);
    if (report.missing) return take_missing(id, report.chunk);
    if (chunk == nullptr) {
        // A chunk that is just being created is in nobody's metadata yet.
        const bool is_protected = config_.has(Mechanism::orphan_protection);
        if (is_protected && creating_.contains(report.chunk)) return;
        host_.emit(event::gc_orphan_found, {report.chunk, id});
        garbage.push_back(report);
        return;
    }
    if (report.version < chunk->version && config_.has(Mechanism::version_check)) {
        take_stale(id, report, kind, garbage);
        return;
    }
    if (report.version > chunk->version) {
        // Choice (not in GFS): no client has heard of a number that is not in our log. Adopted from
        // a replica that failed a checksum, it would make all the good ones stale.
        if (report.corrupt) return take_corrupt(id, report.chunk, report.version);
        // It has stored a number that is being granted: it has not lost the replica (any more).
        if (const auto granting = granting_.find(report.chunk); granting != granting_.end())
            granting->second.lost.erase(id);
        // A grant that is under way will log this number, or a higher one, itself.
        if (grants_.held(report.chunk)) return;
        // One that was counted out comes back only if there is no other.
        if (chunk->counted_out.contains(id) && !chunk->replicas.empty()) return;
        host_.spawn("adopt_version", adopt_version(id, servers_.at(id).epoch, report));
        return;
    }
    if (report.corrupt) return take_corrupt(id, report.chunk, report.version);
    // One that was counted out comes back only if there is no other.
    if (chunk->counted_out.contains(id)) {
        if (!chunk->replicas.empty()) return;
        chunk->counted_out.erase(id);
    }
    add_replica(report.chunk, id, report.length);
}

// A chunkserver has the final word over what chunks it does or does not have (GFS 2.6.2).
void Master::take_missing(ServerId id, ChunkHandle handle) {
    lost_meanwhile(handle, id);
    Chunk* const chunk = find(handle);
    if (chunk == nullptr) return;
    drop_replica(handle, id, "missing");
    if (chunk->counted_out.erase(id) > 0) check_level(handle, *chunk);
    // What was copied to it is gone, though the answer that it is there may still come. If this is
    // about an earlier file, said again, the copy is counted on when it is reported.
    const auto clone = clones_.find(handle);
    const bool is_target = clone != clones_.end() && clone->second.to == id;
    if (is_target && clone->second.version != Version{})
        end_clone(clone->second, Code::no_such_chunk);
}

// Choice (not in GFS): a replica that is gone by the time that the chunk is in its file, or that
// its new version is in the log, is not counted on: its server may have said so before. Nor is that
// of a process that has begun since, until it reports the version.
void Master::lost_meanwhile(ChunkHandle handle, ServerId server) {
    const auto creation = creating_.find(handle);
    if (creation != creating_.end()) creation->second.insert(server);
    const auto granting = granting_.find(handle);
    if (granting != granting_.end()) granting->second.lost.insert(server);
}

bool Master::has_lost(ChunkHandle handle, ServerId server) const {
    const auto granting = granting_.find(handle);
    return granting != granting_.end() && granting->second.lost.contains(server);
}

void Master::end_granting(ChunkHandle handle) {
    const auto granting = granting_.find(handle);
    SIM_ASSERT(granting != granting_.end());
    if (--granting->second.waiting == 0) granting_.erase(granting);
}

void Master::take_stale(ServerId id, const ReplicaReport& report, ReportKind kind,
                        std::vector<ReplicaReport>& garbage) {
    Chunk& chunk = *find(report.chunk);
    // This HeartBeat left before the server stored the version that it has confirmed since.
    if (kind == ReportKind::heartbeat && chunk.find(id) != nullptr) return;
    host_.emit(event::chunk_stale_detected, {report.chunk, id, report.version, chunk.version});
    drop_replica(report.chunk, id, "stale");
    chunk.counted_out.erase(id);

    // Choice (not in GFS): a stale replica is kept as long as there is no current one. It is never
    // served, but a person may prefer it to nothing.
    if (!config_.has(Mechanism::stale_replica_gc) || chunk.replicas.empty()) return;
    garbage.push_back(report);
}

// A version above the master's own: the master failed while granting it, and takes it to be the
// current one (GFS 4.5).
//
// Choice (not in GFS): all of the replica is read first. The others become stale with it, and
// damage that nobody has come across yet would be the loss of the chunk.
Task<void> Master::adopt_version(ServerId id, Epoch epoch, ReplicaReport report) {
    begin_granting(report.chunk);
    const auto turn = co_await grants_.enter(report.chunk);
    co_await adopt_if_good(id, epoch, report);
    end_granting(report.chunk);
}

Task<void> Master::adopt_if_good(ServerId id, Epoch epoch, ReplicaReport report) {
    const Chunk* const chunk = find(report.chunk);
    if (chunk == nullptr || report.version < chunk->version) co_return;
    if (report.version > chunk->version) {
        // A lease in force has the highest number; a report above it will come to nothing.
        if (in_force(*chunk)) co_return;
        const Code verified = co_await verify_replica(no_op, id, report.chunk, report.version);
        // It reports its damage itself, and the number once more when the answer was lost.
        if (verified != Code::ok || find(report.chunk) == nullptr) co_return;
        log::Entry entry = log::VersionGranted{report.chunk, report.version};
        co_await commit(no_op, std::move(entry));
        Chunk* const after = find(report.chunk);
        if (after == nullptr) co_return;
        host_.emit(event::chunk_adopted_version, {report.chunk, id, report.version});
        after->counted_out.clear();
        // The others are stale, or will report the same number.
        std::vector<ServerId> holders;
        if (is_as_reported(id, epoch, report.chunk)) holders.push_back(id);
        set_replicas(report.chunk, holders);
    }
    if (find(report.chunk)->counted_out.contains(id)) co_return;
    if (is_as_reported(id, epoch, report.chunk)) add_replica(report.chunk, id, report.length);
}

// Whether the process that reported the replica has neither ended since nor lost it.
bool Master::is_as_reported(ServerId id, Epoch epoch, ChunkHandle handle) const {
    const Server& server = servers_.at(id);
    return server.alive && server.epoch == epoch && !has_lost(handle, id);
}

}  // namespace gfs
