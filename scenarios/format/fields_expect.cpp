// SPDX-License-Identifier: Apache-2.0
// Fields of /expect: the eight kinds of expectations.

#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

constexpr FieldSpec expectation_fields[] = {
    {.name = "assert",
     .type = Type::word,
     .sentence = "the kind of expectation",
     .choices = "always never sometimes count eventually metric check content",
     .needed = "always"},
    {.name = "level",
     .type = Type::word,
     .fallback = "error",
     .sentence = "whether a failure fails the run",
     .choices = "error warn info"},
    {.name = "xfail", .sentence = "why it is expected to fail; when it holds, that is the failure"},
    {.name = "allow",
     .type = Type::words,
     .fallback = "[]",
     .sentence = "anomalies that the scenario tolerates",
     .choices = "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16 A17"},
    {.name = "description", .sentence = "for the reader"},
    {.name = "invariant",
     .type = Type::word,
     .sentence = "which invariant; all run always, one that is listed is shown",
     .vocabulary = invariant_words,
     .kinds = "always",
     .needed = "always"},
    {.name = "event",
     .type = Type::event,
     .sentence = "which event",
     .kinds = "never sometimes count",
     .needed = "never sometimes count"},
    {.name = "match",
     .type = Type::match,
     .sentence = "conditions on its fields",
     .kinds = "never sometimes count"},
    {.name = "eq", .type = Type::integer, .sentence = "exactly so many", .kinds = "count"},
    {.name = "ge", .type = Type::integer, .sentence = "at least so many", .kinds = "count"},
    {.name = "le", .type = Type::integer, .sentence = "at most so many", .kinds = "count"},
    {.name = "state",
     .type = Type::word,
     .sentence = "what must be reached",
     .vocabulary = state_words,
     .kinds = "eventually",
     .needed = "eventually"},
    {.name = "within",
     .type = Type::duration,
     .sentence = "in this time; by the end of the run if absent",
     .kinds = "eventually",
     .min = 1},
    {.name = "since",
     .sentence = "counted from a fault, its heal `FAULT.healed`, or a mark; from the start "
                 "if absent",
     .kinds = "eventually"},
    {.name = "metric",
     .type = Type::metric,
     .sentence = "what is measured",
     .vocabulary = metric_words,
     .kinds = "metric",
     .needed = "metric"},
    {.name = "stat",
     .type = Type::word,
     .sentence = "which figure of it",
     .choices = "count rate min max mean p50 p90 p99 p999 sum last",
     .kinds = "metric",
     .needed = "metric"},
    {.name = "where",
     .type = Type::record,
     .sentence = "only for some",
     .record = "where",
     .kinds = "metric"},
    {.name = "window",
     .fallback = "all",
     .sentence = "when: all, during:FAULT, outside-faults, or after:FAULT",
     .kinds = "metric"},
    {.name = "eq", .type = Type::quantity, .sentence = "equal to this", .kinds = "metric"},
    {.name = "ge", .type = Type::quantity, .sentence = "at least this", .kinds = "metric"},
    {.name = "le", .type = Type::quantity, .sentence = "at most this", .kinds = "metric"},
    {.name = "lt", .type = Type::quantity, .sentence = "less than this", .kinds = "metric"},
    {.name = "gt", .type = Type::quantity, .sentence = "more than this", .kinds = "metric"},
    {.name = "checker",
     .type = Type::word,
     .sentence = "which checker, at the end of the run",
     .vocabulary = checker_words,
     .kinds = "check",
     .needed = "check"},
    {.name = "files",
     .type = Type::paths,
     .sentence = "for these files; for all if absent",
     .kinds = "check"},
    {.name = "file",
     .type = Type::path,
     .sentence = "which file",
     .kinds = "content",
     .needed = "content"},
    {.name = "records",
     .type = Type::texts,
     .sentence = "what it contains, record after record, at the end",
     .kinds = "content",
     .needed = "content"},
};

RecordSpec expectation() {
    return {"expectation", "Something that must hold, during the run or at its end.", "assert",
            rows(expectation_fields)};
}

RecordSpec where() {
    return {
        "where",
        "Which operations or hosts a metric is taken of.",
        "",
        {
            {.name = "server", .sentence = "an actor's name or a glob over names"},
            {.name = "client", .sentence = "a client's name or a glob over names"},
            {.name = "file", .type = Type::path, .sentence = "a path or a glob over paths"},
            {.name = "op", .type = Type::word, .sentence = "an operation", .vocabulary = op_words},
            {.name = "kind",
             .type = Type::word,
             .sentence = "a client's request to the master: a row of the paper's Table 6",
             .source = "P 6.3.4",
             .choices = "open delete find_location find_lease_holder find_matching_files other"},
        }};
}

}  // namespace

void add_expect_records(std::vector<RecordSpec>& out) {
    out.push_back(expectation());
    out.push_back(where());
}

}  // namespace gfs::format
