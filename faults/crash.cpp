// SPDX-License-Identifier: Apache-2.0
// A process dies; the machine and its page cache stay. With `lose_unsynced` the machine's cache
// goes too, as when the kernel had crashed with it.

#include "faults/process_end.h"

namespace gfs::faults {
namespace {

class Crash final : public ProcessEnd {
  public:
    using ProcessEnd::ProcessEnd;

  private:
    void end(Machines& machines, HostId host) override {
        if (spec().lose_unsynced)
            machines.power_loss(host, true, Torn::no);
        else
            machines.crash(host);
    }
};

SIM_REGISTER(Fault, "crash", "a process dies; the machine and its page cache stay", Crash)

}  // namespace
}  // namespace gfs::faults
