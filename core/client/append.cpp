// SPDX-License-Identifier: Apache-2.0
// Record append, the client's side: GFS 3.3, which is the flow of GFS 3.1 to the replicas of the
// file's last chunk, with an offset that the primary chooses.

#include <optional>
#include <utility>
#include <vector>

#include "core/client/ask_master.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/assert.h"

namespace gfs {

// At least once: a try whose answer is lost may have appended the record, and the next one appends
// it again (GFS 2.7.1, 3.3).
Task<Result<std::uint64_t>> Client::append(AppendRequest request) {
    SIM_ASSERT(request.length > 0);
    const OpId op = begin(
        {.kind = "append", .file = request.file, .length = request.length, .data = request.data});
    Result<std::uint64_t> offset = Code::record_too_large;
    // A record is at most a quarter of a chunk, which bounds what padding wastes (GFS 3.3).
    if (request.length <= config_.record_append_max) {
        Piece record{
            .op = op, .file = request.file, .length = request.length, .data = request.data};
        offset = co_await append_record(std::move(record));
    }
    if (!offset.ok()) {
        end_failed(op, offset.code());
        co_return offset.code();
    }
    end_ok(op, {.bytes = request.length, .offset = *offset});
    co_return *offset;
}

Task<Result<std::uint64_t>> Client::append_record(Piece record) {
    SIM_ASSERT(record.length <= config_.record_append_max);
    std::uint32_t failures = 0;       // of steps 3 to 7 with the same replicas
    std::optional<ChunkIndex> full;  // it did not fit; absent: the file's last chunk may do
    for (;;) {
        const Result<LeaseHolder> holder = co_await holder_for(record, full);
        if (!holder.ok()) co_return holder.code();

        const Try tried = co_await try_append(record, *holder);
        AfterMutation next =
            tried.asked_primary ? after_mutation(tried.code) : AfterMutation::same_replicas;
        if (next == AfterMutation::same_replicas && buggify(host_, Site::client_from_beginning))
            next = AfterMutation::ask_master;
        if (next == AfterMutation::same_replicas && failures++ >= config_.client_retries)
            next = AfterMutation::ask_master;
        if (next == AfterMutation::done) {
            cache_.put_last(record.file, holder->index);
            co_return to_number(holder->index) * config_.chunk_size + tried.offset;
        }
        if (next == AfterMutation::stop) co_return tried.code;

        host_.emit(event::append_retried, {text(record.file), id(), record.op, tried.code});
        if (next == AfterMutation::next_chunk) {
            // The primary padded the chunk on all replicas: "the client should retry on the next
            // chunk". That one comes into being when it is asked for.
            cache_.forget_holder(record.file, holder->index);
            full = holder->index;
            failures = 0;
            made_progress(record.op);
            continue;
        }
        if (next == AfterMutation::ask_master) {
            cache_.forget_holder(record.file, holder->index);
            full.reset();
            failures = 0;
        }
        const bool again = co_await back_off(record.op, tried.code);
        if (!again) co_return code_at_limit(record.op);
    }
}

// The lease holder of the chunk that the record goes to.
Task<Result<LeaseHolder>> Client::holder_for(Piece record, std::optional<ChunkIndex> full) {
    if (full) co_return co_await next_holder(record.op, record.file, *full);
    co_return co_await lease_holder(record.op, record.file, std::nullopt);
}

// Steps 3 to 7 of GFS 3.1, once.
Task<Client::Try> Client::try_append(Piece record, LeaseHolder holder) {
    SIM_ASSERT(holder.version > Version{0});
    // Step 3: the data goes to all replicas of the last chunk.
    std::vector<ServerId> replicas = holder.secondaries;
    replicas.push_back(holder.primary);
    const Code pushed = co_await push(record, std::move(replicas));
    if (pushed != Code::ok) co_return Try{.code = pushed, .asked_primary = false};

    // Step 4: then the primary is asked.
    RecordAppend request{.op = record.op,
                         .client = id(),
                         .chunk = holder.chunk,
                         .version = holder.version,
                         .data = record.data,
                         .length = record.length};
    const Duration timeout = patience(record.op, record.length, holder.primary);
    const LocalTime sent = host_.now();
    const Answer<Appended> answer =
        co_await sim::call(host_, holder.primary, std::move(request), timeout);
    note_answer(holder.primary, sent, answer.code());

    // Step 7. After an error the record may be on some replicas, in whole or in part.
    if (!info(answer.code()).definite) running(record.op).may_have_happened = true;
    if (answer.code() == Code::replica_failed) running(record.op).on_a_primary = true;
    if (!answer.ok()) co_return Try{.code = answer.code(), .asked_primary = true};
    const std::uint64_t offset = answer->offset;
    SIM_ASSERT(offset + record.length <= config_.chunk_size);
    const std::uint64_t in_file = to_number(holder.index) * config_.chunk_size + offset;
    // At least once means sometimes twice (GFS 3.3): worth an event, for whoever looks for it.
    if (running(record.op).on_a_primary)
        host_.emit(event::append_duplicated, {text(record.file), holder.chunk, id(), in_file,
                                              record.length, record.data, record.op});
    host_.emit(event::append_ok, {text(record.file), holder.chunk, id(), in_file, record.length,
                                  record.data, record.op});
    co_return Try{.code = Code::ok, .asked_primary = true, .offset = offset};
}

}  // namespace gfs
