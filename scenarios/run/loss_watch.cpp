// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/loss_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/common/events.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

// While one of these lasts, no copy can be asked for where it acts. Of processes that have ended
// the truth knows.
bool is_obstacle(std::string_view kind) {
    constexpr std::string_view kinds[] = {"pause",      "isolate",    "partition",  "clog",
                                          "swizzle",    "disk_stall", "disk_error", "disk_full",
                                          "disk_readonly"};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

// All bytes of the range come from one of its authors, undamaged.
bool holds(const Content& content, const checks::LostRange& range) {
    std::uint64_t covered = 0;
    for (const Extent& extent : content.read(range.offset, range.end - range.offset)) {
        const bool authored = std::find(range.authors.begin(), range.authors.end(), extent.data) !=
                              range.authors.end();
        if (extent.damaged || !authored) return false;
        covered += extent.length;
    }
    return covered == range.end - range.offset;
}

bool is_unsynced(const StoredReplica& replica, const checks::LostRange& range) {
    if (replica.durable_version == Version{0}) return true;
    return std::any_of(replica.not_durable.begin(), replica.not_durable.end(),
                       [&](const StoredReplica::Undo& undo) {
                           return undo.offset < range.end &&
                                  range.offset < undo.offset + undo.length;
                       });
}

}  // namespace

LossWatch::LossWatch(const sim::Engine& engine, const Cluster& cluster,
                     const checks::Checks& checks, const std::vector<checks::LostChunk>& losses)
    : engine_(engine), cluster_(cluster), checks_(checks) {
    SIM_ASSERT(engine.emitted() == 0);
    for (const sim::EventInfo& info : engine.events().all()) {
        const auto found =
            std::find_if(info.fields.begin(), info.fields.end(),
                         [](const auto& field) { return field.type == sim::FieldType::chunk; });
        const auto place = found == info.fields.end() ? 0 : found - info.fields.begin() + 1;
        place_.push_back(static_cast<std::uint8_t>(place));
    }
    for (const checks::LostChunk& lost : losses) {
        chunks_.insert(lost.chunk);
        for (const checks::LostRange& range : lost.ranges) {
            courses_.push_back({.lost = &lost, .range = range});
            if (!range.authors.empty()) continue;
            // What was there before the run: as any server has it now.
            for (const ServerId server : truth().chunkservers())
                if (const StoredReplica* const replica = truth().replica(server, lost.chunk))
                    for (const Extent& extent :
                         replica->content.read(range.offset, range.end - range.offset))
                        courses_.back().range.authors.push_back(extent.data);
        }
    }
    for (const ServerId server : truth().chunkservers()) look_at(server);
}

void LossWatch::on_event(const sim::Event& event) {
    if (over_) return;
    const std::set<ServerId> pending = std::exchange(to_look_at_, {});
    for (const ServerId server : pending) {
        look_at(server);
        // What a fault does to a server it does in one dispatch, perhaps after several events.
        const auto strike = strikes_.find(server);
        const bool goes_on =
            strike != strikes_.end() && strike->second.dispatch == engine_.dispatched();
        if (goes_on) to_look_at_.insert(server);
    }
    const std::uint8_t place = place_[sim::to_index(event.kind)];
    if (place != 0 && chunks_.contains(ChunkHandle{event.fields[place - 1]}))
        look_at_all_of(ChunkHandle{event.fields[place - 1]});
    const bool is_of_process = engine_.events()[event.kind].name.starts_with("server.");
    if (is_of_process) look_at(ServerId{static_cast<std::uint32_t>(event.fields[0])});
    const bool is_of_fault =
        event.kind == sim::event::fault_fired || event.kind == sim::event::fault_healed;
    if (is_of_fault) on_fault(event);
    if (event.kind == event::chunk_file_lost || event.kind == event::chunk_damaged) {
        const ServerId server{static_cast<std::uint32_t>(event.fields[1])};
        destroyed_.emplace(ChunkHandle{event.fields[0]}, server);
        to_look_at_.insert(server);
    }
    // The replica goes after the event that tells of it.
    const bool is_of_deletion = event.kind == event::gc_deleted;
    if (is_of_deletion) to_look_at_.insert(ServerId{static_cast<std::uint32_t>(event.fields[1])});
    if (is_of_fault || is_of_process || !pending.empty())
        for (LossCourse& course : courses_) measure_calm(course);
}

void LossWatch::on_fault(const sim::Event& event) {
    const auto text = [&](std::size_t field) {
        return engine_.texts().text(sim::TextId{static_cast<std::uint32_t>(event.fields[field])});
    };
    if (event.kind == sim::event::fault_healed) {
        obstacles_.erase(text(0));
        return;
    }
    if (is_obstacle(text(1))) obstacles_.insert(text(0));
    const HostId target{static_cast<std::uint32_t>(event.fields[2])};
    if (target == sim::no_host || !is_server(target)) return;
    strikes_[target] = {fmt::format("fault `{}` ({})", text(0), text(1)), engine_.dispatched(),
                        engine_.now()};
    to_look_at_.insert(target);
}

