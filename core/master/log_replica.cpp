// SPDX-License-Identifier: Apache-2.0
// A log replica: GFS 2.6.3. The master's side is in operation_log.cpp.

#include "core/master/log_replica.h"

#include "sim/rpc.h"

namespace gfs {

LogReplica::LogReplica(sim::Host& host, LogStore& store) : host_(host), store_(store) {
    store_.cut_torn();
    host_.endpoint().on<ReplicateLog>(*this, &LogReplica::on_replicate_log);
    host_.endpoint().on<Ping>(*this, &LogReplica::on_ping);
}

Task<ReplicateLog::Reply> LogReplica::on_replicate_log(ReplicateLog request) {
    // A delayed message of a master process that is no more.
    if (request.process < store_.writer()) co_return Code::old_epoch;

    // The first word of a new process: what an earlier one sent here and did not itself keep was
    // never acknowledged to anybody, and its place in the order will be taken by another record.
    if (request.process > store_.writer()) {
        store_.set_writer(request.process);
        store_.cut_after(request.start);
    }

    // There is a gap: the answer asks for what is missing. Otherwise take what is new; the second
    // copy of a message brings nothing.
    if (request.after <= store_.last()) {
        for (LogRecord& record : request.records)
            if (record.index > store_.last()) store_.append(std::move(record));
    }
    if (store_.durable() < store_.last()) {
        const auto outcome = co_await store_.sync();
        if (!outcome || *outcome != sim::Disk::Outcome::done) co_return Code::disk_error;
    }
    co_return LogStored{store_.durable()};
}

Ping::Reply LogReplica::on_ping(const Ping&) {
    return Done{};
}

}  // namespace gfs
