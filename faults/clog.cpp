// SPDX-License-Identifier: Apache-2.0
// All traffic of some hosts is held, and let go at its end: a switch that stops forwarding and
// keeps its buffers. Nothing is lost but time.

#include "faults/clog_fault.h"

namespace gfs::faults {
namespace {

class Clog final : public ClogFault {
  public:
    using ClogFault::ClogFault;

    void apply(FaultContext& context) override {
        for (const HostId host : context.hosts(*spec().target)) clog(context, host);
    }
};

SIM_REGISTER(Fault, "clog", "all traffic of some hosts is held, then let go", Clog)

}  // namespace
}  // namespace gfs::faults
