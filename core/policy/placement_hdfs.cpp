// SPDX-License-Identifier: Apache-2.0
// As HDFS does it: one replica on the writer's rack, the second on another, the third on the same
// rack as the second; then any. Two racks are enough to survive the loss of one, and the data
// crosses between racks once.

#include "core/policy/placement_racks.h"

namespace gfs {
namespace {

class HdfsPlacement final : public PlacementPolicy {
  public:
    explicit HdfsPlacement(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random& random) override {
        RackPicker pick(view, full_at_, random);
        while (pick.chosen().size() < copies && !pick.empty()) {
            const bool is_taken = take_next(pick, view.local_rack);
            if (!is_taken) pick.take_any();
        }
        return pick.chosen();
    }

  private:
    static bool take_next(RackPicker& pick, std::optional<std::uint32_t> local_rack) {
        const std::vector<std::uint32_t>& racks = pick.racks();
        if (racks.empty()) return local_rack && pick.take_on(*local_rack);
        const bool on_one = std::count(racks.begin(), racks.end(), racks.front()) ==
                            static_cast<std::ptrdiff_t>(racks.size());
        if (on_one) return pick.take_on_new_rack();
        if (racks.size() == 2) return pick.take_on(racks.back());
        return false;
    }

    sim::Ratio full_at_;
};

SIM_REGISTER(PlacementPolicy, "hdfs",
             "one on the writer's rack, two together on another, the rest anywhere", HdfsPlacement)

}  // namespace
}  // namespace gfs
