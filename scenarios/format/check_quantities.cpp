// SPDX-License-Identifier: Apache-2.0
// Numbers and quantities with units.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/check.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"
#include "scenarios/format/view.h"

namespace gfs::format {
namespace {

std::string range_words(const FieldSpec& field) {
    const auto show = [&](std::int64_t value) {
        switch (field.type) {
            case Type::duration:
            case Type::time_dist:
            case Type::moment:
                return write_duration(value);
            case Type::size:
            case Type::size_dist:
            case Type::offset:
                return write_size(static_cast<std::uint64_t>(value));
            case Type::bandwidth:
                return write_size(static_cast<std::uint64_t>(value)) + "/s";
            default:
                return std::to_string(value);
        }
    };
    const Range range = range_of_values(field);
    if (range.max == std::numeric_limits<std::int64_t>::max()) return "at least " + show(range.min);
    return fmt::format("from {} to {}", show(range.min), show(range.max));
}

// A plain number where a unit is needed.
std::string_view unit_example(Type type) {
    switch (type) {
        case Type::size:
        case Type::size_dist:
            return "write a size with its unit, such as \"64KiB\"";
        case Type::bandwidth:
            return "write a bandwidth with its unit, such as \"100Mbit/s\"";
        case Type::rate:
            return "write a rate with its unit, such as \"50/s\"";
        default:
            return "write a duration with its unit, such as \"5s\" or \"250ms\"";
    }
}

// A ratio of percents, whose denominator divides a power of ten: 1/20 -> "0.05".
std::string as_decimal(sim::Ratio ratio) {
    std::string digits = std::to_string(ratio.numerator / ratio.denominator);
    std::uint64_t rest = ratio.numerator % ratio.denominator;
    if (rest != 0) digits += '.';
    for (int places = 0; rest != 0 && places < 12; ++places) {
        digits += static_cast<char>('0' + rest * 10 / ratio.denominator);
        rest = rest * 10 % ratio.denominator;
    }
    return digits;
}

}  // namespace

void FieldChecker::in_range(const FieldSpec& field, std::int64_t value, Node& node,
                            const std::string& pointer) {
    const Range range = range_of_values(field);
    if (value >= range.min && value <= range.max) return;
    fail("E0107", fmt::format("{} is out of range", tick(node.text)), node, pointer,
         range_words(field));
}

void FieldChecker::integer(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::number, "a whole number", node, pointer)) return;
    const Read<std::int64_t> read = read_integer(node.text);
    if (!read.value) {
        fail(read.code, read.message, node, pointer, read.note);
        return;
    }
    in_range(field, *read.value, node, pointer);
}

void FieldChecker::number(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::number, "a number", node, pointer)) return;
    const Read<Exact> read = read_exact(node.text);
    if (!read.value) {
        fail(read.code, read.message, node, pointer, read.note);
        return;
    }
    // value < min or value > max, without a division; the denominator is at most 10^18.
    const Exact& value = *read.value;
    const std::int64_t whole = value.numerator / value.denominator;
    const bool fraction = value.numerator % value.denominator != 0;
    const bool below = whole < field.min || (value.numerator < 0 && whole <= field.min && fraction);
    const bool above = whole > field.max || (whole == field.max && fraction && value.numerator > 0);
    if (below || above)
        fail("E0107", fmt::format("{} is out of range", tick(node.text)), node, pointer,
             range_words(field));
}

void FieldChecker::quantity(const FieldSpec& field, Node& node, const std::string& pointer) {
    const Type type = field.type;
    if (node.is(Node::Type::number)) {
        const Read<std::int64_t> whole = read_integer(node.text);
        const bool zero =
            whole.value && *whole.value == 0 && type != Type::rate && type != Type::bandwidth;
        if (type == Type::quantity) {
            const Read<Exact> exact = read_exact(node.text);
            if (!exact.value) fail(exact.code, exact.message, node, pointer, exact.note);
            return;
        }
        if (type == Type::offset) {
            if (!whole.value)
                fail(whole.code, whole.message, node, pointer, whole.note);
            else
                in_range(field, *whole.value, node, pointer);
            return;
        }
        if (!zero) {
            fail("E0103", fmt::format("{} has no unit", tick(node.text)), node, pointer,
                 std::string(unit_example(type)));
            return;
        }
        return in_range(field, 0, node, pointer);
    }
    if (!expect_type(Node::Type::text, "text with a unit", node, pointer)) return;
    if (type == Type::quantity) return;  // the metric decides the unit: load_expect.cpp
    if (type == Type::offset && node.text.starts_with('@')) {
        if (!is_slug(std::string_view(node.text).substr(1)))
            fail("E0113", fmt::format("{} is no bound name", tick(node.text)), node, pointer,
                 "@ and a name");
        return;
    }
    if (type == Type::rate) {
        const Read<Rate> rate = read_rate(node.text);
        if (!rate.value) fail(rate.code, rate.message, node, pointer, rate.note);
        return;
    }
    const bool bytes = type == Type::size || type == Type::size_dist || type == Type::offset;
    const Read<std::int64_t> read = type == Type::bandwidth ? read_bandwidth(node.text)
                                    : bytes                 ? read_size(node.text)
                                                            : read_duration(node.text);
    if (!read.value) {
        fail(read.code, read.message, node, pointer, read.note);
        return;
    }
    in_range(field, *read.value, node, pointer);
}

