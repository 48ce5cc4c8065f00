// SPDX-License-Identifier: Apache-2.0
// The texts of a run (file names, reasons, fault names), numbered by first use, so that an event
// carries 64 bits and two equal runs number alike.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "sim/event.h"

namespace sim {

class TextTable {
  public:
    // The number of `text`; a new one at its first use.
    TextId id(std::string_view text) {
        const auto found = ids_.find(text);
        if (found != ids_.end()) return found->second;
        const TextId fresh{static_cast<std::uint32_t>(texts_.size())};
        const std::string& kept = texts_.emplace_back(text);
        ids_.emplace(kept, fresh);
        return fresh;
    }

    // Valid as long as the table lives.
    const std::string& text(TextId id) const { return texts_.at(static_cast<std::size_t>(id)); }
    std::size_t size() const { return texts_.size(); }

  private:
    std::deque<std::string> texts_;  // never moves a string
    std::map<std::string_view, TextId> ids_;
};

}  // namespace sim
