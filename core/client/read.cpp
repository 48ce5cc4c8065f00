// SPDX-License-Identifier: Apache-2.0
// Reading: GFS 2.4, with the client's cache of locations (GFS 2.7.1) and the check of version
// numbers (GFS 4.5). The chunkserver's half is where checksums are verified (GFS 5.2).

#include <algorithm>
#include <utility>

#include "core/client/ask_master.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/future.h"

namespace gfs {
namespace {

// Choice (not in GFS): so many bytes in one request at most, so that a dead chunkserver is noticed
// soon. Pieces end where checksum blocks end (GFS 5.2).
constexpr std::uint64_t read_piece_max = 1 * MiB;
constexpr std::size_t pieces_at_once = 4;

// "The client typically asks for multiple chunks in the same request" (GFS 2.4).
constexpr std::uint32_t chunks_asked_max = 8;
constexpr std::uint32_t chunks_prefetched = 2;

}  // namespace

Task<Result<FileData>> Client::read(ReadRequest request) {
    const OpId op = begin({.kind = "read",
                           .file = request.file,
                           .offset = request.offset,
                           .length = request.length.value_or(0)});
    FileData data;
    while (!request.length || data.length < *request.length) {
        // The byte offset becomes a chunk index and an offset in that chunk (GFS 2.4).
        const std::uint64_t at = request.offset + data.length;
        const std::uint64_t offset = at % config_.chunk_size;
        const bool small = buggify(host_, Site::client_small_read);
        Piece share{.op = op,
                    .file = request.file,
                    .index = ChunkIndex{static_cast<std::uint32_t>(at / config_.chunk_size)},
                    .offset = offset,
                    .length = config_.chunk_size - offset,
                    .to_the_end = !request.length,
                    .one_block = small};
        if (request.length) {
            share.wanted = *request.length - data.length;
            share.length = std::min(share.length, share.wanted);
        }
        const std::uint64_t asked = share.length;
        Result<PieceRead> got = co_await read_chunk(std::move(share));
        if (!got.ok()) {
            end_failed(op, got.code());
            co_return got.code();
        }
        SIM_ASSERT(got->length <= asked);
        for (Extent extent : got->extents) {
            extent.offset += at - offset;
            data.extents.push_back(extent);
        }
        data.length += got->length;
        if (got->length < asked) break;  // the end of the file
    }
    end_ok(op, {.bytes = data.length, .offset = request.offset});
    co_return data;
}

// What a read wants of one chunk. The first piece says where the replica ends; the others are then
// read at the same time, a few at once (GFS 6.3.1: "the client library may split a large read into
// parallel RPCs").
Task<Result<Client::PieceRead>> Client::read_chunk(Piece share) {
    Result<PieceRead> all = co_await read_piece(piece_of(share, 0));
    if (!all.ok()) co_return all;
    made_progress(share.op);
    const std::uint64_t first = piece_of(share, 0).length;
    if (all->length < first) co_return all;
    SIM_ASSERT(all->replica_end >= share.offset + first);
    const std::uint64_t length = std::min(share.length, all->replica_end - share.offset);
    while (all->length < length) {
        std::vector<sim::Future<Result<PieceRead>>> pieces;
        std::vector<std::uint64_t> asked;
        for (std::uint64_t done = all->length; done < length && pieces.size() < pieces_at_once;
             done += asked.back()) {
            Piece piece = piece_of(share, done);
            piece.first_of_chunk = false;
            asked.push_back(piece.length);
            pieces.push_back(start_piece(std::move(piece)));
        }
        // All are waited for, also when one has failed: they are part of this operation.
        bool ended = false;
        Code failure = Code::ok;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const Result<PieceRead> got = co_await pieces[i].get();
            if (!got.ok() && failure == Code::ok) failure = got.code();
            if (!got.ok() || ended || failure != Code::ok) continue;
            PieceRead& sum = all.value();
            sum.extents.insert(sum.extents.end(), got->extents.begin(), got->extents.end());
            sum.length += got->length;
            ended = got->length < asked[i];  // the replica that answered is shorter
        }
        if (failure != Code::ok) co_return failure;
        made_progress(share.op);
        if (ended) break;
    }
    co_return all;
}