// Its numbers in their order: the least before the largest, half before almost all.
void FieldChecker::distribution(const RecordSpec& spec, Node& node, const std::string& pointer) {
    record(spec, node, pointer);
    const std::string shape = View(&node).text("dist");
    if (node.bad || (shape != "uniform" && shape != "lognormal")) return;
    const char* const names[] = {shape == "uniform" ? "min" : "median",
                                 shape == "uniform" ? "max" : "p99"};
    const auto read = [&](const Node& number) {
        if (number.is(Node::Type::number)) return std::optional<std::int64_t>(0);
        return spec.name == "size_dist" ? read_size(number.text).value
                                        : read_duration(number.text).value;
    };
    Node& low = *node.find(names[0]);
    Node& high = *node.find(names[1]);
    const auto least = read(low);
    const auto most = read(high);
    if (!least || !most) return;
    if (shape == "lognormal" && *least < 1) {
        fail("E0107", "half of the values of a lognormal distribution cannot be zero", low,
             pointer + "/median", "the median is above zero");
    } else if (*least > *most) {
        Diagnostic& d = fail("E0107", fmt::format("{} is below {}", tick(names[1]), tick(names[0])),
                             high, pointer + "/" + names[1], fmt::format("at least {}", low.text));
        if (!d.other) d.other = Label{low.span, fmt::format("{} is here", tick(names[0]))};
    }
    node.bad = low.bad || high.bad;
}

void FieldChecker::share(Node& node, const std::string& pointer) {
    if (node.is(Node::Type::text) && node.text.ends_with('%')) {
        const Read<sim::Ratio> percent = read_percent(node.text);
        const std::string note = percent.value ? "write " + as_decimal(*percent.value)
                                               : std::string("write a number from 0 to 1");
        fail("E0106", fmt::format("{} is no probability", tick(node.text)), node, pointer, note);
        return;
    }
    if (!expect_type(Node::Type::number, "a number from 0 to 1", node, pointer)) return;
    const Read<Exact> read = read_exact(node.text);
    if (!read.value) {
        fail(read.code, read.message, node, pointer, read.note);
        return;
    }
    if (read.value->numerator < 0 || read.value->numerator > read.value->denominator)
        fail("E0107", fmt::format("{} is out of range", tick(node.text)), node, pointer,
             "a probability is a number from 0 to 1");
}

void FieldChecker::amount(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!node.is(Node::Type::text)) return integer(field, node, pointer);
    if (has_word(field.choices, node.text)) return;
    const Read<sim::Ratio> percent = read_percent(node.text);
    if (percent.value) return;
    std::string note = percent.note;
    std::vector<std::string_view> words;
    for (std::string_view left = field.choices; !left.empty();) {
        words.push_back(left.substr(0, left.find(' ')));
        left.remove_prefix(std::min(left.size(), words.back().size() + 1));
    }
    if (const auto near = nearest(node.text, words))
        note = fmt::format("did you mean `{}`?", *near);
    else if (!words.empty())
        note = fmt::format("a number, \"40%\", or one of: {}", field.choices);
    fail(percent.code, fmt::format("{} is no amount", tick(node.text)), node, pointer, note);
}

void FieldChecker::seed(Node& node, const std::string& pointer) {
    if (!node.is(Node::Type::text) && !expect_type(Node::Type::number, "a seed", node, pointer))
        return;
    const Read<std::uint64_t> read = read_seed(node.text, node.is(Node::Type::number));
    if (!read.value) fail(read.code, read.message, node, pointer, read.note);
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> read_seeds(const Node& node) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    if (node.is(Node::Type::array)) {
        for (const Node& item : node.items) {
            const bool number = item.is(Node::Type::number);
            if (!number && !item.is(Node::Type::text)) return {};
            const Read<std::uint64_t> seed = read_seed(item.text, number);
            if (!seed.value) return {};
            ranges.emplace_back(*seed.value, *seed.value);
        }
        return ranges;
    }
    const std::string_view text = node.text;
    const std::size_t dots = text.find("..");
    if (!node.is(Node::Type::text) || dots == std::string_view::npos) return {};
    const auto bound = [](std::string_view digits) -> std::optional<std::uint64_t> {
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
            return std::nullopt;
        return read_seed(digits, true).value;
    };
    const auto first = bound(text.substr(0, dots));
    const auto last = bound(text.substr(dots + 2));
    if (!first || !last || *first > *last) return {};
    return {{*first, *last}};
}

void FieldChecker::seeds(Node& node, const std::string& pointer) {
    if (!node.is(Node::Type::array) &&
        !expect_type(Node::Type::text, "a range or a list of seeds", node, pointer))
        return;
    if (!read_seeds(node).empty()) return;
    fail("E0352", "this is no range and no list of seeds", node, pointer,
         "write \"1..100\" or [1, 2, 3]");
}

}  // namespace gfs::format
