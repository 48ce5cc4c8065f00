// SPDX-License-Identifier: Apache-2.0
// A scenario after loading: merged, substituted, resolved and validated, as plain structs. What the
// rooms that run it (workloads, faults, checks, run) code against. Names in document order are
// vectors with a name, because the order of simultaneous events is the order of the document.
//
// Cross references (targets, faults, marks, racks, events, fields, messages) are checked by the
// loader: a name found here exists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "core/common/topology.h"
#include "scenarios/format/values.h"
#include "scenarios/format/vocabulary.h"
#include "sim/distribution.h"
#include "sim/random.h"
#include "sim/time.h"

namespace gfs::format {

// ---- data and budget ---------------------------------------------------------------------------

// Files that exist at the start. A path with `{i}` stands for `count` files, i = 0, 1, ...
struct Dataset {
    std::string path;
    std::uint64_t chunks = 1;
    Bytes fill = 0;  // bytes in each chunk
    std::uint32_t replicas = 3;
    std::uint64_t count = 1;
    Source source;
};

struct Budget {
    std::optional<std::uint32_t> min_up;
    std::optional<std::uint32_t> min_copies;
    std::optional<std::uint32_t> master_log_copies;
    sim::Duration give_up_after = std::chrono::seconds{30};
};

// ---- targets -----------------------------------------------------------------------------------

struct Target {
    enum class As : std::uint8_t { any, primary, secondary };
    enum class Alive : std::uint8_t { up, down, any };
    enum class Count : std::uint8_t { number, all, majority, minority, percent };
    enum class Pick : std::uint8_t { random, first, last, most_loaded, least_loaded };
    enum class Resolve : std::uint8_t { first_use, start, each_use };
    enum class OnEmpty : std::uint8_t { error, skip };

