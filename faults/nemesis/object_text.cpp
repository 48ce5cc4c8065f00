// SPDX-License-Identifier: Apache-2.0

#include "faults/nemesis/object_text.h"

#include <fmt/format.h>

#include "faults/report.h"
#include "sim/assert.h"

namespace gfs::faults {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += std::string{'\\', c};
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", c);
        else
            out += c;
    }
    return out + "\"";
}

ObjectText& ObjectText::json(std::string_view name, std::string_view value) {
    SIM_ASSERT(!value.empty());
    if (!members_.empty()) members_ += ", ";
    members_ += fmt::format("{}: {}", quoted(name), value);
    return *this;
}

ObjectText& ObjectText::text(std::string_view name, std::string_view value) {
    return json(name, quoted(value));
}
ObjectText& ObjectText::number(std::string_view name, std::int64_t value) {
    return json(name, std::to_string(value));
}
ObjectText& ObjectText::flag(std::string_view name, bool value) {
    return json(name, value ? "true" : "false");
}
ObjectText& ObjectText::time(std::string_view name, sim::Duration value) {
    return text(name, to_string(value));
}
ObjectText& ObjectText::share(std::string_view name, std::uint64_t percent) {
    SIM_ASSERT(percent <= 100);
    return json(name, percent == 100 ? "1" : fmt::format("0.{:02}", percent));
}
ObjectText& ObjectText::object(std::string_view name, const ObjectText& value) {
    return json(name, value.str());
}

}  // namespace gfs::faults
