// SPDX-License-Identifier: Apache-2.0
// The search for a legal order: classic histories, and agreement with a search that tries every
// order of every subset.

#include "scenarios/checks/linearizability.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

#include "core/common/name_digest.h"
#include "sim/random.h"

namespace gfs::checks {
namespace {

using Verdict = LinearizabilityResult::Verdict;

NameOperation told(NameCall call, std::uint64_t began, std::uint64_t ended, Code code = Code::ok) {
    return {.call = std::move(call), .began = began, .told = NameOperation::Told{ended, {code}}};
}
NameOperation unknown(NameCall call, std::uint64_t began, std::uint32_t times = 1) {
    return {.call = std::move(call), .began = began, .told = {}, .extra = times};
}
NameCall create(const char* file) { return {NameOp::create, file, {}}; }
NameCall remove(const char* file) { return {NameOp::remove, file, {}}; }
NameCall stat(const char* file) { return {NameOp::stat, file, {}}; }
NameCall mkdir(const char* file) { return {NameOp::make_directory, file, {}}; }
NameCall rename(const char* from, const char* to) { return {NameOp::rename, from, to}; }
NameOperation list(const char* file, std::uint64_t began, std::uint64_t ended,
                   std::vector<std::string> names) {
    NameOperation operation = told({NameOp::list, file, {}}, began, ended);
    operation.told->answer.listing = digest_of(std::move(names));
    return operation;
}

Verdict judge(std::vector<NameOperation> operations, std::vector<std::string> files = {}) {
    std::stable_sort(operations.begin(), operations.end(),
                     [](const auto& a, const auto& b) { return a.began < b.began; });
    return find_legal_order({std::move(files), std::move(operations)}, {}, {}).verdict;
}

// ---- brute force ----

// One execution of an operation: it takes effect after `from` and before `to`.
struct Execution {
    NameCall call;
    std::uint64_t from;
    std::uint64_t to;
    std::optional<NameAnswer> answer;  // absent: any, and it need not happen
};

bool try_orders(const NameModel& model, const std::vector<Execution>& left) {
    const bool all_optional = std::none_of(
        left.begin(), left.end(), [](const Execution& each) { return each.answer.has_value(); });
    if (all_optional) return true;
    for (std::size_t i = 0; i < left.size(); ++i) {
        // Next may be whatever does not have to come after something that is left.
        const bool must_wait = std::any_of(left.begin(), left.end(), [&](const Execution& other) {
            return other.answer && other.to < left[i].from;
        });
        if (must_wait) continue;
        NameModel next = model;
        if (left[i].answer) {
            if (!next.accept(left[i].call, *left[i].answer)) continue;
        } else {
            next.apply(left[i].call);
        }
        std::vector<Execution> rest = left;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        if (try_orders(next, rest)) return true;
    }
    return false;
}

bool has_legal_order(const NameHistory& history) {
    NameModel start;
    for (const std::string& file : history.files) start.add(file, false);
    std::vector<Execution> executions;
    constexpr std::uint64_t never = ~std::uint64_t{0};
    for (const NameOperation& each : history.operations) {
        if (each.told)
            executions.push_back({each.call, each.began, each.told->ended, each.told->answer});
        for (std::uint32_t i = 0; i < each.extra; ++i)
            executions.push_back({each.call, each.began, never, std::nullopt});
    }
    return try_orders(start, executions);
}

// A history of at most seven operations on a handful of names. Half of them come from a run of the
// model with overlapping operations, of which one answer may have been changed.
NameHistory random_history(sim::Random& draws) {
    static constexpr const char* files[] = {"/a", "/d", "/d/x", "/d/y", "/e/x"};
    NameHistory history;
    if (draws.below(3) == 0) history.files = {"/e/z"};
    NameModel model;
    for (const std::string& file : history.files) model.add(file, false);
    const std::uint64_t count = 2 + draws.below(6);
    std::uint64_t clock = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t kind = draws.below(12);
        const char* const file = files[draws.below(5)];
        const char* const other = files[draws.below(5)];
        NameCall call = kind < 4    ? create(file)
                        : kind < 6  ? remove(file)
                        : kind < 8  ? mkdir(file)
                        : kind < 9  ? rename(file, other)
                        : kind < 10 ? NameCall{NameOp::list, "/d", {}}
                        : kind < 11 ? NameCall{NameOp::snapshot, file, other}
                                    : stat(file);
        const bool into_itself = !call.to.empty() && call.to.starts_with(call.file + "/");
        if (into_itself) call = stat(file);
        // The effect is now; the call began up to some time ago and ends some time later. Calls
        // have even times and answers odd ones, so that none are equal.
        clock += 10;
        const std::uint64_t before = std::min<std::uint64_t>(draws.below(25), clock);
        NameOperation operation{.call = call, .began = 2 * (clock - before), .told = {}};
        const NameAnswer answer = model.apply(call);
        operation.told = NameOperation::Told{2 * (clock + draws.below(25)) + 1, answer};
        const std::uint64_t fate = draws.below(10);
        if (fate == 0 && changes_names(call.op)) {
            operation.told.reset();
            operation.extra = 1 + static_cast<std::uint32_t>(draws.below(2));
        } else if (fate == 1 && changes_names(call.op)) {
            operation.extra = 1;
        } else if (fate == 2) {
            operation.told->answer.code =
                answer.code == Code::ok ? Code::not_found : Code::already_exists;
            operation.told->answer.listing = 0;
        } else if (fate == 3 && answer.code != Code::ok && call.op != NameOp::list) {
            operation.told->answer.code = Code::ok;
        }
        history.operations.push_back(operation);
    }
    std::stable_sort(history.operations.begin(), history.operations.end(),
                     [](const auto& a, const auto& b) { return a.began < b.began; });
    return history;
}

std::string text_of(const NameHistory& history) {
    std::string text;
    for (const std::string& file : history.files) text += "file " + file + "\n";
    for (const NameOperation& each : history.operations)
        text += std::to_string(each.began) + ".." +
                (each.told ? std::to_string(each.told->ended) : "?") + " " + describe(each.call) +
                " -> " + (each.told ? std::string(info(each.told->answer.code).name) : "?") +
                " extra " + std::to_string(each.extra) + "\n";
    return text;
}

}  // namespace

