// SPDX-License-Identifier: Apache-2.0
// Exactly the nth message of a type is damaged on its way. The calls run over TCP, whose checksum
// finds that: the receiver throws the segment away, the sender's time-out ends, and it sends the
// bytes again. So nobody sees damaged bytes; the message is late, and those behind it wait.

#include "faults/message_fault.h"

namespace gfs::faults {
namespace {

class CorruptMessage final : public MessageFault {
  public:
    using MessageFault::MessageFault;

  private:
    void strike(sim::Fate& fate) override { ++fate.damaged; }
};

SIM_REGISTER(Fault, "corrupt_message", "exactly the nth message of a type is damaged on its way",
             CorruptMessage)

}  // namespace
}  // namespace gfs::faults
