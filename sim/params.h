// SPDX-License-Identifier: Apache-2.0
// The parameters of one named implementation (sim/registry.h), as text from a file. The constructor
// that reads a parameter says its default and its meaning in the same line; so the list of
// parameters needs no second place, and one that nobody reads is a mistake of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random.h"

namespace sim {

class Params {
  public:
    struct Given {
        std::string name;
        std::string value;
    };
    // A parameter that was asked for.
    struct Known {
        std::string name;
        std::string default_value;
        std::string sentence;
    };
    struct Problem {
        std::string name;      // of the parameter that was given
        std::string sentence;  // what is wrong with it
    };

    Params() = default;
    explicit Params(std::vector<Given> given) : given_(std::move(given)) {}

    // Each returns the value that was given, or else the default. A value that does not parse is a
    // problem, and the default is returned.
    Ratio ratio(std::string_view name, Ratio default_value, std::string_view sentence) const;
    std::uint64_t count(std::string_view name, std::uint64_t default_value,
                        std::string_view sentence) const;
    // The place of the word in `words`, which are separated by spaces. REQUIRES: the default is
    // one of them.
    std::size_t word(std::string_view name, std::string_view default_value, std::string_view words,
                     std::string_view sentence) const;

    // What was asked for so far, in that order.
    const std::vector<Known>& known() const { return known_; }
    // What was given and is not known, or does not parse, in the order of the file. Complete once
    // the implementation has been constructed.
    std::vector<Problem> problems() const;

  private:
    const std::string* find(std::string_view name) const;

    std::vector<Given> given_;
    mutable std::vector<Known> known_;
    mutable std::vector<Problem> unreadable_;
};

}  // namespace sim
