// SPDX-License-Identifier: Apache-2.0
// What a scenario says about faults, as plain data: targets, faults and when they start. The words
// are those of the scenario file; scenarios/run converts the loaded file into these.
//
// Times are true time, counted from the start of the run where they name a moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/cluster/cluster.h"
#include "core/common/event_match.h"
#include "sim/distribution.h"
#include "sim/random.h"
#include "sim/time.h"

namespace gfs::faults {

// Where something was written, for messages. Lines and columns count from 1.
struct Source {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

// Whom a field speaks of.
struct Who {
    enum class Kind : std::uint8_t { actor, glob, rack, role, target };
    Kind kind = Kind::actor;
    std::string text;                 // the name or pattern, without its prefix; role: unused
    std::optional<MachineRole> role;  // kind role; nothing means any
};
std::string to_string(const Who& who);
// "chunkserver"; nothing for another word, and for "any".
std::optional<MachineRole> find_role(const std::string& word);

// `delay` after the nth matching event, which must come at `by` or before. A negative delay is a
// time before it, for the event whose time is known in advance: lease.expired.
struct Trigger {
    EventCounter::Options event;
    sim::Duration delay{};
    std::optional<sim::Duration> by;  // absent: the end of the run
};

// A chunk of a file, or the one that a `locations` step bound: what a target must hold, or what a
// fault strikes.
struct HeldChunk {
    std::string file;
    ChunkIndex index{};
    std::string bound;  // not empty: the name, instead of a file
};

struct TargetSpec {
    enum class As : std::uint8_t { any, primary, secondary };
    enum class Alive : std::uint8_t { up, down, any };
    enum class Count : std::uint8_t { number, all, majority, minority, percent };
    enum class Pick : std::uint8_t { random, first, last, most_loaded, least_loaded };
    enum class Resolve : std::uint8_t { first_use, start, each_use };
    enum class OnEmpty : std::uint8_t { error, skip };

    std::string name;
    Source source;

    // Who can be meant. All that are given must hold.
    std::optional<MachineRole> role = MachineRole::chunkserver;  // nothing: any
    std::optional<std::string> actor;                            // a glob over names
    std::optional<std::string> rack;
    std::optional<HeldChunk> holds;
    As as = As::any;  // only with `holds`
    Alive state = Alive::up;

    // How many of them, and which.
    Count count_kind = Count::number;
    std::uint32_t count = 1;  // number
    sim::Ratio percent{0, 1};
    Pick pick = Pick::random;
    std::uint32_t leave = 0;  // so many candidates at least stay unchosen

    // When, and what if there is none.
    Resolve resolve = Resolve::first_use;
    std::optional<Trigger> bind_on;  // instead of `resolve`
    OnEmpty on_empty = OnEmpty::error;
};

struct Start {
    enum class Kind : std::uint8_t { at, when, after, every };
    Kind kind = Kind::at;
    sim::Duration at{};
    std::optional<Trigger> when;
    std::string after;         // another fault: when it has fired first,
    bool after_heal = false;   // or was healed first
    sim::Distribution period;  // every: ns from one start to the next
    std::optional<std::uint64_t> times;
    std::optional<sim::Duration> until;
};

enum class Direction : std::uint8_t { both, forward, backward };
enum class Shape : std::uint8_t { pair, majority, ring, bridge };
// In which order hosts are let go, against that in which they were held.
enum class ReleaseOrder : std::uint8_t { random, same, reverse };
// What a rack that is switched off is without.
enum class RackLoss : std::uint8_t { power, network };

// Exactly the messages from the `nth` on, `count` of them, counted from the fault's application.
struct MessageSpec {
    std::string type;  // as in messages.def, a reply with its `Reply`
    std::optional<Who> from;
    std::optional<Who> to;
    std::vector<FieldCondition> match;  // over the fields of the event message.sent
    std::uint64_t nth = 1;
    std::uint64_t count = 1;
};

// The fields from `target` on belong to some kinds only; the others leave them alone.
struct FaultSpec {
    std::string name;
    Source source;
    std::string kind;  // as registered: "crash"
    Start start;
    sim::Duration delay{};                  // after the start
    std::optional<sim::Duration> duration;  // `for`, from the moment of application
    bool optional = false;                  // never fired is not vacuous
    bool random = false;                    // the budget may put it off

    std::optional<Who> target;
    std::vector<Who> between;  // two groups, or none for a shape over all hosts
    Direction direction = Direction::both;
    Shape shape = Shape::pair;
    sim::PathChange link;
    MessageSpec message;
    sim::Duration extra_delay{};  // delay: `time`
    // hold: a time, or an event, counted from the first message that is hit
    std::optional<sim::Duration> until_time;
    std::optional<Trigger> until_event;
    bool lose_unsynced = false;
    bool torn = false;               // power_loss: a part of the write in flight is there
    // bitrot, lose_chunk: absent: drawn; phantom_write, misdirected_write: absent: any
    std::optional<HeldChunk> chunk;
    std::optional<std::uint64_t> chunk_offset;  // bitrot: absent: drawn
    std::uint64_t blocks = 1;                   // bitrot: so many, from there on
    std::uint64_t nth_write = 1;        // misdirected_write, phantom_write
    sim::Ratio disk_factor{1, 1};       // disk_slow
    sim::Ratio disk_probability{1, 1};  // disk_slow, disk_stall, disk_error: of each operation
    sim::DiskOperation disk_operation = sim::DiskOperation::write;  // disk_error: what fails
    sim::Duration clock_offset{};
    std::int64_t clock_drift_ppm = 0;
    bool lease_edge = false;      // the sign by the role: granters fast or ahead, holders slow
    sim::Ratio slowness{1, 1};           // slow
    sim::Distribution up;                // kill_loop: ns alive, and dead, in each round
    sim::Distribution down;
    std::optional<std::uint64_t> rounds;  // kill_loop: absent: for ever
    ReleaseOrder order = ReleaseOrder::random;  // clog, swizzle
    std::string healed_fault;  // heal
    std::string rack;          // switch_off, add
    RackLoss rack_loses = RackLoss::power;
    std::uint64_t servers = 1;  // add: how many
    std::vector<std::string> sites;      // buggify: which fault points; none: all
    sim::Ratio site_probability{1, 1};  // buggify
};

// What random faults must leave standing. Nothing: no limit.
struct BudgetSpec {
    std::optional<std::uint32_t> min_up;
    std::optional<std::uint32_t> min_copies;
    std::optional<std::uint32_t> master_log_copies;
    sim::Duration give_up_after = std::chrono::seconds{30};  // of a fault that is put off
};

struct PlanSpec {
    std::vector<TargetSpec> targets;
    std::vector<FaultSpec> faults;  // the order of simultaneous faults
    BudgetSpec budget;
    std::optional<sim::Duration> calm;  // from then on nothing breaks, and what lasts has ended
};

}  // namespace gfs::faults
