// SPDX-License-Identifier: Apache-2.0

#include "tests/scenarios/checks/storm.h"

#include <algorithm>

#include "core/common/message_types.h"
#include "core/master/master.h"
#include "scenarios/run/views.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

ClusterSpec three_racks(const Weather& weather) {
    ClusterSpec spec;
    spec.racks.push_back({.name = "r1", .chunkservers = 2, .master = true, .log_replicas = 1});
    spec.racks.push_back({.name = "r2", .chunkservers = 2, .log_replicas = 1});
    spec.racks.push_back({.name = "r3", .chunkservers = 1, .shadows = 1});
    for (PathSpec* const path : {&spec.network.same_rack, &spec.network.cross_rack}) {
        path->loss = weather.message_loss;
        path->duplicate = weather.message_doubled;
        path->reorder = weather.message_overtaken;
    }
    return spec;
}

}  // namespace

Storm::Storm(const Weather& weather, const Config& config, std::vector<Expectation> expect)
    : engine({.seed = weather.seed, .events = &event_table()}),
      cluster(engine, config, three_racks(weather)),
      weather_(weather),
      draws_(weather.seed, "storm"),
      disk_draws_(weather.seed, "storm.disks"),
      sick_draws_(weather.seed, "storm.sick"),
      truth_(cluster),
      probe_(cluster),
      checks_({.engine = engine,
               .config = cluster.config(),
               .truth = truth_,
               .probe = &probe_,
               .names = names_,
               .is_point_fault = [](std::string_view) { return false; },
               .expectations = std::move(expect)}) {
    for (int i = 1; i <= 3; ++i)
        clients_.push_back(cluster.add_client("c" + std::to_string(i), std::nullopt));
}

std::optional<std::uint64_t> Storm::MasterProbe::chunks_below(std::uint32_t replicas) const {
    if (cluster_.master() == nullptr || !cluster_.master()->serving()) return std::nullopt;
    return cluster_.master()->chunks_below(replicas);
}

std::optional<ChunkHandle> Storm::MasterProbe::chunk_at(const std::string& path,
                                                        ChunkIndex index) const {
    if (cluster_.master() == nullptr || !cluster_.master()->serving()) return std::nullopt;
    const std::vector<ChunkHandle> chunks = cluster_.master()->chunks_of(path);
    return to_number(index) < chunks.size() ? chunks[to_number(index)] : no_chunk;
}

std::optional<bool> Storm::MasterProbe::has_file(const std::string& path) const {
    if (cluster_.master() == nullptr || !cluster_.master()->serving()) return std::nullopt;
    return cluster_.master()->files().find(path) != nullptr;
}

std::optional<std::vector<std::string>> Storm::MasterProbe::names() const {
    return run::CheckProbe(cluster_).names();
}

const Results& Storm::run() {
    engine.at(sim::time_zero, [this] {
        cluster.start();
        for (const HostId host : clients_) engine.host(host).spawn("work", work(host));
        next_fault();
        if (weather_.disks) next_disk_fault();
        if (weather_.sick_disks) next_sick_disk();
    });
    try {
        engine.run(sim::time_zero + weather_.length);
        engine.at(engine.now(), [this] { calm(); });
        engine.run(engine.now() + 120s);
    } catch (const sim::AssertionFailed&) {
        if (cluster.config().without.empty()) throw;
    }
    results_ = checks_.finish();
    return *results_;
}

void Storm::preload(const std::string& path, std::uint32_t replicas) {
    constexpr std::uint64_t bytes = 1000;
    const std::uint32_t goal = cluster.config().replication;
    const ChunkHandle chunk = cluster.preload(
        {.path = path, .chunks = 1, .fill = bytes, .replicas = replicas, .goal = goal});
    checks_.preloaded({.path = path,
                       .index = ChunkIndex{0},
                       .chunk = chunk,
                       .bytes = bytes,
                       .goal = goal});
}

void Storm::strike_after_create(int nth) {
    // The answer is on its way; a millisecond later it has arrived.
    strike_after(event::master_replied, nth, 1ms);
}

void Storm::strike_after(sim::EventKind kind, int nth, sim::Duration delay) {
    strike_.emplace(*this, kind, nth, delay);
    engine.observe(*strike_);
}

// Of the master's answers, those to a Create that succeeded.
bool Storm::Strike::is_meant(const sim::Event& event) const {
    if (event.kind != kind_) return false;
    if (kind_ != event::master_replied) return true;
    const auto create = static_cast<std::uint64_t>(request_type(Message::Create));
    return event.fields[0] == create && event.fields[3] == 0;
}

void Storm::Strike::on_event(const sim::Event& event) {
    if (left_ == 0 || !is_meant(event) || --left_ != 0) return;
    storm_.engine.after(delay_, [this] {
        const HostId master = storm_.cluster.master_host();
        storm_.cluster.power_loss(master, true);
        storm_.engine.after(1s, [this, master] { storm_.begin_process(master); });
    });
}

