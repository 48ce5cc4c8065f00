// SPDX-License-Identifier: Apache-2.0
// An object of a scenario file that is written field by field, in the order that a person would
// choose.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/time.h"

namespace gfs::faults {

class ObjectText {
  public:
    ObjectText& text(std::string_view name, std::string_view value);
    ObjectText& number(std::string_view name, std::int64_t value);
    ObjectText& flag(std::string_view name, bool value);
    ObjectText& time(std::string_view name, sim::Duration value);
    // `percent` 5 is 0.05.
    ObjectText& share(std::string_view name, std::uint64_t percent);
    ObjectText& object(std::string_view name, const ObjectText& value);
    // A value that is JSON already.
    ObjectText& json(std::string_view name, std::string_view value);

    bool empty() const { return members_.empty(); }
    std::string str() const { return "{" + members_ + "}"; }

  private:
    std::string members_;
};

// With quotes; what JSON does not allow inside them is escaped.
std::string quoted(std::string_view text);

}  // namespace gfs::faults
