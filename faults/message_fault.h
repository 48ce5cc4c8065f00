// SPDX-License-Identifier: Apache-2.0
// What `drop`, `delay`, `duplicate`, `hold` and `corrupt_message` share: exactly the nth message of
// a type, and as many more as the fault says. Counting begins when the fault is applied; it has
// fired when it has hit.
#pragma once

#include <optional>
#include <string>

#include "faults/fault.h"

namespace gfs::faults {

class MessageFault : public Fault, private sim::MessageFilter {
  public:
    explicit MessageFault(const FaultSpec& spec) : spec_(spec) {}
    ~MessageFault() override;

    void apply(FaultContext& context) final;
    void heal(FaultContext& context) override;
    bool over() const override { return counted_all() || network_ == nullptr; }
    std::string waiting_for() const final;

  protected:
    const FaultSpec& spec() const { return spec_; }
    // After apply().
    FaultContext& context() const { return *context_; }
    bool counted_all() const { return hits_ == spec_.message.count; }
    sim::MessageFilter& filter() { return *this; }
    virtual void strike(sim::Fate& fate) = 0;

  private:
    void on_send(const sim::Packet& packet, sim::Fate& fate) final;
    bool is_meant(const sim::Packet& packet) const;

    const FaultSpec& spec_;
    FaultContext* context_ = nullptr;
    sim::Network* network_ = nullptr;  // null: not listening to it
    sim::MessageType type_{};
    std::optional<EventMatcher> matcher_;
    std::uint64_t seen_ = 0;
    std::uint64_t hits_ = 0;
};

}  // namespace gfs::faults
