// SPDX-License-Identifier: Apache-2.0

#include "core/common/hidden_name.h"

#include <charconv>
#include <cstdint>

namespace gfs {
namespace {

// A number and the '-' behind it, cut off from the front of `text`.
template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop == end || *stop != '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return number;
}

constexpr std::string_view slash = "%2F";
constexpr std::string_view percent = "%25";

}  // namespace

std::string to_path(const HiddenName& name) {
    std::string path(hidden_prefix);
    path += std::to_string(sim::to_ns(name.deleted)) + "-";
    path += std::to_string(to_number(name.record)) + "-";
    for (const char c : name.file) {
        if (c == '/')
            path += slash;
        else if (c == '%')
            path += percent;
        else
            path += c;
    }
    return path;
}

std::optional<HiddenName> parse_hidden_name(std::string_view path) {
    if (!is_hidden(path)) return std::nullopt;
    path.remove_prefix(hidden_prefix.size());
    const auto deleted = take_number<std::int64_t>(path);
    if (!deleted) return std::nullopt;
    const auto record = take_number<std::uint64_t>(path);
    if (!record) return std::nullopt;
    HiddenName name{.deleted = sim::LocalTime{sim::Duration{*deleted}},
                    .record = LogIndex{*record},
                    .file = {}};
    while (!path.empty()) {
        if (path.starts_with(slash)) {
            name.file += '/';
            path.remove_prefix(slash.size());
        } else if (path.starts_with(percent)) {
            name.file += '%';
            path.remove_prefix(percent.size());
        } else {
            name.file += path.front();
            path.remove_prefix(1);
        }
    }
    return name;
}

}  // namespace gfs
