// SPDX-License-Identifier: Apache-2.0
// A disk is slow: a share of its reads and syncs takes `factor` times as long. Episodes are made
// with `every` and `for`.

#include "faults/disk_fault.h"
#include "sim/wide.h"

namespace gfs::faults {
namespace {

class DiskSlow final : public RequestFault {
  public:
    using RequestFault::RequestFault;

  private:
    bool is_meant(sim::DiskOperation operation) const override {
        return operation != sim::DiskOperation::write;
    }
    void strike(sim::Random&, sim::DiskFate& fate) override {
        // Of several, each makes it slower still, as far as a number goes.
        constexpr std::uint64_t slowest = 1'000'000'000'000'000;
        const sim::Ratio factor = spec().disk_factor;
        const sim::UnsignedWide slower =
            sim::multiply_wide(fate.slowness_ppm, factor.numerator) / factor.denominator;
        fate.slowness_ppm = slower > slowest ? slowest : static_cast<std::uint64_t>(slower);
    }
};

SIM_REGISTER(Fault, "disk_slow", "a disk is slow, in episodes", DiskSlow)

}  // namespace
}  // namespace gfs::faults
