// SPDX-License-Identifier: Apache-2.0
// A whole rack fails (GFS 4.2): its power, and with it every machine and what its caches held; or
// its switch, and with it every message from, to and between machines that live on.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/cuts.h"
#include "faults/process_end.h"

namespace gfs::faults {
namespace {

Who everyone_in(const std::string& rack) {
    return {Who::Kind::rack, rack, std::nullopt};
}

class RackPower final : public ProcessEnd {
  public:
    using ProcessEnd::ProcessEnd;

  private:
    std::vector<HostId> hit(FaultContext& context) override {
        return context.hosts(everyone_in(spec().rack));
    }
    void end(Machines& machines, HostId host) override {
        machines.power_loss(host, true, Torn::no);
    }
};

class RackSwitch final : public Fault {
  public:
    explicit RackSwitch(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        std::vector<HostId> everyone;
        for (const MachineInfo& machine : context.targets().machines())
            everyone.push_back(machine.host);
        const std::vector<HostId> rack = context.hosts(everyone_in(spec_.rack));
        for (const HostId host : rack) context.fired(host);
        barriers_.cut(context.network(), Sides{rack, everyone}, Direction::both);
    }
    void heal(FaultContext& context) override { barriers_.heal(context.network()); }

  private:
    const FaultSpec& spec_;
    Barriers barriers_;
};

// One kind with two ways of failing.
class SwitchOff final : public Fault {
  public:
    explicit SwitchOff(const FaultSpec& spec) {
        if (spec.rack_loses == RackLoss::power)
            way_ = std::make_unique<RackPower>(spec);
        else
            way_ = std::make_unique<RackSwitch>(spec);
    }

    void apply(FaultContext& context) override { way_->apply(context); }
    void heal(FaultContext& context) override { way_->heal(context); }

  private:
    std::unique_ptr<Fault> way_;
};

SIM_REGISTER(Fault, "switch_off", "a rack loses its power or its switch", SwitchOff)

}  // namespace
}  // namespace gfs::faults
