// SPDX-License-Identifier: Apache-2.0
// From "the parser stopped here" to a sentence that says what to do. The library's own text
// ("unexpected ']'; expected '[', '{', or a literal") is never shown.

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/parse.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {
namespace {

constexpr std::string_view code = "E0004";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

class Reporter {
  public:
    Reporter(const SyntaxState& state, Diagnostics& out)
        : state_(state), text_(state.text), out_(out) {}

    void run() {
        const Trivia trivia = skip_trivia(text_, state_.cursor);
        if (trivia.unclosed)
            return say(*trivia.unclosed, 2, "this comment is never closed", "add `*/`");
        const std::size_t at = trivia.end;
        if (state_.done)
            return say(at, word_length(at), "text after the end of the scenario",
                       "a file holds one JSON value");
        if (state_.key_pending) return after_key(at);
        if (state_.open.empty()) return value(at);
        if (state_.open.back().empty) return item(at);
        after_item(at);
    }

  private:
    void say(std::size_t at, std::size_t length, std::string message, std::string note = "") {
        out_.error(code, std::move(message), {span(at, length), std::move(note)});
    }

    Span span(std::size_t at, std::size_t length) const {
        return {state_.file, static_cast<std::uint32_t>(at),
                static_cast<std::uint32_t>(std::min(at + length, text_.size()))};
    }

    char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

    std::size_t word_length(std::size_t from) const {
        return std::max<std::size_t>(word_end(text_, from) - from, 1);
    }

    char closing() const { return state_.open.back().object ? '}' : ']'; }

    void unfinished(std::size_t i) {
        if (state_.open.empty())
            return say(i, 1, "the file is empty", "a scenario is an object: {\"gfsim\": 1, ...}");
        const SyntaxState::Open& open = state_.open.back();
        Diagnostic& d = out_.error(
            code,
            fmt::format("the file ends before this {} is closed", open.object ? "object" : "list"),
            {span(open.begin, 1), fmt::format("no matching `{}`", closing())});
        d.other = Label{span(i, 1), "the file ends here"};
    }

    void after_key(std::size_t i) {
        if (i >= text_.size()) return unfinished(i);
        if (at(i) == '=')
            return say(i, 1, "`=` instead of `:`", "a key and its value are joined by `:`");
        if (at(i) != ':') return say(i, 1, "missing `:` after a key", "expected `:` before this");
        const Trivia trivia = skip_trivia(text_, i + 1);
        if (trivia.unclosed)
            return say(*trivia.unclosed, 2, "this comment is never closed", "add `*/`");
        value(trivia.end);
    }

    void after_item(std::size_t i) {
        if (i >= text_.size()) return unfinished(i);
        if (at(i) == ',') {
            const Trivia trivia = skip_trivia(text_, i + 1);
            const char next = at(trivia.end);
            if (next == ']' || next == '}')
                return say(i, 1, "trailing comma", fmt::format("remove the `,` before `{}`", next));
            if (next == ',') return say(trivia.end, 1, "two commas in a row", "remove one");
            if (trivia.unclosed)
                return say(*trivia.unclosed, 2, "this comment is never closed", "add `*/`");
            return item(trivia.end);
        }
        if (at(i) == '}' || at(i) == ']') return mismatch(i);
        if (state_.number_last && i == state_.cursor) return bad_number();
        if (at(i) == '#') return say(i, 1, "`#` begins no comment here", "write `//`");
        if (at(i) == ';') return say(i, 1, "`;` instead of `,`", "entries are separated by `,`");
        if (at(i) == ':' && !state_.open.back().object)
            return say(i, 1, "`:` inside a list", "names belong into an object: { ... }");
        const bool new_line =
            text_.substr(state_.cursor, i - state_.cursor).find('\n') != std::string_view::npos;
        say(i, token_length(i), new_line ? "missing comma before this line" : "missing comma",
            "expected `,` before this");
    }

    std::size_t token_length(std::size_t i) const {
        if (at(i) != '"') return word_length(i);
        const std::size_t end = string_end(text_, i);
        return end == std::string_view::npos ? 1 : end - i;
    }

    void mismatch(std::size_t i) {
        const SyntaxState::Open& open = state_.open.back();
        Diagnostic& d = out_.error(
            code, fmt::format("`{}` where `{}` was expected", at(i), closing()),
            {span(i, 1),
             fmt::format("this {} ends with `{}`", open.object ? "object" : "list", closing())});
        d.other = Label{span(open.begin, 1), "opened here"};
    }

    // `012`, `5ms`: the parser took the digits and stumbled over the rest.
    void bad_number() {
        std::size_t begin = state_.cursor;
        while (begin > 0 && word_end(text_, begin - 1) > begin - 1) --begin;
        const std::size_t end = word_end(text_, state_.cursor);
        number(begin, text_.substr(begin, std::max(end, state_.cursor + 1) - begin));
    }

    void number(std::size_t i, std::string_view word) {
        const auto bare = word.substr(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
        std::string note = "a number is like 12, -3 or 0.25";
        if (number_end(word, 0) == word.size()) {
            out_.error("E0009", fmt::format("{} is too large for a number", tick(word)),
                       {span(i, word.size()), "at most 1.7e308"});
            return;
        }
        if (bare.starts_with("0x") || bare.starts_with("0X"))
            note = "JSON has no hexadecimal numbers; a seed may be written as text: \"0x1f\"";
        else if (word.starts_with('+'))
            note = "a number has no plus sign";
        else if (bare.size() > 1 && bare[0] == '0' && is_digit(bare[1]))
            note = "a number has no leading zero";
        else if (!bare.empty() && is_digit(bare[0]))
            note = fmt::format("a value with a unit is text: \"{}\"", word.substr(0, 40));
        say(i, word.size(), fmt::format("{} is not a number", tick(word)), note);
    }

    void item(std::size_t i) {
        if (i >= text_.size()) return unfinished(i);
        if (at(i) == closing() || !state_.open.back().object) {
            if (at(i) == '}' || at(i) == ']') return mismatch(i);
            return at(i) == ',' ? say(i, 1, "a comma without a value before it", "remove it")
                                : value(i);
        }
        key(i);
    }

    void key(std::size_t i) {
        const char c = at(i);
        if (c == '"') return string(i);
        if (c == '\'') return single_quotes(i);
        if (c == ']') return mismatch(i);
        const std::size_t length = word_end(text_, i) - i;
        if (length > 0)
            return say(i, length,
                       fmt::format("{} needs double quotes", tick(text_.substr(i, length))),
                       "a key is text in double quotes");
        say(i, 1, "a key was expected here", "a key is text in double quotes");
    }

    void single_quotes(std::size_t i) {
        const std::size_t close = text_.find_first_of("'\n", i + 1);
        const bool closed = close != std::string_view::npos && text_[close] == '\'';
        say(i, closed ? close + 1 - i : 1, "single quotes", "JSON strings use double quotes");
    }

    void value(std::size_t i) {
        const char c = at(i);
        if (i >= text_.size()) return unfinished(i);
        if (c == '"') return string(i);
        if (c == '\'') return single_quotes(i);
        if (c == '`') return say(i, 1, "backquotes", "JSON strings use double quotes");
        if (c == '#') return say(i, 1, "`#` begins no comment here", "write `//`");
        if (c == '}' || c == ']' || c == ',')
            return say(i, 1, "a value is missing here", "expected a value before this");
        const std::string_view word = text_.substr(i, word_end(text_, i) - i);
        if (word.empty()) return say(i, 1, "this is no JSON value", "expected a value here");
        if (is_digit(word[0]) || word[0] == '-' || word[0] == '+' || word[0] == '.')
            return number(i, word);
        bare_word(i, word);
    }

    void bare_word(std::size_t i, std::string_view word) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known{
            {{"True", "write true"},
             {"TRUE", "write true"},
             {"False", "write false"},
             {"FALSE", "write false"},
             {"None", "write null"},
             {"yes", "write true"},
             {"no", "write false"}}};
        std::string note = "text needs double quotes";
        for (const auto& [name, fix] : known)
            if (word == name) note = fix;
        if (word == "NaN" || word == "Infinity" || word == "nan" || word == "inf")
            note = "JSON has no such number";
        say(i, word.size(), fmt::format("{} is no JSON value", tick(word)), note);
    }

    // A string literal that the parser refused: unclosed, a raw control character, a bad escape.
    void string(std::size_t begin) {
        const std::size_t end = string_end(text_, begin);
        if (end == std::string_view::npos)
            return say(begin, 1, "this text is not closed on its line", "add the closing `\"`");
        for (std::size_t i = begin + 1; i + 1 < end; ++i) {
            if (static_cast<unsigned char>(text_[i]) < 0x20)
                return say(
                    i, 1,
                    text_[i] == '\t' ? "a tab inside text" : "a control character inside text",
                    text_[i] == '\t' ? "write \\t" : "write it as \\u00..");
            if (text_[i] != '\\') continue;
            const char escape = at(i + 1);
            if (std::string_view("\"\\/bfnrtu").find(escape) == std::string_view::npos)
                return say(i, 2, fmt::format("{} is no escape of JSON", tick(text_.substr(i, 2))),
                           "a backslash is written \\\\");
            if (escape == 'u')
                return say(i, 6, "this \\u escape is not valid",
                           "four hex digits; surrogates in pairs");
            ++i;
        }
        say(begin, end - begin, "this text is not valid JSON");
    }

    const SyntaxState& state_;
    std::string_view text_;
    Diagnostics& out_;
};

}  // namespace

void report_syntax_error(const SyntaxState& state, Diagnostics& diagnostics) {
    Reporter(state, diagnostics).run();
}

}  // namespace gfs::format