// The part of the share that begins `done` bytes after its beginning: up to a multiple of the size
// of a piece, which is one of checksum blocks, so that no block is read and verified twice
// (GFS 5.2: "attempting to align reads at checksum block boundaries").
Client::Piece Client::piece_of(const Piece& share, std::uint64_t done) const {
    SIM_ASSERT(done < share.length);
    const std::uint64_t most = share.one_block ? 0 : read_piece_max;
    const std::uint64_t blocks = std::max<std::uint64_t>(most / config_.checksum_block, 1);
    const std::uint64_t size = blocks * config_.checksum_block;
    Piece piece = share;
    piece.offset += done;
    piece.wanted -= std::min(piece.wanted, done);
    const std::uint64_t to_boundary = size - piece.offset % size;
    piece.length = std::min(to_boundary, share.length - done);
    return piece;
}

// In a coroutine of its own.
sim::Future<Result<Client::PieceRead>> Client::start_piece(Piece piece) {
    auto state = std::make_shared<sim::Future<Result<PieceRead>>::State>();
    host_.spawn("read_piece", finish_piece(std::move(piece), state));
    return {host_, std::move(state)};
}

Task<void> Client::finish_piece(Piece piece, std::shared_ptr<PieceState> state) {
    Result<PieceRead> got = co_await read_piece(std::move(piece));
    state->set(std::move(got));
}

// One piece from one of the chunk's replicas. Fewer bytes than asked for: the end of the file.
Task<Result<Client::PieceRead>> Client::read_piece(Piece piece) {
    SIM_ASSERT(piece.length > 0);
    SIM_ASSERT(piece.offset + piece.length <= config_.chunk_size);
    bool refresh = false;
    for (;;) {
        const Result<Located> located = co_await locate(piece, refresh);
        if (!located.ok() && located.code() == Code::end_of_file) co_return PieceRead{};
        if (!located.ok()) co_return located.code();

        // The closest replica is asked first (or as `/gfs/replica_choice` has it), the others when
        // it fails (GFS 2.4, 5.2).
        Code failure = Code::no_live_replica;
        bool ended_early = false;
        for (const ServerId server : located->entry.where.servers) {
            ReplicaAnswer answer = co_await read_replica(piece, *located, server);
            if (answer.kind == ReplicaAnswer::Kind::got) co_return std::move(answer.data);
            ended_early = answer.kind == ReplicaAnswer::Kind::ended_early;
            if (ended_early) break;
            failure = answer.code;
            cache_.ask_last(piece.file, piece.index, server);
            if (after_read(failure) == AfterRead::ask_master) break;
        }

        // What the cache said may be out of date: a stale replica, or one that is gone, or one that
        // "returns a premature end of chunk"; the master knows better, at once (GFS 2.7.1).
        refresh = true;
        if (located->cached) continue;
        SIM_ASSERT(!ended_early);
        const bool again = co_await back_off(piece.op, failure);
        if (!again) co_return code_at_limit(piece.op);
    }
}

Task<Client::ReplicaAnswer> Client::read_replica(Piece piece, Located located, ServerId server) {
    Read request{.op = piece.op,
                 .client = id(),
                 .chunk = located.entry.where.chunk,
                 .version = located.entry.where.version,
                 .offset = piece.offset,
                 .length = piece.length};
    ++reads_asked_[server];
    const Duration timeout = patience(piece.op, piece.length, server);
    const LocalTime sent = host_.now();
    const Answer<ReadData> answer = co_await sim::call(host_, server, std::move(request), timeout);
    note_answer(server, sent, answer.code());
    co_return judge(piece, located, server, answer);
}

