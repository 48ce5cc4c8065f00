// SPDX-License-Identifier: Apache-2.0
// The search. Dividing the history is in linearizability_parts.cpp, what the checker says of it in
// metadata_linearizable.cpp.

#include "scenarios/checks/linearizability.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <set>
#include <utility>

#include "core/common/glob.h"
#include "scenarios/checks/name_states.h"

namespace gfs::checks {
namespace {

// What may be the case at some moment: the names, which operations that go on have taken effect
// already, and how often each call of unknown outcome has.
struct Configuration {
    NameState names = NameStates::beginning;
    std::vector<std::uint32_t> done;  // ordered
    std::vector<std::uint32_t> used;  // ordered, once for each time

    auto operator<=>(const Configuration&) const = default;
};

void put(std::vector<std::uint32_t>& sorted, std::uint32_t number) {
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), number), number);
}

class Search {
  public:
    // Not owned: history and part.
    Search(const NameHistory& history, const HistoryPart& part, std::uint64_t steps,
           std::uint64_t names)
        : history_(history), part_(part), states_(part.start, names), steps_left_(steps) {}

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
    // Called, and an answer will come.
    struct GoingOn {
        NameStates::Call call;
        std::uint64_t ends;
        std::uint32_t operation;
        auto operator<=>(const GoingOn&) const = default;
    };
    // Called, and of unknown outcome. Equal calls are one: it does not matter which of them it was.
    struct Uncertain {
        NameStates::Call call;
        std::uint32_t times;  // at most
    };
    const NameOperation& operation(std::uint32_t index) const {
        return history_.operations[part_.operations[index]];
    }
    std::vector<Moment> moments() const;
    void call(std::uint32_t index);
    // Every configuration in which `index` has taken effect and has gone.
    bool answer(std::uint32_t index);
    void see_what_fits(Configuration& configuration);
    void expand(const Configuration& from, std::vector<Configuration>& reached);
    static std::set<Configuration> without_dominated(const std::set<Configuration>& all);

    const NameHistory& history_;
    const HistoryPart& part_;
    NameStates states_;
    std::uint64_t steps_left_;
    std::size_t culprit_ = 0;
    std::set<Configuration> possible_;
    std::vector<GoingOn> going_on_;  // ordered: of equal calls the one that ends first is first
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
    possible_.insert(Configuration{});
    for (const Moment& moment : moments()) {
        if (!moment.is_answer) {
            call(moment.operation);
            continue;
        }
        if (!answer(moment.operation)) return Verdict::unknown;
        std::erase_if(going_on_,
                      [&](const GoingOn& each) { return each.operation == moment.operation; });
        if (!possible_.empty()) continue;
        culprit_ = part_.operations[moment.operation];
        return Verdict::illegal;
    }
    return Verdict::legal;
}

void Search::call(std::uint32_t index) {
    const NameOperation& each = operation(index);
    if (each.told) {
        const GoingOn now{states_.number(each.call, each.told->answer), each.told->ended, index};
        going_on_.insert(std::lower_bound(going_on_.begin(), going_on_.end(), now), now);
    }
    if (each.extra == 0) return;
    const NameStates::Call number = states_.number(each.call, std::nullopt);
    const auto known = std::find_if(uncertain_.begin(), uncertain_.end(),
                                    [&](const Uncertain& one) { return one.call == number; });
    if (known == uncertain_.end())
        uncertain_.push_back({number, each.extra});
    else
        known->times += each.extra;
}

// False when the steps ran out, or the namespaces became too many.
bool Search::answer(std::uint32_t index) {
    std::set<Configuration> seen;
    std::vector<Configuration> open;
    std::set<Configuration> after;
    std::vector<Configuration> reached(possible_.begin(), possible_.end());
    possible_.clear();
    while (true) {
        for (Configuration& next : reached) {
            see_what_fits(next);
            const auto place = std::find(next.done.begin(), next.done.end(), index);
            if (place != next.done.end()) {
                next.done.erase(place);
                after.insert(std::move(next));
            } else if (seen.insert(next).second) {
                open.push_back(std::move(next));
            }
            if (steps_left_ == 0 || states_.too_many()) return false;
            --steps_left_;
        }
        reached.clear();
        if (open.empty()) break;
        const Configuration now = std::move(open.back());
        open.pop_back();
        expand(now, reached);
    }
    possible_ = without_dominated(after);
    return true;
}

// What changes nothing takes effect as soon as its answer fits: whatever may come after can come
// after it as well.
void Search::see_what_fits(Configuration& configuration) {
    for (const GoingOn& each : going_on_)
        if (!states_.changes_anything(each.call) &&
            !std::binary_search(configuration.done.begin(), configuration.done.end(),
                                each.operation) &&
            states_.after(configuration.names, each.call))
            put(configuration.done, each.operation);
}

// Whatever may change the names next. Of equal calls with equal answers that go on it is the one
// that ends first: where another one took effect, the two can change places.
void Search::expand(const Configuration& from, std::vector<Configuration>& reached) {
    const GoingOn* last = nullptr;
    for (const GoingOn& each : going_on_) {
        if (!states_.changes_anything(each.call)) continue;
        if (last != nullptr && last->call == each.call) continue;
        if (std::binary_search(from.done.begin(), from.done.end(), each.operation)) continue;
        last = &each;
        const std::optional<NameState> names = states_.after(from.names, each.call);
        if (!names) continue;
        Configuration& next = reached.emplace_back(from);
        next.names = *names;
        put(next.done, each.operation);
    }
    for (std::uint32_t index = 0; index < uncertain_.size(); ++index) {
        const Uncertain& each = uncertain_[index];
        const auto [first, end] = std::equal_range(from.used.begin(), from.used.end(), index);
        if (end - first >= static_cast<std::ptrdiff_t>(each.times)) continue;
        const std::optional<NameState> names = states_.after(from.names, each.call);
        if (!names) continue;
        Configuration& next = reached.emplace_back(from);
        next.names = *names;
        put(next.used, index);
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
                   other.names == one.names &&
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
        Search search(history, part, left, limits.names);
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
