// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/event_text.h"

#include <fmt/format.h>

#include <array>

#include "core/common/codes.h"
#include "core/common/message_types.h"

namespace gfs::reports {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;

struct Unit {
    std::uint64_t size;
    const char* name;
};

bool is_quoted(sim::FieldType type) {
    using sim::FieldType;
    switch (type) {
        case FieldType::host:
        case FieldType::text:
        case FieldType::message:
        case FieldType::code:
        case FieldType::data:
            return true;
        case FieldType::count:
        case FieldType::bytes:
        case FieldType::duration:
        case FieldType::local_time:
        case FieldType::chunk:
            return false;
    }
    return false;
}

}  // namespace

std::string time_text(sim::Time t) {
    const std::int64_t ns = sim::to_ns(t);
    return fmt::format("{}.{:09}s", ns / ns_per_s, ns % ns_per_s);
}

std::string duration_text(sim::Duration d) {
    constexpr std::array<Unit, 6> units{{{86'400'000'000'000, "d"},
                                         {3'600'000'000'000, "h"},
                                         {60'000'000'000, "m"},
                                         {1'000'000'000, "s"},
                                         {1'000'000, "ms"},
                                         {1'000, "us"}}};
    const std::int64_t signed_ns = sim::to_ns(d);
    const std::uint64_t ns = static_cast<std::uint64_t>(signed_ns < 0 ? -signed_ns : signed_ns);
    const char* const sign = signed_ns < 0 ? "-" : "";
    for (const Unit& unit : units) {
        if (ns < unit.size) continue;
        if (ns % unit.size == 0) return fmt::format("{}{}{}", sign, ns / unit.size, unit.name);
        if (unit.size > static_cast<std::uint64_t>(ns_per_s)) continue;
        // Three decimals, rounded to nearest.
        const std::uint64_t thousandths = (ns * 1000 + unit.size / 2) / unit.size;
        return fmt::format("{}{}.{:03}{}", sign, thousandths / 1000, thousandths % 1000, unit.name);
    }
    return fmt::format("{}{}ns", sign, ns);
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array<Unit, 4> units{
        {{1ULL << 40, "TiB"}, {1ULL << 30, "GiB"}, {1ULL << 20, "MiB"}, {1ULL << 10, "KiB"}}};
    for (const Unit& unit : units) {
        if (bytes < unit.size) continue;
        if (bytes % unit.size == 0) return fmt::format("{}{}", bytes / unit.size, unit.name);
    }
    return fmt::format("{}B", bytes);
}

std::string json_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                quoted += "\\\"";
                break;
            case '\\':
                quoted += "\\\\";
                break;
            case '\n':
                quoted += "\\n";
                break;
            case '\r':
                quoted += "\\r";
                break;
            case '\t':
                quoted += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
                } else {
                    quoted += c;
                }
        }
    }
    return quoted + '"';
}

std::string EventText::host_name(sim::HostId host) const {
    if (sim::to_index(host) >= engine_.host_count()) return "-";
    return engine_.host(host).name();
}

std::string EventText::value(sim::FieldType type, std::uint64_t bits) const {
    using sim::FieldType;
    switch (type) {
        case FieldType::count:
        case FieldType::chunk:
            return fmt::format("{}", bits);
        case FieldType::bytes:
            return bytes_text(bits);
        case FieldType::duration:
        case FieldType::local_time:
            return duration_text(sim::Duration{static_cast<std::int64_t>(bits)});
        case FieldType::host:
            return host_name(static_cast<sim::HostId>(bits));
        case FieldType::text:
            return engine_.texts().text(static_cast<sim::TextId>(bits));
        case FieldType::message:
            return message_name(static_cast<sim::MessageType>(bits));
        case FieldType::code:
            return std::string(info(static_cast<Code>(bits)).name);
        case FieldType::data:
            // The client that made it, and which of its data it is.
            if (bits == ~std::uint64_t{0}) return "padding";
            return fmt::format("{}#{}", host_name(static_cast<sim::HostId>(bits >> 32)),
                               bits & 0xffff'ffffU);
    }
    return {};
}

std::string EventText::line(const sim::Event& event) const {
    const sim::EventInfo& kind = engine_.events()[event.kind];
    std::string text =
        fmt::format("{:>15} {:<12} {}", time_text(event.time), host_name(event.actor), kind.name);
    for (std::size_t i = 0; i < kind.fields.size(); ++i)
        text +=
            fmt::format(" {}={}", kind.fields[i].name, value(kind.fields[i].type, event.fields[i]));
    return text;
}

std::string EventText::json(const sim::Event& event) const {
    const sim::EventInfo& kind = engine_.events()[event.kind];
    std::string text =
        fmt::format("{{\"n\":{},\"t\":{},\"actor\":{},\"event\":\"{}\"", event.sequence,
                    sim::to_ns(event.time), json_string(host_name(event.actor)), kind.name);
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        const sim::FieldType type = kind.fields[i].type;
        const std::uint64_t bits = event.fields[i];
        if (is_quoted(type)) {
            text += fmt::format(",\"{}\":{}", kind.fields[i].name, json_string(value(type, bits)));
        } else {
            text += fmt::format(",\"{}\":{}", kind.fields[i].name, bits);
        }
    }
    return text + "}";
}

}  // namespace gfs::reports
