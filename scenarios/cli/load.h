// SPDX-License-Identifier: Apache-2.0
// Loading scenario files for the commands: from a path or from standard input, with the overrides
// of the command line.
#pragma once

#include <optional>
#include <string>

#include "scenarios/cli/arguments.h"
#include "scenarios/format/format.h"

namespace gfs::cli {

// "-" is standard input. Never throws for what is wrong with the file: see the diagnostics.
format::LoadResult load(const std::string& file, const Arguments& arguments);

// No errors, and with `strict` no warnings either.
bool is_good(const format::Diagnostics& diagnostics, bool strict);

// The diagnostics in the format of the command line, on standard error (errors as JSON: on
// standard output); whether they are good.
bool report(const format::Diagnostics& diagnostics, const Arguments& arguments, bool strict);

// A seed as --seed takes it: in hexadecimal where a number would not be exact in JSON.
std::string seed_text(std::uint64_t seed);

// "gfsim run FILE --seed 7 --set ..." with the overrides of this command line.
std::string repro_line(const std::string& file, const Arguments& arguments, std::uint64_t seed);

}  // namespace gfs::cli
