// SPDX-License-Identifier: Apache-2.0
// Exactly the nth message of a type is lost, and as many more after it as `count` says.

#include "faults/message_fault.h"

namespace gfs::faults {
namespace {

class Drop final : public MessageFault {
  public:
    using MessageFault::MessageFault;

  private:
    void strike(sim::Fate& fate) override { fate.drop = "fault"; }
};

SIM_REGISTER(Fault, "drop", "exactly the nth message of a type is lost", Drop)

}  // namespace
}  // namespace gfs::faults
