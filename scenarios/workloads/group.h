// SPDX-License-Identifier: Apache-2.0
// What the clients of a run do, as plain data: groups of equal clients, each with a script (steps
// in order) or a mix (operations drawn by weight).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/common/event_match.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace gfs::workloads {

enum class Op : std::uint8_t {
    create,
    make_directory,
    remove,
    undelete,
    rename,
    snapshot,
    open,
    close,
    stat,
    list,
    find,
    write,
    append,
    read,
    write_record,
    read_records,
    locations,
    sleep,
    wait,
    barrier,
    mark,
};
const char* name(Op op);

// One step of a script. Fields that an operation does not have keep their defaults.
struct Step {
    Op op = Op::sleep;
    std::string file;
    std::string to;                         // rename, snapshot
    std::string pattern;                    // find
    bool expedite = false;                  // delete: a deleted file, once more
    bool to_write = false;                  // open: a new file, the old version is deleted
    std::uint64_t offset = 0;               // in the file
    std::string offset_bound;               // the offset is what this name keeps
    std::optional<sim::Distribution> size;  // bytes; absent in a read: to the end of the file
    std::optional<std::string> data;        // literal bytes, instead of `size`
    sim::Duration time{};                   // sleep
    // wait: for an event; counted from the beginning of the step, unless `since` says otherwise.
    std::optional<EventCounter::Options> event;
    std::optional<sim::Duration> within;  // wait: a failure after this time
    std::string name;                     // barrier, mark
    std::string as;                       // label of the data that the step writes
    std::uint64_t repeat = 1;
    std::string outcome;                   // "ok", "error", a code's name; empty: not judged
    std::optional<std::uint32_t> client;   // the only one that does the step, 1-based
    std::optional<sim::Duration> timeout;  // of one operation
    std::string bind;                      // keeps the result under this name
    std::optional<std::string> equals;     // read: exactly these bytes
    std::vector<std::string> contains;     // reads: the data of the steps with these labels, whole
};

struct MixEntry {
    Op op = Op::read;
    std::uint64_t weight = 0;
};

// The files of a mix: listed, or `prefix`0, `prefix`1, ... `count` of them.
struct FileSet {
    enum class Pick : std::uint8_t {
        uniform,
        zipfian,     // the kth file k times as rarely as the first
        latest,      // zipfian, the youngest file first
        sequential,  // each client goes through them in order, again and again
        own,         // uniform among those that no other client of the group takes
    };
    std::vector<std::string> paths;  // a glob stands for the files that exist at the moment
    std::string prefix;
    std::uint64_t count = 0;  // 0: `paths` is used
    Pick pick = Pick::uniform;
};

// Operations at a steady rate: `count` in each `period`.
struct Rate {
    std::uint64_t count = 1;
    sim::Duration period{};
};

struct Group {
    std::string name;
    std::uint32_t clients = 1;
    UserId user = root_user;
    std::optional<std::string> rack;  // absent: spread over the racks
    sim::Duration start{};
    std::optional<sim::Duration> stop;  // nothing new begins after it
    std::vector<Step> script;           // a script, or
    std::vector<MixEntry> mix;          // a mix
    FileSet files;
    std::optional<std::uint64_t> ops;  // of each client
    std::optional<Rate> rate;          // open model: operations begin whether or not others end
    std::optional<sim::Distribution> think;  // closed model: ns between an answer and the next one
    sim::Distribution size = sim::Distribution::constant(65536);  // bytes of one operation
    bool verify = true;  // damaged or invented bytes in a read are a failure
};

}  // namespace gfs::workloads
