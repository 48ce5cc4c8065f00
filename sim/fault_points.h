// SPDX-License-Identifier: Apache-2.0
// Cooperative fault points: places in the code of processes where a rare path can be taken on
// purpose, as FoundationDB's `buggify`. What the points are is the business of whoever has them;
// here they are numbers. With none switched on, a point costs one comparison.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/assert.h"
#include "sim/random.h"

namespace sim {

class FaultPoints {
  public:
    explicit FaultPoints(std::uint64_t seed) : seed_(seed) {}

    bool any_on() const { return switched_on_ != 0; }

    // The point bites with this probability until it is switched off by somebody who says the same.
    // With several, the largest counts.
    void switch_on(std::size_t point, Ratio probability) {
        SIM_ASSERT(probability.is_probability());
        on_[point].push_back(probability);
        ++switched_on_;
    }
    void switch_off(std::size_t point, Ratio probability) {
        std::vector<Ratio>& on = on_[point];
        const auto found = std::find(on.begin(), on.end(), probability);
        SIM_ASSERT(found != on.end());
        SIM_ASSERT(switched_on_ > 0);
        on.erase(found);
        --switched_on_;
    }

    // 0 while it is off.
    Ratio probability(std::size_t point) const {
        Ratio largest{0, 1};
        const auto found = on_.find(point);
        if (found == on_.end()) return largest;
        for (const Ratio each : found->second)
            if (largest < each) largest = each;
        return largest;
    }

    // What the point called `name` draws from on the host `actor`: whether it bites, and how hard.
    Random& random(std::size_t point, std::string_view name, std::uint64_t actor) {
        const auto key = std::pair{point, actor};
        const auto found = streams_.find(key);
        if (found != streams_.end()) return found->second;
        const std::string stream = "fault_point." + std::string(name);
        return streams_.try_emplace(key, seed_, stream, actor).first->second;
    }

  private:
    std::uint64_t seed_;
    std::map<std::size_t, std::vector<Ratio>> on_;
    std::map<std::pair<std::size_t, std::uint64_t>, Random> streams_;
    std::size_t switched_on_ = 0;
};

}  // namespace sim
