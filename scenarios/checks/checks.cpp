// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/checks.h"

#include <algorithm>
#include <utility>

#include "core/common/events.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {

std::optional<Violation> Results::first_violation() const {
    std::optional<Violation> first;
    for (const InvariantOutcome& outcome : invariants)
        if (outcome.first && (!first || outcome.first->sequence < first->sequence))
            first = outcome.first;
    return first;
}

Checks::Checks(Options options)
    : engine_(options.engine),
      ledger_(engine_, options.config, options.truth),
      files_(engine_, options.config.chunk_size),
      names_(engine_),
      around_{engine_, options.config, options.truth, options.probe, ledger_, files_, names_},
      memory_(
          engine_, std::move(options.place_of_fault),
          Story::most_lines - std::min(options.config.without.size(), Story::most_switched_off)),
      operations_(engine_),
      liveness_(around_, options.is_point_fault),
      expectations_(around_, {engine_, options.names, options.is_point_fault},
                    options.expectations),
      by_kind_(engine_.events().all().size()),
      master_(options.truth.master()) {
    SIM_ASSERT(engine_.emitted() == 0);
    for (const Expectation& expectation : options.expectations)
        if (needs_history(expectation.checker) && !historian_) historian_.emplace(engine_);
    for (const InvariantInfo& info : all_invariants()) {
        Watched& watched = watched_.emplace_back(Watched{.info = &info,
                                                         .invariant = info.make(around_),
                                                         .violations = 0,
                                                         .first = std::nullopt,
                                                         .chunks = {}});
        watched.invariant->set_desk(*this);
        for (const sim::EventKind kind : watched.invariant->kinds())
            by_kind_[sim::to_index(kind)].push_back(watched.invariant.get());
    }
    engine_.observe(*this);
}

void Checks::preloaded(const PreloadedChunk& chunk) {
    files_.add(chunk.path, chunk.index, chunk.chunk);
    if (chunk.index == ChunkIndex{0}) names_.add(chunk.path);
    if (chunk.index == ChunkIndex{0} && historian_) historian_->add(chunk.path);
    expectations_.set_goal(chunk.chunk, chunk.goal);
    preloaded_.push_back({chunk.chunk, chunk.bytes});
}

void Checks::on_event(const sim::Event& event) {
    // The processes that end when a run is taken down are no part of it.
    if (finished_) return;
    now_ = event.time;
    sequence_ = event.sequence;
    memory_.remember(event);
    if (is_void(event)) return;
    expectations_.before(event);
    if (!is_known(event)) take_in(event);
    operations_.apply(event);
    liveness_.apply(event);
    expectations_.after(event);
}

void Checks::take_in(const sim::Event& event) {
    for (Invariant* const invariant : by_kind_[sim::to_index(event.kind)])
        invariant->on_event(event);
    ledger_.apply(event);
    if (event.kind == event::master_recovered) take_in_copies(event);
    if (event.kind == event::file_reclaimed)
        reclaim(event);
    else if (!is_outdated(event))
        files_.apply(event);
    names_.apply(event);
    if (historian_) historian_->apply(event);
}

bool Checks::is_void(const sim::Event& event) {
    if (event.kind == event::master_promoted) {
        replaced_.insert(master_);
        master_ = HostId{static_cast<std::uint32_t>(event.fields[0])};
        replaced_.erase(master_);
        return false;
    }
    if (replaced_.empty() || !replaced_.contains(event.actor)) return false;
    switch (sim::to_index(event.kind)) {
        case event::gfs_server_declared_dead:
        case event::gfs_chunk_replica_added:
        case event::gfs_chunk_replica_removed:
        case event::gfs_chunk_under_replicated:
        case event::gfs_chunk_over_replicated:
        case event::gfs_chunk_replicated:
        case event::gfs_chunk_lost:
        case event::gfs_clone_started:
        case event::gfs_clone_finished:
        case event::gfs_clone_failed:
        case event::gfs_lease_released:
        // Never flushed without the log replicas; its number is its successor's to give.
        case event::gfs_master_log_appended:
            return true;
        default:
            return false;
    }
}

// A master that crashed between its log and the event has made copies on write that nobody
// announced (GFS 3.4). No lease on the source could be granted since. The files have the names of
// then: what has been renamed in the log after that is renamed after this.
void Checks::take_in_copies(const sim::Event& master_recovered) {
    const HostId master = host_at(master_recovered, 0);
    for (const log::ChunkCopied& copied : around_.truth.logged_copies(master))
        if (ledger_.begin_as_copy(copied)) {
            files_.add(copied.file, copied.index, copied.chunk);
            unsaid_copies_.insert_or_assign(copied.chunk, copied);
        }
}

// A master that has been replaced tells of the copy that its successor has found in its log: the
// file may have another name or other chunks by now. Told of once more, or otherwise, it is another
// copy.
bool Checks::is_known(const sim::Event& event) {
    if (event.kind != event::chunk_copied_on_write || !replaced_.contains(event.actor))
        return false;
    const auto found = unsaid_copies_.find(chunk_of(event));
    if (found == unsaid_copies_.end()) return false;
    const log::ChunkCopied& logged = found->second;
    const bool is_same = logged.from == ChunkHandle{event.fields[1]} &&
                         logged.file == engine_.texts().text(text_at(event, 2)) &&
                         to_number(logged.index) == event.fields[3] &&
                         logged.version == Version{event.fields[4]};
    if (is_same) unsaid_copies_.erase(found);
    return is_same;
}

