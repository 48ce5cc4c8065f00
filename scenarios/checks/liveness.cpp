// SPDX-License-Identifier: Apache-2.0
// After the last fault everything comes right in bounded time: every chunk that has a replica left
// gets as many as its goal, as far as there are servers, and every operation ends (rule G13).

#include "scenarios/checks/liveness.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "scenarios/checks/checkers.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/goals.h"

namespace gfs::checks {
namespace {

// These take processes away; what is left can be repaired all the same.
bool ends_processes(std::string_view kind) {
    constexpr std::string_view kinds[] = {"crash", "stop", "power_loss", "switch_off"};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

bool is_about_names(std::string_view kind) {
    constexpr std::string_view kinds[] = {"create", "mkdir",  "delete",   "rename",
                                          "list",   "find",   "undelete", "snapshot",
                                          "stat",   "open"};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

// A chunk that lacks replicas although it has one, and there are servers for more.
struct Unrepaired {
    std::vector<std::string> lines;
    std::optional<Focus> first;
};
Unrepaired unrepaired(const CheckInput& input) {
    const Surroundings& around = input.around;
    const auto& servers = around.truth.chunkservers();
    const auto up = std::count_if(servers.begin(), servers.end(),
                                  [&](ServerId server) { return around.truth.up(server); });
    Unrepaired found;
    for (const ChunkHandle chunk : around.files.chunks()) {
        if (!around.files.exists(chunk)) continue;
        const std::vector<ServerId> current = around.ledger.current_replicas(chunk);
        const auto good = std::count_if(current.begin(), current.end(), [&](ServerId server) {
            return around.truth.up(server) && !around.truth.replica(server, chunk)->corrupt;
        });
        const auto wanted = std::min<std::uint64_t>(goal_of(around, input.goals, chunk),
                                                    static_cast<std::uint64_t>(up));
        if (good == 0 || static_cast<std::uint64_t>(good) >= wanted) continue;
        if (!found.first) found.first = Focus{.chunk = chunk};
        found.lines.push_back(fmt::format("{} has {} of {} replicas",
                                          around.files.describe(chunk), good, wanted));
    }
    return found;
}

}  // namespace

LivenessWatch::LivenessWatch(const Surroundings& around, IsPoint is_point)
    : around_(around),
      is_point_(is_point),
      book_(around),
      wanted_(around.engine.events().all().size()) {
    for (const sim::EventKind kind : CloneBook::kinds()) wanted_[sim::to_index(kind)] = true;
    for (const sim::EventKind kind :
         {sim::event::fault_fired, sim::event::fault_healed, event::client_op_started,
          event::client_op_ok, event::client_op_failed})
        wanted_[sim::to_index(kind)] = true;
}

void LivenessWatch::apply(const sim::Event& event) {
    if (!wanted_[sim::to_index(event.kind)]) return;
    if (event.kind == sim::event::fault_fired || event.kind == sim::event::fault_healed)
        return on_fault(event);
    if (event.kind == event::client_op_started) {
        operations_[event.fields[0]] = {.client = event.actor,
                                        .kind = text_at(event, 1),
                                        .file = text_at(event, 2),
                                        .began = event.time,
                                        .bytes = event.fields[5]};
        return;
    }
    if (event.kind == event::client_op_ok || event.kind == event::client_op_failed) {
        if (event.kind == event::client_op_failed) on_failed(event);
        operations_.erase(event.fields[0]);
        return;
    }
    book_.apply(event);
    if (event.kind == event::chunk_under_replicated) on_level();
}

void LivenessWatch::on_level() {
    std::uint64_t missing = 0;
    for (const auto& [lacks, chunks] : book_.by_missing()) missing += lacks * chunks.size();
    most_missing_ = std::max(most_missing_, missing);
}

// With all machines in reach, the master answers whoever asks about names: a lock that is never
// given back shows in this.
void LivenessWatch::on_failed(const sim::Event& event) {
    const auto found = operations_.find(event.fields[0]);
    const auto code = static_cast<Code>(event.fields[3]);
    const bool no_answer = code == Code::timeout || code == Code::gave_up;
    if (found == operations_.end() || !no_answer) return;
    const Operation& operation = found->second;
    const auto& texts = around_.engine.texts();
    if (!is_about_names(texts.text(operation.kind)) || operation.began <= repaired_by()) return;
    if (unanswered_.empty())
        first_unanswered_ = {.host = operation.client,
                             .path = texts.text(operation.file),
                             .until = event.sequence};
    unanswered_.push_back(fmt::format("{} of {} by {} began at {} and got no answer",
                                      texts.text(operation.kind), texts.text(operation.file),
                                      describe(around_.engine, operation.client),
                                      describe(operation.began)));
}

void LivenessWatch::on_fault(const sim::Event& event) {
    const std::string name = around_.engine.texts().text(text_at(event, 0));
    const std::string kind = around_.engine.texts().text(text_at(event, 1));
    calm_since_ = event.time;
    most_missing_ = 0;
    unanswered_.clear();
    on_level();
    if (event.kind == sim::event::fault_healed) {
        lasting_.erase(name);
        return;
    }
    if (!ends_processes(kind)) {
        if (!is_point_(kind)) lasting_.insert(name);
        return;
    }
    const HostId target = host_at(event, 2);
    std::erase_if(operations_, [&](const auto& entry) { return entry.second.client == target; });
}

sim::Time LivenessWatch::repaired_by() const {
    const Backlog backlog{.replicas = most_missing_, .live_servers = book_.live().size()};
    return calm_since_ + repair_bound(around_.config, backlog);
}

std::optional<Focus> LivenessWatch::first_overdue() const {
    return unanswered_.empty() ? std::nullopt : std::optional(first_unanswered_);
}

std::vector<std::string> LivenessWatch::overdue_operations() const {
    std::vector<std::string> overdue = unanswered_;
    const sim::Time now = around_.engine.now();
    for (const auto& [op, operation] : operations_) {
        const sim::Time from = std::max(calm_since_, operation.began);
        if (now - from <= operation_bound(around_.config, operation.bytes)) continue;
        const auto& texts = around_.engine.texts();
        overdue.push_back(fmt::format("{} of {} by {} began at {} and goes on",
                                      texts.text(operation.kind), texts.text(operation.file),
                                      describe(around_.engine, operation.client),
                                      describe(operation.began)));
    }
    return overdue;
}

Finding check_liveness(const CheckInput& input, const Expectation&) {
    const LivenessWatch& watch = input.liveness;
    const sim::Time now = input.around.engine.now();
    if (!watch.lasting().empty())
        return {Finding::Result::vacuous,
                fmt::format("nothing is promised while fault {} lasts", *watch.lasting().begin())};
    constexpr std::size_t most_lines = 5;
    std::vector<std::string> wrong = watch.overdue_operations();
    const bool is_time = now >= watch.repaired_by();
    const auto [chunks, first] = unrepaired(input);
    if (is_time) wrong.insert(wrong.end(), chunks.begin(), chunks.end());
    if (!wrong.empty())
        return {Finding::Result::failed,
                fmt::format("{} after the last fault {} things are not as they should be",
                            describe(now - watch.calm_since()), wrong.size()),
                first_lines(wrong, most_lines),
                watch.first_overdue() ? watch.first_overdue() : first};
    if (!chunks.empty())
        return {Finding::Result::vacuous,
                fmt::format("the run ended {} before {} must be repaired",
                            describe(watch.repaired_by() - now), chunks.front())};
    return {Finding::Result::held,
            fmt::format("all repaired {} after the last fault, and no operation hangs",
                        describe(now - watch.calm_since()))};
}

}  // namespace gfs::checks
