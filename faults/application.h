// SPDX-License-Identifier: Apache-2.0
// One application of a fault. Private to the plan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faults/plan.h"
#include "sim/assert.h"

namespace gfs::faults {

class FaultPlan::Application final : public FaultLog {
  public:
    Application(FaultPlan& plan, Entry& entry, std::uint64_t number_in_entry)
        : number(number_in_entry),
          context({plan.machines_, plan.targets_, plan.drifts_}, entry.random, *this),
          plan_(plan),
          entry_(entry) {
        const auto* const kind = sim::Registry<Fault>::find(entry.spec.kind);
        SIM_ASSERT(kind != nullptr);
        fault = kind->make(entry.spec);
    }

    bool has_fired() const { return firing_.has_value(); }
    // REQUIRES: has_fired().
    FaultReport::Firing& firing() const { return entry_.firings.at(*firing_); }

    void on_fired(HostId target) override;
    void on_refused(const std::string& reason) override;
    void on_skipped(const std::string& reason) override { entry_.skipped = reason; }
    void on_over() override;
    void on_finished() override;
    bool lasts(const std::string& name) const override { return plan_.lasts(name); }
    void end_fault(const std::string& name) override { plan_.end_named(name); }
    bool is_kept(const CopiesTaken& taken) const override;
    bool may_strike(const CopiesTaken& taken) override;
    // It ends; what is put off still does not happen any more.
    void give_up();

    const std::uint64_t number;  // of the entry's applications
    FaultContext context;
    std::unique_ptr<Fault> fault;
    std::vector<HostId> hit;

  private:
    void put_off(const std::string& reason);

    FaultPlan& plan_;
    Entry& entry_;
    std::optional<std::size_t> firing_;
    std::optional<std::size_t> deferral_;  // of the entry's, while it is put off
};

}  // namespace gfs::faults
