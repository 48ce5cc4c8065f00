// SPDX-License-Identifier: Apache-2.0
// The machines of a cluster and what joins them: `/cluster`, `/network` and `/clock` of a scenario
// file, as plain data. core/cluster builds the hosts from it. Defaults marked P are section 6.1's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/distribution.h"
#include "sim/random.h"
#include "sim/time.h"

namespace gfs {

struct RackSpec {
    std::string name;
    std::uint32_t chunkservers = 0;
    bool master = false;
    std::uint32_t shadows = 0;
    std::uint32_t log_replicas = 0;
};

struct DiskSpec {
    std::uint64_t capacity_bytes = 160'000'000'000;  // P: two 80 GB disks
    sim::Duration seek = std::chrono::milliseconds{8};
    std::uint64_t bandwidth_bytes_per_s = 40'000'000;
    std::uint64_t sync_walk_bytes_per_s = 0;  // P 7: Linux 2.2; 0: a later one
};

// What a message between two hosts pays. Probabilities are ratios.
struct PathSpec {
    sim::Distribution latency;
    std::optional<std::uint64_t> bandwidth_bytes_per_s;  // a cap below the NICs', if any
    sim::Ratio loss{0, 1};
    sim::Ratio duplicate{0, 1};
    sim::Ratio reorder{0, 1};
};

struct NetworkSpec {
    PathSpec same_rack{.latency = sim::Distribution::constant(100'000)};   // 0.1 ms
    PathSpec cross_rack{.latency = sim::Distribution::constant(200'000)};  // 0.2 ms
    std::uint64_t nic_bytes_per_s = 12'500'000;      // P: 100 Mbit/s
    std::uint64_t uplink_bytes_per_s = 125'000'000;  // P: 1 Gbit/s
};

struct ClockSpec {
    sim::Duration max_offset{0};      // each host's clock starts within +- this
    std::uint64_t drift_ppm_max = 0;  // each host's clock runs within +- this
};

struct ClusterSpec {
    std::vector<RackSpec> racks;
    DiskSpec disk;
    NetworkSpec network;
    ClockSpec clock;
};

}  // namespace gfs
