// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/clone_book.h"

#include <algorithm>

#include "core/common/events.h"

namespace gfs::checks {

std::vector<sim::EventKind> CloneBook::kinds() {
    return {event::master_crashed,  event::master_promoted,      event::server_registered,
            event::server_declared_dead, event::chunk_under_replicated, event::chunk_replicated,
            event::clone_planned,   event::clone_withdrawn,      event::clone_started,
            event::clone_finished,  event::clone_failed};
}

bool CloneBook::is_of_master(const sim::Event& event) const {
    return event.actor == around_.truth.master();
}

void CloneBook::apply(const sim::Event& event) {
    // A master that was replaced and does not know it yet decides nothing any more.
    if (event.kind != event::master_promoted && !is_of_master(event)) return;
    switch (sim::to_index(event.kind)) {
        case event::gfs_master_crashed:
        case event::gfs_master_promoted:
            return forget_all();
        case event::gfs_server_registered:
            live_.insert(host_at(event, 0));
            return;
        case event::gfs_server_declared_dead:
            live_.erase(host_at(event, 0));
            return;
        case event::gfs_chunk_under_replicated:
            return set_level(event);
        case event::gfs_chunk_replicated:
            return forget_level(chunk_of(event));
        case event::gfs_clone_planned: {
            const CloneFields clone = clone_fields(event);
            running_[clone.chunk] = {clone, std::nullopt};
            ++at_[clone.from];
            ++at_[clone.to];
            return;
        }
        case event::gfs_clone_started: {
            const auto found = running_.find(chunk_of(event));
            if (found != running_.end()) found->second.started = event.time;
            return;
        }
        default:
            return end(event);
    }
}

void CloneBook::end(const sim::Event& event) {
    const auto found = running_.find(chunk_of(event));
    if (found == running_.end()) return;
    --at_[found->second.clone.from];
    --at_[found->second.clone.to];
    running_.erase(found);
    if (event.kind != event::clone_finished) failed_[chunk_of(event)] = master_now();
}

std::optional<sim::LocalTime> CloneBook::failed(ChunkHandle chunk) const {
    const auto found = failed_.find(chunk);
    return found == failed_.end() ? std::nullopt : std::optional(found->second);
}

void CloneBook::set_level(const sim::Event& event) {
    const ChunkHandle chunk = chunk_of(event);
    Lacking level{
        .replicas = event.fields[1], .goal = event.fields[2], .since = master_now()};
    if (const auto known = lacking_.find(chunk); known != lacking_.end()) {
        level.since = known->second.since;
        forget_level(chunk);
    }
    lacking_.emplace(chunk, level);
    by_missing_[level.missing()].insert(chunk);
}

void CloneBook::forget_level(ChunkHandle chunk) {
    const auto known = lacking_.find(chunk);
    if (known == lacking_.end()) return;
    const auto same = by_missing_.find(known->second.missing());
    same->second.erase(chunk);
    if (same->second.empty()) by_missing_.erase(same);
    lacking_.erase(known);
}

void CloneBook::forget_all() {
    live_.clear();
    running_.clear();
    at_.clear();
    lacking_.clear();
    failed_.clear();
    by_missing_.clear();
}

std::uint64_t CloneBook::clones_at(ServerId server) const {
    const auto found = at_.find(server);
    return found == at_.end() ? 0 : found->second;
}

std::uint64_t CloneBook::limit() const {
    const CloneLimit& limit = around_.config.clone_limit;
    if (!limit.percent || limit.amount == 0) return limit.amount;
    return std::max<std::uint64_t>(live_.size() * limit.amount / 100, 1);
}

sim::LocalTime CloneBook::master_now() const {
    return around_.engine.host(around_.truth.master()).now();
}

}  // namespace gfs::checks
