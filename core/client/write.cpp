// SPDX-License-Identifier: Apache-2.0
// Writing at an offset that the application chose: GFS 3.1, the client's side of the seven steps.
// Step 3 is in push.cpp, record append in append.cpp, what is tried again in retry.cpp.

#include <algorithm>
#include <utility>

#include "core/client/ask_master.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/assert.h"

namespace gfs {

// "If a write by the application is large or straddles a chunk boundary, GFS client code breaks it
// down into multiple write operations" (GFS 3.1). Others may write between them, so that the region
// can end up consistent but undefined (GFS 2.7.1).
Task<Result<Done>> Client::write(WriteRequest request) {
    const OpId op = begin({.kind = "write",
                           .file = request.file,
                           .offset = request.offset,
                           .length = request.length,
                           .data = request.data});
    std::uint64_t done = 0;
    while (done < request.length) {
        const std::uint64_t at = request.offset + done;
        const std::uint64_t offset = at % config_.chunk_size;
        // Choice (not in GFS): "large" is what a record append may not exceed (GFS 3.3).
        const std::uint64_t length = std::min(
            {request.length - done, config_.chunk_size - offset, config_.record_append_max});
        SIM_ASSERT(length > 0);
        Piece piece{.op = op,
                    .file = request.file,
                    .index = ChunkIndex{static_cast<std::uint32_t>(at / config_.chunk_size)},
                    .offset = offset,
                    .length = length,
                    .data = request.data,
                    .data_offset = done};
        const Code code = co_await write_piece(std::move(piece));
        if (code != Code::ok) {
            end_failed(op, code);
            co_return code;
        }
        done += length;
        running(op).may_have_happened = true;  // in part, if a later one fails
        made_progress(op);
    }
    end_ok(op, {.bytes = request.length, .offset = request.offset});
    co_return Done{};
}

Task<Code> Client::write_piece(Piece piece) {
    SIM_ASSERT(piece.offset + piece.length <= config_.chunk_size);
    std::uint32_t failures = 0;  // of steps 3 to 7 with the same replicas
    for (;;) {
        const Result<LeaseHolder> holder = co_await lease_holder(piece.op, piece.file, piece.index);
        if (!holder.ok()) co_return holder.code();

        const Try tried = co_await try_write(piece, *holder);
        AfterMutation next =
            tried.asked_primary ? after_mutation(tried.code) : AfterMutation::same_replicas;
        if (next == AfterMutation::same_replicas && buggify(host_, Site::client_from_beginning))
            next = AfterMutation::ask_master;
        // "A few attempts at steps 3 to 7 before falling back to a retry from the beginning."
        if (next == AfterMutation::same_replicas && failures++ >= config_.client_retries)
            next = AfterMutation::ask_master;
        switch (next) {
            case AfterMutation::done:
                co_return Code::ok;
            case AfterMutation::stop:
                co_return tried.code;
            case AfterMutation::same_replicas:
                break;
            case AfterMutation::next_chunk:
                SIM_ASSERT(!"only a record append is told to take the next chunk");
                break;
            case AfterMutation::ask_master:
                cache_.forget_holder(piece.file, piece.index);
                failures = 0;
                break;
        }
        const bool again = co_await back_off(piece.op, tried.code);
        if (!again) co_return code_at_limit(piece.op);
    }
}

// Steps 1 and 2: which chunkserver holds the lease, and where the other replicas are. Without an
// index: of the file's last chunk.
Task<Result<LeaseHolder>> Client::lease_holder(OpId op, std::string file,
                                               std::optional<ChunkIndex> index) {
    const LocalTime now = host_.now();
    const auto known = index ? cache_.holder(file, *index, now) : cache_.last_holder(file, now);
    if (known) co_return *known;
    using Which = FindLeaseHolder::Which;
    FindLeaseHolder request{.op = op,
                            .client = id(),
                            .file = file,
                            .which = index ? Which::at_index : Which::last,
                            .index = index.value_or(ChunkIndex{0})};
    const Result<LeaseHolder> answer = co_await ask_master(std::move(request));
    if (!answer.ok()) co_return answer.code();
    // A master that answers for another chunk than was asked for is not believed.
    if (index && answer->index != *index) co_return Code::invalid_offset;
    cache_.put_holder(file, *answer, host_.now());
    if (!index) cache_.put_last(file, answer->index);
    co_return *answer;
}

// The chunk after the one that a record did not fit into. With `next_chunk: always` it may be one
// that comes later still (rule U23).
Task<Result<LeaseHolder>> Client::next_holder(OpId op, std::string file, ChunkIndex full) {
    if (config_.next_chunk == NextChunk::once)
        co_return co_await lease_holder(op, std::move(file), next(full));
    FindLeaseHolder request{.op = op,
                            .client = id(),
                            .file = file,
                            .which = FindLeaseHolder::Which::after,
                            .index = full};
    const Result<LeaseHolder> answer = co_await ask_master(std::move(request));
    if (!answer.ok()) co_return answer.code();
    if (answer->index <= full) co_return Code::invalid_offset;
    cache_.put_holder(file, *answer, host_.now());
    co_return *answer;
}

// Steps 3 to 7, once.
Task<Client::Try> Client::try_write(Piece piece, LeaseHolder holder) {
    SIM_ASSERT(holder.index == piece.index);
    // Step 3: all replicas get the data.
    std::vector<ServerId> replicas = holder.secondaries;
    replicas.push_back(holder.primary);
    const Code pushed = co_await push(piece, std::move(replicas));
    if (pushed != Code::ok) co_return Try{.code = pushed, .asked_primary = false};

    // Step 4: once all have it, the primary is asked to write it; steps 5 and 6 are between the
    // chunkservers.
    Write request{.op = piece.op,
                  .client = id(),
                  .chunk = holder.chunk,
                  .version = holder.version,
                  .data = piece.data,
                  .offset = piece.offset,
                  .length = piece.length,
                  .data_offset = piece.data_offset};
    const Duration timeout = patience(piece.op, piece.length, holder.primary);
    const LocalTime sent = host_.now();
    const Answer<Done> answer =
        co_await sim::call(host_, holder.primary, std::move(request), timeout);
    note_answer(holder.primary, sent, answer.code());

    // Step 7: any error at any replica is an error, and then the region may be anything.
    if (!info(answer.code()).definite) running(piece.op).may_have_happened = true;
    if (answer.ok()) {
        const std::uint64_t file_offset =
            to_number(piece.index) * config_.chunk_size + piece.offset;
        host_.emit(event::write_ok, {text(piece.file), holder.chunk, id(), file_offset,
                                     piece.length, piece.data, piece.data_offset, piece.op});
    }
    co_return Try{.code = answer.code(), .asked_primary = true};
}

}  // namespace gfs
