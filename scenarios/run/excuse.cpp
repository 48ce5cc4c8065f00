// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/excuse.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <new>

#include "scenarios/checks/repair_bound.h"
#include "scenarios/reports/event_text.h"
#include "scenarios/run/log_watch.h"
#include "scenarios/run/loss_watch.h"
#include "scenarios/run/simulation.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

using checks::LostChunk;
using reports::duration_text;
using reports::time_text;
using Follows = Suspect::Follows;

Excuse refuse(std::string why) {
    return {false, {"not excused: " + std::move(why)}};
}

Excuse out_of_memory() {
    return refuse("to look at it again needs more memory (/stop/max_memory)");
}

bool is_gone(const std::vector<LostChunk>& losses, ChunkHandle chunk) {
    const auto found = std::find_if(losses.begin(), losses.end(),
                                    [&](const LostChunk& lost) { return lost.chunk == chunk; });
    return found != losses.end() && !found->ranges.empty();
}

bool is_anything_gone(const std::vector<LostChunk>& losses) {
    return std::any_of(losses.begin(), losses.end(),
                       [](const LostChunk& lost) { return !lost.ranges.empty(); });
}

class Examiner {
  public:
    Examiner(const format::Scenario& scenario, const Evidence& evidence)
        : scenario_(scenario),
          evidence_(evidence),
          options_{.interrupt = evidence.options.interrupt,
                   .runs_at_once = evidence.options.runs_at_once,
                   .memory_in_use = evidence.options.memory_in_use},
          again_(scenario, options_) {
        losses_.emplace(again_.engine(), again_.cluster(), again_.checks(), evidence.losses);
        log_.emplace(again_.engine(), again_.cluster(), scenario.gfs.chunk_size);
        again_.observe(*losses_);
        again_.observe(*log_);
    }

    Excuse examine() {
        const sim::StopReason reason = again_.run();
        const std::vector<LossCourse>& courses = losses_->courses();
        const std::string later = later_loss();
        results::RunResult same;
        again_.finish(reason, same);
        if (same.out_of_memory) return out_of_memory();
        if (again_.engine().digest().value() != evidence_.digest)
            return refuse("the run cannot be repeated to look at it again");
        bound_ = checks::repair_bound(
            scenario_.gfs,
            {.replicas = scenario_.gfs.replication * again_.checks().files().chunks().size(),
             .live_servers = again_.checks().around().truth.chunkservers().size()});
        std::string why = unexplained();
        if (!why.empty()) return is_anything_lost() ? refuse(std::move(why)) : Excuse{};
        const auto& suspects = evidence_.suspects;
        const bool log_matters = std::any_of(suspects.begin(), suspects.end(),
                                             [this](const Suspect& one) { return needs_log(one); });
        if (log_matters) why = judge_log();
        if (why.empty()) why = judge(courses);
        if (why.empty()) why = later;
        if (!why.empty()) return refuse(std::move(why));
        if (log_matters) prove_log();
        for (const Suspect& suspect : evidence_.suspects) lines_.push_back("so: " + suspect.what);
        return {true, std::move(lines_)};
    }

  private:
    std::string name(HostId host) const { return again_.engine().host(host).name(); }

    bool is_anything_lost() const {
        return log_->course().lost || is_anything_gone(evidence_.losses);
    }

    bool is_forgotten(ChunkHandle chunk) const { return log_->course().forgotten.contains(chunk); }
    bool is_given_again(ChunkHandle chunk) const {
        return log_->course().given_again.contains(chunk);
    }

    // What the suspect says of the chunk can come from what the log does not tell any more.
    bool follows_from_log(const Suspect& suspect, ChunkHandle chunk) const {
        const LogCourse& log = log_->course();
        const bool is_another = is_forgotten(chunk) && is_given_again(chunk);
        switch (suspect.follows) {
            case Follows::nothing:
            case Follows::from_lost_names:
                return false;
            case Follows::from_lost_bytes:
                return is_another || (is_forgotten(chunk) && is_gone(evidence_.losses, chunk));
            case Follows::from_lost_versions:
                return is_another || log.outdated.contains(chunk);
            case Follows::from_lost_handles:
                return is_given_again(chunk);
            case Follows::from_lost_creation:
                // Once for each: the failure that is known of it is the only one.
                return log.swept.contains(chunk) && suspect.failures == suspect.culprits.size();
        }
        return false;
    }

