// SPDX-License-Identifier: Apache-2.0
// From files and overrides to one document: `extends` (RFC 7396), --set, --param, --seed, and
// parameters put in place of "${name}". Every value keeps the place where it was written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/format/diagnostics.h"
#include "scenarios/format/document.h"

namespace gfs::format {

// Where texts come from. The program reads the disk, tests and fuzzers stay in memory.
class FileReader {
  public:
    virtual ~FileReader() = default;
    // The content, or nothing when there is no such file or it cannot be read.
    virtual std::optional<std::string> read(const std::string& path) = 0;
    // Why `read` gave nothing, for a person.
    virtual std::string why_not(const std::string& /*path*/) const { return "no such file"; }
};

// Reads files of the machine, up to one byte more than a scenario may have.
class DiskReader final : public FileReader {
  public:
    std::optional<std::string> read(const std::string& path) override;
    std::string why_not(const std::string& path) const override;
};

struct LoadOptions {
    // JSON pointer and value: JSON, or bare text taken as a string. null deletes. In order.
    std::vector<std::pair<std::string, std::string>> sets;
    // Parameter and value, as above.
    std::vector<std::pair<std::string, std::string>> params;
    std::optional<std::string> seed;  // as on the command line
};

inline constexpr std::size_t max_extends_depth = 8;
inline constexpr std::size_t max_extends_files = 64;

// RFC 7396: members of `patch` replace those of `base`, null deletes, objects merge.
void merge_patch(Node& base, Node patch);

// Parses `text` as the file `name`, merges it over what it extends, and applies the overrides.
// Parameters are in place. Nothing after an error that leaves no document.
std::optional<Node> assemble(const std::string& name, std::string text, const LoadOptions& options,
                             FileReader& reader, Diagnostics& out);

// Puts parameters in place of "${name}" everywhere but in /params. Warns of unused ones.
void substitute_params(Node& root, Diagnostics& out);

// --set, --param and --seed.
void apply_overrides(Node& root, const LoadOptions& options, Diagnostics& out);

}  // namespace gfs::format
