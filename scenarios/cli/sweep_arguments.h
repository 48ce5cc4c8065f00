// SPDX-License-Identifier: Apache-2.0
// What the options of a sweep say: seeds, values of parameters, shards and shares.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/cli/arguments.h"
#include "scenarios/run/sweep_plan.h"

namespace gfs::cli {

// "1..50", "7" or "3,5,8..10"; nothing when it is none of these.
std::optional<run::SeedRanges> seed_ranges(const std::string& text);

// "5s,60s" -> 5s and 60s. A comma within quotes, brackets or braces separates nothing.
std::vector<std::string> split_values(const std::string& text);

struct Shard {
    std::uint64_t k = 1;
    std::uint64_t n = 1;
};
// "3/10", or "auto/10": then the batch system or CI that runs this program says, in the
// environment, which of the 10 it is. Nothing, and why not, when it is neither.
std::optional<Shard> shard_of(const std::string& text, std::string& why);

// "0.05" -> 50000 millionths; nothing unless it is a share between 0 and 1.
std::optional<std::uint64_t> millionths(const std::string& text);

}  // namespace gfs::cli
