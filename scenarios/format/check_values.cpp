// SPDX-License-Identifier: Apache-2.0
// Single values: text of a certain form, words of a list, matches, policies.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/format/check.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

bool slug_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::vector<std::string_view> names_of(const std::vector<Word>& words) {
    std::vector<std::string_view> names;
    for (const Word& word : words) names.push_back(word.name);
    return names;
}

std::vector<std::string_view> event_names() {
    std::vector<std::string_view> names;
    for (const sim::EventInfo& info : event_table().all()) names.push_back(info.name);
    return names;
}

std::vector<std::string> message_names() {
    std::vector<std::string> names;
    for (const MessageInfo& info : all_messages()) {
        names.emplace_back(info.name);
        names.push_back(std::string(info.name) + "Reply");
    }
    return names;
}

std::vector<std::string_view> outcome_names() {
    std::vector<std::string_view> names{"error"};
    for (const CodeInfo& info : all_codes()) names.push_back(info.name);
    return names;
}

// What a word of a field is called in "not supported yet: ...".
std::string word_title(const FieldSpec& field, std::string_view word) {
    if (field.vocabulary == fault_words) return fmt::format("fault kind {}", tick(word));
    if (field.vocabulary == op_words) return fmt::format("operation {}", tick(word));
    if (field.vocabulary == checker_words) return fmt::format("checker {}", tick(word));
    if (field.vocabulary == invariant_words) return fmt::format("invariant {}", tick(word));
    if (field.vocabulary == metric_words) return fmt::format("metric {}", tick(word));
    if (field.vocabulary == role_words) return fmt::format("role {}", tick(word));
    if (field.vocabulary == ablation_words) return fmt::format("ablation {}", tick(word));
    if (field.vocabulary == site_words) return fmt::format("fault point {}", tick(word));
    if (field.name == "outputs") return fmt::format("output {}", tick(word));
    return fmt::format("{} {}", field.name, tick(word));
}

}  // namespace

bool is_slug(std::string_view text) {
    if (text.empty() || text.size() > 200) return false;
    if (text.front() < 'a' || text.front() > 'z') return false;
    return std::all_of(text.begin(), text.end(), slug_char);
}

bool is_path(std::string_view text) {
    if (!text.starts_with('/') || text.size() > 4096) return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '#' || c == 0x7f;
    });
}

bool is_chunk(std::string_view text) {
    if (text.starts_with('@')) return is_slug(text.substr(1));
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos || !is_path(text.substr(0, hash))) return false;
    const std::string_view index = text.substr(hash + 1);
    return !index.empty() && index.size() <= 9 &&
           index.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_who(std::string_view text) {
    if (text.starts_with('@')) return is_slug(text.substr(1));
    if (text.starts_with("rack:")) return is_slug(text.substr(5));
    if (text.starts_with("role:")) return is_slug(text.substr(5));
    // An actor, "writers.1", or a glob over actors.
    if (text.empty() || text.size() > 200) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return slug_char(c) || c == '.' || c == '*' || c == '?'; });
}

std::string who_note(std::string_view text) {
    std::string fixed(text);
    for (char& c : fixed)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (const std::size_t colon = fixed.find(':'); colon != std::string::npos)
        if (const auto kind = nearest(fixed.substr(0, colon), {"rack", "role"}))
            fixed = std::string(*kind) + fixed.substr(colon);
    if (fixed != text && is_who(fixed)) return fmt::format("did you mean `{}`?", fixed);
    return "an actor (cs3), a glob (cs*), rack:NAME, role:NAME or @target";
}

void FieldChecker::value(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (node.bad) return;  // a parameter that does not exist has been reported
    switch (field.type) {
        case Type::any:
            return;
        case Type::record:
            return record(find_record(field.record), node, pointer);
        case Type::map:
        case Type::path_map:
            return map(field, node, pointer);
        case Type::steps:
            return steps(field, node, pointer);
        case Type::words:
            return words(field, node, pointer);
        case Type::texts:
        case Type::paths:
            return texts(field, node, pointer);
        case Type::match:
            return match(node, pointer);
        case Type::policy:
            return policy(field, node, pointer);
        case Type::value_lists:
        case Type::name_lists:
        case Type::who_pair:
            return lists(field, node, pointer);
        case Type::seeds:
            return seeds(node, pointer);
        case Type::time_dist:
            if (node.is(Node::Type::object))
                return distribution(find_record("time_dist"), node, pointer);
            return quantity(field, node, pointer);
        case Type::size_dist:
            if (node.is(Node::Type::object))
                return distribution(find_record(node.find("table") ? "size_table" : "size_dist"),
                                    node, pointer);
            return quantity(field, node, pointer);
        case Type::moment:
            if (node.is(Node::Type::object)) return record(find_record("trigger"), node, pointer);
            return quantity(field, node, pointer);
        case Type::file_set:
            if (node.is(Node::Type::object))
                return record(find_record("generated_files"), node, pointer);
            return texts(field, node, pointer);
        default:
            return scalar(field, node, pointer);
    }
}

