// SPDX-License-Identifier: Apache-2.0
// Threads take the runs in the order of their numbers; the thread that called collects them and
// hands them on in that order, whichever ends first.

#include "scenarios/run/sweep.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "scenarios/run/run.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

using results::SweptRun;
using results::Verdict;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t million = 1'000'000;

// Which runs are made twice follows from their numbers alone.
bool is_made_twice(std::uint64_t number, std::uint64_t ppm) {
    return number * ppm / million != (number - 1) * ppm / million;
}

class Pool {
  public:
    Pool(const std::vector<PlannedRun>& runs, const RunOne& run_one, std::vector<SweptRun> before,
         const SweepOptions& options, SweepListener& listener)
        : runs_(runs), run_one_(run_one), options_(options), listener_(listener) {
        for (SweptRun& run : before) finished_.emplace(run.number, std::move(run));
        std::erase_if(finished_, [&](const auto& known) { return !is_planned(known.first); });
        for (const auto& [number, run] : finished_) failed_ += results::is_failed(run.verdict);
    }

    results::SweepResult run() {
        collect_from_threads();
        hand_on();
        tell_progress();
        return take_result();
    }

  private:
    bool is_planned(std::uint64_t number) const {
        const auto found = std::lower_bound(
            runs_.begin(), runs_.end(), number,
            [](const PlannedRun& run, std::uint64_t wanted) { return run.number < wanted; });
        return found != runs_.end() && found->number == number;
    }

    void collect_from_threads() {
        std::vector<std::jthread> threads;  // joined at the end, whatever happens
        try {
            for (unsigned i = 0; i < workers_; ++i) threads.emplace_back([this] { work(); });
            collect();
        } catch (...) {
            stop_ = true;
            throw;
        }
    }

    // A worker's whole life.
    void work() {
        for (;;) {
            const PlannedRun* const next = take();
            if (next == nullptr) break;
            SweptRun run =
                run_one_(*next, is_made_twice(next->number, options_.verify_ppm), &stop_);
            const std::lock_guard lock(mutex_);
            if (run.verdict == Verdict::interrupted) continue;
            failed_ += results::is_failed(run.verdict);
            finished_.emplace(run.number, std::move(run));
            changed_.notify_one();
        }
        const std::lock_guard lock(mutex_);
        ++ended_workers_;
        changed_.notify_one();
    }

    const PlannedRun* take() {
        const std::lock_guard lock(mutex_);
        while (next_ < runs_.size() && finished_.contains(runs_[next_].number)) ++next_;
        if (no_more_ || stop_.load() || next_ == runs_.size()) return nullptr;
        return &runs_[next_++];
    }

    // Until every worker has ended.
    void collect() {
        constexpr std::chrono::milliseconds look_again{50};
        for (;;) {
            {
                std::unique_lock lock(mutex_);
                if (ended_workers_ < workers_) changed_.wait_for(lock, look_again);
                if (ended_workers_ == workers_) return;
            }
            if (options_.interrupt != nullptr && options_.interrupt->load()) {
                ended_ = "interrupted";
                stop_ = true;
            }
            hand_on();
            if (Clock::now() - last_progress_ >= look_again) tell_progress();
            limit_time();
        }
    }

    void limit_time() {
        if (!options_.most_time || Clock::now() - began_ < *options_.most_time) return;
        const std::lock_guard lock(mutex_);
        no_more_ = true;
    }

    // What has ended and has no gap before it.
    void hand_on() {
        while (handed_on_ < runs_.size() && !enough_) {
            const SweptRun* run = nullptr;
            {
                const std::lock_guard lock(mutex_);
                const auto found = finished_.find(runs_[handed_on_].number);
                if (found == finished_.end()) return;
                run = &found->second;  // a map's elements stay where they are
            }
            ++handed_on_;
            listener_.on_run(*run);
            failures_in_order_ += results::is_failed(run->verdict);
            // Counted in the order of the numbers, so that the sweep ends with the same run on
            // every machine.
            enough_ = options_.stop_after > 0 && failures_in_order_ >= options_.stop_after;
            if (enough_) stop_ = true;
        }
    }

