// SPDX-License-Identifier: Apache-2.0

#include "sim/digest.h"

#include <algorithm>

#include "sim/assert.h"

namespace sim {

void Digest::add(std::string_view text) {
    mix(text.size(), 0);
    // By shifts, not by copying memory: the same on every byte order.
    while (!text.empty()) {
        std::uint64_t word = 0;
        const std::size_t taken = std::min<std::size_t>(text.size(), 8);
        for (std::size_t i = 0; i < taken; ++i)
            word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
        mix(word, 0);
        text.remove_prefix(taken);
    }
}

void Digest::add_rung(Time time) {
    SIM_ASSERT(events_ % spacing_ == 0);
    if (ladder_.size() == most_rungs) {
        for (std::size_t i = 0; i < most_rungs / 2; ++i) ladder_[i] = ladder_[2 * i + 1];
        ladder_.resize(most_rungs / 2);
        spacing_ *= 2;
    }
    // Just after a thinning this event can lie between two rungs of the wider ladder.
    if (events_ % spacing_ == 0) ladder_.push_back({events_, time, value()});
    until_rung_ = spacing_ - events_ % spacing_;
}

std::optional<EventRange> first_difference(const Digest& a, const Digest& b) {
    if (a.events() == b.events() && a.value() == b.value()) return std::nullopt;
    const std::uint64_t spacing = std::max(a.spacing(), b.spacing());
    const std::uint64_t shorter = std::min(a.events(), b.events());
    const auto rung = [](const Digest& of, std::uint64_t events) {
        const Digest::Rung& found = of.ladder().at(events / of.spacing() - 1);
        SIM_ASSERT(found.events == events);
        return found;
    };
    std::uint64_t agreed = 0;
    for (std::uint64_t events = spacing; events <= shorter; events += spacing) {
        if (rung(a, events) != rung(b, events)) return EventRange{agreed + 1, events};
        agreed = events;
    }
    return EventRange{agreed + 1, a.events() == b.events() ? shorter : shorter + 1};
}

std::string to_hex(std::uint64_t digest) {
    std::string text(16, '0');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = "0123456789abcdef"[digest >> (60 - 4 * i) & 0xf];
    return text;
}

}  // namespace sim
