// SPDX-License-Identifier: Apache-2.0
// A write lands in another place: where it should be are the old bytes, as after a phantom write,
// and somewhere in a replica on the same disk are bytes that do not belong there. That place is
// drawn; it begins at a multiple of 4 KiB, and ends with its replica at the latest.

#include <algorithm>

#include "faults/write_fault.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

constexpr std::uint64_t disk_block = 4 * KiB;

class MisdirectedWrite final : public WriteFault {
  public:
    using WriteFault::WriteFault;

  private:
    Strike strike() const override { return land_elsewhere; }
    bool hits_another() const override { return true; }

    static void land_elsewhere(const Place& place) {
        if (!lose(place)) return;
        ChunkStore& store = *place.machines->chunks(place.server);
        std::vector<ChunkHandle> candidates;
        for (const auto& [chunk, replica] : store.replicas())
            if (replica.content.length() > 0 && !place.kept.contains(chunk))
                candidates.push_back(chunk);
        SIM_ASSERT(!candidates.empty());
        const ChunkHandle victim = place.random->pick(candidates);
        const std::uint64_t length = store.find(victim)->content.length();
        const std::uint64_t offset = place.random->below(length) / disk_block * disk_block;
        Extent landed = place.extent;
        landed.offset = offset;
        landed.length = std::min(landed.length, length - offset);
        store.overwrite_behind(victim, landed);
        tell(place, victim, {landed.offset, landed.length});
    }
};

SIM_REGISTER(Fault, "misdirected_write", "a write lands in another place", MisdirectedWrite)

}  // namespace
}  // namespace gfs::faults
