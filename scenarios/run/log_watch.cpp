// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/log_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "core/master/log_store.h"

namespace gfs::run {
namespace {

// Whose existence or version the record tells.
std::optional<ChunkHandle> chunk_of(const log::Entry& entry) {
    if (const auto* const added = std::get_if<log::ChunkAdded>(&entry)) return added->chunk;
    if (const auto* const copied = std::get_if<log::ChunkCopied>(&entry)) return copied->chunk;
    if (const auto* const taken = std::get_if<log::VersionReserved>(&entry)) return taken->chunk;
    if (const auto* const granted = std::get_if<log::VersionGranted>(&entry)) return granted->chunk;
    return std::nullopt;
}

}  // namespace

void LogWatch::on_event(const sim::Event& event) {
    if (course_.lost) return;
    // What a fault does comes after the event that tells of it.
    if (was_struck_) look();
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
    for (LogIndex at = std::max(first, next(log.dropped())); at <= end; at = next(at))
        if (const auto chunk = chunk_of(log.at(at).entry)) told_of_[*chunk] = at;
}

void LogWatch::forget() {
    for (const Machine& machine : cluster_.machines())
        if (machine.log != nullptr) course_.left = std::max(course_.left, machine.log->last());
    for (const auto& [chunk, record] : told_of_)
        if (record > course_.left) course_.forgotten.insert(chunk);
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
