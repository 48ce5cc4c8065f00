// SPDX-License-Identifier: Apache-2.0
// The digest of a run: a hash over everything that happened, in order, extended with every event.
// Two runs with equal digests did the same. When they differ, the ladder of check points that each
// digest keeps says between which two events they parted.
//
// The hash folds the 128-bit product of two words (the construction of wyhash). It finds accidents;
// it does not resist somebody who looks for collisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/event.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace sim {

class Digest {
  public:
    // The state after `events` events, the last of which was at `time`.
    struct Rung {
        std::uint64_t events;
        Time time;
        std::uint64_t value;
        friend bool operator==(const Rung&, const Rung&) = default;
    };

    // The ladder has a rung every spacing() events. When it would get more rungs than this, every
    // second one goes and the spacing doubles, so that a ladder depends only on the events.
    static constexpr std::size_t most_rungs = 4096;

    // Everything that identifies the event: time, sequence, actor, kind, fields. Counts as one
    // event.
    void add_event(const Event& event) {
        add_event(event, static_cast<std::uint32_t>(to_index(event.kind)));
    }
    // The same with a word for the kind that stays when kinds are added: EventInfo::word.
    void add_event(const Event& event, std::uint32_t kind) {
        mix(static_cast<std::uint64_t>(to_ns(event.time)), event.sequence);
        mix(std::uint64_t{to_index(event.actor)} << 32 | kind, event.field_count);
        std::size_t i = 0;
        for (; i + 1 < event.field_count; i += 2) mix(event.fields[i], event.fields[i + 1]);
        if (i < event.field_count) mix(event.fields[i], 0);
        end_event(event.time);
    }

    // Something beside the events, such as the seed or a text that the events refer to by number.
    // Does not count as an event.
    void add(std::uint64_t word) { mix(word, 0); }
    void add(std::string_view text);

    // Of all that was added so far.
    std::uint64_t value() const { return fold(state_ ^ key_2, key_1); }

    std::uint64_t events() const { return events_; }
    std::uint64_t spacing() const { return spacing_; }
    const std::vector<Rung>& ladder() const { return ladder_; }

  private:
    static constexpr std::uint64_t key_0 = 0xa0761d6478bd642f;
    static constexpr std::uint64_t key_1 = 0xe7037ed1a0b428db;
    static constexpr std::uint64_t key_2 = 0x8ebc6af09c88c6e3;

    static constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
        const UnsignedWide product = multiply_wide(a, b);
        return high_half(product) ^ low_half(product);
    }

    // The sum keeps a state of 0 from swallowing zeros.
    void mix(std::uint64_t a, std::uint64_t b) { state_ = fold(state_ ^ a, b ^ key_1) + key_0; }

    void end_event(Time time) {
        ++events_;
        if (--until_rung_ == 0) add_rung(time);
    }
    void add_rung(Time time);

    std::uint64_t state_ = key_0;
    std::uint64_t events_ = 0;
    std::uint64_t spacing_ = 1;     // a power of two
    std::uint64_t until_rung_ = 1;  // events
    std::vector<Rung> ladder_;
};

// The first event in which two runs differ is number `first` ... `last`, counted from 1. The number
// after its last event stands for the end of the shorter run.
struct EventRange {
    std::uint64_t first;
    std::uint64_t last;
    friend bool operator==(const EventRange&, const EventRange&) = default;
};

// Nothing when the digests are equal.
std::optional<EventRange> first_difference(const Digest& a, const Digest& b);

// 16 hex digits, the form in which a digest is printed and compared.
std::string to_hex(std::uint64_t digest);

}  // namespace sim