    // A failure about a chunk of which nothing is lost.
    std::string unexplained() const {
        for (const Suspect& suspect : evidence_.suspects) {
            const bool by_bytes = suspect.follows == Follows::from_lost_bytes;
            for (const ChunkHandle chunk : suspect.culprits) {
                if (follows_from_log(suspect, chunk)) continue;
                if (by_bytes && is_gone(evidence_.losses, chunk)) continue;
                const auto number = static_cast<std::uint64_t>(chunk);
                if (by_bytes)
                    return fmt::format(
                        "{}: a server that is up has all that was promised of chunk {}",
                        suspect.what, number);
                if (suspect.follows == Follows::from_lost_creation)
                    return suspect.what + ": does not follow from any loss";
                if (is_forgotten(chunk))
                    return fmt::format("{}: the handle of chunk {} was not given out again",
                                       suspect.what, number);
                return fmt::format("{}: no record that tells of chunk {} is lost", suspect.what,
                                   number);
            }
        }
        return {};
    }

    // Of the chunk that got the handle of a forgotten one.
    bool is_of_next(const LossCourse& course) const {
        const auto& again = log_->course().given_again;
        const auto next = again.find(course.lost->chunk);
        return next != again.end() && course.steps.front().at > next->second;
    }

    // Why the file system gave the bytes up, where the lost log is to blame: it had forgotten whose
    // they were; or, if it took them in later, what else has the same handle and version.
    std::string_view went_with_log(const LossCourse& course, const LossStep& step) const {
        if (!step.given_up || !is_forgotten(course.lost->chunk)) return {};
        const LogCourse& log = log_->course();
        if (!is_of_next(course))
            return step.at >= *log.lost ? ", since the log did not tell of it" : "";
        const auto mixed = log.mixed.find(course.lost->chunk);
        const bool is_mixed = mixed != log.mixed.end() && step.at >= mixed->second;
        return is_mixed ? ", since replicas from before count as the same chunk's" : "";
    }

    // What the checks may take for bytes of the forgotten chunk, when it has the same versions and
    // serial numbers. Of those that are mixed nobody can tell.
    std::string later_loss() const {
        for (const LostChunk& lost : evidence_.losses) {
            const bool exists = again_.checks().files().exists(lost.chunk);
            if (!exists || log_->course().mixed.contains(lost.chunk)) continue;
            if (const auto* const append = log_->later_loss(lost.chunk))
                return fmt::format(
                    "{}: what was acknowledged at {}, when the handle had been given out again, is "
                    "on no server that is up",
                    lost.name, time_text(append->at));
        }
        return {};
    }

    // Ranges of a chunk that went the same way, as they mostly do. They were written at different
    // times; from where they were on enough servers, everything that happened to them is the same.
    struct SameCourse {
        const LossCourse* first;
        std::vector<checks::LostRange> ranges;  // without those that begin where one ends
        std::uint64_t bytes = 0;
        sim::Duration longest_calm{};
    };

    std::string judge(const std::vector<LossCourse>& courses) {
        std::vector<SameCourse> told;
        std::map<std::string, std::uint64_t> kept;  // by chunk
        for (const LossCourse& course : courses) {
            const ChunkHandle chunk = course.lost->chunk;
            if (course.copies != 0 && is_forgotten(chunk) && is_given_again(chunk)) {
                kept[course.lost->name] += course.range.end - course.range.offset;
                continue;
            }
            std::string why = avoidable(course);
            if (why.empty()) why = too_early(course);
            if (!why.empty()) return fmt::format("{}: {}", place_of(course), why);
            const auto same = std::find_if(told.begin(), told.end(), [&](const SameCourse& one) {
                return went_the_same_way(*one.first, course);
            });
            add_range(same != told.end() ? *same : told.emplace_back(SameCourse{&course, {}}),
                      course);
        }
        constexpr std::size_t most_told = 8;
        for (std::size_t i = 0; i < std::min(told.size(), most_told); ++i) prove(told[i]);
        if (told.size() > most_told)
            lines_.push_back(fmt::format("{} more ranges of bytes went like these, at other times",
                                         told.size() - most_told));
        for (const auto& [chunk, bytes] : kept)
            lines_.push_back(fmt::format("{}: {} bytes are on servers that are up, among those of "
                                         "another chunk of the same handle",
                                         chunk, bytes));
        return {};
    }

