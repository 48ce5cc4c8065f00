// SPDX-License-Identifier: Apache-2.0

#include "sim/params.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/assert.h"

namespace sim {

const std::string* Params::find(std::string_view name) const {
    for (const Given& given : given_)
        if (given.name == name) return &given.value;
    return nullptr;
}

Ratio Params::ratio(std::string_view name, Ratio default_value, std::string_view sentence) const {
    const std::string shown =
        std::to_string(default_value.numerator) + "/" + std::to_string(default_value.denominator);
    known_.push_back({std::string(name), shown, std::string(sentence)});
    const std::string* const text = find(name);
    if (text == nullptr) return default_value;
    const std::optional<Ratio> value = parse_ratio(*text);
    if (value) return *value;
    unreadable_.push_back({std::string(name), "'" + *text + "' is not a number"});
    return default_value;
}

std::uint64_t Params::count(std::string_view name, std::uint64_t default_value,
                            std::string_view sentence) const {
    known_.push_back({std::string(name), std::to_string(default_value), std::string(sentence)});
    const std::string* const text = find(name);
    if (text == nullptr) return default_value;
    std::uint64_t value = 0;
    const char* const end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, value);
    if (error == std::errc{} && stopped == end) return value;
    unreadable_.push_back({std::string(name), "'" + *text + "' is not a whole number"});
    return default_value;
}

std::size_t Params::word(std::string_view name, std::string_view default_value,
                         std::string_view words, std::string_view sentence) const {
    known_.push_back({std::string(name), std::string(default_value), std::string(sentence)});
    const auto place_of = [words](std::string_view wanted) -> std::optional<std::size_t> {
        std::size_t place = 0;
        for (std::size_t from = 0; from < words.size(); ++place) {
            const std::size_t end = std::min(words.find(' ', from), words.size());
            if (words.substr(from, end - from) == wanted) return place;
            from = end + 1;
        }
        return std::nullopt;
    };
    const std::optional<std::size_t> by_default = place_of(default_value);
    SIM_ASSERT(by_default.has_value());
    const std::string* const text = find(name);
    if (text == nullptr) return *by_default;
    if (const auto place = place_of(*text)) return *place;
    unreadable_.push_back(
        {std::string(name), "'" + *text + "' is not one of: " + std::string(words)});
    return *by_default;
}

std::vector<Params::Problem> Params::problems() const {
    std::vector<Problem> found;
    for (const Given& given : given_) {
        const auto asked_for = [&](const Known& known) { return known.name == given.name; };
        if (std::none_of(known_.begin(), known_.end(), asked_for))
            found.push_back({given.name, "there is no such parameter"});
        for (const Problem& problem : unreadable_)
            if (problem.name == given.name) found.push_back(problem);
    }
    return found;
}

}  // namespace sim
