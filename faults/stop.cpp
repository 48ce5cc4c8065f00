// SPDX-License-Identifier: Apache-2.0
// A process exits in good order: everything that it wrote becomes durable first (GFS 5.1.1: servers
// are shut down just by killing the process, so nothing else differs from a crash).

#include "faults/process_end.h"

namespace gfs::faults {
namespace {

class Stop final : public ProcessEnd {
  public:
    using ProcessEnd::ProcessEnd;

  private:
    // A process that stands still does not hear that it is to stop.
    std::string_view obstacle(const sim::Host& host) const override {
        return host.paused() ? "is paused and cannot exit in good order" : std::string_view{};
    }
    void end(Machines& machines, HostId host) override { machines.stop(host); }
};

SIM_REGISTER(Fault, "stop", "a process exits in good order", Stop)

}  // namespace
}  // namespace gfs::faults