void FieldChecker::scalar(const FieldSpec& field, Node& node, const std::string& pointer) {
    switch (field.type) {
        case Type::version:
            return version(node, pointer);
        case Type::boolean:
            expect_type(Node::Type::boolean, "true or false", node, pointer);
            return;
        case Type::integer:
            return integer(field, node, pointer);
        case Type::number:
            return number(field, node, pointer);
        case Type::share:
            return share(node, pointer);
        case Type::amount:
            return amount(field, node, pointer);
        case Type::seed:
            return seed(node, pointer);
        case Type::duration:
        case Type::size:
        case Type::offset:
        case Type::bandwidth:
        case Type::rate:
        case Type::quantity:
            return quantity(field, node, pointer);
        default:
            break;
    }
    if (expect_type(Node::Type::text, "text", node, pointer)) form(field, node, pointer);
}

void FieldChecker::version(Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::number, "a number", node, pointer)) return;
    const Read<std::int64_t> number = read_integer(node.text);
    if (number.value && *number.value == 1) return;
    const bool newer = number.value && *number.value > 1;
    fail("E0002",
         newer ? "this file was written for a newer gfsim" : "there is no such format version",
         node, pointer, "this gfsim reads format 1");
}

// Text of a certain form.
void FieldChecker::form(const FieldSpec& field, Node& node, const std::string& pointer) {
    const std::string& text = node.text;
    const auto judge = [&](bool good, std::string_view code, std::string_view what,
                           std::string_view note) {
        if (!good)
            fail(code, fmt::format("{} {}", tick(text), what), node, pointer, std::string(note));
    };
    switch (field.type) {
        case Type::slug:
            return judge(is_slug(text), "E0111", "is no name",
                         "small letters, digits, `_` and `-`, beginning with a letter");
        case Type::path:
            return judge(is_path(text), "E0113", "is no path",
                         "a path begins with `/` and has no `#`");
        case Type::chunk:
            return judge(is_chunk(text), "E0113", "is no chunk",
                         "write \"/file#0\" for the first chunk of a file");
        case Type::who:
            return judge(is_who(text), "E0113", "names nobody", who_note(text));
        case Type::word:
        case Type::metric:
            return word(field, node, pointer);
        case Type::event:
            return name_of(event_names(), "event", node, pointer);
        case Type::message: {
            const std::vector<std::string> names = message_names();
            return name_of({names.begin(), names.end()}, "message", node, pointer);
        }
        case Type::outcome:
            return name_of(outcome_names(), "outcome", node, pointer);
        default:
            return;
    }
}

void FieldChecker::word(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::text, "a word", node, pointer)) return;
    const std::vector<Word> candidates = words_of(field);
    for (const Word& candidate : candidates) {
        if (candidate.name != node.text) continue;
        if (candidate.status == Status::later)
            not_supported(node.span, pointer, word_title(field, candidate.name));
        return;
    }
    name_of(names_of(candidates), field.name == "do" ? "fault kind" : field.name, node, pointer);
}

void FieldChecker::name_of(const std::vector<std::string_view>& names, std::string_view what,
                           Node& node, const std::string& pointer) {
    if (std::find(names.begin(), names.end(), node.text) != names.end()) return;
    std::string note;
    if (const auto near = nearest(node.text, names))
        note = fmt::format("did you mean `{}`?", *near);
    Diagnostic& d = fail("E0110", fmt::format("unknown {} {}", what, tick(node.text)), node,
                         pointer, std::move(note));
    d.allowed = comma_list(names, false);
}

void FieldChecker::words(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::array, "a list of words", node, pointer)) return;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        word(field, node.items[i], fmt::format("{}/{}", pointer, i));
        node.bad = node.bad || node.items[i].bad;
    }
}

void FieldChecker::texts(const FieldSpec& field, Node& node, const std::string& pointer) {
    const bool path = field.type != Type::texts;
    const auto one = [&](Node& item, const std::string& at) {
        if (!expect_type(Node::Type::text, path ? "a path" : "text", item, at)) return;
        if (path && !is_path(item.text))
            fail("E0113", fmt::format("{} is no path", tick(item.text)), item, at,
                 "a path begins with `/` and has no `#`");
    };
    if (!node.is(Node::Type::array)) return one(node, pointer);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        one(node.items[i], fmt::format("{}/{}", pointer, i));
        node.bad = node.bad || node.items[i].bad;
    }
}

