// SPDX-License-Identifier: Apache-2.0

#include "core/master/path.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs {

bool is_valid_path(std::string_view path) {
    if (path.empty() || path.front() != '/') return false;
    if (path == "/") return true;
    std::string_view rest = path;
    while (!rest.empty()) {
        rest.remove_prefix(1);  // the '/'
        const std::string_view component = rest.substr(0, rest.find('/'));
        if (component.empty() || component == "." || component == "..") return false;
        rest.remove_prefix(component.size());
    }
    return true;
}

std::string parent_of(std::string_view path) {
    SIM_ASSERT(path.size() > 1);
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string_view last_component(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::vector<std::string> ancestors_of(std::string_view path) {
    std::vector<std::string> ancestors;
    for (std::size_t slash = path.find('/', 1); slash != std::string_view::npos;
         slash = path.find('/', slash + 1))
        ancestors.emplace_back(path.substr(0, slash));
    return ancestors;
}

std::size_t level_of(std::string_view path) {
    if (path == "/") return 0;
    return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

bool is_within(std::string_view path, std::string_view directory) {
    if (directory == "/" || path == directory) return true;
    return path.starts_with(directory) && path[directory.size()] == '/';
}

}  // namespace gfs
