// SPDX-License-Identifier: Apache-2.0
// The search. Dividing the history is in linearizability_parts.cpp, what the checker says of it in
// metadata_linearizable.cpp.

#include "scenarios/checks/linearizability.h"

#include <algorithm>
#include <compare>
#include <memory>
#include <set>
#include <utility>

#include "core/common/glob.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

// What may be the case at some moment: the names, which operations that go on have taken effect
// already, and how often each call of unknown outcome has.
struct Configuration {
    std::shared_ptr<const NameModel> names;
    std::vector<std::uint32_t> done;  // ordered
    std::vector<std::uint32_t> used;  // ordered, once for each time

    bool operator<(const Configuration& other) const {
        if (done != other.done) return done < other.done;
        if (used != other.used) return used < other.used;
        return names != other.names && *names < *other.names;
    }
};

void put(std::vector<std::uint32_t>& sorted, std::uint32_t number) {
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), number), number);
}

class Search {
  public:
    // Not owned: both.
    Search(const NameHistory& history, const HistoryPart& part, std::uint64_t steps)
        : history_(history), part_(part), steps_left_(steps) {}

    using Verdict = LinearizabilityResult::Verdict;

    Verdict run();
    std::uint64_t steps_left() const { return steps_left_; }
    std::size_t culprit() const { return culprit_; }

  private:
    // A call, or an answer, of an operation of the part.
    struct Moment {
        std::uint64_t when;
        std::uint32_t operation;  // index in part_.operations
        bool is_answer;
    };
    const NameOperation& operation(std::uint32_t index) const {
        return history_.operations[part_.operations[index]];
    }
    std::vector<Moment> moments() const;
    void may_happen(const NameOperation& operation);
    // Every configuration in which `index` has taken effect and has gone.
    bool answer(std::uint32_t index);
    void expand(const Configuration& from, std::vector<Configuration>& reached);
    static std::set<Configuration> without_dominated(const std::set<Configuration>& all);

    const NameHistory& history_;
    const HistoryPart& part_;
    std::uint64_t steps_left_;
    std::size_t culprit_ = 0;
    std::set<Configuration> possible_;
    std::vector<std::uint32_t> going_on_;  // called, and an answer will come
    // Called, and of unknown outcome. Equal calls are one: it does not matter which of them it was.
    struct Uncertain {
        NameCall call;
        std::uint32_t times;  // at most
    };
    std::vector<Uncertain> uncertain_;
};

std::vector<Search::Moment> Search::moments() const {
    std::vector<Moment> all;
    for (std::uint32_t i = 0; i < part_.operations.size(); ++i) {
        const NameOperation& each = operation(i);
        all.push_back({each.began, i, false});
        if (each.told) all.push_back({each.told->ended, i, true});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Moment& a, const Moment& b) { return a.when < b.when; });
    return all;
}

Search::Verdict Search::run() {
    possible_.insert({std::make_shared<const NameModel>(part_.start), {}, {}});
    for (const Moment& moment : moments()) {
        const NameOperation& each = operation(moment.operation);
        if (!moment.is_answer) {
            if (each.told) going_on_.push_back(moment.operation);
            if (each.extra > 0) may_happen(each);
            continue;
        }
        if (!answer(moment.operation)) return Verdict::unknown;
        std::erase(going_on_, moment.operation);
        if (!possible_.empty()) continue;
        culprit_ = part_.operations[moment.operation];
        return Verdict::illegal;
    }
    return Verdict::legal;
}

void Search::may_happen(const NameOperation& operation) {
    const auto known =
        std::find_if(uncertain_.begin(), uncertain_.end(),
                     [&](const Uncertain& each) { return each.call == operation.call; });
    if (known == uncertain_.end())
        uncertain_.push_back({operation.call, operation.extra});
    else
        known->times += operation.extra;
}

// False when the steps ran out.
bool Search::answer(std::uint32_t index) {
    std::set<Configuration> seen(possible_);
    std::vector<Configuration> open(possible_.begin(), possible_.end());
    std::set<Configuration> after;
    std::vector<Configuration> reached;
    while (!open.empty()) {
        if (steps_left_ == 0) return false;
        --steps_left_;
        Configuration now = std::move(open.back());
        open.pop_back();
        const auto place = std::find(now.done.begin(), now.done.end(), index);
        if (place != now.done.end()) {
            now.done.erase(place);
            after.insert(std::move(now));
            continue;
        }
        reached.clear();
        expand(now, reached);
        for (Configuration& next : reached)
            if (seen.insert(next).second) open.push_back(std::move(next));
    }
    possible_ = without_dominated(after);
    return true;
}

