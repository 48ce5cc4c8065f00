// SPDX-License-Identifier: Apache-2.0
// Fields of /gfs/regions: what is different in a part of the namespace (GFS 2.3, 7).

#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::string_view mode_words = "400 444 600 644 666";

constexpr FieldSpec region_fields[] = {
    {.name = "replication",
     .type = Type::integer,
     .sentence = "replicas of each chunk of the files here",
     .source = "P 2.3",
     .min = 1,
     .max = 16},
    {.name = "delete_grace",
     .type = Type::duration,
     .sentence = "time for which a deleted file stays hidden; with 0s it is gone at once, for ever",
     .source = "P 2.3",
     .max = 3650 * day},
    {.name = "owner",
     .type = Type::slug,
     .sentence = "who owns what is created here; the user that creates it if absent",
     .source = "U25"},
    {.name = "mode",
     .type = Type::word,
     .sentence = "permission bits of what is created here",
     .source = "U25",
     .choices = mode_words},
    {.name = "max_files",
     .type = Type::integer,
     .sentence = "quota: so many files, deleted ones not counted",
     .source = "U25"},
    {.name = "max_bytes",
     .type = Type::size,
     .sentence = "quota: bytes of chunks, each counted whole and once",
     .source = "U25"},
};

}  // namespace

void add_region_record(std::vector<RecordSpec>& out) {
    out.push_back({"region", "A directory with everything below it, and what is different there.",
                   "", rows(region_fields)});
}

}  // namespace gfs::format
