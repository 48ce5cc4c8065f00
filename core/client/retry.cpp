// SPDX-License-Identifier: Apache-2.0
// What the client library tries again, and when: GFS 3.1 ("a few attempts at steps 3 to 7 before
// falling back to a retry from the beginning"). Each switch names every code.

#include "core/client/retry.h"

#include <algorithm>

#include "core/client/client.h"
#include "sim/assert.h"
#include "sim/operation.h"

namespace gfs {

AfterMaster after_master(Code code) {
    switch (code) {
        // The master is there but cannot say yet: it collects locations, waits for a lease or an
        // offer of one to run out, has the chunk cloned, or waits for a chunkserver to come back.
        case Code::starting:
        case Code::lease_in_doubt:
        case Code::chunk_busy:
        case Code::no_live_replica:
        case Code::no_chunkserver:
        case Code::timeout:
            return AfterMaster::ask_again;
        case Code::ok:
        case Code::not_found:
        case Code::already_exists:
        case Code::parent_not_found:
        case Code::not_a_directory:
        case Code::is_a_directory:
        case Code::not_empty:
        case Code::invalid_path:
        case Code::invalid_offset:
        case Code::permission_denied:
        case Code::quota_exceeded:
        case Code::no_such_chunk:
        case Code::not_primary:
        case Code::lease_expired:
        case Code::stale_version:
        case Code::out_of_order:
        case Code::data_not_buffered:
        case Code::record_too_large:
        case Code::retry_next_chunk:
        case Code::padding_failed:
        case Code::end_of_file:
        case Code::checksum_mismatch:
        case Code::no_space:
        case Code::read_only:
        case Code::disk_error:
        case Code::not_registered:
        case Code::old_epoch:
        case Code::overtaken:
        case Code::replica_failed:
        case Code::gave_up:
            return AfterMaster::stop;
    }
    SIM_ASSERT(!"a code that codes.def does not list");
    return AfterMaster::stop;
}

AfterMutation after_mutation(Code code) {
    switch (code) {
        case Code::ok:
            return AfterMutation::done;
        case Code::retry_next_chunk:
            return AfterMutation::next_chunk;
        // The replicas are the right ones, and one of them could not do it this time.
        case Code::replica_failed:
        case Code::padding_failed:
        case Code::data_not_buffered:
        case Code::out_of_order:
        case Code::checksum_mismatch:
        case Code::no_space:
        case Code::read_only:
        case Code::disk_error:
            return AfterMutation::same_replicas;
        // "It needs to contact the master again only when the primary becomes unreachable or
        // replies that it no longer holds a lease" (GFS 3.1).
        case Code::timeout:
        case Code::not_primary:
        case Code::lease_expired:
        case Code::stale_version:
        case Code::no_such_chunk:
        case Code::chunk_busy:
        case Code::lease_in_doubt:
        case Code::no_live_replica:
        case Code::no_chunkserver:
        case Code::starting:
        case Code::not_registered:
        case Code::old_epoch:
        case Code::overtaken:
            return AfterMutation::ask_master;
        case Code::not_found:
        case Code::already_exists:
        case Code::parent_not_found:
        case Code::not_a_directory:
        case Code::is_a_directory:
        case Code::not_empty:
        case Code::invalid_path:
        case Code::invalid_offset:
        case Code::permission_denied:
        case Code::quota_exceeded:
        case Code::record_too_large:
        case Code::end_of_file:
        case Code::gave_up:
            return AfterMutation::stop;
    }
    SIM_ASSERT(!"a code that codes.def does not list");
    return AfterMutation::stop;
}

AfterRead after_read(Code code) {
    switch (code) {
        case Code::ok:
            return AfterRead::use_answer;
        case Code::end_of_file:
            return AfterRead::end_of_replica;
        case Code::stale_version:
            return AfterRead::ask_master;
        // Whatever else is wrong is wrong with this replica or its server; the others may do.
        case Code::not_found:
        case Code::already_exists:
        case Code::parent_not_found:
        case Code::not_a_directory:
        case Code::is_a_directory:
        case Code::not_empty:
        case Code::invalid_path:
        case Code::invalid_offset:
        case Code::permission_denied:
        case Code::quota_exceeded:
        case Code::no_such_chunk:
        case Code::no_live_replica:
        case Code::no_chunkserver:
        case Code::lease_in_doubt:
        case Code::chunk_busy:
        case Code::not_primary:
        case Code::lease_expired:
        case Code::out_of_order:
        case Code::data_not_buffered:
        case Code::record_too_large:
        case Code::retry_next_chunk:
        case Code::padding_failed:
        case Code::checksum_mismatch:
        case Code::no_space:
        case Code::read_only:
        case Code::disk_error:
        case Code::starting:
        case Code::not_registered:
        case Code::old_epoch:
        case Code::overtaken:
        case Code::replica_failed:
        case Code::timeout:
        case Code::gave_up:
            return AfterRead::other_replica;
    }
    SIM_ASSERT(!"a code that codes.def does not list");
    return AfterRead::other_replica;
}

// How long to wait between tries, and whether to try again, is the business of `/gfs/retry`.
Task<bool> Client::back_off(OpId op, Code code) {
    SIM_ASSERT(code != Code::ok);
    Running& failed = running(op);
    failed.last = code;
    ++failed.attempts;
    const Failures failures{.in_a_row = failed.failures++, .timeout = config_.client_timeout};
    const std::optional<Duration> wait = retry_->wait(failures, back_off_draws_);
    if (!wait || *wait >= time_left(op)) co_return false;
    emit_retried(op, code);
    co_await sim::sleep(host_, *wait);
    co_return true;
}

Code Client::code_at_limit(OpId op) const {
    const Running& operation = running_.at(op);
    SIM_ASSERT(operation.last != Code::ok);
    if (operation.may_have_happened) return Code::gave_up;
    return info(operation.last).definite ? operation.last : Code::gave_up;
}

}  // namespace gfs