// Whatever may take effect next.
void Search::expand(const Configuration& from, std::vector<Configuration>& reached) {
    for (const std::uint32_t index : going_on_) {
        if (std::binary_search(from.done.begin(), from.done.end(), index)) continue;
        const NameOperation& each = operation(index);
        Configuration next = from;
        if (changes_names(each.call.op) && each.told->answer.code == Code::ok) {
            auto names = std::make_shared<NameModel>(*from.names);
            if (!names->accept(each.call, each.told->answer)) continue;
            next.names = std::move(names);
        } else if (from.names->answer(each.call) != each.told->answer &&
                   each.call.op != NameOp::undelete) {
            continue;
        }
        put(next.done, index);
        reached.push_back(std::move(next));
    }
    for (std::uint32_t index = 0; index < uncertain_.size(); ++index) {
        const Uncertain& each = uncertain_[index];
        const auto [first, last] = std::equal_range(from.used.begin(), from.used.end(), index);
        if (last - first >= static_cast<std::ptrdiff_t>(each.times)) continue;
        // One that would change nothing now has not happened yet, for all that can be seen.
        if (!from.names->would_change(each.call)) continue;
        auto names = std::make_shared<NameModel>(*from.names);
        names->apply(each.call);
        Configuration next{std::move(names), from.done, from.used};
        put(next.used, index);
        reached.push_back(std::move(next));
    }
}

// Of two configurations that differ only in what has been used up, the one with more left can do
// whatever the other can.
std::set<Configuration> Search::without_dominated(const std::set<Configuration>& all) {
    constexpr std::size_t most_compared =
        64;  // comparing all pairs of many costs more than it saves
    if (all.size() > most_compared) return all;
    std::set<Configuration> kept;
    for (const Configuration& one : all) {
        const bool dominated = std::any_of(all.begin(), all.end(), [&](const Configuration& other) {
            return other.used.size() < one.used.size() && other.done == one.done &&
                   *other.names == *one.names &&
                   std::includes(one.used.begin(), one.used.end(), other.used.begin(),
                                 other.used.end());
        });
        if (!dominated) kept.insert(one);
    }
    return kept;
}

bool concerns(const NameOperation& operation, const std::vector<std::string>& patterns) {
    return patterns.empty() ||
           std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
               return glob_matches(pattern, operation.call.file) ||
                      (!operation.call.to.empty() && glob_matches(pattern, operation.call.to));
           });
}

// The last operations of the part that ended before the culprit did, or were going on then.
std::vector<std::size_t> operations_around(const NameHistory& history, const HistoryPart& part,
                                           std::size_t culprit) {
    constexpr std::size_t most = 10;
    const std::uint64_t end = history.operations[culprit].told->ended;
    std::vector<std::size_t> around;
    for (const std::size_t index : part.operations)
        if (index != culprit && history.operations[index].began < end) around.push_back(index);
    const auto last_seen = [&](std::size_t index) {
        const NameOperation& each = history.operations[index];
        return each.told ? std::min(each.told->ended, end) : end;
    };
    std::stable_sort(around.begin(), around.end(),
                     [&](std::size_t a, std::size_t b) { return last_seen(a) < last_seen(b); });
    if (around.size() > most)
        around.erase(around.begin(), around.end() - static_cast<std::ptrdiff_t>(most));
    return around;
}

}  // namespace

LinearizabilityResult find_legal_order(const NameHistory& history,
                                       const std::vector<std::string>& patterns,
                                       const LinearizabilityLimits& limits) {
    using Verdict = LinearizabilityResult::Verdict;
    LinearizabilityResult result;
    std::uint64_t left = limits.steps;
    for (const HistoryPart& part : divide(history)) {
        const bool wanted = std::any_of(
            part.operations.begin(), part.operations.end(),
            [&](std::size_t index) { return concerns(history.operations[index], patterns); });
        if (!wanted) continue;
        ++result.parts;
        Search search(history, part, left);
        const Verdict verdict = search.run();
        left = search.steps_left();
        if (verdict == Verdict::legal) continue;
        result.verdict = verdict;
        if (verdict == Verdict::unknown) continue;  // another part may be plainly illegal
        result.culprit = search.culprit();
        result.around = operations_around(history, part, result.culprit);
        break;
    }
    result.steps = limits.steps - left;
    return result;
}

}  // namespace gfs::checks