const std::vector<LossCourse>& LossWatch::courses() {
    over_ = true;
    for (const ServerId server : truth().chunkservers()) look_at(server);
    for (LossCourse& course : courses_) measure_calm(course);
    return courses_;
}

bool LossWatch::is_server(HostId host) const {
    const auto& servers = truth().chunkservers();
    return std::find(servers.begin(), servers.end(), host) != servers.end();
}

void LossWatch::look_at(ServerId server) {
    for (std::size_t i = 0; i < courses_.size(); ++i) look(i, server);
    for (const ChunkHandle chunk : chunks_) destroyed_.erase({chunk, server});
}

void LossWatch::look_at_all_of(ChunkHandle chunk) {
    const std::vector<ServerId> servers = checks_.ledger().may_hold(chunk);
    for (std::size_t i = 0; i < courses_.size(); ++i)
        if (courses_[i].lost->chunk == chunk)
            for (const ServerId server : servers) look(i, server);
}

LossWatch::Seen LossWatch::see(const LossCourse& course, ServerId server) const {
    Seen seen{.has = false, .up = truth().up(server), .unsynced = false};
    const StoredReplica* const replica = truth().replica(server, course.lost->chunk);
    if (replica == nullptr) return seen;
    seen.has = holds(replica->content, course.range);
    // A disk that says of everything that it is durable: whoever asked it is not to blame.
    const Machine& machine = cluster_.machine(server);
    const bool was_told = machine.disk != nullptr && machine.disk->lying() &&
                          checks_.around().config.durability == Durability::fsync;
    seen.unsynced = !was_told && is_unsynced(*replica, course.range);
    return seen;
}

void LossWatch::look(std::size_t place, ServerId server) {
    LossCourse& course = courses_[place];
    const Seen now = see(course, server);
    Seen& known = seen_[{place, server}];
    const Seen before = std::exchange(known, now);
    const bool had = before.has && before.up;
    const bool has = now.has && now.up;
    if (has && !had) {
        ++course.copies;
        course.steps.push_back({engine_.now(), server, true, false,
                                before.has ? "is up with it" : "has it", course.copies});
        if (course.copies > course.most) {
            course.most = course.copies;
            course.wanted = std::min<std::size_t>(course.lost->goal, servers_up());
        }
    } else if (had && !has) {
        SIM_ASSERT(course.copies > 0);
        --course.copies;
        lose(course, server, before, now);
    } else if (before.has && !before.up && !now.has) {
        lose(course, server, before, now);
    } else {
        return;
    }
    measure_calm(course);
    // As many as ever there were, or as there should be: what happened before is history, the
    // deletion of one too many included.
    if (course.copies < std::min<std::size_t>(course.most, course.lost->goal)) return;
    course.decline = course.steps.size();
    course.longest_calm = sim::Duration{0};
    course.calm_since.reset();
}

void LossWatch::lose(LossCourse& course, ServerId server, const Seen& before, const Seen& now) {
    const auto strike = strikes_.find(server);
    const bool was_struck = strike != strikes_.end();
    const bool struck_now = was_struck && strike->second.dispatch == engine_.dispatched();
    LossStep step{engine_.now(), server, false, false, {}, course.copies};
    if (destroyed_.contains({course.lost->chunk, server})) {
        step.by_fault = true;
        step.how = (was_struck ? strike->second.fault : "a fault") + " destroyed it";
        if (was_struck) step.at = strike->second.at;
    } else if (struck_now || (was_struck && !now.up && before.up)) {
        // Its machine went down. What was not synced a file system with fsync would still have.
        step.by_fault = now.has || !before.unsynced;
        step.how = strike->second.fault;
        if (struck_now) step.at = strike->second.at;
        if (now.has)
            step.how += " took it down, with the bytes on its disk";
        else if (before.unsynced)
            step.how += " found it not synced";
        else
            step.how += " took it, although the disk had said that it was durable";
    } else {
        step.how = now.up ? "gave it up by itself" : "ended by itself";
        step.given_up = now.up;
    }
    course.steps.push_back(std::move(step));
}

bool LossWatch::may_repair(const LossCourse& course) const {
    if (course.copies == 0 || course.copies >= course.lost->goal) return false;
    if (!obstacles_.empty() || !truth().up(truth().master())) return false;
    return servers_up() > course.copies;
}

void LossWatch::measure_calm(LossCourse& course) const {
    if (course.calm_since)
        course.longest_calm = std::max(course.longest_calm, engine_.now() - *course.calm_since);
    if (!may_repair(course))
        course.calm_since.reset();
    else if (!course.calm_since)
        course.calm_since = engine_.now();
}

std::size_t LossWatch::servers_up() const {
    const auto& servers = truth().chunkservers();
    return static_cast<std::size_t>(std::count_if(servers.begin(), servers.end(),
                                                  [&](ServerId id) { return truth().up(id); }));
}

}  // namespace gfs::run
