// SPDX-License-Identifier: Apache-2.0
// Which chunk that lacks replicas is cloned next (GFS 4.3).

#include "core/policy/re_replication.h"

#include <catch2/catch.hpp>
#include <set>

namespace gfs {
namespace {

Rank rank(const std::string& kind, const RepairView& view, std::uint64_t seed = 5) {
    sim::Random random(seed, "repair");
    return make_re_replication({kind, {}})->rank(view, random);
}

TEST_CASE("re-replication: every policy ranks every chunk, and the same again",
          "[policy][gfs-4.3]") {
    for (const auto* entry : sim::Registry<ReReplicationPolicy>::all()) {
        CAPTURE(entry->name);
        CHECK(!entry->sentence.empty());
        const std::string kind(entry->name);
        for (const std::uint32_t missing : {0U, 1U, 15U}) {
            const RepairView view{.missing = missing, .blocking = missing == 1, .since_ns = 7};
            CHECK(rank(kind, view) == rank(kind, view));
        }
    }
}

TEST_CASE("re-replication: the paper's looks at danger, then at live files, then at clients",
          "[policy][gfs-4.3]") {
    const RepairView two{.missing = 2, .live = false};
    const RepairView one{.missing = 1, .live = true, .blocking = true};
    CHECK(rank("paper", two) > rank("paper", one));
    const RepairView deleted{.missing = 1, .live = false, .blocking = true};
    const RepairView live{.missing = 1, .live = true, .blocking = false};
    CHECK(rank("paper", live) > rank("paper", deleted));
    CHECK(rank("paper", one) > rank("paper", live));
}

TEST_CASE("re-replication: first come, first served is blind to danger", "[policy][gfs-4.3]") {
    const RepairView danger{.missing = 2, .since_ns = 20};
    const RepairView early{.missing = 1, .since_ns = 10};
    CHECK(rank("fifo", early) > rank("fifo", danger));
    std::set<bool> any;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        any.insert(rank("random", early, seed) > rank("random", danger, seed + 100));
    CHECK(any.size() == 2);
}

}  // namespace
}  // namespace gfs
