// SPDX-License-Identifier: Apache-2.0
// Which of a chunk's replicas a client reads from (GFS 2.4: "most likely the closest one"). One
// policy a file, chosen by `/gfs/replica_choice`.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "sim/params.h"
#include "sim/random.h"
#include "sim/registry.h"

namespace gfs {

// A replica as the client knows it.
struct ReadCandidate {
    ServerId server;
    int distance = 0;         // in the network
    std::uint64_t asked = 0;     // reads that this client has sent to the server so far

    friend bool operator==(const ReadCandidate&, const ReadCandidate&) = default;
};

class ReplicaChoice {
  public:
    using Parameters = sim::Params;
    virtual ~ReplicaChoice() = default;

    // Brings the replicas, which are in the order of the master's answer, into the order in which
    // they are tried. The same argument and the same random numbers give the same order.
    virtual void order(std::vector<ReadCandidate>& replicas, sim::Random& random) = 0;
};

// The policy that `spec` names. REQUIRES: there is one, and it knows all the parameters.
std::unique_ptr<ReplicaChoice> make_replica_choice(const PolicySpec& spec);

}  // namespace gfs
