// SPDX-License-Identifier: Apache-2.0
// Writes at the primary: GFS 3.1, steps 4 to 7. Step 3, the data, is in data_flow.cpp; the
// secondary's half of step 5 in apply_mutation.cpp; the client's steps in client/write.cpp.

#include <utility>
#include <vector>

#include "core/chunkserver/chunkserver.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/future.h"
#include "sim/rpc.h"

namespace gfs {

Task<ChunkServer::Reply> ChunkServer::on_write(Write request) {
    if (buggify(host_, Site::server_late_request))
        co_await hesitate(host_, Site::server_late_request, config_.client_timeout);
    if (request.offset + request.length > config_.chunk_size) co_return Code::invalid_offset;
    const ByteRange range{request.offset, request.length};
    Code refusal = check_write(request);
    if (refusal == Code::ok && overwrites_in_part(request.chunk, range)) {
        refusal = co_await read_before_overwrite(request.chunk, range);
        // The lease may have ended while the disk was reading, and the data have been evicted.
        if (refusal == Code::ok) refusal = check_write(request);
    }
    if (refusal == Code::ok) refusal = verify_before_overwrite(request.chunk, range);
    if (refusal == Code::ok) refusal = ask_disk(request.chunk, range.end());
    if (refusal != Code::ok)
        co_return reject(request.chunk, refusal, request.client, request.version);

    // Step 4: assign consecutive serial numbers to all mutations, whatever client they come from,
    // and apply them here in that order. Nothing waits between the last of the checks above and the
    // end of this step, so the lease cannot run out in between.
    Lease& lease = **usable_lease(request.chunk, request.version);
    const Mutation mutation{
        .kind = Mutation::Kind::write,
        .chunk = request.chunk,
        .version = lease.version,
        .serial = lease.next_serial,
        .offset = request.offset,
        .length = request.length,
        .data = request.data,
        .data_offset = request.data_offset,
    };
    order(lease, mutation);
    apply(mutation);

    // Steps 5 to 7.
    const bool everywhere = co_await carry_out(request.op, mutation);
    if (!everywhere) co_return Code::replica_failed;
    co_return Done{};
}

Code ChunkServer::check_write(const Write& request) {
    const Result<Lease*> usable = usable_lease(request.chunk, request.version);
    if (!usable.ok()) return usable.code();
    // Step 4: the data must have been pushed here before this request.
    const PushedData pushed{request.data, request.data_offset};
    if (config_.has(Mechanism::data_before_mutation) && !buffer_.contains(pushed))
        return Code::data_not_buffered;
    return Code::ok;
}

// The last question before the primary orders a mutation that leaves its replica of this length. It
// counts its own failures like a secondary's (rule U6): nobody else would.
// REQUIRES: the lease is usable.
Code ChunkServer::ask_disk(ChunkHandle chunk, std::uint64_t length) {
    const Code admitted = store_.admit(chunk, length);
    Lease* const lease = find_lease(chunk, store_.find(chunk)->version);
    SIM_ASSERT(lease != nullptr);
    if (admitted != Code::ok)
        count_failure(*lease, chunk, id());
    else
        lease->failures.erase(id());
    return admitted;
}

Code ChunkServer::reject(ChunkHandle chunk, Code reason, ClientId client, Version version) {
    host_.emit(event::mutation_rejected, {chunk, id(), reason, client, version});
    return reason;
}

// Uses up the serial number.
void ChunkServer::order(Lease& lease, const Mutation& mutation) {
    SIM_ASSERT(mutation.serial == lease.next_serial);
    lease.next_serial = next(lease.next_serial);
    lease.in_flight.insert(mutation.serial);
    lease.mutated = true;
    host_.emit(event::mutation_ordered,
               {mutation.chunk, mutation.serial, id(), mutation.version, mutation.offset,
                mutation.length, mutation.data, host_.engine().text(name(mutation.kind))});
}

// Durable here, then applied by every secondary. One missing answer fails the mutation: the region
// may now differ between replicas, and the client tries again (GFS 3.1, step 7).
Task<bool> ChunkServer::carry_out(OpId op, Mutation mutation) {
    const Code durable = co_await make_durable(mutation);
    bool everywhere = durable == Code::ok;
    if (everywhere) everywhere = co_await forward_all(op, mutation);
    settle(mutation);
    if (everywhere) {
        host_.emit(event::mutation_acknowledged,
                   {mutation.chunk, mutation.serial, id(), mutation.version});
    } else {
        host_.emit(event::mutation_failed,
                   {mutation.chunk, mutation.serial, id(), Code::replica_failed});
    }
    co_return everywhere;
}

// Step 5: forward to all secondaries, which apply mutations in the serial order assigned here.
// Step 6: the secondaries answer that they have completed the operation.
Task<bool> ChunkServer::forward_all(OpId op, Mutation mutation) {
    const Lease* const lease = find_lease(mutation.chunk, mutation.version);
    // The lease ended while our own disk was writing: the secondaries would refuse.
    if (lease == nullptr) co_return false;

    const std::vector<ServerId> secondaries = lease->secondaries;  // ids, copied: `lease` ends here
    const ApplyMutation request{
        .op = op,
        .mutation = mutation,
        .settled = *lease->in_flight.begin(),
        .lease_expires = lease->expires,
    };
    std::vector<sim::Future<ApplyMutation::Reply>> answers;
    for (const ServerId secondary : secondaries) {
        host_.emit(event::mutation_forwarded,
                   {mutation.chunk, mutation.serial, id(), secondary, mutation.version});
        answers.push_back(sim::start_call(host_, secondary, request, config_.client_timeout / 2));
    }

    bool all_applied = true;
    for (std::size_t i = 0; i < secondaries.size(); ++i) {
        const ApplyMutation::Reply answer = co_await answers[i].get();
        all_applied = all_applied && answer.ok();
        Lease* const present = find_lease(mutation.chunk, mutation.version);
        if (present == nullptr) continue;
        if (answer.ok()) {
            present->failures.erase(secondaries[i]);
        } else {
            count_failure(*present, mutation.chunk, secondaries[i]);
        }
    }
    co_return all_applied;
}

// Choice (not in GFS): a secondary that keeps failing is reported, so that the master forms another
// set of replicas; otherwise every write would fail until the lease ends (rule U6).
void ChunkServer::count_failure(Lease& lease, ChunkHandle chunk, ServerId secondary) {
    const std::uint32_t in_a_row = ++lease.failures[secondary];
    if (config_.report_secondary_after == 0 || in_a_row < config_.report_secondary_after) return;
    if (!lease.reported.insert(secondary).second) return;
    host_.spawn("report_failure", report_failure(chunk, lease.version, secondary));
}

Task<void> ChunkServer::report_failure(ChunkHandle chunk, Version version, ServerId secondary) {
    const ReportFailure report{
        .primary = id(), .chunk = chunk, .version = version, .failed = secondary};
    const ReportFailure::Reply answer =
        co_await sim::call(host_, master_, report, config_.client_timeout);
    if (answer.ok()) co_return;
    // Unheard: the next failure reports again.
    if (Lease* const lease = find_lease(chunk, version)) lease->reported.erase(secondary);
}

// The mutation's outcome is known: nobody has to wait for its serial number any more.
void ChunkServer::settle(const Mutation& mutation) {
    if (Lease* const lease = find_lease(mutation.chunk, mutation.version))
        lease->in_flight.erase(mutation.serial);
    order_moved_.notify_all();
}

}  // namespace gfs
