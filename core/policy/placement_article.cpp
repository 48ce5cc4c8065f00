// SPDX-License-Identifier: Apache-2.0
// The article's table: the first replica on the writer's own rack (a quick write), the others on
// racks of their own (the loss of a rack's power, and readers at the same time).

#include "core/policy/placement_racks.h"

namespace gfs {
namespace {

class ArticlePlacement final : public PlacementPolicy {
  public:
    explicit ArticlePlacement(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random& random) override {
        RackPicker pick(view, full_at_, random);
        const bool is_first = view.holders.empty() && view.local_rack.has_value();
        if (copies > 0 && is_first) pick.take_on(*view.local_rack);
        while (pick.chosen().size() < copies && !pick.empty())
            if (!pick.take_on_new_rack()) pick.take_any();
        return pick.chosen();
    }

  private:
    sim::Ratio full_at_;
};

SIM_REGISTER(PlacementPolicy, "article",
             "one on the writer's rack, the others on racks of their own", ArticlePlacement)

}  // namespace
}  // namespace gfs
