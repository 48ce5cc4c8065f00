// SPDX-License-Identifier: Apache-2.0

#include "faults/message_fault.h"

#include <fmt/format.h>

#include "core/common/message_types.h"
#include "sim/assert.h"

namespace gfs::faults {

MessageFault::~MessageFault() {
    if (network_ != nullptr) network_->remove_filter(*this);
}

void MessageFault::apply(FaultContext& context) {
    const auto type = find_message(spec_.message.type);
    SIM_ASSERT(type.has_value());
    SIM_ASSERT(spec_.message.nth > 0);
    SIM_ASSERT(spec_.message.count > 0);
    type_ = *type;
    context_ = &context;
    network_ = &context.network();
    const EventPattern pattern{"message.sent", spec_.message.match};
    matcher_.emplace(context.engine(), context.targets(), pattern);
    network_->add_filter(*this);
}

void MessageFault::heal(FaultContext& context) {
    SIM_ASSERT(network_ == &context.network());
    network_->remove_filter(*this);
    network_ = nullptr;
}

bool MessageFault::is_meant(const sim::Packet& packet) const {
    if (packet.type != type_) return false;
    // The message as the event that announced it.
    const sim::Event sent{
        .time = context_->now(),
        .sequence = 0,
        .actor = packet.from,
        .kind = sim::event::message_sent,
        .field_count = 5,
        .fields = {sim::Field(packet.type).bits(), sim::Field(packet.from).bits(),
                   sim::Field(packet.to).bits(), packet.op, packet.bytes},
    };
    // Targets come last: one that has not bound yet binds to a message that is meant otherwise.
    if (!matcher_->matches(sent)) return false;
    const MessageSpec& message = spec_.message;
    if (message.from && !context_->targets().is_meant(*message.from, packet.from)) return false;
    return !message.to || context_->targets().is_meant(*message.to, packet.to);
}

void MessageFault::on_send(const sim::Packet& packet, sim::Fate& fate) {
    if (counted_all() || !is_meant(packet)) return;
    ++seen_;
    if (seen_ < spec_.message.nth) return;
    ++hits_;
    context_->fired(packet.to);
    strike(fate);
    if (over()) context_->is_over();
}

std::string MessageFault::waiting_for() const {
    return fmt::format("message {} seen {} {}, needed {}", spec_.message.type, seen_,
                       seen_ == 1 ? "time" : "times", spec_.message.nth);
}

}  // namespace gfs::faults
