// SPDX-License-Identifier: Apache-2.0
// What `crash`, `stop`, `power_loss` and `switch_off` share: processes end and, when the fault
// heals, new ones start from what the disks kept.
#pragma once

#include <vector>

#include "faults/fault.h"

namespace gfs::faults {

class ProcessEnd : public Fault {
  public:
    explicit ProcessEnd(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) final;
    void heal(FaultContext& context) final;

  protected:
    const FaultSpec& spec() const { return spec_; }
    // Whose processes end.
    virtual std::vector<HostId> hit(FaultContext& context) {
        return context.hosts(*spec_.target);
    }
    // Why the process cannot end in this way; empty if it can. REQUIRES: it is up.
    virtual std::string_view obstacle(const sim::Host&) const { return {}; }
    virtual void end(Machines& machines, HostId host) = 0;

  private:
    struct Ended {
        HostId host;
        std::uint32_t incarnation;
    };
    const FaultSpec& spec_;
    std::vector<Ended> ended_;
};

}  // namespace gfs::faults
