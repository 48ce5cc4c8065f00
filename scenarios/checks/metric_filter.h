// SPDX-License-Identifier: Apache-2.0
// What the `where` of a metric asks for.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/common/glob.h"
#include "scenarios/checks/expectation.h"
#include "sim/engine.h"

namespace gfs::checks {

// Tested on hosts and texts.
class Filter {
  public:
    Filter(const sim::Engine& engine, const Expectation& expectation)
        : engine_(engine), where_(expectation.where) {}

    bool passes_host(std::string_view key, sim::HostId host) const {
        return passes(key, host == sim::no_host ? std::string() : engine_.host(host).name());
    }
    bool passes_text(std::string_view key, sim::TextId text) const {
        const std::string& value = engine_.texts().text(text);
        // Opening with mode "w" is the same step as any other opening.
        return passes(key, key == "op" && value == "open_to_write" ? "open" : value);
    }

  private:
    bool passes(std::string_view key, const std::string& value) const {
        return std::all_of(where_.begin(), where_.end(), [&](const auto& condition) {
            return condition.first != key || glob_matches(condition.second, value);
        });
    }

    const sim::Engine& engine_;
    std::vector<std::pair<std::string, std::string>> where_;
};

}  // namespace gfs::checks
