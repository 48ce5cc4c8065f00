// SPDX-License-Identifier: Apache-2.0
// A write is acknowledged and never done: the disk has the old bytes. The checksum is another
// write, to another place, and is that of the new ones.

#include "faults/write_fault.h"

namespace gfs::faults {
namespace {

class PhantomWrite final : public WriteFault {
  public:
    using WriteFault::WriteFault;

  private:
    Strike strike() const override {
        return [](const Place& place) { lose(place); };
    }
};

SIM_REGISTER(Fault, "phantom_write", "a write is acknowledged and never done", PhantomWrite)

}  // namespace
}  // namespace gfs::faults
