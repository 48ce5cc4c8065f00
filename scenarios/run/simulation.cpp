// SPDX-License-Identifier: Apache-2.0
// Building a simulation, and running it to its end. The judgement is in judgement.cpp.

#include "scenarios/run/simulation.h"

#include <algorithm>
#include <string>

#include "core/common/events.h"
#include "scenarios/run/convert_expectations.h"
#include "scenarios/run/convert_faults.h"
#include "scenarios/run/convert_match.h"
#include "scenarios/run/convert_workload.h"

namespace gfs::run {
namespace {

sim::EngineOptions engine_options(const format::Scenario& scenario, const RunOptions& options) {
    return {.seed = scenario.seed,
            .events = &event_table(),
            .max_dispatches = scenario.stop.max_events,
            .disturb_memory = options.disturb_memory};
}

bool is_point_fault(std::string_view kind) {
    for (const format::Word& word : format::fault_words())
        if (word.name == kind) return word.point;
    return false;
}

std::string place_of_fault(const format::Scenario& scenario, const std::string& name) {
    for (const format::Fault& fault : scenario.faults)
        if (fault.name == name) return results::to_text(to_place(fault.source));
    return {};
}

// "/data/{i}" with 7 -> "/data/7"
std::string numbered(std::string path, std::uint64_t number) {
    const std::size_t place = path.find("{i}");
    if (place != std::string::npos) path.replace(place, 3, std::to_string(number));
    return path;
}

}  // namespace

Simulation::Simulation(const format::Scenario& scenario, const RunOptions& options)
    : scenario_(scenario),
      options_(options),
      engine_(engine_options(scenario, options)),
      memory_(engine_, scenario.stop.max_memory * options.runs_at_once, options.memory_in_use),
      recorder_(engine_, scenario.record, options),
      cluster_(engine_, scenario.gfs, scenario.cluster),
      machines_(cluster_),
      fault_view_(cluster_),
      truth_(cluster_),
      probe_(cluster_),
      clients_(cluster_),
      faults_(to_plan(scenario), machines_, fault_view_),
      checks_(
          {.engine = engine_,
           .config = cluster_.config(),
           .truth = truth_,
           .probe = &probe_,
           .names = faults_.targets(),
           .is_point_fault = is_point_fault,
           .expectations = to_expectations(scenario.expect),
           .place_of_fault =
               [&scenario](const std::string& fault) { return place_of_fault(scenario, fault); }}),
      workload_({engine_, cluster_.data(), faults_.targets(), cluster_.config()}, clients_,
                to_groups(scenario.workload)) {
    engine_.observe(recorder_);
    engine_.observe(memory_);
    if (options.measure_series) series_.emplace(engine_, checks_.around());
    if (!scenario.faults.empty())
        fault_states_.emplace(engine_, cluster_.master_host(), is_point_fault);
    if (names_quiescence(scenario)) quiescence_.emplace(engine_, checks_.around(), workload_);
    fault_view_.set_workload(workload_);
    probe_.set_workload(workload_);
    load_dataset();
}

void Simulation::load_dataset() {
    for (const format::Dataset& set : scenario_.dataset) {
        for (std::uint64_t i = 0; i < set.count; ++i) {
            const std::string path = numbered(set.path, i);
            const ChunkHandle first = cluster_.preload(
                {.path = path, .chunks = set.chunks, .fill = set.fill, .replicas = set.replicas},
                [this] { memory_.on_chunk(); });
            for (std::uint64_t index = 0; index < set.chunks; ++index) {
                const ChunkHandle chunk{static_cast<std::uint64_t>(first) + index};
                checks_.preloaded({.path = path,
                                   .index = ChunkIndex{static_cast<std::uint32_t>(index)},
                                   .chunk = chunk,
                                   .bytes = set.fill,
                                   .goal = set.replicas});
                if (quiescence_) quiescence_->set_goal(chunk, set.replicas);
            }
            const std::uint64_t before_last = (set.chunks - 1) * scenario_.gfs.chunk_size;
            workload_.add_existing_file(path, before_last + set.fill);
        }
    }
}

void Simulation::begin() {
    cluster_.start();
    faults_.start();
    // Behind the faults that begin at once: the first message is one of theirs already.
    engine_.at(engine_.now(), [this] { workload_.start([this] { on_workload_done(); }); });
    if (options_.events != nullptr) options_.events->faults_armed();
}

sim::StopReason Simulation::run() {
    // Processes start from within the engine, so that their first events are part of the run.
    engine_.at(sim::time_zero, [this] { begin(); });
    const sim::Time limit =
        scenario_.stop.at ? sim::time_zero + *scenario_.stop.at : sim::time_never;
    return engine_.run(limit, options_.interrupt);
}

// A run ends when every workload is done and `settle` has passed; what should still happen
// "within" some time is waited for. Where faults go on until the calm, repairs begin there: a
// workload that ends early, because its client crashed, does not end them.
void Simulation::on_workload_done() {
    checks_.poll();
    if (scenario_.stop.at) return;
    const sim::Time calm = sim::time_zero + scenario_.stop.calm.value_or(sim::Duration{0});
    const sim::Time quiet = std::max(engine_.now(), calm);
    engine_.at(quiet + scenario_.stop.settle, [this] { stop_when_decided(); });
}

void Simulation::stop_when_decided() {
    constexpr sim::Duration look_again = std::chrono::milliseconds{100};
    checks_.poll();
    const std::optional<sim::Time> waits_until = checks_.waits_until();
    if (!waits_until || *waits_until <= engine_.now()) {
        engine_.stop();
        return;
    }
    const sim::Time next = std::min(*waits_until, engine_.now() + look_again);
    engine_.at(next, [this] { stop_when_decided(); });
}

results::RunSeries Simulation::take_series() {
    return series_ ? series_->finish() : results::RunSeries{};
}

Recorder::Recorder(const sim::Engine& engine, const format::Record& record,
                   const RunOptions& options)
    : engine_(engine),
      text_(engine),
      trace_(record.trace),
      most_(record.max_events),
      options_(options) {}

void Recorder::on_event(const sim::Event& event) {
    if (last_.size() < remembered) {
        last_.push_back(event);
    } else {
        last_[next_] = event;
        next_ = (next_ + 1) % remembered;
    }
    if (options_.keep_events && event.sequence >= options_.keep_events->first &&
        event.sequence <= options_.keep_events->second)
        kept_.push_back(text_.line(event));
    if (options_.events == nullptr || written_ >= most_ || !is_recorded(event)) return;
    ++written_;
    options_.events->write(text_.json(event));
}

bool Recorder::is_recorded(const sim::Event& event) const {
    using Trace = format::Record::Trace;
    if (trace_ == Trace::full) return true;
    if (trace_ == Trace::none) return false;
    const std::string_view name = engine_.events()[event.kind].name;
    const bool of_operation = name.starts_with("client.") || name.starts_with("fault.") ||
                              name.starts_with("append.") || name.starts_with("write.") ||
                              name.starts_with("read.") || name == "mark" ||
                              name == "check.violated";
    if (of_operation) return true;
    return trace_ == Trace::messages && name.starts_with("message.");
}

std::vector<std::string> Recorder::last_events() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < last_.size(); ++i)
        lines.push_back(text_.line(last_[(next_ + i) % last_.size()]));
    return lines;
}

}  // namespace gfs::run
