// SPDX-License-Identifier: Apache-2.0
// Metrics of the master: the requests that it serves, by the rows of the paper's Table 6, and the
// memory that its tables take.
#pragma once

#include <memory>

#include "scenarios/checks/meter.h"

namespace gfs::checks {

std::unique_ptr<MetricSource> make_master_ops(const Surroundings& around,
                                              const Expectation& expectation);

// Once a second, while there is a name, or a chunk.
std::unique_ptr<MetricSource> make_memory_per_file(const Surroundings& around,
                                                   const Expectation& expectation);
std::unique_ptr<MetricSource> make_memory_per_chunk(const Surroundings& around,
                                                    const Expectation& expectation);

}  // namespace gfs::checks
