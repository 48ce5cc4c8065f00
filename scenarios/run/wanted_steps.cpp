// SPDX-License-Identifier: Apache-2.0
// Steps by name, as tables print them and as --steps takes them.

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "core/common/events.h"
#include "core/common/log_record.h"
#include "core/common/message_types.h"
#include "scenarios/format/suggest.h"
#include "scenarios/run/protocol_steps.h"

namespace gfs::run {
namespace {

using Names = std::vector<std::string>;

template <std::size_t... Is>
Names names_of_records(std::index_sequence<Is...> /*all*/) {
    return {log::name(log::Entry(std::in_place_index<Is>))...};
}

// What may follow the colon; nothing when no list says.
Names specials_of(const sim::EventInfo& info) {
    const bool mutation = info.name.starts_with("mutation.");
    for (const sim::FieldInfo& field : info.fields) {
        if (field.type == sim::FieldType::message) {
            Names names;
            for (const MessageInfo& message : all_messages())
                for (const char* const end : {"", "Reply"})
                    names.push_back(std::string(message.name) + end);
            return names;
        }
        if (field.name != "kind") continue;
        if (mutation) return {"write", "append", "pad"};
        if (info.name == "master.log_appended" || info.name == "shadow.applied")
            return names_of_records(std::make_index_sequence<std::variant_size_v<log::Entry>>());
    }
    return {};
}

bool is_distinguished(const sim::EventInfo& info) {
    for (const sim::FieldInfo& field : info.fields)
        if (field.type == sim::FieldType::message || field.name == "kind") return true;
    return false;
}

Names parts_of(const sim::EventInfo& info) {
    Names names;
    for (const sim::FieldInfo& field : info.fields)
        if (field.type == sim::FieldType::host) names.emplace_back(field.name);
    names.emplace_back("actor");
    return names;
}

// Empty when `given` is one of `names`.
std::string why_not(std::string_view what, const std::string& given, const Names& names,
                    bool list = false) {
    for (const std::string& name : names)
        if (name == given) return {};
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string text = fmt::format("{} `{}`", what, given);
    if (const auto near = format::nearest(given, views))
        text += fmt::format("; did you mean `{}`?", *near);
    else if (list)
        text += fmt::format("; it has: {}", format::comma_list(views, false));
    return text;
}

}  // namespace

WantedStep read_wanted(const std::string& text) {
    WantedStep wanted;
    std::string name = text;
    if (const std::size_t open = text.find('('); open != std::string::npos && text.back() == ')') {
        wanted.part = text.substr(open + 1, text.size() - open - 2);
        name = text.substr(0, open);
        while (name.ends_with(' ')) name.pop_back();
    }
    const std::size_t colon = name.find(':');
    wanted.event = name.substr(0, colon);
    if (colon != std::string::npos) wanted.special = name.substr(colon + 1);
    return wanted;
}

std::string why_no_step(const WantedStep& wanted) {
    Names events;
    for (const sim::EventInfo& info : event_table().all()) events.emplace_back(info.name);
    const std::string no_event = why_not("there is no event", wanted.event, events);
    if (!no_event.empty()) return no_event;
    const sim::EventInfo& info = event_table()[*event_table().find(wanted.event)];
    if (!wanted.special.empty()) {
        if (!is_distinguished(info))
            return fmt::format(
                "the event `{}` has no message and no kind: nothing follows its name", info.name);
        const Names specials = specials_of(info);
        const std::string what = fmt::format("the event `{}` has no", info.name);
        const std::string no_special = why_not(what, wanted.special, specials, true);
        if (!specials.empty() && !no_special.empty()) return no_special;
    }
    if (wanted.part.empty()) return {};
    return why_not(fmt::format("the event `{}` names no host as its", info.name), wanted.part,
                   parts_of(info), true);
}

bool is_step(const ProtocolStep& step, const WantedStep& wanted) {
    if (step.event != wanted.event) return false;
    if (!wanted.part.empty() && step.part != wanted.part) return false;
    return wanted.special.empty() || step.name == step.event + ":" + wanted.special;
}

bool is_step(const MessageStep& message, const WantedStep& wanted) {
    return wanted.event == "message.sent" &&
           (wanted.special.empty() || wanted.special == message.message);
}

}  // namespace gfs::run
