// SPDX-License-Identifier: Apache-2.0
// What `clog` and `swizzle` share: all messages from and to some hosts are kept back, and let go
// when neither end of their way is clogged any more, in the order in which they were sent.
#pragma once

#include <vector>

#include "faults/fault.h"

namespace gfs::faults {

class ClogFault : public Fault, private sim::MessageFilter {
  public:
    explicit ClogFault(const FaultSpec& spec) : spec_(spec) {}
    ~ClogFault() override;

    void heal(FaultContext& context) override;

  protected:
    const FaultSpec& spec() const { return spec_; }
    void clog(FaultContext& context, HostId host);
    // The next one, in the order that the scenario names. REQUIRES: one is left.
    void unclog_next(FaultContext& context);
    bool any_left() const { return !clogged_.empty(); }

  private:
    void on_send(const sim::Packet&, sim::Fate&) final {}
    bool keeps(const sim::Packet& packet) final;
    void keep(sim::KeptMessage kept) final { kept_.push_back(std::move(kept)); }
    bool is_clogged(HostId host) const;

    const FaultSpec& spec_;
    sim::Network* network_ = nullptr;  // null: not listening to it
    std::vector<HostId> clogged_;      // in the order in which they were
    std::vector<sim::KeptMessage> kept_;
};

}  // namespace gfs::faults
