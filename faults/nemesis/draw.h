// SPDX-License-Identifier: Apache-2.0
// Drawing one campaign: what the kinds of faults share when they are drawn. One draw a statement.
#pragma once

#include <string>
#include <vector>

#include "faults/nemesis/nemesis.h"

namespace gfs::faults {

// A number of equally likely texts.
using Texts = std::vector<std::string>;

class Draw {
  public:
    // Not owned: both.
    Draw(const Arena& arena, Profile profile, sim::Random& random)
        : arena_(arena), profile_(profile), random_(random), skew_left_(arena.lease_guard / 2) {}

    const Arena& arena() const { return arena_; }
    Profile profile() const { return profile_; }
    sim::Random& random() { return random_; }
    DrawnFaults& drawn() { return drawn_; }

    bool one_in(std::uint64_t n) { return random_.chance({1, n}); }
    // Short times are as likely as long ones: each power of two is. In whole milliseconds.
    sim::Duration time_between(sim::Duration low, sim::Duration high);
    const std::string& pick(const Texts& texts) { return random_.pick(texts); }

    // Whom it hits, as the value of `target`: somebody by name, or a target that is made for it.
    std::string a_server();
    std::string a_primary();
    std::string a_machine();
    std::string a_client() { return pick(arena_.clients); }
    // Two groups that talk to each other, as JSON.
    std::string a_pair();
    // A file's chunk, "/a#0"; empty when there is no file.
    std::string a_chunk();

    // How long a fault lasts, no longer than the profile allows.
    void lasts(ObjectText& fault, sim::Duration most);
    // When it begins.
    void starts(ObjectText& fault);

    // A part of the skew between clocks that the lease guard still allows; 0: nothing is left.
    sim::Duration take_skew();

    // The name of the fault that is being drawn.
    std::string name;
    std::string description;

  private:
    std::string make_target(const ObjectText& target);
    void starts_at_lease_edge(ObjectText& fault);
    void starts_at_event(ObjectText& fault);

    const Arena& arena_;
    Profile profile_;
    sim::Random& random_;
    sim::Duration skew_left_;
    DrawnFaults drawn_;
};

}  // namespace gfs::faults
