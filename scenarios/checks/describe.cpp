// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/describe.h"

#include <fmt/format.h>

#include "core/common/codes.h"
#include "core/common/content.h"
#include "core/common/message_types.h"

namespace gfs::checks {
namespace {

struct TimeUnit {
    std::uint64_t ns;
    int digits;  // after the point, to be exact
    const char* name;
};
constexpr TimeUnit units[] = {{1'000'000'000, 9, "s"}, {1'000'000, 6, "ms"}, {1'000, 3, "us"}};

}  // namespace

std::string describe(sim::Duration duration) {
    const bool negative = sim::to_ns(duration) < 0;
    const auto ns = static_cast<std::uint64_t>(sim::to_ns(duration));
    const std::uint64_t magnitude = negative ? 0 - ns : ns;
    const std::string sign = negative ? "-" : "";
    for (const TimeUnit& unit : units) {
        if (magnitude < unit.ns) continue;
        std::string text = fmt::format("{}{}", sign, magnitude / unit.ns);
        std::string rest = fmt::format("{:0{}}", magnitude % unit.ns, unit.digits);
        rest.erase(rest.find_last_not_of('0') + 1);
        if (!rest.empty()) text += "." + rest;
        return text + " " + unit.name;
    }
    return fmt::format("{}{} ns", sign, magnitude);
}

std::string describe(sim::Time time) {
    return describe(time - sim::time_zero);
}

std::string describe(const sim::Engine& engine, HostId host) {
    if (host == sim::no_host) return "nobody";
    return engine.host(host).name();
}

std::string describe_field(const sim::Engine& engine, sim::FieldType type, std::uint64_t bits) {
    switch (type) {
        case sim::FieldType::duration:
            return describe(sim::Duration{static_cast<std::int64_t>(bits)});
        case sim::FieldType::local_time:
            return describe(sim::Duration{static_cast<std::int64_t>(bits)});
        case sim::FieldType::host:
            return describe(engine, HostId{static_cast<std::uint32_t>(bits)});
        case sim::FieldType::text:
            return engine.texts().text(sim::TextId{static_cast<std::uint32_t>(bits)});
        case sim::FieldType::message:
            return message_name(static_cast<sim::MessageType>(bits));
        case sim::FieldType::code:
            return std::string(info(static_cast<Code>(bits)).name);
        case sim::FieldType::data:
            if (DataId{bits} == padding) return "padding";
            if (DataId{bits} == no_data) return "none";
            return fmt::format("{}.{}", bits >> 32, bits & 0xffff'ffff);
        case sim::FieldType::count:
        case sim::FieldType::bytes:
        case sim::FieldType::chunk:
            return std::to_string(bits);
    }
    return {};
}

}  // namespace gfs::checks
