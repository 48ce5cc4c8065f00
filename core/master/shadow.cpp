// SPDX-License-Identifier: Apache-2.0
// Shadow masters: GFS 5.1.3. The log replica's side is in log_replica.cpp, the client's in
// client/ask_master.h.

#include "core/master/shadow.h"

#include <algorithm>
#include <utility>

#include "core/master/path.h"
#include "core/master/permissions.h"
#include "sim/assert.h"
#include "sim/engine.h"
#include "sim/future.h"

namespace gfs {
namespace {

// How far behind it is at most while nothing fails: "fractions of a second".
constexpr Duration poll_period = std::chrono::milliseconds{100};
constexpr std::size_t chunks_ahead = 4;

}  // namespace

Shadow::Shadow(sim::Host& host, const Config& config, Places places)
    : host_(host), config_(config), places_(places), metadata_(config) {
    sim::Endpoint& endpoint = host_.endpoint();
    endpoint.on<FindLocation>(*this, &Shadow::on_find_location);
    endpoint.on<Open>(*this, &Shadow::on_open);
    endpoint.on<Stat>(*this, &Shadow::on_stat);
    endpoint.on<List>(*this, &Shadow::on_list);
    endpoint.on<Ping>(*this, &Shadow::on_ping);
    endpoint.on<Create>(*this, &Shadow::refuse<Create>);
    endpoint.on<MakeDirectory>(*this, &Shadow::refuse<MakeDirectory>);
    endpoint.on<Delete>(*this, &Shadow::refuse<Delete>);
    endpoint.on<Rename>(*this, &Shadow::refuse<Rename>);
    endpoint.on<Snapshot>(*this, &Shadow::refuse<Snapshot>);
    endpoint.on<FindLeaseHolder>(*this, &Shadow::refuse<FindLeaseHolder>);
    host_.emit(event::shadow_started, {host_.id()});
    host_.spawn("follow_log", follow_log());
    host_.spawn("compare_logs", compare_logs());
    host_.spawn("poll_chunkservers", poll_chunkservers());
}

HostId Shadow::log_machine() const {
    SIM_ASSERT(!places_.log_machines.empty());
    return places_.log_machines[place_ % places_.log_machines.size()];
}

// Applies the same sequence of changes exactly as the master does. When one log replica is silent,
// or has become the master, the next one is read.
Task<void> Shadow::follow_log() {
    while (true) {
        const ReadLog request{.after = applied_};
        const HostId from = log_machine();
        const ReadLog::Reply answer =
            co_await sim::call(host_, from, request, config_.client_timeout);
        if (answer.ok()) take(*answer);
        // It may have been exchanged for a better one meanwhile.
        if (!answer.ok() && from == log_machine()) ++place_;
        const bool is_behind = answer.ok() && !answer->records.empty();
        if (answer.ok() && !is_behind) has_log_ = true;
        if (!is_behind) co_await sim::sleep(host_, poll_period);
    }
}

// A log replica that the master cannot reach answers, and never has anything new, while the master
// goes on without it (rule U19). So when there is no news for a while all the others are asked.
Task<void> Shadow::compare_logs() {
    while (true) {
        co_await sim::sleep(host_, config_.heartbeat);
        if (host_.now() - last_news_ < config_.heartbeat) continue;
        const std::vector<HostId> machines = places_.log_machines;
        const ReadLog question{.after = applied_};
        std::vector<sim::Future<ReadLog::Reply>> answers;
        for (const HostId machine : machines)
            answers.push_back(sim::start_call(host_, machine, question, config_.client_timeout));
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const ReadLog::Reply answer = co_await answers[i].get();
            const LogIndex before = applied_;
            if (answer.ok()) take(*answer);
            if (applied_ > before) place_ = i;
        }
    }
}

// Choice (not in GFS): when every machine has lost the log, another one begins, with other records
// at the same places. Who has read the lost one forgets it.
void Shadow::begin_anew() {
    metadata_ = Metadata(config_);
    applied_ = LogIndex{0};
    last_.reset();
    has_log_ = false;
    is_ready_ = false;
    host_.emit(event::shadow_started, {host_.id()});
}

void Shadow::take(const LogTail& tail) {
    const bool is_about_last = tail.after && last_ && tail.after->index == last_->index;
    if (is_about_last && *tail.after != *last_) return begin_anew();
    if (tail.checkpoint.state != nullptr && tail.checkpoint.last > applied_) {
        metadata_ = *tail.checkpoint.state;
        applied_ = tail.checkpoint.last;
        last_.reset();
        last_news_ = host_.now();
        host_.emit(event::shadow_loaded, {applied_});
    }
    for (const LogRecord& record : tail.records) {
        if (record.index != next(applied_)) continue;
        metadata_.apply(record.entry);
        applied_ = record.index;
        last_ = mark_of(record);
        last_news_ = host_.now();
        const sim::TextId kind = host_.engine().text(log::name(record.entry));
        host_.emit(event::shadow_applied, {record.index, kind, record.op});
    }
}

