// SPDX-License-Identifier: Apache-2.0
// Fields of /cluster, /network, /clock, /dataset and /targets.

#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

constexpr std::int64_t max_hosts = 100'000;

constexpr FieldSpec cluster_fields[] = {
    {.name = "chunkservers",
     .type = Type::integer,
     .sentence = "so many in one rack `r1`, with one master; instead of `racks`",
     .min = 1,
     .max = max_hosts},
    {.name = "racks",
     .type = Type::map,
     .sentence = "racks by name, in the order in which chunkservers are numbered",
     .record = "rack"},
    {.name = "disk",
     .type = Type::record,
     .sentence = "the disks of every machine",
     .record = "disk"},
};

RecordSpec cluster() {
    return {"cluster",
            "The machines: racks with a master and chunkservers, or just a number of chunkservers.",
            "", rows(cluster_fields)};
}

constexpr FieldSpec rack_fields[] = {
    {.name = "chunkservers",
     .type = Type::integer,
     .fallback = "0",
     .sentence = "chunkservers in this rack",
     .max = max_hosts},
    {.name = "master",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "the master is in this rack; exactly one rack has it"},
    {.name = "shadows",
     .type = Type::integer,
     .fallback = "0",
     .sentence = "shadow masters in this rack",
     .max = 100},
    {.name = "log_replicas",
     .type = Type::integer,
     .fallback = "0",
     .sentence = "machines with a copy of the operation log in this rack",
     .max = 100},
};

RecordSpec rack() {
    return {"rack", "One rack behind one switch.", "", rows(rack_fields)};
}

constexpr FieldSpec disk_fields[] = {
    {.name = "capacity",
     .type = Type::size,
     .fallback = "160GB",
     .sentence = "bytes that fit on a chunkserver: two disks of 80 GB",
     .source = "P 6.1",
     .min = 1},
    {.name = "seek", .type = Type::duration, .fallback = "8ms", .sentence = "time of one seek"},
    {.name = "bandwidth",
     .type = Type::bandwidth,
     .fallback = "40MB/s",
     .sentence = "transfer speed",
     .min = 1},
    {.name = "fsync_walk",
     .type = Type::bandwidth,
     .sentence = "an fsync walks through the whole file at this speed, as in Linux 2.2, however "
                 "little of it is new; only what is new costs time if absent",
     .source = "P 7, the value is ours",
     .min = 1},
};

RecordSpec disk() {
    return {"disk", "Capacity and speed of a machine's disks.", "", rows(disk_fields)};
}

constexpr FieldSpec network_fields[] = {
    {.name = "default",
     .type = Type::record,
     .sentence = "between two machines of one rack",
     .record = "near_path"},
    {.name = "cross_rack",
     .type = Type::record,
     .sentence = "between two machines of different racks",
     .record = "far_path"},
    {.name = "nic",
     .type = Type::bandwidth,
     .fallback = "100Mbit/s",
     .sentence = "each machine's link, each way",
     .source = "P 6.1",
     .min = 1},
    {.name = "uplink",
     .type = Type::bandwidth,
     .fallback = "1Gbit/s",
     .sentence = "each rack's link to the others, each way",
     .source = "P 6.1",
     .min = 1},
};

RecordSpec network() {
    return {"network", "Latency and bandwidth between machines.", "", rows(network_fields)};
}

RecordSpec path(std::string_view name, std::string_view latency) {
    return {name,
            "What a message between two machines pays.",
            "",
            {
                {.name = "latency",
                 .type = Type::time_dist,
                 .fallback = latency,
                 .sentence = "time of one message, without its bytes"},
                {.name = "bandwidth",
                 .type = Type::bandwidth,
                 .sentence = "a limit for each pair below that of the links; none if absent",
                 .source = "P 6.1",
                 .min = 1},
                {.name = "loss",
                 .type = Type::share,
                 .fallback = "0",
                 .sentence = "share of messages that are lost"},
                {.name = "duplicate",
                 .type = Type::share,
                 .fallback = "0",
                 .sentence = "share of messages that arrive twice"},
                {.name = "reorder",
                 .type = Type::share,
                 .fallback = "0",
                 .sentence = "share of messages that are overtaken"},
            }};
}

