// SPDX-License-Identifier: Apache-2.0
// Consistent hashing: each server has many places on a ring, a chunk has one, and its replicas are
// on the servers that follow. A server that joins takes over only what falls to its places. Nobody
// asks how full a disk is (beyond `full_at`), or who has just got new chunks: the article's way,
// which gives up what GFS 4.2 places by.

#include <algorithm>
#include <map>

#include "core/policy/mix.h"
#include "core/policy/placement.h"

namespace gfs {
namespace {

class ConsistentHashing final : public PlacementPolicy {
  public:
    explicit ConsistentHashing(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")),
          vnodes_(params.count("vnodes", 64, "places of each server on the ring")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random&) override {
        std::map<std::uint64_t, const ServerView*> ring;
        for (const ServerView& server : view.live) {
            if (server.fuller_than(full_at_)) continue;
            const std::uint64_t places = std::clamp<std::uint64_t>(vnodes_, 1, 10'000);
            for (std::uint64_t i = 0; i < places; ++i)
                ring.try_emplace(mix(sim::to_index(server.id), i + 1), &server);
        }
        std::vector<std::uint32_t> racks;
        for (const ServerView& holder : view.holders) racks.push_back(holder.rack);

        // Once around for servers of racks that have no replica yet, once more for any.
        std::vector<ServerId> chosen;
        walk(ring, view.chunk, [&](const ServerView& server) {
            const bool is_new = std::find(racks.begin(), racks.end(), server.rack) == racks.end();
            if (chosen.size() == copies || !is_new) return;
            chosen.push_back(server.id);
            racks.push_back(server.rack);
        });
        walk(ring, view.chunk, [&](const ServerView& server) {
            const bool is_chosen =
                std::find(chosen.begin(), chosen.end(), server.id) != chosen.end();
            if (chosen.size() < copies && !is_chosen) chosen.push_back(server.id);
        });
        return chosen;
    }

  private:
    using Ring = std::map<std::uint64_t, const ServerView*>;

    template <typename Visit>
    static void walk(const Ring& ring, ChunkHandle chunk, Visit visit) {
        const auto start = ring.lower_bound(mix(static_cast<std::uint64_t>(chunk), 0));
        for (auto at = start; at != ring.end(); ++at) visit(*at->second);
        for (auto at = ring.begin(); at != start; ++at) visit(*at->second);
    }

    sim::Ratio full_at_;
    std::uint64_t vnodes_;
};

SIM_REGISTER(PlacementPolicy, "consistent_hashing",
             "the servers that follow the chunk on a ring of hashes, rack by rack",
             ConsistentHashing)

}  // namespace
}  // namespace gfs
