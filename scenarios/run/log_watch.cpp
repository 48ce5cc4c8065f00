// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/log_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "core/master/log_store.h"
#include "core/master/metadata.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

// Whose existence the record tells.
std::optional<ChunkHandle> added_by(const log::Entry& entry) {
    if (const auto* const added = std::get_if<log::ChunkAdded>(&entry)) return added->chunk;
    if (const auto* const copied = std::get_if<log::ChunkCopied>(&entry)) return copied->chunk;
    return std::nullopt;
}

// Whose version the record tells, and nothing else.
std::optional<ChunkHandle> given_version_by(const log::Entry& entry) {
    if (const auto* const taken = std::get_if<log::VersionReserved>(&entry)) return taken->chunk;
    if (const auto* const granted = std::get_if<log::VersionGranted>(&entry)) return granted->chunk;
    return std::nullopt;
}

std::uint64_t handles_below(const log::Entry& entry) {
    const auto* const reserved = std::get_if<log::HandlesReserved>(&entry);
    return reserved == nullptr ? 0 : reserved->below;
}

// Of those that have been given out a master that starts from this log knows.
std::uint64_t handles_below(const LogStore& log) {
    const CheckpointFile* const checkpoint = log.checkpoint();
    std::uint64_t below = checkpoint == nullptr ? 0 : checkpoint->content.state->handles_below();
    for (const LogRecord& record : log.records())
        below = std::max(below, handles_below(record.entry));
    return below;
}

}  // namespace

void LogWatch::on_event(const sim::Event& event) {
    // What a fault does comes after the event that tells of it.
    if (was_struck_ && !course_.lost) look();
    if (course_.lost) return follow(event);
    if (event.kind == event::chunk_replica_created) given_out_.insert(ChunkHandle{event.fields[0]});
    if (event.kind == event::gc_deleted) deleted_.insert(ChunkHandle{event.fields[0]});
    if (event.kind == event::master_log_flushed) {
        course_.flushed = std::max(course_.flushed, LogIndex{event.fields[1]});
        course_.steps.clear();
        course_.copies = 0;
        const LogStore* const log = cluster_.machine(event.actor).log.get();
        if (log != nullptr) read(*log, LogIndex{event.fields[0]}, LogIndex{event.fields[1]});
        look();
    }
    was_struck_ = std::any_of(strikes_.begin(), strikes_.end(), [&](const auto& strike) {
        return strike.second.dispatch == engine_.dispatched();
    });
    if (event.kind != sim::event::fault_fired) return;
    const HostId target{static_cast<std::uint32_t>(event.fields[2])};
    if (target == sim::no_host || cluster_.machine(target).log == nullptr) return;
    const auto text = [&](std::size_t field) {
        return engine_.texts().text(sim::TextId{static_cast<std::uint32_t>(event.fields[field])});
    };
    look();
    strikes_[target] = {fmt::format("fault `{}` ({})", text(0), text(1)), engine_.dispatched()};
    was_struck_ = true;
}

void LogWatch::look() {
    std::size_t copies = 0;
    for (const Machine& machine : cluster_.machines()) {
        if (machine.log == nullptr) continue;
        look_at(machine);
        if (machine.log->last() >= course_.flushed) ++copies;
    }
    course_.copies = std::max(course_.copies, copies);
    if (copies != 0 || course_.flushed == LogIndex{0}) return;
    course_.lost = engine_.now();
    forget();
}

void LogWatch::read(const LogStore& log, LogIndex first, LogIndex last) {
    const LogIndex end = std::min(last, log.last());
    for (LogIndex at = std::max(first, next(log.dropped())); at <= end; at = next(at)) {
        const log::Entry& entry = log.at(at).entry;
        if (const auto chunk = added_by(entry)) added_.try_emplace(*chunk, at);
        if (const auto chunk = given_version_by(entry)) versions_[*chunk] = at;
        reserved_below_ = std::max(reserved_below_, handles_below(entry));
    }
}

void LogWatch::forget() {
    for (const Machine& machine : cluster_.machines()) {
        if (machine.log == nullptr) continue;
        course_.left = std::max(course_.left, machine.log->last());
        left_below_ = std::max(left_below_, handles_below(*machine.log));
    }
    SIM_ASSERT(course_.left < course_.flushed);
    for (const auto& [chunk, record] : added_)
        if (record > course_.left) course_.forgotten.insert(chunk);
    for (const auto& [chunk, record] : versions_)
        if (record > course_.left && !course_.forgotten.contains(chunk))
            course_.outdated.insert(chunk);
    for (const ChunkHandle chunk : given_out_) note_if_unborn(chunk);
}

