// SPDX-License-Identifier: Apache-2.0
// The links between two groups get worse: latency, bandwidth, loss, duplication, reordering. What
// the fault does not name stays as it was.

#include "faults/cuts.h"

namespace gfs::faults {
namespace {

class Link final : public Fault {
  public:
    explicit Link(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        const auto sides = sides_of(context, spec_.between);
        if (!sides) return;
        fired_between(context, *sides);
        barriers_.degrade(context.network(), *sides, spec_.direction, spec_.link);
    }
    void heal(FaultContext& context) override { barriers_.heal(context.network()); }

  private:
    const FaultSpec& spec_;
    Barriers barriers_;
};

SIM_REGISTER(Fault, "link", "the links between two groups get worse", Link)

}  // namespace
}  // namespace gfs::faults
