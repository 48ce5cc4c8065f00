// SPDX-License-Identifier: Apache-2.0
// The names of all messages, from messages.def. The structs themselves are in messages.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/event.h"

namespace gfs {

enum class Message : std::uint16_t {
#define GFS_MESSAGE(name, ...) name,
#include "core/common/messages.def"
#undef GFS_MESSAGE
};

struct MessageInfo {
    std::string_view name;
    std::string_view from;  // client, master, chunkserver, log_replica, shadow, monitor, any
    std::string_view to;
    std::string_view section;
    std::string_view sentence;
};

std::span<const MessageInfo> all_messages();

// Requests have even types and their replies the odd type that follows.
constexpr sim::MessageType request_type(Message message) {
    return static_cast<sim::MessageType>(2 * static_cast<unsigned>(message));
}
constexpr sim::MessageType reply_type(Message message) {
    return static_cast<sim::MessageType>(2 * static_cast<unsigned>(message) + 1);
}

// "ApplyMutation", "ApplyMutationReply".
std::string message_name(sim::MessageType type);
std::optional<sim::MessageType> find_message(std::string_view name);

}  // namespace gfs
