// SPDX-License-Identifier: Apache-2.0
// The table of all invariants.

#include <array>

#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {

#define GFS_WATCHED(name, ...) std::unique_ptr<Invariant> make_##name(const Surroundings& around);
#include "scenarios/checks/invariants.def"
#undef GFS_WATCHED

namespace {

constexpr InvariantInfo table[] = {
#define GFS_WATCHED(name, guarantee, section, sentence) \
    {#name, guarantee, section, sentence, make_##name},
#include "scenarios/checks/invariants.def"
#undef GFS_WATCHED
};

}  // namespace

std::span<const InvariantInfo> all_invariants() {
    return table;
}

std::string Invariant::name(HostId host) const {
    return describe(around_.engine, host);
}

}  // namespace gfs::checks
