// SPDX-License-Identifier: Apache-2.0
// A process that is down starts again from what its disk kept.

#include "faults/fault.h"

namespace gfs::faults {
namespace {

class Restart final : public PointFault {
  public:
    explicit Restart(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec_.target)) {
            if (context.host(host).up()) {
                context.refused(host, "is up");
                continue;
            }
            context.fired(host);
            context.machines().restart(host);
        }
    }

  private:
    const FaultSpec& spec_;
};

SIM_REGISTER(Fault, "restart", "a process starts again from what its disk kept", Restart)

}  // namespace
}  // namespace gfs::faults
