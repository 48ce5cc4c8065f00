// SPDX-License-Identifier: Apache-2.0
// The one table of the scenario format. The checker, the defaults, the JSON Schema, `gfsim explain
// field`, `check --resolved` and the reference page are all made from it, so that they cannot
// disagree. Records are objects with known fields; a record may have kinds (`do`, `op`, `assert`),
// and a field may belong to some kinds only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/vocabulary.h"

namespace gfs::format {

// What a field takes. check_values.cpp judges each, schema.cpp describes each.
enum class Type : std::uint8_t {
    any,      // any JSON value (a parameter's)
    version,  // the format's version, 1
    boolean,
    integer,  // min to max
    number,   // an exact decimal, min to max
    text,
    texts,      // one text or a list of them
    slug,       // a name: ^[a-z][a-z0-9_-]*$
    path,       // a file of the file system, "/a/b", or a glob over them
    paths,      // one path or a list
    word,       // one of a list of words
    words,      // a list of words out of a list
    duration,   // "1m30s" or 0; `min` below 0 allows a minus
    size,       // "64KiB" or 0
    offset,     // "64KiB", a number of bytes, or "@name" that a step has bound
    bandwidth,  // "100Mbit/s"
    rate,       // "50/s"
    share,      // a probability, 0 to 1
    seed,
    amount,       // an integer or "40%", or one of the field's words
    time_dist,    // a duration or a record `time_dist`
    size_dist,    // a size or a record `size_dist` or `size_table`
    who,          // cs3, cs*, rack:r2, role:chunkserver, @target
    who_pair,     // [who, who]
    match,        // conditions on an event's fields
    chunk,        // "/file#3", or "@name" that a step has bound
    moment,       // a duration or a trigger
    event,        // the name of an event
    message,      // the name of a message
    outcome,      // ok, error, or the name of a code
    metric,       // the name of a metric
    quantity,     // a number, or text with a unit
    policy,       // a name, or {"kind": name, parameters}
    file_set,     // paths, or a record `generated_files`
    seeds,        // "1..50" or a list of seeds
    value_lists,  // an object of lists
    name_lists,   // a list of lists of names
    record,       // an object with the fields of `record`
    map,          // an object of records `record`, by name
    path_map,     // an object of records `record`, by path
    steps,        // a list of records `record`
};

struct FieldSpec {
    std::string_view name;
    Type type = Type::text;
    std::string_view fallback;  // the default as it would be written, without quotes; empty: none
    std::string_view sentence;
    std::string_view source;  // "P 3.1" from the paper, "U7" left open by it; empty: ours
    std::string_view record;  // types record, map, path_map, steps
    std::string_view
        choices;  // types word, words, amount, policy: the words; `x!` is not built yet
    const std::vector<Word>& (*vocabulary)() = nullptr;  // ... or a list of vocabulary.def
    std::string_view kinds;   // only for these kinds of the record; empty: for all
    std::string_view needed;  // "always", or the kinds that require it; empty: never required
    std::string_view wrong_kind = "E0112";  // the error for a kind that does not have it
    std::int64_t min = 0;                   // integer, number, duration (ns), size (bytes)
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    Status status = Status::ready;
};

struct RecordSpec {
    std::string_view name;
    std::string_view sentence;
    std::string_view kind_field;  // the field that names the kind; empty: one kind
    std::vector<FieldSpec> fields;
};

// The rows of a table as the fields of a record.
template <std::size_t N>
std::vector<FieldSpec> rows(const FieldSpec (&table)[N]) {
    return {table, table + N};
}

const std::vector<RecordSpec>& all_records();
// REQUIRES: there is such a record.
const RecordSpec& find_record(std::string_view name);

// The words that a field accepts, in the order of the table.
std::vector<Word> words_of(const FieldSpec& field);

// The bounds of a field with those of its type: no duration beyond ten years and no size beyond
// 2^60 bytes, so that the sum of a few of them stays far from the end of 64 bits.
struct Range {
    std::int64_t min = 0;
    std::int64_t max = 0;
};
Range range_of_values(const FieldSpec& field);

// Whether `list`, words with blanks between them, has `word`.
bool has_word(std::string_view list, std::string_view word);
// Whether `field` belongs to `kind` ("" when the record has no kinds), and is required there.
bool applies(const FieldSpec& field, std::string_view kind);
bool is_needed(const FieldSpec& field, std::string_view kind);
// The field of that name for that kind, or nullptr.
const FieldSpec* find_field(const RecordSpec& record, std::string_view name, std::string_view kind);

// One set of defaults for /gfs, as JSON text.
std::string_view profile_text(std::string_view name);

// The tables, one function for each part of the format; each appends its records.
void add_root_records(std::vector<RecordSpec>& out);
void add_cluster_records(std::vector<RecordSpec>& out);
void add_gfs_record(std::vector<RecordSpec>& out);
void add_region_record(std::vector<RecordSpec>& out);
void add_workload_records(std::vector<RecordSpec>& out);
void add_fault_records(std::vector<RecordSpec>& out);
void add_expect_records(std::vector<RecordSpec>& out);

}  // namespace gfs::format
