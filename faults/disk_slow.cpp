// SPDX-License-Identifier: Apache-2.0
// A disk is slow: a share of its reads and syncs takes `factor` times as long. Episodes are made
// with `every` and `for`.

#include <algorithm>

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
    void strike(const sim::DiskRequest&, sim::DiskFate& fate) override {
        // Of several, the slowest: episodes of one fault that overlap would else multiply.
        constexpr std::uint64_t slowest = 1'000'000'000'000'000;
        const sim::Ratio factor = spec().disk_factor;
        const sim::UnsignedWide slow =
            sim::multiply_wide(sim::DiskFate::as_fast, factor.numerator) / factor.denominator;
        const auto ppm = slow > slowest ? slowest : static_cast<std::uint64_t>(slow);
        fate.slowness_ppm = std::max(fate.slowness_ppm, ppm);
    }
};

SIM_REGISTER(Fault, "disk_slow", "a disk is slow, in episodes", DiskSlow)

}  // namespace
}  // namespace gfs::faults