// A master that has been replaced tells in which file a new chunk is, and its successor, which has
// found it in the log, has given the file another name since. Whoever writes to the chunk will say
// that name.
bool Checks::is_outdated(const sim::Event& event) const {
    if (event.kind != event::chunk_created || !replaced_.contains(event.actor)) return false;
    if (around_.probe == nullptr) return false;
    const auto present =
        around_.probe->chunk_at(engine_.texts().text(text_at(event, 1)),
                                ChunkIndex{static_cast<std::uint32_t>(event.fields[2])});
    return present && *present != chunk_of(event);
}

// The chunks of a file that has just been erased, unless another file has them too (GFS 3.4).
void Checks::reclaim(const sim::Event& file_reclaimed) {
    const std::string& path = engine_.texts().text(text_at(file_reclaimed, 0));
    const FileMap::File* const file = files_.find(path);
    const auto chunks = file == nullptr ? std::vector<ChunkHandle>{} : file->chunks;
    files_.apply(file_reclaimed);
    for (const ChunkHandle chunk : chunks)
        if (chunk != no_chunk && !files_.exists(chunk)) ledger_.unreachable(chunk);
}

Results Checks::finish() {
    SIM_ASSERT(!finished_);
    now_ = engine_.now();
    sequence_ = engine_.emitted();
    finished_ = true;
    std::stable_sort(preloaded_.begin(), preloaded_.end(),
                     [](const Preloaded& a, const Preloaded& b) { return a.chunk < b.chunk; });
    for (Watched& watched : watched_) watched.invariant->at_end();

    Results results;
    results.invariants = invariant_outcomes();
    results.expectations = expectations_.finish(input(), results.invariants);
    results.operations = operations_.rows();
    results.all_operations = operations_.total();
    tell_of_failures(results.expectations);
    return results;
}

std::optional<sim::Time> Checks::waits_until() {
    const sim::Time repaired_by = liveness_.repaired_by();
    std::optional<sim::Time> latest = expectations_.waits_until(repaired_by);
    // On a network that goes on losing messages there is always a copy that came too late.
    const bool waits_for_garbage = engine_.now() < repaired_by &&
                                   expectations_.asks_for("no_leftovers") && has_leftovers(input());
    if (waits_for_garbage && (!latest || *latest < repaired_by)) latest = repaired_by;
    return latest;
}

CheckInput Checks::input() const {
    return {around_, preloaded_, expectations_.goals(), liveness_,
            historian_ ? &*historian_ : nullptr};
}

std::vector<LostChunk> Checks::losses(const std::set<ChunkHandle>& chunks) const {
    SIM_ASSERT(finished_);
    const CheckInput all = input();
    const LossFinder finder(all);
    std::vector<LostChunk> losses;
    for (const ChunkHandle chunk : chunks) losses.push_back(finder.describe(chunk));
    return losses;
}

std::vector<InvariantOutcome> Checks::invariant_outcomes() const {
    std::vector<InvariantOutcome> outcomes;
    for (const Watched& watched : watched_)
        outcomes.push_back({.name = std::string(watched.info->name),
                            .guarantee = std::string(watched.info->guarantee),
                            .checked = watched.invariant->checked(),
                            .violations = watched.violations,
                            .first = watched.first,
                            .chunks = {watched.chunks.begin(), watched.chunks.end()},
                            .warnings = watched.invariant->warnings(),
                            .first_warning = watched.invariant->first_warning()});
    return outcomes;
}

std::vector<std::string> Checks::witness(const Focus& focus) const {
    Setting setting;
    if (const ChunkRecord* const record = ledger_.find(focus.chunk))
        for (const ReplicaRecord& replica : record->replicas)
            setting.holders.push_back(replica.server);
    if (focus.chunk != no_chunk)
        for (const FileMap::Place& place : files_.places(focus.chunk))
            setting.files.push_back(files_.path(place));
    return memory_.witness(focus, setting, sequence_);
}

void Checks::violated(Invariant& invariant, const Focus& focus, std::string message) {
    const auto found = std::find_if(watched_.begin(), watched_.end(), [&](const Watched& watched) {
        return watched.invariant.get() == &invariant;
    });
    SIM_ASSERT(found != watched_.end());
    found->chunks.insert(focus.chunk);
    if (found->violations++ != 0) return;
    const InvariantInfo& info = *found->info;
    found->first = Violation{.invariant = std::string(info.name),
                             .guarantee = std::string(info.guarantee),
                             .section = std::string(info.section),
                             .time = now_,
                             .sequence = sequence_,
                             .promise = std::string(info.sentence),
                             .message = std::move(message),
                             .chunk = focus.chunk,
                             .host = focus.host,
                             .witness = witness(focus)};
    engine_.emit(sim::no_host, sim::event::check_violated, {engine_.text(info.name)});
}

// A checker that was expected to fail, and did, has found no violation.
void Checks::tell_of_failures(std::vector<Outcome>& outcomes) {
    for (Outcome& outcome : outcomes) {
        const bool wrong =
            outcome.verdict == Verdict::failed || outcome.verdict == Verdict::xfailed;
        if (wrong && outcome.about) outcome.witness = witness(*outcome.about);
        const bool checker =
            outcome.kind == Expectation::Kind::check || outcome.kind == Expectation::Kind::content;
        if (!checker || outcome.verdict != Verdict::failed) continue;
        engine_.emit(sim::no_host, sim::event::check_violated, {engine_.text(outcome.name)});
    }
}

}  // namespace gfs::checks