    void tell_progress() {
        last_progress_ = Clock::now();
        SweepProgress progress{.all = runs_.size(), .elapsed = last_progress_ - began_};
        {
            const std::lock_guard lock(mutex_);
            progress.done = finished_.size();
            progress.failed = failed_;
        }
        listener_.on_progress(progress);
    }

    results::SweepResult take_result() {
        results::SweepResult result{.runs = {}, .planned = runs_.size(), .ended = ended_};
        const std::size_t most = enough_ ? handed_on_ : runs_.size();
        for (std::size_t i = 0; i < most; ++i)
            if (const auto found = finished_.find(runs_[i].number); found != finished_.end())
                result.runs.push_back(std::move(found->second));
        if (enough_ && handed_on_ < runs_.size())
            result.ended = "enough runs failed (--stop-after)";
        if (result.ended.empty() && result.runs.size() < runs_.size())
            result.ended = "the time is over (--time)";
        if (result.runs.size() == runs_.size()) result.ended.clear();
        return result;
    }

    const std::vector<PlannedRun>& runs_;
    const RunOne& run_one_;
    const SweepOptions& options_;
    SweepListener& listener_;
    const unsigned workers_ = std::max(1U, options_.threads);
    const Clock::time_point began_ = Clock::now();

    // Of the collecting thread.
    Clock::time_point last_progress_{};
    std::size_t handed_on_ = 0;
    std::uint64_t failures_in_order_ = 0;
    bool enough_ = false;
    std::string ended_;

    std::atomic<bool> stop_{false};  // runs end where they are
    std::mutex mutex_;               // what follows belongs to all threads
    std::condition_variable changed_;
    std::map<std::uint64_t, SweptRun> finished_;  // by number
    std::size_t next_ = 0;
    std::uint64_t failed_ = 0;
    unsigned ended_workers_ = 0;
    bool no_more_ = false;  // no further run begins
};

SweptRun failed_outside(const Variant& variant, const PlannedRun& planned, const char* what) {
    SweptRun run;
    run.number = planned.number;
    run.file = variant.file;
    run.params = variant.params;
    run.seed = planned.seed;
    run.verdict = Verdict::internal_error;
    run.cause = {"internal error", what};
    return run;
}

SweptRun to_swept(const Variant& variant, const PlannedRun& planned,
                  const results::RunResult& result) {
    SweptRun run = results::to_swept(result);
    run.number = planned.number;
    run.file = variant.file;
    run.params = variant.params;
    run.seed = planned.seed;
    return run;
}

}  // namespace

SweptRun swept_run(const Variant& variant, const PlannedRun& planned, bool twice,
                   RunOptions options) {
    try {
        format::Scenario scenario = variant.scenario;
        scenario.seed = planned.seed;
        results::RunResult first = run_scenario(scenario, options).result;
        if (twice && first.verdict != Verdict::interrupted) {
            options.disturb_memory = true;
            const results::RunResult second = run_scenario(scenario, options).result;
            if (second.verdict == Verdict::interrupted || second.out_of_memory) first = second;
            if (first.verdict != Verdict::interrupted && !first.out_of_memory &&
                second.digest != first.digest)
                first.verdict = Verdict::not_deterministic;
        }
        return to_swept(variant, planned, first);
    } catch (const std::exception& error) {
        // Building the simulation failed: memory, or an assertion.
        return failed_outside(variant, planned, error.what());
    }
}

results::SweepResult sweep(const std::vector<PlannedRun>& runs, const RunOne& run_one,
                           std::vector<SweptRun> before, const SweepOptions& options,
                           SweepListener& listener) {
    return Pool(runs, run_one, std::move(before), options, listener).run();
}

results::SweepResult sweep(const SweepPlan& plan, std::vector<SweptRun> before,
                           const SweepOptions& options, SweepListener& listener) {
    const RunOne run_one = [&](const PlannedRun& planned, bool twice,
                               const std::atomic<bool>* interrupt) {
        return swept_run(plan.variants.at(planned.variant), planned, twice,
                         {.interrupt = interrupt, .runs_at_once = options.threads});
    };
    return sweep(plan.runs, run_one, std::move(before), options, listener);
}

}  // namespace gfs::run
