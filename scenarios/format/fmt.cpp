// SPDX-License-Identifier: Apache-2.0
// `gfsim fmt`: one way to lay a scenario out. It works on tokens, so that comments stay where they
// were said: on their own line before what they speak of, or behind it on the same line. A list or
// an object without comments goes on one line when it fits; the outermost object never does.

#include <utility>
#include <vector>

#include "scenarios/format/format.h"
#include "scenarios/format/parse.h"

namespace gfs::format {
namespace {

constexpr std::size_t line_width = 100;

struct Token {
    std::string_view text;
    bool comment = false;
    bool own_line = false;  // a comment with nothing before it on its line
};

// REQUIRES: `text` is valid JSON with comments.
std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    bool line_begin = true;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        std::size_t end = i + 1;
        const bool comment = c == '/';
        if (c == '\n') line_begin = true;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            i = end;
            continue;
        }
        if (c == '"')
            end = string_end(text, i);
        else if (text.substr(i, 2) == "//")
            end = std::min(text.find('\n', i), text.size());
        else if (comment)
            end = text.find("*/", i + 2) + 2;
        else if (std::string_view("{}[],:").find(c) == std::string_view::npos)
            end = word_end(text, i);
        std::string_view word = text.substr(i, end - i);
        while (comment && (word.ends_with('\r') || word.ends_with(' '))) word.remove_suffix(1);
        tokens.push_back({word, comment, line_begin});
        line_begin = false;
        i = end;
    }
    return tokens;
}

class Printer {
  public:
    explicit Printer(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    std::string print() {
        while (at_ < tokens_.size()) step();
        return out_ + "\n";
    }

  private:
    void step() {
        const Token& token = tokens_[at_];
        if (token.comment) return comment(token);
        const char c = token.text.front();
        if (c == '{' || c == '[') return open(c);
        if (c == '}' || c == ']') return close();
        ++at_;
        if (c == ',') {
            out_ += ',';
            // A comment on the same line belongs to what stands before the comma.
            trailing_comments();
            return line();
        }
        out_ += c == ':' ? ": " : token.text;
    }

    void comment(const Token& token) {
        const std::size_t last = out_.find_last_not_of(' ');
        const bool begun = last != std::string::npos && out_[last] != '\n';
        if (begun && token.own_line) line();
        if (begun && !token.own_line && out_.back() != ' ') out_ += ' ';
        out_ += token.text;
        ++at_;
        if (at_ == tokens_.size()) return;
        if (token.text.starts_with("//") || token.own_line || tokens_[at_].own_line)
            line();
        else
            out_ += ' ';
    }

    void trailing_comments() {
        while (at_ < tokens_.size() && tokens_[at_].comment && !tokens_[at_].own_line) {
            out_ += ' ';
            out_ += tokens_[at_++].text;
        }
    }

    void open(char bracket) {
        const std::size_t end = matching(at_);
        if (depth_ > 0 || bracket == '[') {
            const std::string whole = one_line(at_, end);
            if (!whole.empty() && column() + code_points(whole) < line_width) {
                out_ += whole;
                at_ = end + 1;
                return;
            }
        }
        out_ += bracket;
        ++at_;
        ++depth_;
        trailing_comments();
        line();
    }

    void close() {
        --depth_;
        // The line that was begun for a next element is the bracket's.
        const std::size_t last = out_.find_last_not_of(' ');
        if (last == std::string::npos || out_[last] != '\n') {
            line();
        } else {
            out_.resize(last + 1);
            out_.append(depth_ * 4, ' ');
        }
        out_ += tokens_[at_++].text;
    }

    void line() {
        while (out_.ends_with(' ')) out_.pop_back();
        if (!out_.ends_with('\n')) out_ += '\n';
        out_.append(depth_ * 4, ' ');
    }

    std::size_t column() const {
        const std::size_t newline = out_.rfind('\n');
        return code_points(
            std::string_view(out_).substr(newline == std::string::npos ? 0 : newline + 1));
    }

    std::size_t matching(std::size_t from) const {
        std::size_t depth = 0;
        for (std::size_t i = from;; ++i) {
            if (tokens_[i].comment) continue;
            const char c = tokens_[i].text.front();
            if (c == '{' || c == '[') ++depth;
            if ((c == '}' || c == ']') && --depth == 0) return i;
        }
    }

    // Empty when it holds a comment or is longer than any line.
    std::string one_line(std::size_t from, std::size_t end) const {
        std::string whole;
        for (std::size_t i = from; i <= end; ++i) {
            if (tokens_[i].comment || whole.size() > 4 * line_width) return {};
            const char c = tokens_[i].text.front();
            if (c == '}' && tokens_[i - 1].text != "{") whole += ' ';
            whole += tokens_[i].text;
            if (c == ',' || c == ':') whole += ' ';
            if (c == '{' && i + 1 <= end && tokens_[i + 1].text != "}") whole += ' ';
        }
        return whole;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::string out_;
};

}  // namespace

std::optional<std::string> format_text(const std::string& name, const std::string& text,
                                       Diagnostics& diagnostics, Comments comments) {
    const std::uint32_t file = diagnostics.files().add(name, text);
    if (!parse_json(file, diagnostics) || !diagnostics.ok()) return std::nullopt;
    std::vector<Token> tokens = tokens_of(text);
    if (comments == Comments::dropped)
        std::erase_if(tokens, [](const Token& token) { return token.comment; });
    return Printer(std::move(tokens)).print();
}

}  // namespace gfs::format
