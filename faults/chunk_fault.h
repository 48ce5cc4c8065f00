// SPDX-License-Identifier: Apache-2.0
// What the faults share that strike one replica on a chunkserver's disk, its process up or down.
#pragma once

#include <optional>
#include <vector>

#include "faults/fault.h"

namespace gfs::faults {

// Whether `chunk` is a name that no step has bound so far; the fault is then refused.
bool is_unbound(FaultContext& context, const std::optional<HeldChunk>& chunk);

class ChunkFault : public PointFault {
  public:
    explicit ChunkFault(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) final;

  protected:
    const FaultSpec& spec() const { return spec_; }
    // Why the replica cannot be struck; empty if it can.
    virtual std::string obstacle(const StoredReplica&) const { return {}; }
    virtual void strike(FaultContext& context, HostId server, ChunkHandle chunk) = 0;

  private:
    std::optional<ChunkHandle> draw_chunk(FaultContext& context, const ChunkStore& store,
                                          const std::vector<HostId>& hit) const;

    const FaultSpec& spec_;
};

}  // namespace gfs::faults