void FieldChecker::match(Node& node, const std::string& pointer) {
    if (!expect_type(Node::Type::object, "an object of conditions", node, pointer)) return;
    for (Node& item : node.items) {
        condition(item, pointer + "/" + pointer_token(item.key));
        node.bad = node.bad || item.bad;
    }
}

// A value, a list of values, {"not": ...} or {"ge": n, "le": n}.
void FieldChecker::condition(Node& node, const std::string& pointer) {
    const auto values = [&](Node& item, const std::string& at) {
        const bool list = item.is(Node::Type::array);
        if (list && item.items.empty())
            fail("E0102", "an empty list matches nothing", item, at, "expected at least one value");
        const auto one = [&](const Node& v) {
            return v.is(Node::Type::text) || v.is(Node::Type::number) || v.is(Node::Type::boolean);
        };
        const bool good = list ? std::all_of(item.items.begin(), item.items.end(), one) : one(item);
        if (!good && !item.bad)
            fail("E0102", "a condition compares with text, numbers, true or false", item, at,
                 "a value, a list of values, {\"not\": v} or {\"ge\": n, \"le\": n}");
        node.bad = node.bad || item.bad;
    };
    if (!node.is(Node::Type::object)) return values(node, pointer);
    if (node.items.empty())
        fail("E0102", "this condition is empty", node, pointer,
             "{\"not\": v} or {\"ge\": n, \"le\": n}");
    const bool negated = node.find("not") != nullptr;
    for (Node& item : node.items) {
        const std::string at = pointer + "/" + pointer_token(item.key);
        if (item.key == "not" ? node.items.size() > 1
                              : negated || (item.key != "ge" && item.key != "le")) {
            Diagnostic& d = out_.error(
                "E0101", fmt::format("unknown condition {}", tick(item.key)),
                {item.key_span, "a condition is {\"not\": v} or {\"ge\": n, \"le\": n}"});
            d.pointer = at;
            node.bad = true;
        } else if (item.key == "not") {
            values(item, at);
        } else if (!item.is(Node::Type::number) && !item.is(Node::Type::text)) {
            fail("E0102", "a bound is a number, or text with a unit", item, at,
                 "expected a number");
            node.bad = true;
        }
    }
}

void FieldChecker::policy(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (!node.is(Node::Type::object)) return word(field, node, pointer);
    Node* const kind = node.find("kind");
    if (kind == nullptr) {
        fail("E0109", "a policy needs `kind`", node, pointer, "write {\"kind\": name, ...}");
        return;
    }
    word(field, *kind, pointer + "/kind");
    for (Node& item : node.items) {
        if (item.key != "kind" && (item.is(Node::Type::object) || item.is(Node::Type::array) ||
                                   item.is(Node::Type::null)))
            fail("E0102", fmt::format("the parameter {} is not a single value", tick(item.key)),
                 item, pointer + "/" + pointer_token(item.key),
                 "expected a number, text, true or false");
        node.bad = node.bad || item.bad;
    }
}

void FieldChecker::lists(const FieldSpec& field, Node& node, const std::string& pointer) {
    if (field.type == Type::value_lists) {
        if (!expect_type(Node::Type::object, "an object of lists", node, pointer)) return;
        for (Node& item : node.items) {
            if (!expect_type(Node::Type::array, "a list of values", item,
                             pointer + "/" + pointer_token(item.key)))
                continue;
            if (item.items.empty())
                fail("E0107", "an empty list means no run at all", item, pointer,
                     "expected at least one value");
        }
        return;
    }
    const bool pair = field.type == Type::who_pair;
    if (!expect_type(Node::Type::array, pair ? "a list of two" : "a list of lists", node, pointer))
        return;
    if (pair && node.items.size() != 2)
        fail("E0107",
             fmt::format("{} takes two groups, not {}", tick(field.name), node.items.size()), node,
             pointer, "expected [who, who]");
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        Node& item = node.items[i];
        const std::string at = fmt::format("{}/{}", pointer, i);
        const FieldSpec inner{.name = field.name, .type = pair ? Type::who : Type::texts};
        if (pair || expect_type(Node::Type::array, "a list of names", item, at))
            value(inner, item, at);
        node.bad = node.bad || item.bad;
    }
}

}  // namespace gfs::format
