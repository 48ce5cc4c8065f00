// SPDX-License-Identifier: Apache-2.0
// The rows of codes.def, messages.def and events.def as tables for people and for names in files.

#include <array>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"

namespace gfs {
namespace {

constexpr std::array codes{
#define GFS_CODE(name, definite, sentence) CodeInfo{#name, definite, sentence},
#include "core/common/codes.def"
#undef GFS_CODE
};

constexpr std::array messages{
#define GFS_MESSAGE(name, from, to, section, sentence) \
    MessageInfo{#name, #from, #to, section, sentence},
#include "core/common/messages.def"
#undef GFS_MESSAGE
};

constexpr std::array event_rows{
#define GFS_EVENT(identifier, name, section, fields, sentence) \
    sim::EventTable::Row{name, section, fields, sentence},
#include "core/common/events.def"
#undef GFS_EVENT
};

constexpr std::string_view reply_suffix = "Reply";

}  // namespace

std::span<const CodeInfo> all_codes() { return codes; }

const CodeInfo& info(Code code) { return codes.at(static_cast<std::size_t>(code)); }

std::optional<Code> find_code(std::string_view name) {
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i].name == name) return static_cast<Code>(i);
    return std::nullopt;
}

std::span<const MessageInfo> all_messages() { return messages; }

std::string message_name(sim::MessageType type) {
    const auto number = static_cast<std::size_t>(type);
    std::string name(messages.at(number / 2).name);
    if (number % 2 == 1) name += reply_suffix;
    return name;
}

std::optional<sim::MessageType> find_message(std::string_view name) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (messages[i].name == name) return request_type(static_cast<Message>(i));
        if (!name.ends_with(reply_suffix)) continue;
        if (messages[i].name == name.substr(0, name.size() - reply_suffix.size()))
            return reply_type(static_cast<Message>(i));
    }
    return std::nullopt;
}

const sim::EventTable& event_table() {
    static const sim::EventTable table(event_rows);
    return table;
}

}  // namespace gfs