    static bool went_the_same_way(const LossCourse& a, const LossCourse& b) {
        const auto from = [](const LossCourse& course) {
            return course.steps.begin() + static_cast<std::ptrdiff_t>(course.decline);
        };
        return a.lost == b.lost && a.most == b.most &&
               std::equal(from(a), a.steps.end(), from(b), b.steps.end());
    }

    static void add_range(SameCourse& same, const LossCourse& course) {
        same.bytes += course.range.end - course.range.offset;
        same.longest_calm = std::max(same.longest_calm, course.longest_calm);
        if (!same.ranges.empty() && same.ranges.back().end == course.range.offset)
            same.ranges.back().end = course.range.end;
        else
            same.ranges.push_back(course.range);
    }

    static std::string ranges_text(const std::vector<checks::LostRange>& ranges) {
        constexpr std::size_t most_named = 8;
        std::string text;
        for (std::size_t i = 0; i < std::min(ranges.size(), most_named); ++i)
            text += fmt::format("{}{} to {}", i == 0 ? "" : ", ", ranges[i].offset, ranges[i].end);
        if (ranges.size() > most_named)
            text += fmt::format(", ... and {} more ranges", ranges.size() - most_named);
        return text;
    }

    static std::string place_of(const LossCourse& course) {
        return fmt::format("{}, bytes {} to {}", course.lost->name, course.range.offset,
                           course.range.end);
    }

    std::uint32_t copies_asked_for() const {
        const bool is_said = scenario_.budget && scenario_.budget->min_copies;
        return is_said ? *scenario_.budget->min_copies : 1;
    }

    // Why the loss could have been avoided; empty if it could not.
    std::string avoidable(const LossCourse& course) const {
        if (course.copies >= copies_asked_for())
            return fmt::format("the budget was not exceeded: {} copies are there", course.copies);
        if (course.copies != 0) return "a server that is up has them";
        if (course.most == 0) return "no server ever had them all";
        // Where a replica is left over, none of the new chunk can be made.
        const bool is_mixed =
            is_of_next(course) && log_->course().mixed.contains(course.lost->chunk);
        if (course.most < course.wanted && !is_mixed)
            return fmt::format("{} servers at most had them when {} could have", course.most,
                               course.wanted);
        for (std::size_t i = course.decline; i < course.steps.size(); ++i) {
            const LossStep& step = course.steps[i];
            if (step.has || step.by_fault || !went_with_log(course, step).empty()) continue;
            return fmt::format("at {} {} {}", time_text(step.at), name(step.server), step.how);
        }
        if (course.longest_calm > bound_)
            return fmt::format(
                "for {} nothing kept the file system from making another copy, and "
                "{} are enough for it",
                duration_text(course.longest_calm), duration_text(bound_));
        return {};
    }

    // Something had failed before anything was lost.
    std::string too_early(const LossCourse& course) const {
        SIM_ASSERT(course.decline < course.steps.size());
        const sim::Time first = course.steps[course.decline].at;
        for (const Suspect& suspect : evidence_.suspects) {
            const ChunkHandle chunk = course.lost->chunk;
            const bool its = std::find(suspect.culprits.begin(), suspect.culprits.end(), chunk) !=
                             suspect.culprits.end();
            if (follows_from_log(suspect, chunk)) continue;  // judge_log() asks
            if (its && suspect.at && *suspect.at < first)
                return fmt::format("{} failed at {}, and nothing was lost before {}", suspect.what,
                                   time_text(*suspect.at), time_text(first));
        }
        return {};
    }

