// SPDX-License-Identifier: Apache-2.0

#include "core/common/regions.h"

#include "core/common/hidden_name.h"
#include "sim/assert.h"

namespace gfs {
namespace {

// What the smallest region with the name says; nothing when none does.
template <typename T>
std::optional<T> said_at(const Config& config, std::string_view path,
                         std::optional<T> Region::*what) {
    if (config.regions.empty()) return std::nullopt;
    const std::optional<HiddenName> hidden = parse_hidden_name(path);
    if (hidden) path = hidden->file;
    const Region* nearest = nullptr;
    for (const Region& region : config.regions) {
        if (!(region.*what).has_value() || !lies_in(region, path)) continue;
        const bool is_smaller =
            nearest == nullptr || region.directory.size() > nearest->directory.size();
        if (is_smaller) nearest = &region;
    }
    return nearest == nullptr ? std::nullopt : nearest->*what;
}

}  // namespace

bool lies_in(const Region& region, std::string_view path) {
    const std::string_view directory = region.directory;
    SIM_ASSERT(!directory.empty());
    if (directory == "/" || path == directory) return true;
    return path.starts_with(directory) && path[directory.size()] == '/';
}

std::uint32_t replication_at(const Config& config, std::string_view path) {
    return said_at(config, path, &Region::replication).value_or(config.replication);
}

Duration delete_grace_at(const Config& config, std::string_view path) {
    return said_at(config, path, &Region::delete_grace).value_or(config.delete_grace);
}

Mode mode_at(const Config& config, std::string_view path) {
    return said_at(config, path, &Region::mode).value_or(config.mode);
}

std::optional<UserId> owner_at(const Config& config, std::string_view path) {
    return said_at(config, path, &Region::owner);
}

std::vector<std::size_t> quotas_at(const Config& config, std::string_view path) {
    std::vector<std::size_t> places;
    if (is_hidden(path)) return places;
    for (std::size_t i = 0; i < config.regions.size(); ++i) {
        const Region& region = config.regions[i];
        const bool has_quota = region.max_files || region.max_bytes;
        if (has_quota && lies_in(region, path)) places.push_back(i);
    }
    return places;
}

}  // namespace gfs