// At the start for the locations, and again and again for the handshake and for what has changed.
//
// Choice (not in GFS): the paper's shadow hears from the master about replicas that the master
// creates and deletes. Ours asks the chunkservers for their lists more often instead.
Task<void> Shadow::poll_chunkservers() {
    while (true) {
        // All at once: one that is down would keep the others waiting. More may join meanwhile.
        const std::vector<ServerId> servers = places_.chunkservers;
        const PollChunks question{};
        std::vector<sim::Future<PollChunks::Reply>> answers;
        for (const ServerId server : servers)
            answers.push_back(sim::start_call(host_, server, question, config_.client_timeout));
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const PollChunks::Reply answer = co_await answers[i].get();
            if (answer.ok())
                take_report(servers[i], answer->replicas);
            else
                reports_.erase(servers[i]);
        }
        is_ready_ = has_log_;
        co_await sim::sleep(host_, is_ready_ ? config_.heartbeat : poll_period);
    }
}

void Shadow::take_report(ServerId server, const std::vector<ReplicaReport>& report) {
    std::map<ChunkHandle, Version>& known = reports_[server];
    known.clear();
    for (const ReplicaReport& replica : report) known.emplace(replica.chunk, replica.version);
}

// Stale ones are as good as none (GFS 4.5). A version above ours is newer than what we have read.
std::vector<ServerId> Shadow::replicas_of(ChunkHandle handle, Version version) const {
    std::vector<ServerId> servers;
    for (const auto& [server, replicas] : reports_) {
        const auto found = replicas.find(handle);
        if (found != replicas.end() && found->second >= version) servers.push_back(server);
    }
    return servers;
}

FindLocation::Reply Shadow::on_find_location(const FindLocation& request) {
    return reply(request, find_location(request));
}

FindLocation::Reply Shadow::find_location(const FindLocation& request) const {
    if (!is_ready_) return Code::starting;
    const Namespace::Node* const node = metadata_.files().find(request.file);
    if (node == nullptr) return Code::not_found;
    if (node->directory) return Code::is_a_directory;
    const Code may = may_read(metadata_.files(), request.file, request.user);
    if (may != Code::ok) return may;
    const std::size_t first = to_number(request.first);
    if (first >= node->chunks.size()) return Code::end_of_file;

    Locations locations;
    locations.file_chunks = static_cast<std::uint32_t>(node->chunks.size());
    const std::size_t wanted = std::max<std::size_t>(request.count, 1) + chunks_ahead;
    const std::size_t end = std::min(node->chunks.size(), first + wanted);
    for (std::size_t i = first; i < end; ++i) {
        const ChunkHandle handle = node->chunks[i];
        // Its handle was given out twice, and reclaimed once.
        if (metadata_.find(handle) == nullptr) return Code::no_such_chunk;
        const Version version = metadata_.find(handle)->version;
        std::vector<ServerId> servers = replicas_of(handle, version);
        if (i == first && servers.empty()) return Code::no_live_replica;
        locations.chunks.push_back({.index = ChunkIndex{static_cast<std::uint32_t>(i)},
                                    .chunk = handle,
                                    .version = version,
                                    .servers = std::move(servers)});
    }
    return locations;
}

Open::Reply Shadow::on_open(const Open& request) {
    if (request.how == Open::How::to_write) return refuse(request);
    Result<FileStatus> found = status(request.file);
    if (found.ok()) {
        const Code may = may_read(metadata_.files(), request.file, request.user);
        if (may != Code::ok) found = may;
    }
    if (found.ok() && found->directory) found = Code::is_a_directory;
    return reply(request, Open::Reply(std::move(found)));
}

Stat::Reply Shadow::on_stat(const Stat& request) {
    return reply(request, Stat::Reply(status(request.file)));
}

Result<FileStatus> Shadow::status(const std::string& path) const {
    if (!is_ready_) return Code::starting;
    const Namespace::Node* const node = metadata_.files().find(path);
    if (node == nullptr) return Code::not_found;
    FileStatus status;
    status.directory = node->directory;
    status.chunks = static_cast<std::uint32_t>(node->chunks.size());
    status.goal = node->goal;
    status.owner = node->owner;
    status.mode = node->mode;
    return status;
}

List::Reply Shadow::on_list(const List& request) {
    return reply(request, list(request.directory, request.user));
}

List::Reply Shadow::list(const std::string& directory, UserId user) const {
    if (!is_ready_) return Code::starting;
    const Namespace::Node* const node = metadata_.files().find(directory);
    if (node == nullptr) return Code::not_found;
    if (!node->directory) return Code::not_a_directory;
    const Code may = may_read(metadata_.files(), directory, user);
    if (may != Code::ok) return may;
    Names names;
    names.names = metadata_.files().list(directory);
    return names;
}

Ping::Reply Shadow::on_ping(const Ping&) {
    return Done{};
}

}  // namespace gfs