// Handles that were given out without a reservation are no loss of the log's.
void LogWatch::note_if_unborn(ChunkHandle chunk) {
    const auto handle = static_cast<std::uint64_t>(chunk);
    const bool is_reserved = left_below_ <= handle && handle < reserved_below_;
    if (is_reserved && !added_.contains(chunk)) course_.unborn.insert(chunk);
}

void LogWatch::follow(const sim::Event& event) {
    if (event.kind == event::master_recovered) recovered_ = true;
    if (event.kind == event::append_ok) return on_appended(event);
    const bool is_in_file =
        event.kind == event::chunk_created || event.kind == event::chunk_copied_on_write;
    const bool is_creation = event.kind == event::chunk_replica_created;
    const bool is_counted = event.kind == event::chunk_replica_added;
    if (!is_in_file && !is_creation && !is_counted && event.kind != event::gc_deleted) return;
    const ChunkHandle chunk{event.fields[0]};
    // Until a master has recovered, replicas are created that were asked for before.
    if (is_creation && !recovered_) return note_if_unborn(chunk);
    const bool is_unborn = course_.unborn.contains(chunk);
    if (!is_unborn && !course_.forgotten.contains(chunk)) return;
    if (is_in_file) return on_created(chunk);
    const std::pair replica{chunk, HostId{static_cast<std::uint32_t>(event.fields[1])}};
    if (is_creation) {
        course_.given_again.try_emplace(chunk, engine_.now());
        created_later_.insert(replica);
    } else if (is_counted) {
        const bool is_left_over = !created_later_.contains(replica);
        if (is_left_over && course_.given_again.contains(chunk))
            course_.mixed.try_emplace(chunk, engine_.now());
    } else if (created_later_.contains(replica)) {
        deleted_.insert(chunk);
    } else if (is_unborn) {
        swept_early_.insert(chunk);
    }
}

void LogWatch::on_appended(const sim::Event& event) {
    const ChunkHandle chunk{event.fields[1]};
    if (!course_.forgotten.contains(chunk) || !course_.given_again.contains(chunk)) return;
    later_appends_.push_back({.chunk = chunk,
                              .offset = event.fields[3] % chunk_size_,  // it is in one chunk
                              .length = event.fields[4],
                              .data = DataId{event.fields[5]},
                              .at = engine_.now()});
}

bool LogWatch::is_there(const LaterAppend& append) const {
    return std::any_of(
        cluster_.machines().begin(), cluster_.machines().end(), [&](const Machine& machine) {
            if (machine.chunks == nullptr || !engine_.host(machine.host).up()) return false;
            const StoredReplica* const replica = machine.chunks->find(append.chunk);
            if (replica == nullptr) return false;
            std::uint64_t found = 0;
            for (const Extent& extent : replica->content.read(append.offset, append.length))
                if (!extent.damaged && extent.data == append.data) found += extent.length;
            return found == append.length;
        });
}

const LogWatch::LaterAppend* LogWatch::later_loss(ChunkHandle chunk) const {
    for (const LaterAppend& append : later_appends_)
        if (append.chunk == chunk && !is_there(append)) return &append;
    return nullptr;
}

void LogWatch::on_created(ChunkHandle chunk) {
    if (!recovered_) return;
    course_.given_again.try_emplace(chunk, engine_.now());
    const bool is_swept = swept_early_.contains(chunk) && !deleted_.contains(chunk);
    if (is_swept) course_.swept.insert(chunk);
    SIM_ASSERT(!is_swept || course_.unborn.contains(chunk));
}

void LogWatch::look_at(const Machine& machine) {
    const Seen now{.last = machine.log->last(), .synced = machine.log->synced()};
    Seen& known = seen_[machine.host];
    const Seen before = std::exchange(known, now);
    if (now.last >= before.last || before.last < course_.flushed) return;
    LogStep step{engine_.now(), machine.host, before.last, now.last, false, "cut it off by itself"};
    const auto strike = strikes_.find(machine.host);
    if (strike != strikes_.end() && !engine_.host(machine.host).up()) {
        // What no sync had confirmed nobody should have been told of.
        step.by_fault = before.synced >= course_.flushed;
        step.how = strike->second.fault;
        step.how += step.by_fault ? " took it, although the disk had said that it was durable"
                                  : " found it not synced";
    }
    course_.steps.push_back(std::move(step));
}

}  // namespace gfs::run
