// SPDX-License-Identifier: Apache-2.0
// The true state of the cluster, as far as targets are chosen by it: an oracle's knowledge, which
// no machine of the cluster has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/common/content.h"
#include "core/common/ids.h"

namespace gfs::faults {

// Copies of a chunk that a fault is about to take.
struct CopiesTaken {
    ChunkHandle chunk;
    std::vector<HostId> hit;
    // Written just now on one of them: no other replica has had the time for it.
    ByteRange being_written{};
};

class Truth {
  public:
    // Nothing while the file or the chunk does not exist.
    virtual std::optional<ChunkHandle> chunk_of(const std::string& file,
                                                ChunkIndex index) const = 0;

    // The servers whose disk holds a replica of the current version, running or not, by id.
    virtual std::vector<ServerId> current_replicas(ChunkHandle chunk) const = 0;

    // What the budget asks; nothing where nobody keeps one.
    // The chunks that files have now.
    virtual std::vector<ChunkHandle> live_chunks() const { return {}; }

    // Of current_replicas(), those without damage.
    virtual std::vector<ServerId> good_replicas(ChunkHandle) const { return {}; }

    // Has the current version, but failed in a mutation: the next lease may be granted without it.
    // What is being written does not matter.
    virtual bool may_be_counted_out(ChunkHandle, ServerId, const ByteRange&) const {
        return false;
    }

    // The machines on whose disks every record of the operation log is that was ever flushed.
    virtual std::vector<HostId> log_holders() const { return {}; }

    // The holder of the lease that is in force now; nothing without one.
    virtual std::optional<ServerId> primary(ChunkHandle chunk) const = 0;

    // What `most_loaded` compares: bytes used on the machine's disk, 0 without a disk.
    virtual std::uint64_t load_bytes(HostId host) const = 0;

    // What a `locations` step bound to a name.
    struct Bound {
        ChunkHandle chunk;
        std::vector<ServerId> servers;
    };
    virtual std::optional<Bound> bound(const std::string& name) const = 0;

  protected:
    ~Truth() = default;
};

}  // namespace gfs::faults
