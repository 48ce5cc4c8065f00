// SPDX-License-Identifier: Apache-2.0
// One action every five seconds, with the weights of Ceph's thrasher.
#pragma once

#include "faults/nemesis/draw.h"

namespace gfs::faults {

void thrash(Draw& draw);

// Draws one fault of this kind; it begins at `at`, or when the profile likes. False: there is
// nothing to hit.
bool add_fault(Draw& draw, const NemesisKind& kind, std::int64_t number,
               std::optional<sim::Duration> at);

}  // namespace gfs::faults
