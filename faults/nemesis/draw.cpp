// SPDX-License-Identifier: Apache-2.0
// Whom a drawn fault hits, when it begins and how long it lasts.

#include "faults/nemesis/draw.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/assert.h"

namespace gfs::faults {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

milliseconds whole_ms(sim::Duration time) {
    return std::chrono::duration_cast<milliseconds>(time);
}

sim::Duration longest(Profile profile) {
    switch (profile) {
        case Profile::gentle:
            return 4s;
        case Profile::lease_edges:
            return 15s;
        case Profile::rough:
        case Profile::swarm:
        case Profile::thrasher:
            break;
    }
    return 40s;
}

}  // namespace

sim::Duration Draw::time_between(sim::Duration low, sim::Duration high) {
    const std::int64_t least = std::max<std::int64_t>(whole_ms(low).count(), 1);
    const std::int64_t most = std::max<std::int64_t>(whole_ms(high).count(), least);
    std::vector<std::int64_t> steps;  // least, 2 * least, 4 * least, ...
    for (std::int64_t step = least; step <= most; step *= 2) steps.push_back(step);
    const std::int64_t from = random_.pick(steps);
    const std::int64_t to = std::min(2 * from, most);
    return milliseconds{random_.between(from, to)};
}

std::string Draw::make_target(const ObjectText& target) {
    const std::string target_name = "of-" + name;
    drawn_.targets.emplace_back(target_name, target);
    return "@" + target_name;
}

std::string Draw::a_chunk() {
    if (arena_.files.empty()) return {};
    const std::string& file = pick(arena_.files);
    const std::uint64_t index = one_in(3) ? 1 : 0;
    return fmt::format("{}#{}", file, index);
}

std::string Draw::a_server() {
    if (one_in(2)) return pick(arena_.chunkservers);
    ObjectText target;
    target.text("role", "chunkserver");
    const std::string chunk = a_chunk();
    if (!chunk.empty()) {
        target.text("holds", chunk);
        if (one_in(2)) target.text("as", one_in(2) ? "primary" : "secondary");
    }
    if (one_in(4)) target.number("count", 2);
    if (one_in(4)) target.text("pick", one_in(2) ? "most_loaded" : "least_loaded");
    target.text("on_empty", "skip");
    return make_target(target);
}

std::string Draw::a_primary() {
    const std::string chunk = a_chunk();
    if (chunk.empty()) return pick(arena_.chunkservers);
    ObjectText target;
    target.text("role", "chunkserver").text("holds", chunk).text("as", "primary");
    target.text("on_empty", "skip");
    return make_target(target);
}

std::string Draw::a_machine() {
    const std::uint64_t kind = random_.below(10);
    if (kind < 3) return "master";
    if (kind == 3 && !arena_.log_replicas.empty()) return pick(arena_.log_replicas);
    if (kind == 4 && !arena_.shadows.empty()) return pick(arena_.shadows);
    return a_server();
}

std::string Draw::a_pair() {
    std::string one = a_server();
    std::string other = "master";
    // Somebody else, and no target that nothing uses.
    const auto replace_one = [&](const std::string& who) {
        if (one.starts_with('@')) drawn_.targets.pop_back();
        one = who;
    };
    switch (random_.below(6)) {
        case 0:
            other = pick(arena_.chunkservers);
            break;
        case 1:
            if (!arena_.clients.empty()) other = a_client();
            break;
        case 2:
            if (arena_.racks.size() > 1) {
                const std::uint64_t cut = random_.below(arena_.racks.size() - 1);
                replace_one("rack:" + arena_.racks[cut]);
                other = "rack:" + arena_.racks[cut + 1];
            }
            break;
        case 3:
            if (!arena_.log_replicas.empty()) replace_one(pick(arena_.log_replicas));
            break;
        default:
            break;
    }
    if (one == other) one = "role:chunkserver";
    return fmt::format("[{}, {}]", quoted(one), quoted(other));
}

void Draw::lasts(ObjectText& fault, sim::Duration most) {
    const sim::Duration time = time_between(100ms, std::min(most, longest(profile_)));
    fault.time("for", time);
}

sim::Duration Draw::take_skew() {
    if (whole_ms(skew_left_) < 2ms) return sim::Duration{0};
    const sim::Duration taken = milliseconds{random_.between(1, whole_ms(skew_left_ / 2).count())};
    skew_left_ -= taken;
    return taken;
}

void Draw::starts(ObjectText& fault) {
    const bool edge = profile_ == Profile::lease_edges;
    if (edge && random_.chance({3, 4})) return starts_at_lease_edge(fault);
    if (random_.chance({1, 3})) return starts_at_event(fault);
    const std::int64_t from = whole_ms(arena_.from).count();
    const std::int64_t until = whole_ms(arena_.until).count();
    const bool again = profile_ != Profile::gentle && one_in(8);
    if (!again) {
        fault.time("at", milliseconds{random_.between(from, until)});
        return;
    }
    const std::int64_t mean = random_.between((until - from) / 10, (until - from) / 3);
    const std::int64_t times = random_.between(2, 4);
    ObjectText period;
    period.text("dist", "exponential").time("mean", milliseconds{mean});
    ObjectText every;
    every.object("period", period).number("times", times).time("until", arena_.until);
    fault.object("every", every);
}

// Just before or after the moment at which a lease that was granted or extended runs out.
void Draw::starts_at_lease_edge(ObjectText& fault) {
    const std::string event = one_in(3) ? "lease.extended" : "lease.granted";
    const std::int64_t nth = random_.between(1, 12);
    const std::int64_t lease = whole_ms(arena_.lease).count();
    const std::int64_t around = std::max<std::int64_t>(lease / 8, 2);
    const std::int64_t edge = random_.between(-around, around / 2);
    ObjectText when;
    when.text("event", event).number("nth", nth);
    when.time("delay", milliseconds{std::max<std::int64_t>(lease + edge, 0)});
    when.time("by", arena_.until);
    fault.object("when", when);
}

// In the middle of a protocol step.
void Draw::starts_at_event(ObjectText& fault) {
    const Texts events{"append.ok",           "write.ok",
                       "mutation.ordered",    "mutation.applied",
                       "mutation.forwarded",  "mutation.failed",
                       "push.forwarded",      "lease.granted",
                       "lease.revoked",       "lease.expired",
                       "chunk.created",       "chunk.version_reserved",
                       "chunk.version_bumped", "chunk.stale_detected",
                       "chunk.copied_on_write", "clone.started",
                       "clone.finished",      "master.log_appended",
                       "master.log_flushed",  "master.checkpoint_started",
                       "server.declared_dead", "server.registered",
                       "snapshot.taken",      "file.deleted",
                       "append.padded",       "gc.deleted"};
    const std::string event = pick(events);
    const sim::Duration nth = time_between(1ms, 40ms);  // small numbers are likelier
    ObjectText when;
    when.text("event", event).number("nth", whole_ms(nth).count());
    if (one_in(2)) when.time("delay", time_between(1ms, 100ms));
    when.time("by", arena_.until);
    fault.object("when", when);
}

}  // namespace gfs::faults
