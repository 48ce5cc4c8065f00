// SPDX-License-Identifier: Apache-2.0
// Scenario files that exist only in a test.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "scenarios/format/format.h"

namespace gfs::format {

class MemoryFiles final : public FileReader {
  public:
    MemoryFiles() = default;
    explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

    std::optional<std::string> read(const std::string& path) override {
        const auto found = files_.find(path);
        return found != files_.end() ? std::optional(found->second) : std::nullopt;
    }

  private:
    std::map<std::string, std::string> files_;
};

// Loads a text that extends nothing, under the name t.json.
inline LoadResult load(const std::string& text, const LoadOptions& options = {}) {
    MemoryFiles none;
    return load_text("t.json", text, options, none);
}

// A scenario with one client that does next to nothing, and `more` members, each with its comma.
inline std::string minimal(const std::string& more = "") {
    return "{" + more + R"("gfsim": 1, "cluster": {"chunkservers": 3},
 "workload": {"w": {"clients": 2, "script": [{"op": "create", "file": "/a"}]}}})";
}

// "E0101 E0104": the codes of all diagnostics, in the order of their places.
inline std::string codes(const Diagnostics& diagnostics) {
    std::string out;
    for (const Diagnostic& d : diagnostics.sorted()) out += (out.empty() ? "" : " ") + d.code;
    return out;
}

inline std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline const std::string top = std::string(GFSIM_SOURCE_DIR) + "/";

}  // namespace gfs::format