TEST_CASE("linearizability: operations that overlap may take effect in either order",
          "[checks][gfs-4.1]") {
    const NameOperation first = told(create("/f"), 1, 10);
    CHECK(judge({first, told(create("/f"), 2, 9, Code::already_exists)}) == Verdict::legal);
    CHECK(judge({first, told(stat("/f"), 2, 9, Code::not_found)}) == Verdict::legal);
    CHECK(judge({first, told(stat("/f"), 2, 9)}) == Verdict::legal);
    CHECK(judge({first, told(create("/f"), 2, 9)}) == Verdict::illegal);
}

TEST_CASE("linearizability: what was acknowledged is seen by whoever asks later",
          "[checks][gfs-4.1]") {
    CHECK(judge({told(create("/f"), 1, 2), told(stat("/f"), 3, 4, Code::not_found)}) ==
          Verdict::illegal);
    CHECK(judge({told(create("/f"), 1, 2), told(stat("/f"), 3, 4)}) == Verdict::legal);
    // A reader has seen it, so the next one cannot see it gone.
    const NameOperation creating = told(create("/f"), 1, 20);
    CHECK(judge({creating, told(stat("/f"), 2, 5), told(stat("/f"), 6, 9, Code::not_found)}) ==
          Verdict::illegal);
    CHECK(judge({creating, told(stat("/f"), 2, 5, Code::not_found), told(stat("/f"), 6, 9)}) ==
          Verdict::legal);
}

