// SPDX-License-Identifier: Apache-2.0
// What the faults share that last on a machine's disk, its process up or down.
#pragma once

#include <string_view>
#include <vector>

#include "faults/fault.h"
#include "sim/disk/disk.h"

namespace gfs::faults {

class DiskFault : public Fault {
  public:
    explicit DiskFault(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) final;
    void heal(FaultContext& context) final;

  protected:
    const FaultSpec& spec() const { return spec_; }
    const std::vector<sim::Disk*>& disks() const { return disks_; }
    // Why it cannot strike the disk; empty if it can.
    virtual std::string_view obstacle(const sim::Disk&) const { return {}; }
    virtual void begin(FaultContext& context, sim::Disk& disk) = 0;
    virtual void end(sim::Disk& disk) = 0;

  private:
    const FaultSpec& spec_;
    std::vector<sim::Disk*> disks_;  // struck, and not healed
};

// One that has a say in each request, by chance.
class RequestFault : public DiskFault, private sim::DiskTrouble {
  public:
    using DiskFault::DiskFault;
    ~RequestFault() override;

  protected:
    virtual bool is_meant(sim::DiskOperation operation) const = 0;
    virtual void strike(const sim::DiskRequest& request, sim::DiskFate& fate) = 0;
    // REQUIRES: it has begun.
    FaultContext& context() const { return *context_; }

  private:
    void begin(FaultContext& context, sim::Disk& disk) final;
    void end(sim::Disk& disk) final;
    void on_request(const sim::DiskRequest& request, sim::DiskFate& fate) final;

    FaultContext* context_ = nullptr;
};

}  // namespace gfs::faults
