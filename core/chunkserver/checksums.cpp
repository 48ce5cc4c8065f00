// SPDX-License-Identifier: Apache-2.0
// Data integrity: GFS 5.2. Every chunkserver verifies what it holds by itself, by the checksums of
// 64 KiB blocks; replicas are never compared with each other, because they may differ and be all
// right. How sums follow the data is in common/checksums.h, what the master does about a report in
// master/corruption.cpp.

#include "core/chunkserver/chunkserver.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

// The time that it takes to read the range. Checksums are of whole blocks, so whole blocks are
// read.
Task<Code> ChunkServer::read_blocks(ChunkHandle chunk, ByteRange range) {
    if (store_.find(chunk) == nullptr) co_return Code::no_such_chunk;
    if (config_.has(Mechanism::checksum_on_read)) range = store_.whole_blocks(chunk, range);
    if (range.length == 0) co_return Code::ok;
    co_return co_await read_disk(chunk, range);
}

Task<Code> ChunkServer::read_disk(ChunkHandle chunk, ByteRange range) {
    const auto outcome =
        co_await store_.disk().read(ChunkStore::file_of(chunk), range.offset, range.length);
    if (outcome && *outcome == sim::Disk::Outcome::done) co_return Code::ok;
    disk_failed(chunk, "read");
    co_return Code::disk_error;
}

// The part of the replica at the offset that is read at a time by whoever reads all of it, so that
// others who need the disk wait for one piece at most. Empty at the end. REQUIRES: it is there.
ByteRange ChunkServer::piece_at(ChunkHandle chunk, std::uint64_t offset) const {
    constexpr std::uint64_t piece_max = 4 * MiB;
    const std::uint64_t length = store_.find(chunk)->content.length();
    if (offset >= length) return {length, 0};
    return {offset, std::min(piece_max, length - offset)};
}

// Verifies the blocks that overlap the range, before any data of it goes to a client or to another
// chunkserver. REQUIRES: the replica is there.
Code ChunkServer::verify(ChunkHandle chunk, const ByteRange& range) {
    if (!config_.has(Mechanism::checksum_on_read)) return Code::ok;
    const auto mismatch = store_.find_mismatch(chunk, range);
    if (!mismatch) return Code::ok;
    found_corrupt(chunk, *mismatch);
    return Code::checksum_mismatch;
}

// Choice (not in GFS): when the master counts on one replica only, every other becomes stale for
// ever. Damage that nobody has come across yet would then be the loss of the chunk, although a good
// replica is on a server that is down for a minute. So all of the one is read first.
Task<ChunkServer::Reply> ChunkServer::on_verify_replica(VerifyReplica request) {
    if (is_replaced(request.master)) co_return Code::old_epoch;
    const StoredReplica* const replica = store_.find(request.chunk);
    if (replica == nullptr) co_return Code::no_such_chunk;
    if (config_.has(Mechanism::version_check) && replica->version < request.version)
        co_return Code::stale_version;
    // Where nobody is told of bad replicas none is found here either.
    if (config_.has(Mechanism::report_corruption)) {
        if (replica->corrupt) co_return Code::checksum_mismatch;
        const ByteRange present{0, replica->content.length()};
        const Code code = co_await read_blocks(request.chunk, present);
        // What the disk cannot read is as bad as what fails a checksum.
        if (code != Code::ok) co_return Code::checksum_mismatch;
        // It may have grown, or be gone, since the disk began to read.
        const StoredReplica* const after = store_.find(request.chunk);
        if (after == nullptr) co_return Code::no_such_chunk;
        const ByteRange whole{0, after->content.length()};
        const Code intact = verify(request.chunk, whole);
        if (intact != Code::ok) co_return intact;
    }
    const Code durable = co_await make_durable(request.chunk);
    if (durable != Code::ok) co_return durable;
    co_return Done{};
}

// For the checks. The chunkserver itself knows no more than what the checksums say.
void ChunkServer::tell_if_damaged(ChunkHandle chunk, std::span<const Extent> extents,
                                  ClientId client) {
    for (const Extent& extent : extents) {
        if (!extent.damaged) continue;
        host_.emit(event::chunk_corrupt_served, {chunk, id(), extent.offset, client});
        return;
    }
}

bool ChunkServer::overwrites_in_part(ChunkHandle chunk, const ByteRange& range) const {
    if (!config_.has(Mechanism::checksum_before_overwrite)) return false;
    return store_.find(chunk) != nullptr && !store_.partly_overwritten(chunk, range).empty();
}

// The first and the last block of the range, as far as they are not replaced as a whole, take the
// time of a read. What follows them takes none, however often it is asked for.
Task<Code> ChunkServer::read_before_overwrite(ChunkHandle chunk, ByteRange range) {
    const std::vector<ByteRange> blocks = store_.partly_overwritten(chunk, range);
    for (const ByteRange& block : blocks) {
        const Code code = co_await read_disk(chunk, block);
        if (code != Code::ok) co_return code;
    }
    co_return Code::ok;
}

// A new sum would hide a corruption in the part of the block that stays. An append needs no such
// check: it updates the sum, and a mismatch stays one for the next read to find.
Code ChunkServer::verify_before_overwrite(ChunkHandle chunk, const ByteRange& range) {
    if (!config_.has(Mechanism::checksum_before_overwrite)) return Code::ok;
    for (const ByteRange& block : store_.partly_overwritten(chunk, range)) {
        if (!store_.find_mismatch(chunk, block)) continue;
        found_corrupt(chunk, block.offset);
        return Code::checksum_mismatch;
    }
    return Code::ok;
}

void ChunkServer::found_corrupt(ChunkHandle chunk, std::uint64_t offset) {
    SIM_ASSERT(store_.find(chunk) != nullptr);
    host_.emit(event::chunk_corrupt_detected, {chunk, id(), offset});
    if (!config_.has(Mechanism::report_corruption)) return;
    const bool is_known = store_.find(chunk)->corrupt;
    store_.mark_corrupt(chunk);
    if (!is_known) report(chunk, offset);
}

// Choice (not in GFS): a replica that cannot be read, or be brought to the platter, is as bad as
// one that fails a checksum: the disk has forgotten what a failed sync should have written, or has
// not, and only another replica helps (GFS 5.2). A read may succeed later (read_again.cpp).
void ChunkServer::disk_failed(ChunkHandle chunk, std::string_view operation) {
    const bool is_read = operation == "read";
    if (is_read) ++read_failures_;
    if (store_.find(chunk) == nullptr) return;  // deleted while the disk was busy
    host_.emit(event::chunk_disk_failed, {chunk, id(), host_.engine().text(operation)});
    if (!config_.has(Mechanism::report_corruption)) return;
    const bool is_known = store_.find(chunk)->corrupt;
    if (is_read)
        store_.mark_unread(chunk);
    else
        store_.mark_corrupt(chunk);
    if (!is_known) report(chunk, 0);
    if (is_unread(chunk)) begin_to_read_again();
}

void ChunkServer::report(ChunkHandle chunk, std::uint64_t offset) {
    const StoredReplica& replica = *store_.find(chunk);
    SIM_ASSERT(replica.corrupt);
    const ReportCorruption report{
        .server = id(), .chunk = chunk, .version = replica.version, .offset = offset};
    host_.spawn("report_corruption", report_corruption(report));
}

Task<void> ChunkServer::report_corruption(ReportCorruption report) {
    // No answer: the next HeartBeat that has the chunk's turn says the same.
    co_await sim::call(host_, master_, report, config_.client_timeout);
}

}  // namespace gfs
