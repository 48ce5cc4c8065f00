// SPDX-License-Identifier: Apache-2.0
// What the faults share that strike one replica on a chunkserver's disk, its process up or down.
#pragma once

#include <optional>
#include <vector>

#include "faults/fault.h"

namespace gfs::faults {

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
    std::optional<ChunkHandle> named_chunk(FaultContext& context) const;
    std::optional<ChunkHandle> draw_chunk(FaultContext& context, const ChunkStore& store,
                                          const std::vector<HostId>& hit) const;

    const FaultSpec& spec_;
};

}  // namespace gfs::faults
