// SPDX-License-Identifier: Apache-2.0
// Exactly the nth message of a type arrives twice. The copies draw their latencies apart.

#include "faults/message_fault.h"

namespace gfs::faults {
namespace {

class Duplicate final : public MessageFault {
  public:
    using MessageFault::MessageFault;

  private:
    void strike(sim::Fate& fate) override { ++fate.copies; }
};

SIM_REGISTER(Fault, "duplicate", "exactly the nth message of a type arrives twice", Duplicate)

}  // namespace
}  // namespace gfs::faults
