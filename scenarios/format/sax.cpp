// SPDX-License-Identifier: Apache-2.0
// The only unit that includes nlohmann/json. Its SAX parser says what it understood; the place of
// each token follows from the text: between two tokens stand only blanks, comments, commas and
// colons.

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/format/parse.h"
#include "scenarios/format/suggest.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

using Json = nlohmann::json;

// Builds the document. Containers under construction are in `stack_`, so that the depth of a file
// costs no stack of ours.
class Builder final : public nlohmann::json_sax<Json> {
  public:
    Builder(std::uint32_t file, Diagnostics& out) : out_(out) {
        state_.file = file;
        state_.text = out.files().text(file);
    }

    bool null() override { return scalar(Node::Type::null, ""); }
    bool boolean(bool value) override {
        Node node;
        node.boolean = value;
        return scalar(Node::Type::boolean, "", std::move(node));
    }
    bool number_integer(number_integer_t) override { return number(); }
    bool number_unsigned(number_unsigned_t) override { return number(); }
    bool number_float(number_float_t, const string_t&) override { return number(); }
    bool string(string_t& value) override { return scalar(Node::Type::text, std::move(value)); }
    bool binary(binary_t&) override { return false; }  // not in JSON text

    bool start_object(std::size_t) override { return start(Node::Type::object); }
    bool start_array(std::size_t) override { return start(Node::Type::array); }
    bool end_object() override {
        drop_doubled_keys(stack_.back());
        return end();
    }
    bool end_array() override { return end(); }

    bool key(string_t& name) override {
        const std::size_t begin = next_token();
        if (stack_.back().items.size() == max_members)
            return limit(begin, fmt::format("more than {} members in one object", max_members));
        key_ = name;
        key_span_ = span(begin, string_end(state_.text, begin));
        state_.cursor = key_span_.end;
        state_.key_pending = true;
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
        report_syntax_error(state_, out_);
        return false;
    }

    Node take() {
        SIM_ASSERT(state_.done);
        return std::move(root_);
    }

