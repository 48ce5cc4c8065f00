// SPDX-License-Identifier: Apache-2.0
// Fields of /workload: groups, steps of a script, mixes, and the distributions they draw from.

#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

constexpr std::string_view on_one_file =
    "create mkdir delete undelete rename snapshot open close stat list write append read "
    "write_record read_records locations";

RecordSpec group() {
    return {
        "group",
        "Clients that do the same: a script, or operations drawn from a mix.",
        "",
        {
            {.name = "clients",
             .type = Type::integer,
             .fallback = "1",
             .sentence = "how many; they are named GROUP.1, GROUP.2, ...",
             .min = 1,
             .max = 100'000},
            {.name = "rack", .sentence = "where they run; spread over the racks if absent"},
            {.name = "user",
             .type = Type::slug,
             .fallback = "root",
             .sentence = "whom they work for; `root` may do everything",
             .source = "U25"},
            {.name = "start",
             .type = Type::duration,
             .fallback = "0s",
             .sentence = "when they begin"},
            {.name = "stop",
             .type = Type::duration,
             .sentence = "when they begin nothing new; the end of the run if absent"},
            {.name = "script",
             .type = Type::steps,
             .sentence = "steps, one after the other; instead of `mix`",
             .record = "step"},
            {.name = "mix",
             .type = Type::record,
             .sentence = "operations and their weights; instead of `script`",
             .record = "mix"},
            {.name = "files",
             .type = Type::file_set,
             .sentence = "the files of a mix; created at the start when they do not exist"},
            {.name = "ops",
             .type = Type::integer,
             .sentence = "operations of each client",
             .min = 1},
            {.name = "rate",
             .type = Type::rate,
             .sentence = "operations a second of each client, done or not (open model)"},
            {.name = "think",
             .type = Type::time_dist,
             .sentence =
                 "pause between an answer and the next operation (closed model); none if absent"},
            {.name = "size",
             .type = Type::size_dist,
             .fallback = "64KiB",
             .sentence = "bytes of one operation of a mix"},
            {.name = "verify",
             .type = Type::boolean,
             .fallback = "true",
             .sentence = "what reads return is compared with what may be there"},
            {.name = "description", .sentence = "for the reader"},
        }};
}

constexpr FieldSpec step_fields[] = {
    {.name = "op",
     .type = Type::word,
     .sentence = "what is done",
     .vocabulary = op_words,
     .needed = "always"},
    {.name = "file",
     .type = Type::path,
     .sentence = "the file or directory",
     .kinds = on_one_file,
     .needed = on_one_file},
    {.name = "to",
     .type = Type::path,
     .sentence = "the new name",
     .kinds = "rename snapshot",
     .needed = "rename snapshot"},
    {.name = "pattern",
     .sentence = "which files, such as `/logs/*`",
     .kinds = "find",
     .needed = "find"},
    {.name = "expedite",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "deletes the deleted file of this name once more, which frees its storage at once",
     .source = "P 4.4.2",
     .kinds = "delete"},
    {.name = "mode",
     .type = Type::word,
     .fallback = "r",
     .sentence = "`w`: a new file, the old version is deleted",
     .source = "P 6.3.4",
     .choices = "r w",
     .kinds = "open"},
    {.name = "offset",
     .type = Type::offset,
     .fallback = "0",
     .sentence = "where in the file",
     .kinds = "write read locations"},
    {.name = "size",
     .type = Type::size_dist,
     .fallback = "4KiB",
     .sentence = "how many bytes",
     .kinds = "write append write_record"},
    {.name = "size",
     .type = Type::size_dist,
     .sentence = "how many bytes; to the end if absent",
     .kinds = "read"},
    {.name = "data",
     .sentence = "the bytes themselves, instead of `size`",
     .kinds = "write append write_record"},
    {.name = "time",
     .type = Type::duration,
     .sentence = "how long",
     .kinds = "sleep",
     .needed = "sleep"},
    {.name = "event",
     .type = Type::event,
     .sentence = "what to wait for",
     .kinds = "wait",
     .needed = "wait"},
    {.name = "match", .type = Type::match, .sentence = "conditions on its fields", .kinds = "wait"},
    {.name = "nth",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "how many such events",
     .kinds = "wait",
     .min = 1},
    {.name = "since",
     .sentence = "count from a fault, its heal `FAULT.healed`, or a mark; from the "
                 "step's begin if absent",
     .kinds = "wait"},
    {.name = "within",
     .type = Type::duration,
     .sentence = "the step fails after this time",
     .kinds = "wait"},
    {.name = "name",
     .type = Type::slug,
     .sentence = "the barrier's or the mark's name",
     .kinds = "barrier mark",
     .needed = "barrier mark"},
    {.name = "as",
     .type = Type::slug,
     .sentence = "a label for what is written, used in `contains`",
     .kinds = "write append write_record"},
    {.name = "equals", .sentence = "the bytes that must come back", .kinds = "read"},
    {.name = "contains",
     .type = Type::texts,
     .sentence = "labels of the writes whose records must be there",
     .kinds = "read read_records"},
    {.name = "repeat",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "how often the step is done",
     .min = 1,
     .max = 1'000'000'000},
    {.name = "outcome",
     .type = Type::outcome,
     .sentence = "ok, error, or an error code that must be the result; not judged if absent"},
    {.name = "client",
     .type = Type::integer,
     .sentence = "which client of the group does it; each if absent",
     .min = 1,
     .max = 100'000},
    {.name = "timeout",
     .type = Type::duration,
     .sentence = "the step fails after this time",
     .min = 1},
    {.name = "bind",
     .type = Type::slug,
     .sentence = "keeps the result under this name, used as \"@name\""},
    {.name = "description", .sentence = "for the reader"},
};

RecordSpec step() {
    return {"step", "One step of a script.", "op", rows(step_fields)};
}

RecordSpec mix() {
    RecordSpec spec{
        "mix", "Operations and how often each is drawn, relative to the others.", "", {}};
    for (const Word& op : op_words()) {
        if (!op.in_mix) continue;
        spec.fields.push_back({.name = op.name,
                               .type = Type::number,
                               .fallback = "0",
                               .sentence = op.sentence,
                               .max = 1'000'000,
                               .status = op.status});
    }
    return spec;
}

constexpr FieldSpec generated_files_fields[] = {
    {.name = "prefix",
     .type = Type::path,
     .sentence = "the names are PREFIX0, PREFIX1, ...",
     .needed = "always"},
    {.name = "count",
     .type = Type::integer,
     .sentence = "how many",
     .needed = "always",
     .min = 1,
     .max = 10'000'000},
    {.name = "pick",
     .type = Type::word,
     .fallback = "uniform",
     .sentence = "which one an operation takes",
     .choices = "uniform zipfian latest sequential own"},
};

RecordSpec generated_files() {
    return {"generated_files", "Files named by a prefix and a number.", "",
            rows(generated_files_fields)};
}

// An exponential distribution reaches 44 times its mean, which must fit into 64 bits.
constexpr std::int64_t most = 100'000'000'000'000'000;

RecordSpec distribution(std::string_view name, Type type) {
    return {name,
            "A random quantity.",
            "dist",
            {
                {.name = "dist",
                 .type = Type::word,
                 .sentence = "the shape",
                 .choices = "constant uniform exponential lognormal",
                 .needed = "always"},
                {.name = "mean",
                 .type = type,
                 .sentence = "the mean",
                 .kinds = "constant exponential",
                 .needed = "constant exponential",
                 .max = most},
                {.name = "min",
                 .type = type,
                 .sentence = "the least value",
                 .kinds = "uniform",
                 .needed = "uniform",
                 .max = most},
                {.name = "max",
                 .type = type,
                 .sentence = "the largest value",
                 .kinds = "uniform",
                 .needed = "uniform",
                 .max = most},
                {.name = "median",
                 .type = type,
                 .sentence = "half of the values are below",
                 .kinds = "lognormal",
                 .needed = "lognormal",
                 .max = most},
                {.name = "p99",
                 .type = type,
                 .sentence = "99 of 100 values are below",
                 .kinds = "lognormal",
                 .needed = "lognormal",
                 .max = most},
            }};
}

constexpr FieldSpec size_table_fields[] = {
    {.name = "table",
     .type = Type::word,
     .sentence = "a column of the paper's Table 4",
     .source = "P 6.3.2",
     .choices = "paper4:read_x paper4:read_y paper4:write_x paper4:write_y "
                "paper4:append_x paper4:append_y",
     .needed = "always"},
};

RecordSpec size_table() {
    return {"size_table", "Sizes as the paper measured them.", "", rows(size_table_fields)};
}

}  // namespace

void add_workload_records(std::vector<RecordSpec>& out) {
    out.push_back(group());
    out.push_back(step());
    out.push_back(mix());
    out.push_back(generated_files());
    out.push_back(distribution("time_dist", Type::duration));
    out.push_back(distribution("size_dist", Type::size));
    out.push_back(size_table());
}

}  // namespace gfs::format
