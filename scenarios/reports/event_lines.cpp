// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/event_lines.h"

#include <charconv>

namespace gfs::reports {
namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : left_(text) {}

    bool take(char c) {
        if (left_.empty() || left_.front() != c) return false;
        left_.remove_prefix(1);
        return true;
    }
    bool at_string() const { return !left_.empty() && left_.front() == '"'; }
    bool at_end() const { return left_.empty(); }

    std::optional<std::string> string() {
        if (!take('"')) return std::nullopt;
        std::string text;
        while (!left_.empty()) {
            const char c = left_.front();
            left_.remove_prefix(1);
            if (c == '"') return text;
            if (c != '\\') {
                text += c;
                continue;
            }
            if (!escape(text)) return std::nullopt;
        }
        return std::nullopt;
    }
    std::string number() {
        const std::size_t end = left_.find_first_not_of("-0123456789");
        const std::string digits(left_.substr(0, end));
        left_.remove_prefix(digits.size());
        return digits;
    }

  private:
    bool escape(std::string& text) {
        if (left_.empty()) return false;
        const char c = left_.front();
        left_.remove_prefix(1);
        if (c == 'u') {
            int code = 0;
            if (left_.size() < 4) return false;
            const auto read = std::from_chars(left_.data(), left_.data() + 4, code, 16);
            if (read.ptr != left_.data() + 4 || code >= 0x80) return false;
            text += static_cast<char>(code);
            left_.remove_prefix(4);
            return true;
        }
        text += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
        return true;
    }

    std::string_view left_;
};

template <typename Number>
std::optional<Number> to_number(std::string_view text) {
    Number number{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::optional<std::string_view> EventLine::field(std::string_view name) const {
    for (const auto& [key, value] : fields)
        if (key == name) return value;
    return std::nullopt;
}

std::optional<std::uint64_t> EventLine::number_of(std::string_view name) const {
    const auto text = field(name);
    return text ? to_number<std::uint64_t>(*text) : std::nullopt;
}

std::optional<EventLine> read_event(std::string_view line) {
    Reader reader(line);
    EventLine event;
    if (!reader.take('{')) return std::nullopt;
    do {
        const auto key = reader.string();
        if (!key || !reader.take(':')) return std::nullopt;
        auto value = reader.at_string() ? reader.string() : std::optional(reader.number());
        if (!value) return std::nullopt;
        event.fields.emplace_back(*key, std::move(*value));
    } while (reader.take(','));
    if (!reader.take('}') || !reader.at_end() || event.fields.size() < 4) return std::nullopt;
    const auto number = event.number_of("n");
    const auto time = to_number<std::int64_t>(event.field("t").value_or(""));
    if (!number || !time || !event.field("actor") || !event.field("event")) return std::nullopt;
    event.number = *number;
    event.time_ns = *time;
    event.actor = *event.field("actor");
    event.event = *event.field("event");
    event.fields.erase(event.fields.begin(), event.fields.begin() + 4);
    return event;
}

}  // namespace gfs::reports
