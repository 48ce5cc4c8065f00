// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/library.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/terminal.h"

namespace gfs::cli {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

}  // namespace

std::optional<fs::path> find_library(const std::string& wish) {
    if (!wish.empty()) return is_folder(wish) ? std::optional<fs::path>(wish) : std::nullopt;
    const fs::path inside = fs::path("scenarios") / "library";
    if (is_folder(inside)) return inside;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path beside = program.parent_path().parent_path() / inside;
    return is_folder(beside) ? std::optional<fs::path>(beside) : std::nullopt;
}

int refuse_library(const std::string& wish) {
    const std::string where = wish.empty() ? "scenarios/library" : wish;
    print_error(
        fmt::format("error[C0602]: there is no folder `{}` with the library's scenarios\n"
                    "  = help: --library DIR says where it is\n",
                    where));
    return status_bad_input;
}

std::vector<std::string> scenarios_in(const fs::path& library) {
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(library, error))
        if (entry.path().extension() == ".json")
            names.push_back(
                entry.path().lexically_relative(library).replace_extension("").generic_string());
    std::stable_sort(names.begin(), names.end());
    return names;
}

}  // namespace gfs::cli
