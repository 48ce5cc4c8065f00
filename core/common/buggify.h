// SPDX-License-Identifier: Apache-2.0
// Cooperative fault points in the code of the actors:
//
//   if (buggify(host_, Site::master_small_batch)) ...   // the rare path
//
// The fault `buggify` switches them on; while all are off, a point costs one comparison.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/engine.h"
#include "sim/executor.h"
#include "sim/host.h"

namespace gfs {

using sim::Task;

enum class Site : std::size_t {
#define GFS_SITE(id, name, sentence) id,
#include "core/common/fault_sites.def"
};

struct SiteInfo {
    Site site;
    std::string_view name;
    std::string_view sentence;
};
std::span<const SiteInfo> all_sites();
std::optional<Site> find_site(std::string_view name);

// Draws, and tells of it if the point bites.
bool draw_buggify(sim::Host& host, Site site);

// Whether the process on `host` takes the rare path here and now.
inline bool buggify(sim::Host& host, Site site) {
    return host.engine().fault_points().any_on() && draw_buggify(host, site);
}

// At a point that bites: the process waits, no longer than `most`; it is drawn how long.
Task<void> hesitate(sim::Host& host, Site site, sim::Duration most);

}  // namespace gfs
