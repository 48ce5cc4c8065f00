// SPDX-License-Identifier: Apache-2.0
// How busy machines are: network.bytes, network.utilisation, disk.busy, disk.used.
#pragma once

#include <memory>

#include "scenarios/checks/meter.h"

namespace gfs::checks {

// Bytes that a machine sends: messages, and data on its way along a chain.
std::unique_ptr<MetricSource> make_network_bytes(const Surroundings& around,
                                                 const Expectation& expectation);
// The others are looked at once a second of virtual time, at each chunkserver.
std::unique_ptr<MetricSource> make_network_utilisation(const Surroundings& around,
                                                       const Expectation& expectation);
std::unique_ptr<MetricSource> make_disk_busy(const Surroundings& around,
                                             const Expectation& expectation);
std::unique_ptr<MetricSource> make_disk_used(const Surroundings& around,
                                             const Expectation& expectation);

}  // namespace gfs::checks
