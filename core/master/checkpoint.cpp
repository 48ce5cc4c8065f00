// SPDX-License-Identifier: Apache-2.0
// Checkpoints: GFS 2.6.3. When enough records have been logged the master switches to a new log
// file and writes its state before the switch beside the mutations that go on; then it sends the
// checkpoint to the log replicas. What recovery makes of it is in recovery.cpp.

#include "core/master/checkpoint.h"

#include <algorithm>
#include <utility>

#include "core/common/buggify.h"
#include "core/common/events.h"
#include "core/master/operation_log.h"
#include "sim/engine.h"
#include "sim/rpc.h"

namespace gfs {
namespace {

// A name or a chunk in a checkpoint: less than 64 bytes (GFS 2.6.1).
constexpr std::uint64_t bytes_per_entry = 64;
constexpr std::uint64_t header_bytes = 64;
// A minute for three million.
constexpr Duration time_per_entry = std::chrono::microseconds{20};
constexpr Duration time_per_record = std::chrono::microseconds{20};
// A sync of the log waits for one piece at most.
constexpr std::uint64_t piece_bytes_min = 512;
constexpr std::uint64_t piece_bytes_max = 1 << 20;
constexpr std::uint64_t pieces_wanted = 64;
// A checkpoint is expected to arrive at this speed or faster, bytes/s.
constexpr std::uint64_t slowest_bytes_per_s = 1'000'000;

}  // namespace

Checkpoint make_checkpoint(LogIndex last, MasterEpoch master, Metadata state) {
    state.set_aside();
    const std::uint64_t bytes = header_bytes + state.size() * bytes_per_entry;
    return {.last = last,
            .master = master,
            .state = std::make_shared<const Metadata>(std::move(state)),
            .bytes = bytes};
}

Checkpoint state_at(const LogStore& store, LogIndex last, const Config& config) {
    SIM_ASSERT(last >= store.dropped());
    const CheckpointFile* base = nullptr;
    for (const CheckpointFile& file : store.checkpoints())
        if (file.is_complete() && file.content.last <= last) base = &file;
    Metadata state = base != nullptr ? *base->content.state : Metadata(config);
    LogIndex applied = base != nullptr ? base->content.last : LogIndex{0};
    SIM_ASSERT(applied >= store.dropped());
    while (applied < last) {
        applied = next(applied);
        state.apply(store.at(applied).entry);
    }
    return make_checkpoint(last, store.master_of_record(last), std::move(state));
}

std::uint64_t pieces_of(const Checkpoint& checkpoint) {
    const std::uint64_t piece =
        std::clamp(checkpoint.bytes / pieces_wanted, piece_bytes_min, piece_bytes_max);
    return (checkpoint.bytes + piece - 1) / piece + 1;
}

Duration time_to_build(const Checkpoint& checkpoint) {
    return static_cast<std::int64_t>(checkpoint.state->size()) * time_per_entry;
}

Duration time_to_replay(std::uint64_t records) {
    return static_cast<std::int64_t>(records) * time_per_record;
}

Task<bool> write_checkpoint(sim::Host& host, LogStore& store, Checkpoint content, Duration pause) {
    const LogIndex last = content.last;
    const std::uint64_t pieces = pieces_of(content);
    store.begin_checkpoint(std::move(content), pieces);
    for (std::uint64_t piece = 0; piece < pieces; ++piece) {
        co_await sim::sleep(host, pause);
        // A newer master may have made the state void meanwhile, or begun another file.
        const auto is_ours = [&store, last] {
            const auto& files = store.checkpoints();
            return !files.empty() && files.back().content.last == last;
        };
        if (!is_ours() || store.checkpoints().back().is_complete()) co_return false;
        // A disk that refuses it, or fails: without this checkpoint the log gets longer, no more.
        if (store.admit() != Code::ok) {
            store.give_up_checkpoint();
            co_return false;
        }
        store.write_piece();
        const auto outcome = co_await store.sync_checkpoint();
        if (!is_ours()) co_return false;
        if (!outcome || *outcome != sim::Disk::Outcome::done) {
            store.give_up_checkpoint();
            co_return false;
        }
    }
    co_return store.checkpoints().back().is_complete();
}

Task<void> OperationLog::checkpoint_loop() {
    while (true) {
        const CheckpointFile* const before = store_.checkpoint();
        const LogIndex covered = before != nullptr ? before->content.last : LogIndex{0};
        std::uint64_t every = config_.checkpoint_every;
        if (flushed_ > covered && buggify(host_, Site::master_early_checkpoint)) every = 1;
        if (to_number(flushed_) - to_number(covered) < every) {
            co_await flushed_moved_.wait();
            continue;
        }
        co_await make_checkpoint_now();
    }
}

// Mutations go on meanwhile: their records are in the new log file.
Task<void> OperationLog::make_checkpoint_now() {
    store_.switch_file();
    host_.emit(event::master_checkpoint_started, {flushed_});
    Checkpoint content = state_at(store_, flushed_, config_);
    const LogIndex last = content.last;
    const std::uint64_t bytes = content.bytes;
    const auto pieces = static_cast<std::int64_t>(pieces_of(content));
    const Duration pause = time_to_build(content) / pieces;
    const bool is_written = co_await write_checkpoint(host_, store_, std::move(content), pause);
    if (!is_written) {
        co_await sim::sleep(host_, config_.client_timeout);
        co_return;
    }
    checkpoint_wanted_.notify_all();

    // It is complete when it is written locally and remotely. A log replica that is dropped
    // meanwhile gets it later.
    while (!all_replicas_have_checkpoint(last)) co_await replica_moved_.wait();
    store_.delete_old();
    host_.emit(event::master_checkpoint_finished, {last, bytes});
}

bool OperationLog::all_replicas_have_checkpoint(LogIndex last) const {
    return std::all_of(replicas_.begin(), replicas_.end(), [&](const Replica& replica) {
        return !replica.live || replica.checkpoint >= last;
    });
}

// Beside replica_loop(), so that records do not wait for a large message.
Task<void> OperationLog::checkpoint_replica_loop(std::size_t place) {
    while (true) {
        const CheckpointFile* const latest = store_.checkpoint();
        const bool is_wanted = latest != nullptr && replicas_.at(place).heard &&
                               replicas_.at(place).checkpoint < latest->content.last;
        if (!is_wanted) {
            co_await checkpoint_wanted_.wait();
            continue;
        }
        const HostId to = replicas_.at(place).host;
        ReplicateCheckpoint request{
            .master = epoch_, .start = start_, .checkpoint = latest->content};
        const LogIndex last = request.checkpoint.last;
        const Duration patience =
            config_.client_timeout + std::chrono::seconds{static_cast<std::int64_t>(
                                         request.checkpoint.bytes / slowest_bytes_per_s)};
        const ReplicateCheckpoint::Reply answer =
            co_await sim::call(host_, to, std::move(request), patience);
        if (!answer.ok()) {
            if (answer.code() == Code::old_epoch) retire();
            if (answer.code() != Code::timeout) co_await sim::sleep(host_, config_.client_timeout);
            continue;
        }
        Replica& replica = replicas_.at(place);
        replica.checkpoint = std::max(replica.checkpoint, last);
        if (answer->same && (!replica.known || replica.stored < answer->last)) {
            replica.known = true;
            replica.stored = answer->last;
        }
        replica_moved_.notify_all();
        written_.notify_all();
    }
}

}  // namespace gfs
