// SPDX-License-Identifier: Apache-2.0
// What `phantom_write` and `misdirected_write` share: exactly the nth write to a replica on a
// chunkserver's disk goes wrong, and the disk says that it went well. Counting begins when the
// fault is applied, over all the servers that it names; it has fired when it has hit. Where the
// budget keeps the replica, a later write is hit instead.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/common/chunk_store.h"
#include "faults/fault.h"

namespace gfs::faults {

class WriteFault : public Fault {
  public:
    explicit WriteFault(const FaultSpec& spec);
    ~WriteFault() override;

    void apply(FaultContext& context) final;
    void heal(FaultContext& context) final;
    bool over() const final { return hit_ || watched_.empty(); }
    std::string waiting_for() const final;

  protected:
    // Where a write went wrong.
    struct Place {
        Machines* machines;
        sim::Random* random;
        HostId server;
        ChunkHandle chunk;
        Extent extent;
        std::set<ChunkHandle> kept;  // there, and by the budget not to be hit as well
    };
    // The bytes that should be there are not; false: the replica is gone.
    static bool lose(const Place& place);
    // Bytes there are not what was written there.
    static void tell(const Place& place, ChunkHandle chunk, const ByteRange& range);
    // What strikes, in the instant after the write. The fault may be gone by then.
    using Strike = void (*)(const Place&);
    virtual Strike strike() const = 0;
    // Whether it may strike another replica on the same disk as well.
    virtual bool hits_another() const { return false; }

  private:
    class Watcher;

    void on_write(HostId server, ChunkHandle chunk, const Extent& extent);
    bool is_meant(ChunkHandle chunk) const;
    std::set<ChunkHandle> kept_on(HostId server, ChunkHandle written) const;

    const FaultSpec& spec_;
    FaultContext* context_ = nullptr;
    std::vector<std::unique_ptr<Watcher>> watched_;
    bool counts_ = false;  // there was a server to watch
    std::uint64_t seen_ = 0;
    bool hit_ = false;
};

}  // namespace gfs::faults
