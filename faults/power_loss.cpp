// SPDX-License-Identifier: Apache-2.0
// A machine goes down, and what its disk cache held is gone unless `lose_unsynced` is false: a
// cache with a battery.

#include "faults/process_end.h"

namespace gfs::faults {
namespace {

class PowerLoss final : public ProcessEnd {
  public:
    using ProcessEnd::ProcessEnd;

  private:
    void end(Machines& machines, HostId host) override {
        machines.power_loss(host, spec().lose_unsynced, spec().torn ? Torn::yes : Torn::no);
    }
};

SIM_REGISTER(Fault, "power_loss", "a machine goes down and what was not synced is gone", PowerLoss)

}  // namespace
}  // namespace gfs::faults
