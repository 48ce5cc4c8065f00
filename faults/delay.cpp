// SPDX-License-Identifier: Apache-2.0
// Exactly the nth message of a type arrives late. Messages behind it on the same connection
// overtake it.

#include "faults/message_fault.h"

namespace gfs::faults {
namespace {

class Delay final : public MessageFault {
  public:
    using MessageFault::MessageFault;

  private:
    void strike(sim::Fate& fate) override { fate.delay += spec().extra_delay; }
};

SIM_REGISTER(Fault, "delay", "exactly the nth message of a type arrives late", Delay)

}  // namespace
}  // namespace gfs::faults
