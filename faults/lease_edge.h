// SPDX-License-Identifier: Apache-2.0
// `lease_edge: true` of the faults on clocks: the sign that is worst for the host's part in a
// lease.
#pragma once

#include <cstdlib>
#include <optional>

#include "faults/fault.h"

namespace gfs::faults {

// +1 for a machine that grants leases (its clock fast or ahead: it takes a lease for over too
// early), -1 for one that holds them (slow or behind: it takes its own for valid too long), else
// nothing.
std::optional<int> worst_sign(FaultContext& context, HostId host);

// `amount` as the scenario gives it, or with the worst sign if it says so; nothing, and refused(),
// for a host that has no part in a lease.
template <typename Amount>
std::optional<Amount> at_the_edge(FaultContext& context, const FaultSpec& spec, HostId host,
                                  Amount amount) {
    if (!spec.lease_edge) return amount;
    const std::optional<int> sign = worst_sign(context, host);
    if (!sign) {
        context.refused(host, "neither grants nor holds leases");
        return std::nullopt;
    }
    const Amount size = amount < Amount{} ? -amount : amount;
    return *sign > 0 ? size : -size;
}

}  // namespace gfs::faults