TEST_CASE("linearizability: an operation without an answer may happen late, once, or never",
          "[checks][gfs-4.1]") {
    const NameOperation lost = unknown(create("/f"), 1);
    CHECK(judge({lost, told(stat("/f"), 3, 4, Code::not_found)}) == Verdict::legal);
    CHECK(judge({lost, told(stat("/f"), 3, 4, Code::not_found), told(stat("/f"), 5, 6)}) ==
          Verdict::legal);
    const std::vector<NameOperation> twice = {told(stat("/f"), 3, 4), told(remove("/f"), 5, 6),
                                              told(stat("/f"), 7, 8)};
    std::vector<NameOperation> once{lost};
    once.insert(once.end(), twice.begin(), twice.end());
    CHECK(judge(once) == Verdict::illegal);
    once.front() = unknown(create("/f"), 1, 2);  // its message was doubled
    CHECK(judge(once) == Verdict::legal);
    // Not before it was called.
    CHECK(judge({told(stat("/f"), 1, 2), unknown(create("/f"), 3)}) == Verdict::illegal);
}

// A name that is there or not is a register: creating it writes one, a stat reads it.
TEST_CASE("linearizability: the published examples are judged as published", "[checks][gfs-4.1]") {
    // The two histories of Porcupine's introduction: a put and two gets that overlap it.
    CHECK(judge({told(create("/x"), 0, 100), told(stat("/x"), 25, 75),
                 told(stat("/x"), 30, 60, Code::not_found)}) == Verdict::legal);
    CHECK(judge({told(create("/x"), 0, 100), told(stat("/x"), 10, 30),
                 told(stat("/x"), 40, 90, Code::not_found)}) == Verdict::illegal);
    // The lock that two ask for at once, a common introduction to Herlihy and Wing: who was
    // answered first may be the one who lost; but somebody has to win, and only one.
    CHECK(judge({told(create("/lock"), 1, 3, Code::already_exists),
                 told(create("/lock"), 2, 4)}) == Verdict::legal);
    CHECK(judge({told(create("/lock"), 1, 3, Code::already_exists),
                 told(create("/lock"), 2, 4, Code::already_exists)}) == Verdict::illegal);
    CHECK(judge({told(create("/lock"), 1, 3), told(create("/lock"), 2, 4)}) == Verdict::illegal);
    // Herlihy and Wing's point about locality: two registers, each legal, are legal together.
    CHECK(judge({told(create("/x"), 0, 10), told(stat("/y"), 11, 20, Code::not_found),
                 told(create("/y"), 0, 30), told(stat("/x"), 21, 25)}) == Verdict::legal);
    // ... and order within one client is not enough: what ended before must be seen (this is where
    // sequential consistency would be content).
    CHECK(judge({told(create("/x"), 0, 10), told(stat("/x"), 11, 20, Code::not_found)}) ==
          Verdict::illegal);
    // Wing and Gong's case of an operation that never returned: it may have happened, or not.
    CHECK(judge({unknown(create("/x"), 0), told(stat("/x"), 5, 6)}) == Verdict::legal);
    CHECK(judge({unknown(create("/x"), 0), told(stat("/x"), 5, 6),
                 told(stat("/x"), 7, 8, Code::not_found)}) == Verdict::illegal);
}

TEST_CASE("linearizability: renames and listings tie names together", "[checks][gfs-4.1]") {
    const std::vector<NameOperation> moved = {
        told(mkdir("/a"), 1, 2), told(mkdir("/b"), 1, 2), told(create("/a/x"), 3, 4),
        told(rename("/a", "/b/c"), 5, 20), told(stat("/b/c/x"), 6, 7)};
    auto history = moved;
    history.push_back(told(stat("/a/x"), 8, 9));
    CHECK(judge(history) == Verdict::illegal);
    history.back() = told(stat("/a/x"), 8, 9, Code::not_found);
    CHECK(judge(history) == Verdict::legal);
    history.push_back(list("/b", 21, 22, {"c/"}));
    CHECK(judge(history) == Verdict::legal);
    history.push_back(list("/b", 23, 24, {"c/", "d"}));
    CHECK(judge(history) == Verdict::illegal);
    // Of two listings one shows the one file, one the other: no order of the creations does both.
    CHECK(judge({told(create("/x"), 1, 10), told(create("/y"), 1, 10), list("/", 2, 9, {"x"}),
                 list("/", 2, 9, {"y"})}) == Verdict::illegal);
}

