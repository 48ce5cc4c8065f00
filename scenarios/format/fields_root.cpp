// SPDX-License-Identifier: Apache-2.0
// Fields of the outermost object, and of the small sections that have no file of their own.

#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

constexpr FieldSpec scenario_fields[] = {
    {.name = "gfsim",
     .type = Type::version,
     .sentence = "version of the format, the first key of a file",
     .needed = "always"},
    {.name = "$schema", .sentence = "where an editor finds the JSON Schema; not read by gfsim"},
    {.name = "name",
     .type = Type::slug,
     .sentence = "name of the scenario in results; the file's name if absent"},
    {.name = "title", .sentence = "one line that says what the scenario shows"},
    {.name = "description", .sentence = "what to look at, and why"},
    {.name = "tags", .type = Type::texts, .sentence = "words to find it by"},
    {.name = "paper", .type = Type::texts, .sentence = "sections of the GFS paper that it shows"},
    {.name = "extends",
     .type = Type::texts,
     .sentence = "files whose content this one is merged over (RFC 7396)"},
    {.name = "seed",
     .type = Type::seed,
     .fallback = "1",
     .sentence = "what all random choices of the run follow from"},
    {.name = "params",
     .type = Type::map,
     .sentence = "values that can be set from outside, used as \"${name}\"",
     .record = "param"},
    {.name = "cluster",
     .type = Type::record,
     .sentence = "the machines",
     .record = "cluster",
     .needed = "always"},
    {.name = "gfs",
     .type = Type::record,
     .sentence = "the constants of the file system",
     .record = "gfs"},
    {.name = "network",
     .type = Type::record,
     .sentence = "what joins the machines",
     .record = "network"},
    {.name = "clock",
     .type = Type::record,
     .sentence = "how wrong the machines' clocks are",
     .record = "clock"},
    {.name = "dataset",
     .type = Type::path_map,
     .sentence = "files that exist at the start, by path",
     .record = "dataset"},
    {.name = "budget",
     .type = Type::record,
     .sentence = "what random faults must leave standing",
     .record = "budget"},
    {.name = "targets",
     .type = Type::map,
     .sentence = "hosts chosen by role and state, used as \"@name\"",
     .record = "target"},
    {.name = "workload",
     .type = Type::map,
     .sentence = "groups of clients and what they do",
     .record = "group",
     .needed = "always"},
    {.name = "faults", .type = Type::map, .sentence = "what breaks, and when", .record = "fault"},
    {.name = "expect", .type = Type::map, .sentence = "what must hold", .record = "expectation"},
    {.name = "stop", .type = Type::record, .sentence = "when the run ends", .record = "stop"},
    {.name = "sweep",
     .type = Type::record,
     .sentence = "seeds and parameters that `gfsim sweep` runs through; `run` does not use it",
     .record = "sweep"},
    {.name = "record",
     .type = Type::record,
     .sentence = "what the run leaves behind",
     .record = "record"},
    {.name = "lab",
     .type = Type::record,
     .sentence = "the scenario as an exercise",
     .record = "lab"},
};

RecordSpec scenario() {
    return {"scenario",
            "One experiment: a cluster, what its clients do, what breaks, and what must hold.", "",
            rows(scenario_fields)};
}

RecordSpec param() {
    return {
        "param",
        "A value that the command line or a sweep can set.",
        "",
        {
            {.name = "default",
             .type = Type::any,
             .sentence = "the value when nothing else is said",
             .needed = "always"},
            {.name = "values", .type = Type::any, .sentence = "a list of values that make sense"},
            {.name = "description", .sentence = "what it changes"},
        }};
}

constexpr FieldSpec budget_fields[] = {
    {.name = "min_up",
     .type = Type::integer,
     .sentence = "chunkservers that stay up",
     .max = 100'000},
    {.name = "min_copies",
     .type = Type::integer,
     .sentence = "good replicas of each chunk that stay reachable",
     .max = 16},
    {.name = "master_log_copies",
     .type = Type::integer,
     .sentence = "copies of the operation log that stay readable",
     .max = 16},
    {.name = "give_up_after",
     .type = Type::duration,
     .fallback = "30s",
     .sentence = "a fault that is put off for so long does not happen"},
};

RecordSpec budget() {
    return {"budget", "Random faults that would go below these numbers are put off.", "",
            rows(budget_fields)};
}

constexpr FieldSpec stop_fields[] = {
    {.name = "at", .type = Type::duration, .sentence = "end of the run, done or not", .min = 1},
    {.name = "calm",
     .type = Type::duration,
     .sentence = "at this time every fault that lasts ends, and no other begins any more",
     .min = 1},
    {.name = "settle",
     .type = Type::duration,
     .fallback = "10s",
     .sentence = "time after the last workload, and after `calm`, for repairs"},
    {.name = "max_events",
     .type = Type::integer,
     .fallback = "50000000",
     .sentence = "events after which the run is given up (exit status 6)",
     .min = 1},
    {.name = "max_memory",
     .type = Type::size,
     .fallback = "1GB",
     .sentence = "memory above which the run is given up (exit status 6)",
     .min = 100'000'000},
};

RecordSpec stop() {
    return {"stop", "The run ends when every workload is done and `settle` has passed, or at `at`.",
            "", rows(stop_fields)};
}

constexpr FieldSpec sweep_fields[] = {
    {.name = "seeds",
     .type = Type::seeds,
     .fallback = "1..100",
     .sentence = "a range \"1..100\" or a list of seeds"},
    {.name = "params",
     .type = Type::value_lists,
     .sentence = "a list of values for each parameter"},
    {.name = "together",
     .type = Type::name_lists,
     .sentence = "parameters that change together, not each with each"},
};

RecordSpec sweep() {
    return {"sweep", "The runs of `gfsim sweep`: every seed with every combination of parameters.",
            "", rows(sweep_fields)};
}

constexpr FieldSpec record_fields[] = {
    {.name = "trace",
     .type = Type::word,
     .fallback = "full",
     .sentence = "which events are written",
     .choices = "full messages ops none"},
    {.name = "max_events",
     .type = Type::integer,
     .fallback = "5000000",
     .sentence = "events after which no more are written"},
    {.name = "outputs",
     .type = Type::words,
     .fallback = "[]",
     .sentence = "further files to write",
     .choices = "html csv openmetrics perfetto! otlp! shiviz! junit! hgrm! hlog! "
                "history! pcapng! mermaid! dot!"},
};

RecordSpec record() {
    return {"record", "What the run writes into its folder.", "", rows(record_fields)};
}

constexpr FieldSpec lab_fields[] = {
    {.name = "points",
     .type = Type::integer,
     .fallback = "0",
     .sentence = "points for a right solution",
     .max = 1'000'000},
    {.name = "question", .sentence = "what to find out"},
    {.name = "hints", .type = Type::texts, .sentence = "shown one by one"},
    {.name = "hidden", .type = Type::texts, .sentence = "expectations that only grading shows"},
};

RecordSpec lab() {
    return {"lab", "The scenario as an exercise for students.", "", rows(lab_fields)};
}

}  // namespace

void add_root_records(std::vector<RecordSpec>& out) {
    out.push_back(scenario());
    out.push_back(param());
    out.push_back(budget());
    out.push_back(stop());
    out.push_back(sweep());
    out.push_back(record());
    out.push_back(lab());
}

}  // namespace gfs::format