constexpr FieldSpec clock_fields[] = {
    {.name = "max_offset",
     .type = Type::duration,
     .fallback = "0s",
     .sentence = "a clock starts within plus or minus this"},
    {.name = "drift_ppm",
     .type = Type::integer,
     .fallback = "0",
     .sentence = "a clock runs fast or slow by at most this many parts in a million",
     .max = 999'999},
};

RecordSpec clock() {
    return {"clock", "Each machine's clock starts and runs wrong by at most this much.", "",
            rows(clock_fields)};
}

constexpr FieldSpec dataset_fields[] = {
    {.name = "chunks",
     .type = Type::integer,
     .sentence = "chunks of each file",
     .needed = "always",
     .min = 1,
     .max = 10'000'000},
    {.name = "fill",
     .type = Type::size,
     .sentence = "bytes in each chunk; the chunk size if absent",
     .min = 1},
    {.name = "replicas",
     .type = Type::integer,
     .fallback = "3",
     .sentence = "replicas of each chunk",
     .min = 1,
     .max = 16},
    {.name = "count",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "so many files; `{i}` in the path is 0, 1, ...",
     .min = 1,
     .max = 10'000'000},
};

RecordSpec dataset() {
    return {"dataset", "Files that exist, whole and replicated, before the run starts.", "",
            rows(dataset_fields)};
}

constexpr FieldSpec target_fields[] = {
    {.name = "role",
     .type = Type::word,
     .fallback = "chunkserver",
     .sentence = "what the host is at that moment; after a failover the master is another",
     .vocabulary = role_words},
    {.name = "name", .sentence = "an actor's name or a glob over names, such as `cs*`"},
    {.name = "rack", .sentence = "in this rack"},
    {.name = "holds", .type = Type::chunk, .sentence = "has a replica of this chunk"},
    {.name = "as",
     .type = Type::word,
     .fallback = "any",
     .sentence = "holds it as this; needs `holds`",
     .choices = "any primary secondary"},
    {.name = "state",
     .type = Type::word,
     .fallback = "up",
     .sentence = "whether the process runs",
     .choices = "up down any"},
    {.name = "count",
     .type = Type::amount,
     .fallback = "1",
     .sentence = "how many of the candidates",
     .choices = "all majority minority",
     .min = 1,
     .max = max_hosts},
    {.name = "pick",
     .type = Type::word,
     .fallback = "random",
     .sentence = "which of the candidates",
     .choices = "random first last most_loaded least_loaded"},
    {.name = "leave",
     .type = Type::integer,
     .fallback = "0",
     .sentence = "so many candidates stay unchosen",
     .max = max_hosts},
    {.name = "resolve",
     .type = Type::word,
     .fallback = "first_use",
     .sentence = "when the choice is made",
     .choices = "first_use start each_use"},
    {.name = "bind_on",
     .type = Type::record,
     .sentence = "an event at which the choice is made instead",
     .record = "trigger"},
    {.name = "on_empty",
     .type = Type::word,
     .fallback = "error",
     .sentence = "no candidate: the run is vacuous, or the fault is left out",
     .choices = "error skip"},
    {.name = "description", .sentence = "for the reader"},
};

RecordSpec target() {
    return {"target", "Hosts chosen by what they are and do at the moment of their first use.", "",
            rows(target_fields)};
}

}  // namespace

void add_cluster_records(std::vector<RecordSpec>& out) {
    out.push_back(cluster());
    out.push_back(rack());
    out.push_back(disk());
    out.push_back(network());
    out.push_back(path("near_path", "0.1ms"));
    out.push_back(path("far_path", "0.2ms"));
    out.push_back(clock());
    out.push_back(dataset());
    out.push_back(target());
}

}  // namespace gfs::format
