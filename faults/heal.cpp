// SPDX-License-Identifier: Apache-2.0
// Ends another fault early, in all its applications that still last.

#include "faults/fault.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

class Heal final : public PointFault {
  public:
    explicit Heal(const FaultSpec& spec) : spec_(spec) {
        SIM_ASSERT(spec.healed_fault != spec.name);
    }

    void apply(FaultContext& context) override {
        if (!context.lasts(spec_.healed_fault)) {
            context.refused("nothing lasts of `" + spec_.healed_fault + "`");
            return;
        }
        context.fired();
        context.end_fault(spec_.healed_fault);
    }

  private:
    const FaultSpec& spec_;
};

SIM_REGISTER(Fault, "heal", "another fault ends early", Heal)

}  // namespace
}  // namespace gfs::faults