  private:
    Span span(std::size_t begin, std::size_t end) const {
        SIM_ASSERT(end <= state_.text.size());
        return {state_.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

    std::size_t next_token() const {
        std::size_t at = skip_trivia(state_.text, state_.cursor).end;
        while (at < state_.text.size() && (state_.text[at] == ',' || state_.text[at] == ':'))
            at = skip_trivia(state_.text, at + 1).end;
        SIM_ASSERT(at < state_.text.size());
        return at;
    }

    bool limit(std::size_t at, std::string message) {
        out_.error("E0007", std::move(message), {span(at, at + 1), "the limit is reached here"});
        return false;
    }

    bool number() {
        const std::size_t begin = next_token();
        const std::size_t end = number_end(state_.text, begin);
        const bool fits =
            scalar(Node::Type::number, std::string(state_.text.substr(begin, end - begin)));
        state_.number_last = true;
        return fits;
    }

    bool scalar(Node::Type type, std::string text, Node node = {}) {
        const std::size_t begin = next_token();
        std::size_t end = word_end(state_.text, begin);
        if (type == Node::Type::text) end = string_end(state_.text, begin);
        if (type == Node::Type::number) end = number_end(state_.text, begin);
        node.type = type;
        node.text = std::move(text);
        node.span = span(begin, end);
        state_.cursor = end;
        return place(std::move(node));
    }

    bool start(Node::Type type) {
        const std::size_t begin = next_token();
        if (stack_.size() == max_depth)
            return limit(begin, fmt::format("more than {} levels of nesting", max_depth));
        Node node;
        node.type = type;
        node.span = span(begin, begin + 1);
        name(node);
        stack_.push_back(std::move(node));
        state_.open.push_back(
            {type == Node::Type::object, true, static_cast<std::uint32_t>(begin)});
        state_.cursor = begin + 1;
        return ++values_ <= max_values || too_many(begin);
    }

    bool end() {
        const std::size_t begin = next_token();
        Node node = std::move(stack_.back());
        stack_.pop_back();
        state_.open.pop_back();
        node.span.end = static_cast<std::uint32_t>(begin + 1);
        state_.cursor = begin + 1;
        attach(std::move(node));
        return true;
    }

    bool too_many(std::size_t at) {
        return limit(at, fmt::format("more than {} values", max_values));
    }

    bool place(Node node) {
        const std::uint32_t begin = node.span.begin;
        name(node);
        attach(std::move(node));
        return ++values_ <= max_values || too_many(begin);
    }

    void name(Node& node) {
        state_.number_last = false;
        if (!state_.key_pending) return;
        node.key = std::move(key_);
        node.key_span = key_span_;
        state_.key_pending = false;
    }

    void attach(Node node) {
        state_.number_last = false;
        if (stack_.empty()) {
            root_ = std::move(node);
            state_.done = true;
            return;
        }
        state_.open.back().empty = false;
        stack_.back().items.push_back(std::move(node));
    }

    // A DOM would keep the last of two equal keys without a word.
    void drop_doubled_keys(Node& object) {
        std::vector<std::size_t> order(object.items.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return object.items[a].key < object.items[b].key;
        });
        std::vector<bool> drop(object.items.size(), false);
        std::size_t first = 0;  // position in `order` of the first of a run of equals
        for (std::size_t i = 1; i < order.size(); ++i) {
            const Node& original = object.items[order[first]];
            const Node& node = object.items[order[i]];
            if (node.key != original.key) {
                first = i;
                continue;
            }
            drop[order[i]] = true;
            Diagnostic& d = out_.error("E0005", fmt::format("{} is there twice", tick(node.key)),
                                       {node.key_span, "remove one of them"});
            d.other = Label{original.key_span, "first here"};
        }
        std::size_t kept = 0;
        for (std::size_t i = 0; i < object.items.size(); ++i) {
            if (drop[i]) continue;
            if (kept != i) object.items[kept] = std::move(object.items[i]);
            ++kept;
        }
        object.items.resize(kept);
    }

    Diagnostics& out_;
    SyntaxState state_;
    std::vector<Node> stack_;
    Node root_;
    std::string key_;
    Span key_span_;
    std::size_t values_ = 0;
};

// What no JSON parser should have to see. Returns false after an error.
bool readable(std::uint32_t file, Diagnostics& out) {
    const std::string& text = out.files().text(file);
    const auto fail = [&](std::string_view code, std::size_t at, std::string message,
                          std::string note) {
        const auto begin = static_cast<std::uint32_t>(at);
        out.error(code, std::move(message), {{file, begin, begin + 1}, std::move(note)});
        return false;
    };
    if (text.size() > max_file_bytes)
        return fail("E0007", 0, "the file is too large",
                    fmt::format("at most {} bytes", max_file_bytes));
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return fail("E0006", 0, "the file is UTF-16", "save it as UTF-8");
    if (text.starts_with("\xef\xbb\xbf"))
        return fail("E0006", 0, "the file begins with a byte order mark",
                    "save it as UTF-8 without one");
    if (const auto bad = find_bad_utf8(text))
        return fail("E0006", *bad, "the file is not UTF-8", "this byte belongs to no character");
    const std::size_t zero = text.find('\0');
    if (zero != std::string::npos)
        return fail("E0006", zero, "the file contains a NUL byte", "is this a text file?");
    return true;
}

}  // namespace

std::optional<Node> parse_json(std::uint32_t file, Diagnostics& diagnostics) {
    if (!readable(file, diagnostics)) return std::nullopt;
    const std::string& text = diagnostics.files().text(file);
    Builder builder(file, diagnostics);
    constexpr bool strict = true;
    constexpr bool ignore_comments = true;
    if (!Json::sax_parse(text, &builder, Json::input_format_t::json, strict, ignore_comments))
        return std::nullopt;
    return builder.take();
}

}  // namespace gfs::format
