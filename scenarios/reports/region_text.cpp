// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/region_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace gfs::reports {
namespace {

using Json = nlohmann::json;

struct State {
    std::string_view name;
    std::string_view meaning;
};

// In the order of Table 1; the words are those of checks::to_string(RegionState).
constexpr std::array states{
    State{"defined", "every replica has the same bytes, and a mutation is there in its entirety"},
    State{"undefined",
          "every replica has the same bytes, mingled from several mutations or left by "
          "one that failed"},
    State{"inconsistent", "replicas differ, because a mutation failed on some of them"},
    State{"padding", "the end of a chunk that a record did not fit into"},
    State{"never written", "a hole, or an attempt that left no trace; it reads as zeros"},
    State{"damaged", "a disk changed the bytes; their checksums say so to whoever reads them"},
    State{"unavailable", "no current replica is left"},
};

std::string joined(const Json& names) {
    std::string text;
    for (const Json& name : names) text += (text.empty() ? "" : " ") + name.get<std::string>();
    return text.empty() ? "no current replica" : "on " + text;
}

void add_chunk(const Json& chunk, std::string& text, std::vector<std::string>& seen) {
    text += fmt::format("\nchunk {} of the file (handle {}), {}\n",
                        chunk.at("index").get<std::uint64_t>(),
                        chunk.at("chunk").get<std::uint64_t>(), joined(chunk.at("replicas")));
    text += fmt::format("  {:>12}  {:>12}  {:<14}{}\n", "offset", "bytes", "state", "mutations");
    for (const Json& region : chunk.at("regions")) {
        const auto state = region.at("state").get<std::string>();
        const auto mutations = region.at("mutations").get<std::uint64_t>();
        text +=
            fmt::format("  {:>12}  {:>12}  {:<14}{}\n", region.at("offset").get<std::uint64_t>(),
                        region.at("length").get<std::uint64_t>(), state,
                        mutations == 0 ? "-" : std::to_string(mutations));
        if (std::find(seen.begin(), seen.end(), state) == seen.end()) seen.push_back(state);
    }
}

std::string table_of(const Json& file) {
    std::string text = fmt::format("{}, as its replicas are at the end of the run (GFS 2.7)\n",
                                   file.at("file").get<std::string>());
    std::vector<std::string> seen;
    for (const Json& chunk : file.at("chunks")) add_chunk(chunk, text, seen);
    if (const auto more = file.at("left_out").get<std::uint64_t>(); more != 0)
        text += fmt::format("\n{} more regions are left out\n", more);
    if (const auto copies = file.at("duplicates").get<std::uint64_t>(); copies != 0)
        text += fmt::format("\nrecords that are there once more than needed: {}\n", copies);
    text += '\n';
    for (const State& state : states)
        if (std::find(seen.begin(), seen.end(), state.name) != seen.end())
            text += fmt::format("{:<14}{}\n", state.name, state.meaning);
    return text;
}

}  // namespace

RegionText region_text(std::string_view result_json, const std::string& path) {
    RegionText found;
    try {
        const Json result = Json::parse(result_json);
        for (const Json& file : result.at("regions")) {
            found.files.push_back(file.at("file").get<std::string>());
            if (found.files.back() == path) found.text = table_of(file);
        }
    } catch (const Json::exception&) {
        return {};
    }
    return found;
}

}  // namespace gfs::reports