    std::string name;
    Source source;
    Role role = Role::chunkserver;
    std::optional<std::string> actor;  // /targets/N/name: a glob over actor names
    std::optional<std::string> rack;
    std::optional<ChunkRef> holds;
    std::optional<std::string> holds_bound;  // `@name` of a `locations` step instead of a file
    As as = As::any;                         // only with `holds`
    Alive state = Alive::up;
    Count count_kind = Count::number;
    std::uint32_t count = 1;  // number
    sim::Ratio percent;       // percent
    Pick pick = Pick::random;
    std::uint32_t leave = 0;  // at least so many candidates stay unchosen
    Resolve resolve = Resolve::first_use;
    std::optional<Trigger> bind_on;  // names another moment than `resolve`
    OnEmpty on_empty = OnEmpty::error;
};

// ---- workload ----------------------------------------------------------------------------------

// One operation of a script. Fields that an operation does not have keep their defaults.
struct Step {
    Op op = Op::sleep;
    Source source;
    std::string file;
    std::string to;                         // rename, snapshot
    std::optional<std::uint64_t> offset;    // absent: 0; `locations` asks for offset / chunk size
    std::string offset_bound;               // `"offset": "@name"`: the result that `bind` kept
    std::optional<sim::Distribution> size;  // bytes; absent in a read: to the end of the file
    std::optional<std::string> data;        // literal bytes; then `size` is absent
    sim::Duration time{};                   // sleep
    std::optional<Trigger> wait;            // wait: event, match, nth, since
    std::optional<sim::Duration> within;    // wait: no event in this time is a failed step
    std::string name;                       // barrier, mark
    std::string as;                         // label of what was written, for `contains`
    std::uint64_t repeat = 1;
    std::string outcome;                  // "ok", "error", or a code's name; empty: not judged
    std::optional<std::uint32_t> client;  // 1-based; absent: each client of the group
    std::optional<sim::Duration> timeout;
    std::string bind;                   // keeps the result under this name
    std::optional<std::string> equals;  // read: exactly these bytes
    std::vector<std::string> contains;  // read: the records of the steps with these labels
    std::string pattern;                // find
    bool expedite = false;              // delete
    bool to_write = false;              // open
};

struct MixEntry {
    Op op = Op::read;
    std::uint64_t weight = 0;  // relative; the decimals of the file are scaled to integers
};

// The files of a mix: listed (paths or globs), or `prefix`0, `prefix`1, ... `count` of them.
struct FileSet {
    enum class Pick : std::uint8_t { uniform, zipfian, latest, sequential, own };
    std::vector<std::string> paths;
    std::string prefix;
    std::uint64_t count = 0;  // 0: `paths` is used
    Pick pick = Pick::uniform;
};

struct Group {
    std::string name;
    Source source;
    std::uint32_t clients = 1;
    UserId user = root_user;
    std::optional<std::string> rack;  // absent: spread over the racks
    sim::Duration start{};
    std::optional<sim::Duration> stop;
    std::vector<Step> script;   // a script, or
    std::vector<MixEntry> mix;  // a mix; the other one is empty
    FileSet files;
    std::optional<std::uint64_t> ops;        // for each client
    std::optional<Rate> rate;                // open model; for each client
    std::optional<sim::Distribution> think;  // closed model, ns; with no rate absent means 0
    sim::Distribution size = sim::Distribution::constant(65536);  // bytes of one operation
    bool verify = true;  // reads are compared with what may be there
};

// ---- faults ------------------------------------------------------------------------------------

struct FaultStart {
    enum class Kind : std::uint8_t { at, when, after, every };
    Kind kind = Kind::at;
    sim::Duration at{};
    Trigger when;
    std::string after;         // another fault
    bool after_heal = false;   // its heal, not its start
    sim::Distribution period;  // every: ns between two firings
    std::optional<std::uint64_t> times;
    std::optional<sim::Duration> until;
};

// What a degraded link changes; absent = as it was.
struct LinkChange {
    std::optional<sim::Distribution> latency;  // ns
    std::optional<BytesPerSecond> bandwidth;
    std::optional<sim::Ratio> loss, duplicate, reorder, corrupt;
};

enum class Direction : std::uint8_t { both, forward, backward };
enum class Shape : std::uint8_t { pair, majority, ring, bridge };
enum class RackLoss : std::uint8_t { power, network };
enum class ReleaseOrder : std::uint8_t { random, same, reverse };

// One fault. The fields below `optional` belong to some kinds only; the loader has checked that
// those which a kind requires are there and that no other is.
struct Fault {
    std::string name;
    Source source;
    FaultKind kind = FaultKind::crash;
    FaultStart start;
    sim::Duration delay{};                  // after the start condition
    std::optional<sim::Duration> duration;  // `for`, from its application; absent: for ever
    bool optional = false;                  // never fired is not vacuous
    bool random = false;                    // the budget may put it off

    std::optional<Who> target;
    std::vector<Who> between;  // two groups; empty for a shape over all hosts
    Direction direction = Direction::both;
    Shape shape = Shape::pair;
    LinkChange link;
    std::optional<std::string> rack;
    RackLoss rack_loses = RackLoss::power;  // switch_off
    std::string fault;                      // heal: which one

    std::string message;  // as in messages.def, a reply with its `Reply`
    std::optional<Who> from, to;
    Match match;
    std::uint64_t nth = 1;    // the first message that is hit, counted from the application
    std::uint64_t count = 1;  // so many in a row; `add`: so many servers
    sim::Duration time{};     // delay
    std::optional<Trigger> until_event;  // hold
    std::optional<sim::Duration> until_time;

