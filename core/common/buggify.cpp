// SPDX-License-Identifier: Apache-2.0

#include "core/common/buggify.h"

#include <array>

#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/operation.h"

namespace gfs {
namespace {

constexpr std::array sites{
#define GFS_SITE(id, name, sentence) SiteInfo{Site::id, name, sentence},
#include "core/common/fault_sites.def"
};

// A draw at one point, or on one machine, shifts no other.
sim::Random& draws(sim::Host& host, std::size_t point) {
    return host.engine().fault_points().random(point, sites[point].name, sim::to_index(host.id()));
}

}  // namespace

std::span<const SiteInfo> all_sites() {
    return sites;
}

std::optional<Site> find_site(std::string_view name) {
    for (const SiteInfo& info : sites)
        if (info.name == name) return info.site;
    return std::nullopt;
}

bool draw_buggify(sim::Host& host, Site site) {
    const auto point = static_cast<std::size_t>(site);
    SIM_ASSERT(point < sites.size());
    sim::FaultPoints& points = host.engine().fault_points();
    const sim::Ratio probability = points.probability(point);
    if (probability.numerator == 0) return false;
    if (!draws(host, point).chance(probability)) return false;
    const sim::TextId name = host.engine().text(sites[point].name);
    host.emit(event::buggify_fired, {name, host.id()});
    return true;
}

Task<void> hesitate(sim::Host& host, Site site, sim::Duration most) {
    SIM_ASSERT(most > sim::Duration{0});
    const auto point = static_cast<std::size_t>(site);
    SIM_ASSERT(point < sites.size());
    const sim::Duration time{draws(host, point).between(1, most.count())};
    co_await sim::sleep(host, time);
}

}  // namespace gfs