Client::ReplicaAnswer Client::judge(const Piece& piece, const Located& located, ServerId server,
                                    const Answer<ReadData>& answer) {
    using Kind = ReplicaAnswer::Kind;
    const ChunkLocations& where = located.entry.where;
    const sim::TextId file = text(piece.file);
    const char* const asked = located.entry.from_shadow ? "shadow" : "master";
    const sim::TextId via = text(located.cached ? "cache" : asked);

    PieceRead data;
    bool stale = false;
    switch (after_read(answer.code())) {
        case AfterRead::use_answer:
            SIM_ASSERT(answer->length <= piece.length);
            data = {.length = answer->length,
                    .extents = answer->extents,
                    .replica_end = answer->replica_length};
            stale = answer->version < where.version;
            break;
        case AfterRead::end_of_replica:
            break;
        case AfterRead::ask_master:
        case AfterRead::other_replica:
            if (answer.code() == Code::checksum_mismatch)
                host_.emit(event::read_checksum_error, {file, where.chunk, id(), server, piece.op});
            return {.kind = Kind::failed, .code = answer.code()};
    }
    // "The client or the chunkserver verifies the version number when it performs the operation"
    // (GFS 4.5): here is the client's half.
    if (stale && config_.has(Mechanism::version_check))
        return {.kind = Kind::failed, .code = Code::stale_version};
    if (stale) host_.emit(event::read_stale, {file, where.chunk, id(), server, via, piece.op});

    const bool ended = data.length < piece.length;
    if (ended && (located.cached || !piece.to_the_end))
        host_.emit(event::read_short, {file, where.chunk, id(), server, data.length, piece.op});
    if (ended && located.cached) return {.kind = Kind::ended_early};
    for (const Extent& extent : data.extents) {
        SIM_ASSERT(extent.offset >= piece.offset);
        SIM_ASSERT(extent.end() <= piece.offset + data.length);
    }
    host_.emit(event::read_ok,
               {file, where.chunk, id(), server, piece.offset, data.length, via, piece.op});
    // In a chunk that others follow, what is not there is a hole. Choice (not in GFS): it reads as
    // zeros (rule U16); otherwise a file would seem to end before its last chunk.
    const bool last_chunk = to_number(piece.index) + 1 >= located.entry.file_chunks ||
                            config_.holes == Holes::end_of_file;
    if (ended && !last_chunk) data.length = piece.length;
    if (!last_chunk) data.replica_end = config_.chunk_size;
    return {.kind = Kind::got, .data = std::move(data)};
}

// The chunk's handle and locations: from the cache, or from the master. Code::end_of_file when the
// file has no such chunk.
Task<Result<Client::Located>> Client::locate(Piece piece, bool refresh) {
    const bool forgets = buggify(host_, Site::client_forget);
    if (refresh || forgets) cache_.forget(piece.file, piece.index);
    if (const auto known = cache_.find(piece.file, piece.index, host_.now())) {
        // What this very operation has asked for is as good as the master's word.
        const bool cached = known->fetched_by != piece.op;
        if (cached && piece.first_of_chunk)
            host_.emit(event::client_cache_hit,
                       {piece.op, text(piece.file), known->where.chunk, to_number(piece.index)});
        co_return Located{.entry = *known, .cached = cached};
    }
    const std::uint32_t count = chunks_ahead(piece);
    const Result<Locations> found =
        co_await find_location(piece.op, piece.file, piece.index, count);
    if (!found.ok()) co_return found.code();
    if (found->chunks.empty()) co_return Code::end_of_file;
    SIM_ASSERT(found->chunks.front().index == piece.index);
    co_return Located{.entry = {.where = found->chunks.front(),
                                .file_chunks = found->file_chunks,
                                .fetched_by = piece.op,
                                .fetched = host_.now(),
                                .from_shadow = running(piece.op).from_shadow},
                      .cached = false};
}

// Asks the master and fills the cache, prefetched chunks included (GFS 2.4).
Task<Result<Locations>> Client::find_location(OpId op, std::string file, ChunkIndex index,
                                              std::uint32_t count) {
    SIM_ASSERT(count > 0);
    FindLocation request{.op = op, .client = id(), .file = file, .first = index, .count = count};
    Result<Locations> answer = co_await ask_master(std::move(request));
    if (!answer.ok()) co_return answer;
    for (ChunkLocations& chunk : answer.value().chunks) {
        if (chunk.servers.empty()) continue;
        order_for_reading(chunk.servers);
        cache_.put(file, {.where = chunk,
                          .file_chunks = answer->file_chunks,
                          .fetched_by = op,
                          .fetched = host_.now(),
                          .from_shadow = running(op).from_shadow});
    }
    co_return answer;
}

// How many chunks to ask for: those that the read needs, or a few that may come next.
std::uint32_t Client::chunks_ahead(const Piece& piece) const {
    if (piece.to_the_end) return 1 + chunks_prefetched;
    SIM_ASSERT(piece.wanted > 0);
    const std::uint64_t bytes = piece.offset + piece.wanted;
    const std::uint64_t needed = (bytes + config_.chunk_size - 1) / config_.chunk_size;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(needed, chunks_asked_max));
}

}  // namespace gfs