    bool lose_unsynced = false;
    bool torn = false;
    sim::Duration offset{};  // clock_offset, clock_jump
    std::int64_t drift_ppm = 0;
    bool lease_edge = false;
    Exact factor{1, 1};  // slow, disk_slow
    sim::Ratio probability{1, 1};
    std::string operation;  // disk_error: read, write, sync
    std::optional<ChunkRef> chunk;
    std::optional<std::string> chunk_bound;  // `@name` of a `locations` step instead of a file
    std::optional<Bytes> chunk_offset;
    std::uint64_t blocks = 1;
    sim::Distribution up, down;  // kill_loop: ns
    std::optional<std::uint64_t> times;
    ReleaseOrder order = ReleaseOrder::random;  // clog, swizzle
    std::vector<std::string> sites;
};

// ---- expectations ------------------------------------------------------------------------------

struct Window {
    enum class Kind : std::uint8_t { all, during, outside_faults, after };
    Kind kind = Kind::all;
    std::string fault;
};

enum class Stat : std::uint8_t { count, rate, min, max, mean, p50, p90, p99, p999, sum, last };

struct Expectation {
    enum class Kind : std::uint8_t {
        always,
        never,
        sometimes,
        count,
        eventually,
        metric,
        check,
        content
    };
    enum class Level : std::uint8_t { error, warn, info };

    std::string name;
    Source source;
    Kind kind = Kind::always;
    Level level = Level::error;
    std::optional<std::string> xfail;  // expected to fail, and why
    std::vector<std::string> allow;    // anomalies A1 ... A17 that are tolerated

    Invariant invariant = Invariant::one_primary_per_chunk;  // always
    std::string event;                                       // never, sometimes, count
    Match match;
    std::vector<Bound> bounds;            // count, metric
    State state = State::all_ops_done;    // eventually
    std::optional<sim::Duration> within;  // absent: by the end
    Since since;
    std::string metric;  // a name of metric_words()
    Stat stat = Stat::count;
    std::vector<std::pair<std::string, std::string>> where;  // server, client, file, op
    Window window;
    Checker checker = Checker::gfs_consistency;  // check
    std::vector<std::string> files;              // check: paths and globs; empty: all
    std::string file;                            // content
    std::vector<std::string> records;
};

// ---- the whole ---------------------------------------------------------------------------------

struct Stop {
    std::optional<sim::Duration> at;    // absent: when every workload is done, and `settle` after
    std::optional<sim::Duration> calm;  // from then on nothing breaks, and what lasts has ended
    sim::Duration settle = std::chrono::seconds{10};
    std::uint64_t max_events = 50'000'000;
    std::uint64_t max_memory = 1'000'000'000;  // bytes
};

struct Param {
    std::string name;
    std::string value;  // JSON text, after --param
    std::vector<std::string> values;
    std::string description;
};

struct Sweep {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> seeds{{1, 100}};  // inclusive ranges
    std::vector<std::pair<std::string, std::vector<std::string>>> params;  // name, JSON texts
    std::vector<std::vector<std::string>> together;
};

struct Record {
    enum class Trace : std::uint8_t { full, messages, ops, none };
    Trace trace = Trace::full;
    std::uint64_t max_events = 5'000'000;
    std::vector<std::string> outputs;
};

struct Lab {
    std::uint32_t points = 0;
    std::string question;
    std::vector<std::string> hints;
    std::vector<std::string> hidden;  // expectations that only `lab grade` shows
};

struct Scenario {
    std::string name;
    std::string title;
    std::string description;
    std::vector<std::string> tags;
    std::vector<std::string> paper;
    std::uint64_t seed = 1;

    // Chunkservers are named cs1, cs2, ... through the racks in order; the others `master`,
    // `shadow1`, `log1`, ...; the clients of group `w` are w.1, w.2, ... The shorthand
    // `chunkservers` is one rack, `r1`. Network and clocks are in here too.
    ClusterSpec cluster;
    Config gfs;
    std::vector<Dataset> dataset;
    std::optional<Budget> budget;
    std::vector<Target> targets;
    std::vector<Group> workload;
    std::vector<Fault> faults;
    std::vector<Expectation> expect;
    Stop stop;
    std::vector<Param> params;
    std::optional<Sweep> sweep;
    Record record;
    std::optional<Lab> lab;
};

}  // namespace gfs::format
