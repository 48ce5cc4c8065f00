// SPDX-License-Identifier: Apache-2.0
// A share of a time, rounded down.
#pragma once

#include "sim/random.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace gfs {

// REQUIRES: share.denominator > 0, whole >= 0.
inline sim::Duration share_of(sim::Duration whole, sim::Ratio share) {
    SIM_ASSERT(share.denominator > 0);
    SIM_ASSERT(whole >= sim::Duration{0});
    const auto ns = static_cast<std::uint64_t>(whole.count());
    return sim::Duration{static_cast<std::int64_t>(
        sim::low_half(sim::multiply_wide(ns, share.numerator) / share.denominator))};
}

}  // namespace gfs