TEST_CASE("linearizability: names that have nothing to do with each other are searched apart",
          "[checks][gfs-4.1]") {
    std::vector<NameOperation> operations{told(mkdir("/n"), 1, 2)};
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i) names.push_back("/n/" + std::to_string(i));
    for (const std::string& file : names) operations.push_back(unknown({NameOp::create, file}, 3));
    for (const std::string& file : names) operations.push_back(told({NameOp::stat, file}, 4, 5));
    const NameHistory history{{}, operations};
    CHECK(divide(history).size() == 41);  // the directory, and each file by itself
    const LinearizabilityResult result = find_legal_order(history, {}, {});
    CHECK(result.verdict == Verdict::legal);
    CHECK(result.steps < 300);
    CHECK(find_legal_order(history, {"/n/1*"}, {}).parts == 11);
}

TEST_CASE("linearizability: a search that runs out of steps does not say that all is well",
          "[checks][gfs-4.1]") {
    std::vector<NameOperation> operations;
    for (std::uint64_t i = 0; i < 12; ++i)
        operations.push_back(told({NameOp::create, "/" + std::to_string(i)}, 1 + i, 100));
    operations.push_back(list("/", 20, 90, {"0", "2", "4", "6", "8", "10"}));
    const NameHistory history{{}, operations};
    CHECK(find_legal_order(history, {}, {.steps = 100}).verdict == Verdict::unknown);
    CHECK(find_legal_order(history, {}, {}).verdict == Verdict::legal);
}

TEST_CASE("linearizability: many who want the same at once are no longer search than a few",
          "[checks][gfs-4.1]") {
    // One of twenty creates the name, the others are told that it is there; so it is twice over.
    std::vector<NameOperation> operations;
    for (std::uint64_t i = 0; i < 20; ++i)
        operations.push_back(
            told(create("/x"), 1 + i, 100 + i, i == 7 ? Code::ok : Code::already_exists));
    for (std::uint64_t i = 0; i < 20; ++i)
        operations.push_back(told({NameOp::remove, "/x"}, 130 + i, 200 + i,
                                  i % 10 == 3 ? Code::ok : Code::not_found));
    for (std::uint64_t i = 0; i < 20; ++i)
        operations.push_back(
            told(create("/x"), 130 + i, 200 + i, i == 11 ? Code::ok : Code::already_exists));
    const LinearizabilityResult result = find_legal_order({{}, operations}, {}, {});
    CHECK(result.verdict == Verdict::legal);
    CHECK(result.steps < 10'000);
    // A third who was told that he deleted it is one too many.
    operations[20].told->answer.code = Code::ok;
    CHECK(find_legal_order({{}, operations}, {}, {}).verdict == Verdict::illegal);
}

TEST_CASE("linearizability: a search among too many namespaces gives up", "[checks][gfs-4.1]") {
    std::vector<NameOperation> operations;
    for (std::uint64_t i = 0; i < 40; ++i)
        operations.push_back(unknown({NameOp::create, "/" + std::to_string(i)}, 1 + i));
    operations.push_back(list("/", 90, 91, {"0", "2", "4", "6", "8", "10"}));
    const NameHistory history{{}, operations};
    const LinearizabilityResult result = find_legal_order(history, {}, {.names = 50'000});
    CHECK(result.verdict == Verdict::unknown);
    CHECK(result.steps < 20'000);
}

TEST_CASE("linearizability: the search agrees with trying every order", "[checks][gfs-4.1]") {
    sim::Random draws(11, "histories");
    std::size_t illegal = 0;
    constexpr std::size_t rounds = 100'000;
    for (std::size_t round = 0; round < rounds; ++round) {
        const NameHistory history = random_history(draws);
        const bool legal = has_legal_order(history);
        const LinearizabilityResult result = find_legal_order(history, {}, {});
        if (!legal) ++illegal;
        INFO(text_of(history));
        REQUIRE((result.verdict == Verdict::legal) == legal);
        REQUIRE(result.verdict != Verdict::unknown);
    }
    CHECK(illegal > rounds / 10);
    CHECK(illegal < rounds * 9 / 10);
}

}  // namespace gfs::checks