std::vector<std::string> Storm::violated() const {
    std::vector<std::string> names;
    for (const InvariantOutcome& outcome : results_->invariants)
        if (outcome.violations != 0) names.push_back(outcome.name);
    for (const Outcome& outcome : results_->expectations)
        if (outcome.verdict == Verdict::failed) names.push_back(outcome.name);
    return names;
}

std::string Storm::violations() const {
    std::string lines;
    for (const InvariantOutcome& outcome : results_->invariants) {
        if (!outcome.first) continue;
        lines += outcome.name + ": " + outcome.first->message + "\n";
        for (const std::string& line : outcome.first->witness) lines += "    " + line + "\n";
    }
    return lines;
}

sim::Task<void> Storm::work(HostId host) {
    co_await work_on(cluster.client(host), sim::Random(engine.seed(), "work", sim::to_index(host)));
}

sim::Task<void> Storm::work_on(Client& client, sim::Random draws) {
    const sim::Time end = sim::time_zero + weather_.length;
    const std::string own = "/own" + std::to_string(sim::to_index(client.id()));
    const Result<Done> shared = co_await client.create("/log");
    const Result<Done> mine = co_await client.create(own);
    succeeded += (shared.ok() ? 1 : 0) + (mine.ok() ? 1 : 0);
    std::uint64_t names = 0;
    std::uint64_t copies = 0;
    std::vector<std::string> sources{own, "/log"};  // of snapshots
    while (engine.now() < end) {
        const std::int64_t what = draws.between(0, 9);
        bool ok = false;
        if (weather_.shared_names) {
            ok = co_await change_names(client, draws);
        } else if (what < 5) {
            const std::uint64_t length = static_cast<std::uint64_t>(draws.between(1, 64 * 1024));
            const DataId data = cluster.data().add(client.id(), length);
            const AppendRequest append{.file = "/log", .data = data, .length = length};
            const Result<std::uint64_t> done = co_await client.append(append);
            ok = done.ok();
        } else if (what < 7) {
            const std::uint64_t length = static_cast<std::uint64_t>(draws.between(1, 100'000));
            const std::uint64_t offset = static_cast<std::uint64_t>(draws.between(0, 200'000));
            const DataId data = cluster.data().add(client.id(), length);
            // Now and then into a snapshot.
            const bool to_copy = sources.size() > 2 && draws.between(0, 3) == 0;
            const std::string& file = to_copy ? sources.back() : own;
            const WriteRequest write{
                .file = file, .offset = offset, .data = data, .length = length};
            const Result<Done> done = co_await client.write(write);
            ok = done.ok();
        } else if (what < 9) {
            const ReadRequest read{
                .file = what == 7 ? "/log" : own, .offset = 0, .length = 100'000};
            const Result<FileData> done = co_await client.read(read);
            ok = done.ok();
        } else if (weather_.snapshots && draws.between(0, 1) == 0) {
            const std::string copy = own + "@" + std::to_string(copies++);
            const Result<Done> done = co_await client.snapshot(draws.pick(sources), copy);
            if (done.ok()) sources.push_back(copy);
            ok = done.ok();
        } else {
            const std::string name = own + "." + std::to_string(names++ / 2);
            const bool create = names % 2 == 1;
            const Result<Done> done =
                create ? co_await client.create(name) : co_await client.remove(name);
            ok = done.ok();
        }
        if (ok) ++succeeded;
        const sim::Duration pause{draws.between(0, 200'000'000)};
        co_await sim::sleep(client.host(), pause);
    }
}

sim::Task<bool> Storm::change_names(Client& client, sim::Random& draws) {
    const std::string directory = "/d" + std::to_string(draws.below(2));
    const std::string file = directory + "/f" + std::to_string(draws.below(3));
    const std::string other =
        "/d" + std::to_string(draws.below(2)) + "/f" + std::to_string(draws.below(3));
    const std::uint64_t what = draws.below(12);
    Code code = Code::ok;
    if (what < 4) {
        const Result<Done> done = co_await client.create(file);
        code = done.code();
    } else if (what < 6) {
        const Result<Done> done = co_await client.remove(what == 4 ? file : directory);
        code = done.code();
    } else if (what < 8) {
        const Result<Done> done = co_await client.make_directory(directory);
        code = done.code();
    } else if (what < 9) {
        const Result<Done> done = co_await client.rename(file, other);
        code = done.code();
    } else if (what < 10) {
        const Result<FileStatus> done = co_await client.stat(file);
        code = done.code();
    } else if (what < 11) {
        const Result<FileStatus> done = co_await client.open(file);
        code = done.code();
    } else {
        const Result<gfs::Names> done = co_await client.list(directory);
        code = done.code();
    }
    co_return code == Code::ok;
}

void Storm::next_fault() {
    const sim::Duration wait{draws_.between(1, 2 * sim::to_ns(weather_.between_faults))};
    engine.after(wait, [this] {
        if (engine.now() >= sim::time_zero + weather_.length) return;
        fault();
        next_fault();
    });
}

void Storm::fault() {
    std::vector<HostId> hosts = cluster.chunkservers();
    hosts.push_back(cluster.master_host());
    if (weather_.log_machines) {
        for (const char* const name : {"master", "log1", "log2", "shadow1", "monitor"})
            hosts.push_back(*cluster.find(name));
    }
    const HostId host = draws_.pick(hosts);
    const std::int64_t kind = draws_.between(0, 3);
    if (kind <= 1 && weather_.processes) {
        if (engine.host(host).up())
            end_process(host);
        else
            begin_process(host);
    }
    if (kind == 2 && weather_.cuts) cut(host);
    if (kind == 3 && weather_.pauses) stand_still(host);
}

void Storm::end_process(HostId host) {
    const std::int64_t kind = draws_.between(0, 2);
    if (kind == 0) cluster.crash(host);
    if (kind == 1) cluster.stop(host);
    if (kind == 2) cluster.power_loss(host, true);
    const sim::Duration down{draws_.between(1, 20'000'000'000)};
    engine.after(down, [this, host] { begin_process(host); });
}

void Storm::begin_process(HostId host) {
    if (!engine.host(host).up()) cluster.restart(host);
}

// From everybody, or from one side only, or from the master.
void Storm::cut(HostId host) {
    std::vector<HostId> others;
    const bool from_master = draws_.between(0, 1) == 0;
    for (const Machine& machine : cluster.machines())
        if (machine.host != host && (!from_master || machine.role == MachineRole::master))
            others.push_back(machine.host);
    if (others.empty()) return;
    const std::int64_t direction = draws_.between(0, 2);
    const sim::HostSet one({host});
    const sim::HostSet rest(others);
    std::vector<sim::BarrierId> cuts;
    if (direction != 1) cuts.push_back(cluster.network().cut(one, rest));
    if (direction != 0) cuts.push_back(cluster.network().cut(rest, one));
    const sim::Duration length{draws_.between(1, 15'000'000'000)};
    engine.after(length, [this, cuts] {
        for (const sim::BarrierId barrier : cuts) cluster.network().heal(barrier);
    });
}

void Storm::stand_still(HostId host) {
    if (!engine.host(host).up() || engine.host(host).paused()) return;
    cluster.pause(host);
    const std::uint32_t process = engine.host(host).incarnation();
    const sim::Duration length{draws_.between(1, 10'000'000'000)};
    engine.after(length, [this, host, process] {
        const sim::Host& same = engine.host(host);
        if (same.up() && same.paused() && same.incarnation() == process) cluster.resume(host);
    });
}

void Storm::next_disk_fault() {
    const sim::Duration wait{disk_draws_.between(1, 2 * sim::to_ns(weather_.between_faults))};
    engine.after(wait, [this] {
        if (engine.now() >= sim::time_zero + weather_.length) return;
        disk_fault();
        next_disk_fault();
    });
}

void Storm::disk_fault() {
    const ServerId server = disk_draws_.pick(cluster.chunkservers());
    ChunkStore& store = *cluster.machine(server).chunks;
    std::vector<ChunkHandle> candidates;
    for (const auto& [chunk, replica] : store.replicas())
        if (replica.content.length() > 0 && can_spare(chunk, server)) candidates.push_back(chunk);
    if (candidates.empty()) return;
    const ChunkHandle chunk = disk_draws_.pick(candidates);
    const bool vanishes = disk_draws_.between(0, 3) == 0;
    if (vanishes) return store.lose(chunk);
    const std::uint64_t offset = disk_draws_.below(store.find(chunk)->content.length());
    store.damage(chunk, {offset, 1});
}

// Two others have the same version, and all others of it all their bytes: one that is bad unseen is
// enough, as the surplus that goes may be good.
bool Storm::can_spare(ChunkHandle chunk, ServerId server) const {
    const Version version = cluster.replica(server, chunk)->version;
    int good = 0;
    for (const ServerId other : cluster.chunkservers()) {
        const StoredReplica* const replica = cluster.replica(other, chunk);
        if (other == server || replica == nullptr || replica->version != version) continue;
        const auto extents = replica->content.extents();
        const bool intact = std::none_of(extents.begin(), extents.end(),
                                         [](const Extent& extent) { return extent.damaged; });
        if (!intact) return false;
        ++good;
    }
    return good >= 2;
}

void Storm::calm() {
    get_well();
    for (const Machine& machine : cluster.machines()) {
        if (machine.role == MachineRole::client) continue;
        sim::Host& host = engine.host(machine.host);
        if (!host.up()) cluster.restart(machine.host);
        if (host.paused()) cluster.resume(machine.host);
    }
}

}  // namespace gfs::checks
