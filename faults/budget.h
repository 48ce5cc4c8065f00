// SPDX-License-Identifier: Apache-2.0
// The fault budget: what random faults must leave standing. A fault that would leave less is put
// off until it would not. It judges by the true state, and by what a kind of fault takes away at
// once: machines that nobody reaches, copies that are not there any more. Partitions, links and
// messages take nothing away: both sides live on. But one lost message may have a good copy counted
// out (rule U6), and so damage that nobody knows of must leave two.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "faults/machines.h"
#include "faults/spec.h"
#include "faults/truth.h"

namespace gfs::faults {

// copies: all that they have; one_copy: one on each, which it chooses by what may be taken.
enum class Takes : std::uint8_t { nothing, machine, copies, one_copy };
// What a kind takes of those that it hits, when it begins. Writes that go wrong ask later.
Takes what_it_takes(std::string_view kind);

class Budget {
  public:
    // Not owned: machines, truth.
    Budget(const BudgetSpec& spec, Machines& machines, const Truth& truth)
        : spec_(spec), machines_(machines), truth_(truth) {}

    // Why `fault` must not hit these hosts now; empty if it may. `away`: those that other faults
    // keep from everyone, beside those that are down or paused.
    std::string objection(const FaultSpec& fault, const std::vector<HostId>& hit,
                          const std::set<HostId>& away) const;

    // The same of one chunk's copies.
    std::string objection_to_loss(const FaultSpec& fault, const CopiesTaken& taken,
                                  const std::set<HostId>& away) const;

  private:
    // How copies are lost: until a machine comes back; for good; or for good, while the master goes
    // on counting on them.
    enum class Loss : std::uint8_t { for_a_time, for_good, unseen };

    std::string too_few_up(const std::vector<HostId>& hit, const std::set<HostId>& away) const;
    std::string too_few_logs(const std::vector<HostId>& hit, const std::set<HostId>& away) const;
    std::string too_few_copies(const std::vector<HostId>& hit, const std::set<HostId>& away,
                               Loss loss) const;
    std::string too_few_of(const CopiesTaken& taken, const std::set<HostId>& away,
                           Loss loss) const;
    bool is_there(HostId host, const std::set<HostId>& away) const;

    const BudgetSpec spec_;
    Machines& machines_;
    const Truth& truth_;
};

}  // namespace gfs::faults
