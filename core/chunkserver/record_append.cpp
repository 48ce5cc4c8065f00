// SPDX-License-Identifier: Apache-2.0
// Atomic record append at the primary: GFS 3.3, which is the write flow of GFS 3.1 (steps 4 to 7)
// with the offset chosen by the primary. Pushing the data (step 3) is in data_flow.cpp, the
// secondary's half of step 5 in apply_mutation.cpp, the client's retry loop in client/append.cpp.

#include "core/chunkserver/chunkserver.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {

Task<Answer<Appended>> ChunkServer::on_record_append(RecordAppend request) {
    if (buggify(host_, Site::server_late_request))
        co_await hesitate(host_, Site::server_late_request, config_.client_timeout);
    // A record is at most a quarter of a chunk, which bounds what padding wastes.
    if (request.length > config_.record_append_max) co_return Code::record_too_large;

    const Result<Lease*> usable = usable_lease(request.chunk, request.version);
    if (!usable.ok())
        co_return reject(request.chunk, usable.code(), request.client, request.version);

    // Step 4: the data must have been pushed here before this request.
    const PushedData pushed{request.data, 0};
    if (config_.has(Mechanism::data_before_mutation) && !buffer_.contains(pushed))
        co_return reject(request.chunk, Code::data_not_buffered, request.client, request.version);

    const Code admitted = ask_disk(request.chunk, config_.chunk_size);
    if (admitted != Code::ok)
        co_return reject(request.chunk, admitted, request.client, request.version);

    // Take the next serial number and the next offset together. Nothing waits between the checks
    // above and the end of this step, so no two appends can be given the same place, and the lease
    // cannot run out in between.
    Lease& lease = **usable;
    const std::uint64_t length = store_.find(request.chunk)->content.length();
    SIM_ASSERT(length <= config_.chunk_size);
    const std::uint64_t room = config_.chunk_size - length;
    const bool fits = request.length <= room;
    if (!fits && room == 0) co_return Code::retry_next_chunk;  // padded before
    if (!fits && !config_.has(Mechanism::append_padding)) co_return Code::retry_next_chunk;
    const Mutation mutation{
        // A record that would exceed the chunk: pad to its end, and have the client retry on the
        // next one.
        .kind = fits ? Mutation::Kind::append : Mutation::Kind::pad,
        .chunk = request.chunk,
        .version = lease.version,
        .serial = lease.next_serial,
        .offset = length,
        .length = fits ? request.length : room,
        .data = fits ? request.data : padding,
        .data_offset = 0,
    };
    order(lease, mutation);
    apply(mutation);
    if (!fits)
        host_.emit(event::append_padded, {request.chunk, id(), mutation.offset, mutation.length});

    // Steps 5 and 6: the secondaries write the same bytes at exactly the same offset. Step 7: one
    // missing answer fails the append. Replicas may now differ in this region; the client retries,
    // and the record may appear twice (GFS 2.7).
    const bool everywhere = co_await carry_out(request.op, mutation);
    if (!everywhere) co_return fits ? Code::replica_failed : Code::padding_failed;
    if (!fits) co_return Code::retry_next_chunk;
    co_return Appended{mutation.offset};
}

}  // namespace gfs
