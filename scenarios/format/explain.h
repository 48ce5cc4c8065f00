// SPDX-License-Identifier: Apache-2.0
// Words about fields that `explain` and the reference page share.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/format/fields.h"

namespace gfs::format {

// "duration, such as \"1m30s\"".
std::string type_words(const FieldSpec& field);
// ", 1 to 16".
std::string range_of(const FieldSpec& field);
// "the paper, section 3.1"; empty for a default of ours.
std::string source_words(const FieldSpec& field);
// "hdfs 128MiB": the profiles that give a field of /gfs another default.
std::string profile_words_of(std::string_view field, std::string_view pointer);

}  // namespace gfs::format