    void prove(const SameCourse& same) {
        const LossCourse& course = *same.first;
        lines_.push_back(fmt::format("{}: {} bytes were on {} servers, and are on none that is up: "
                                     "bytes {}",
                                     course.lost->name, same.bytes, course.most,
                                     ranges_text(same.ranges)));
        for (std::size_t i = course.decline; i < course.steps.size(); ++i) {
            const LossStep& step = course.steps[i];
            lines_.push_back(fmt::format(
                "  at {} {}: {}{} ({} left)", time_text(step.at), name(step.server), step.how,
                went_with_log(course, step), step.copies));
        }
        lines_.push_back(
            fmt::format("  another copy could have been made during {} at most, which "
                        "takes up to {}",
                        duration_text(same.longest_calm), duration_text(bound_)));
        lines_.push_back(fmt::format("  the budget asks for {} ({}): exceeded", copies_asked_for(),
                                     scenario_.budget && scenario_.budget->min_copies
                                         ? "/budget/min_copies"
                                         : "one copy of everything, if nothing else is said"));
    }

    bool needs_log(const Suspect& suspect) const {
        return suspect.follows == Follows::from_lost_names ||
               std::any_of(suspect.culprits.begin(), suspect.culprits.end(),
                           [&](ChunkHandle chunk) { return follows_from_log(suspect, chunk); });
    }

    std::string judge_log() const {
        const LogCourse& course = log_->course();
        if (!course.lost)
            return fmt::format("the log up to record {} is on a disk", to_number(course.flushed));
        for (const LogStep& step : course.steps)
            if (!step.by_fault)
                return fmt::format("the log: at {} {} {}", time_text(step.at), name(step.host),
                                   step.how);
        for (const Suspect& suspect : evidence_.suspects)
            if (needs_log(suspect) && suspect.at && *suspect.at < *course.lost)
                return suspect.what + ": failed before anything of the log was lost";
        return {};
    }

    void prove_log() {
        const LogCourse& course = log_->course();
        lines_.push_back(
            fmt::format("operation log: record {} was flushed, on {} machines, and is "
                        "on none since {}",
                        to_number(course.flushed), course.copies, time_text(*course.lost)));
        for (const LogStep& step : course.steps)
            lines_.push_back(fmt::format("  at {} {}: {}: records up to {} are durable, of {}",
                                         time_text(step.at), name(step.host), step.how,
                                         to_number(step.kept), to_number(step.had)));
        const std::string left =
            fmt::format("  with it what came after record {}, of ", to_number(course.left));
        if (!course.forgotten.empty()) lines_.push_back(left + chunks_text(course.forgotten));
        if (!course.outdated.empty())
            lines_.push_back(left + "the versions of " + chunks_text(course.outdated));
        if (!course.unborn.empty())
            lines_.push_back(left + "the handles of " + chunks_text(course.unborn));
    }

    // At most a few of them by number.
    static std::string chunks_text(const std::set<ChunkHandle>& chunks) {
        constexpr std::size_t most = 8;
        std::string text = chunks.size() == 1 ? "chunk" : "chunks";
        std::size_t told = 0;
        for (const ChunkHandle chunk : chunks) {
            if (told == most) break;
            text +=
                fmt::format("{}{}", told++ == 0 ? " " : ", ", static_cast<std::uint64_t>(chunk));
        }
        return text + (told < chunks.size() ? ", ..." : "");
    }

    const format::Scenario& scenario_;
    const Evidence& evidence_;
    const RunOptions options_;
    std::optional<LossWatch> losses_;  // these outlive the simulation that they observe
    std::optional<LogWatch> log_;
    Simulation again_;
    sim::Duration bound_{};
    std::vector<std::string> lines_;
};

Excuse look_again(const format::Scenario& scenario, const Evidence& evidence) {
    try {
        return Examiner(scenario, evidence).examine();
    } catch (const std::bad_alloc&) {  // NoMemoryLeft, or from the system
        return out_of_memory();
    }
}

}  // namespace

Excuse examine(const format::Scenario& scenario, const Evidence& evidence) {
    SIM_ASSERT(!evidence.suspects.empty());
    // Where nothing can be gone nobody thinks of an excuse.
    if (!evidence.a_log_was_lied_to && !is_anything_gone(evidence.losses)) return {};
    std::string why = objection(evidence.suspects);
    return why.empty() ? look_again(scenario, evidence) : refuse(std::move(why));
}

}  // namespace gfs::run
