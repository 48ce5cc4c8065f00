// SPDX-License-Identifier: Apache-2.0
// Copysets (Cidon et al., ATC 2013): all replicas of a chunk are on one of a few fixed sets of
// servers. When some servers are lost together, chunks are lost only if a whole set is among them,
// which is rare; with replicas anywhere, some chunk has all of its replicas among almost any few
// servers. The price is that fewer servers have a lost server's chunks to copy: `scatter_width` of
// them.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/policy/mix.h"
#include "core/policy/placement.h"

namespace gfs {
namespace {

using Copyset = std::vector<ServerView>;

class CopysetPlacement final : public PlacementPolicy {
  public:
    explicit CopysetPlacement(const sim::Params& params)
        : full_at_(params.ratio("full_at", {9, 10}, "skip disks fuller than this")),
          scatter_width_(params.count("scatter_width", 4,
                                      "servers that may have a replica of what one server has")) {}

    std::vector<ServerId> choose(const ClusterView& view, std::size_t copies,
                                 sim::Random& random) override {
        std::vector<ServerId> fit;
        for (const ServerView& server : view.live)
            if (!server.fuller_than(full_at_)) fit.push_back(server.id);
        random.shuffle(fit);
        const std::vector<Copyset>& sets = sets_for(view, view.holders.size() + copies);
        std::vector<ServerId> chosen = from_a_set(sets, view, fit, random);
        // No set is whole: any servers are better than none.
        for (const ServerId server : fit)
            if (std::find(chosen.begin(), chosen.end(), server) == chosen.end())
                chosen.push_back(server);
        if (chosen.size() > copies) chosen.resize(copies);
        return chosen;
    }

  private:
    // The sets of so many servers. Servers that were not known before form sets among themselves.
    struct Sets {
        std::set<ServerId> known;
        std::vector<Copyset> sets;
        std::map<std::uint64_t, std::vector<ServerView>> waiting;  // by permutation
    };

    const std::vector<Copyset>& sets_for(const ClusterView& view, std::size_t size) {
        Sets& all = by_size_[size];
        if (size < 2) return all.sets;
        std::vector<ServerView> fresh;
        for (const auto* servers : {&view.live, &view.holders})
            for (const ServerView& server : *servers)
                if (all.known.insert(server.id).second) fresh.push_back(server);
        if (fresh.empty()) return all.sets;
        const std::uint64_t permutations =
            std::clamp<std::uint64_t>((scatter_width_ + size - 2) / (size - 1), 1, 1000);
        for (std::uint64_t i = 0; i < permutations; ++i) {
            std::vector<ServerView>& waiting = all.waiting[i];
            waiting.insert(waiting.end(), fresh.begin(), fresh.end());
            std::stable_sort(waiting.begin(), waiting.end(),
                             [i](const ServerView& a, const ServerView& b) {
                                 return mix(sim::to_index(a.id), i) < mix(sim::to_index(b.id), i);
                             });
            while (waiting.size() >= size) all.sets.push_back(take_set(waiting, size));
        }
        return all.sets;
    }

    // The next servers, of other racks than those taken as long as there are any.
    static Copyset take_set(std::vector<ServerView>& waiting, std::size_t size) {
        SIM_ASSERT(waiting.size() >= size);
        Copyset set;
        while (set.size() < size) {
            const auto is_new = [&](const ServerView& server) {
                return std::none_of(set.begin(), set.end(), [&](const ServerView& taken) {
                    return taken.rack == server.rack;
                });
            };
            auto next = std::find_if(waiting.begin(), waiting.end(), is_new);
            if (next == waiting.end()) next = waiting.begin();
            set.push_back(*next);
            waiting.erase(next);
        }
        return set;
    }

    // What is missing of a set that has all holders, and whose other members are fit.
    static std::vector<ServerId> from_a_set(const std::vector<Copyset>& sets,
                                            const ClusterView& view,
                                            const std::vector<ServerId>& fit, sim::Random& random) {
        const auto has = [](const Copyset& set, ServerId id) {
            return std::any_of(set.begin(), set.end(),
                               [id](const ServerView& member) { return member.id == id; });
        };
        const auto is_holder = [&](ServerId id) {
            return std::any_of(view.holders.begin(), view.holders.end(),
                               [id](const ServerView& holder) { return holder.id == id; });
        };
        for (const ServerId first : fit) {
            std::vector<std::vector<ServerId>> possible;
            for (const Copyset& set : sets) {
                if (!has(set, first)) continue;
                if (!std::all_of(view.holders.begin(), view.holders.end(),
                                 [&](const ServerView& holder) { return has(set, holder.id); }))
                    continue;
                std::vector<ServerId> others;
                for (const ServerView& member : set)
                    if (!is_holder(member.id)) others.push_back(member.id);
                const bool all_fit =
                    std::all_of(others.begin(), others.end(), [&](ServerId member) {
                        return std::find(fit.begin(), fit.end(), member) != fit.end();
                    });
                if (all_fit) possible.push_back(std::move(others));
            }
            if (!possible.empty()) return random.pick(possible);
        }
        return {};
    }

    sim::Ratio full_at_;
    std::uint64_t scatter_width_;
    std::map<std::size_t, Sets> by_size_;
};

SIM_REGISTER(PlacementPolicy, "copyset", "on one of a few fixed sets of servers", CopysetPlacement)

}  // namespace
}  // namespace gfs
