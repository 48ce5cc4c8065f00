// SPDX-License-Identifier: Apache-2.0
// All replicas of a chunk in one rack: cheap writes, and a rack's power takes the chunk with it. It
// shows what the spread over racks of GFS 4.2 is for.

#include <algorithm>
#include <map>

#include "core/policy/placement.h"

namespace gfs {
namespace {

class SameRackPlacement final : public PlacementPolicy {
  public:
    explicit SameRackPlacement(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random& random) override {
        std::map<std::uint32_t, std::vector<ServerId>> by_rack;
        for (const ServerView& server : view.live)
            if (!server.fuller_than(full_at_)) by_rack[server.rack].push_back(server.id);
        std::vector<ServerId> candidates = rack_of_choice(view, by_rack, copies, random);
        random.shuffle(candidates);
        if (candidates.size() > copies) candidates.resize(copies);
        return candidates;
    }

    bool spreads() const override { return false; }

  private:
    using Racks = std::map<std::uint32_t, std::vector<ServerId>>;

    // Where the chunk is already; else a rack that has room for all copies; else the largest.
    static std::vector<ServerId> rack_of_choice(const ClusterView& view, const Racks& by_rack,
                                                std::size_t copies, sim::Random& random) {
        if (by_rack.empty()) return {};
        if (!view.holders.empty()) {
            const auto home = by_rack.find(view.holders.front().rack);
            if (home != by_rack.end()) return home->second;
        }
        std::size_t most = 0;
        for (const auto& [rack, servers] : by_rack) most = std::max(most, servers.size());
        std::vector<std::uint32_t> fit;
        for (const auto& [rack, servers] : by_rack)
            if (servers.size() >= std::min(most, copies)) fit.push_back(rack);
        return by_rack.at(random.pick(fit));
    }

    sim::Ratio full_at_;
};

SIM_REGISTER(PlacementPolicy, "same_rack", "all replicas of a chunk in one rack", SameRackPlacement)

}  // namespace
}  // namespace gfs
