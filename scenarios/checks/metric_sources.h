// SPDX-License-Identifier: Apache-2.0
// Where metrics come from that are not in metric_sources.cpp: how busy machines are
// (load_metrics.cpp), and what the master serves and remembers (master_metrics.cpp).
#pragma once

#include <memory>

#include "scenarios/checks/meter.h"

namespace gfs::checks {

using MakeSource = std::unique_ptr<MetricSource>(const Surroundings&, const Expectation&);

// Bytes that a machine sends: messages, and data on its way along a chain.
MakeSource make_network_bytes;
// These are looked at once a second of virtual time, at each chunkserver.
MakeSource make_network_utilisation;
MakeSource make_disk_busy;
MakeSource make_disk_used;

// The requests that masters serve, by the rows of the paper's Table 6.
MakeSource make_master_ops;
// Once a second, while there is a name, or a chunk.
MakeSource make_memory_per_file;
MakeSource make_memory_per_chunk;

}  // namespace gfs::checks
