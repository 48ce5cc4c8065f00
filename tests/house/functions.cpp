// SPDX-License-Identifier: Apache-2.0
// Finds functions by their braces. What stands before a brace since the last ';', '{' or '}', its
// head, says what the brace opens. A lambda or block inside a function belongs to that function.

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "tests/house/lint.h"

namespace house {
namespace {

enum class Scope { outer, function, inside };  // namespace or type; function; block, initialiser

// Cuts "template <...>" off the front, as often as it stands there.
std::string_view without_template(std::string_view head) {
    while (head.starts_with("template")) {
        int depth = 0;
        std::size_t i = head.find('<');
        if (i == std::string_view::npos) return head;
        for (; i < head.size(); ++i) {
            if (head[i] == '<') ++depth;
            if (head[i] == '>' && --depth == 0) break;
        }
        head.remove_prefix(std::min(i + 1, head.size()));
        head.remove_prefix(std::min(head.find_first_not_of(" \n"), head.size()));
    }
    return head;
}

bool starts_with_word(std::string_view head, std::string_view word) {
    return head.starts_with(word) &&
           (head.size() == word.size() || !is_word_char(head[word.size()]));
}

bool opens_type_or_namespace(std::string_view head) {
    constexpr std::array<std::string_view, 7> words = {
        "namespace", "class", "struct", "union", "enum", "extern", "inline namespace"};
    const bool named = std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return starts_with_word(head, word);
    });
    // "struct Foo make() {" is a function, "class alignas(64) Foo {" is none.
    const std::size_t aligned = head.find("alignas(");
    if (aligned != std::string_view::npos) head.remove_prefix(head.find(')', aligned) + 1);
    return named && head.find(')') == std::string_view::npos;
}

// What stands in a head outside all parentheses.
struct TopLevel {
    bool has_parentheses = false;
    bool is_open = false;              // ends inside parentheses
    bool assigns = false;              // a '=' that is not part of an operator's name
    bool initialises_members = false;  // a ':' that is not "::"
};

TopLevel top_level_of(std::string_view head) {
    TopLevel found;
    const std::size_t operator_name = head.find("operator");
    int depth = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
        const char c = head[i];
        if (c == '(' && depth++ == 0) found.has_parentheses = true;
        if (c == ')') --depth;
        if (depth > 0) continue;
        if (c == '=' && i < operator_name) found.assigns = true;
        const bool doubled =
            (i > 0 && head[i - 1] == ':') || (i + 1 < head.size() && head[i + 1] == ':');
        if (c == ':' && !doubled && found.has_parentheses) found.initialises_members = true;
    }
    found.is_open = depth > 0;
    return found;
}

Scope opened_by(std::string_view head, Scope enclosing) {
    if (enclosing != Scope::outer) return Scope::inside;
    head = without_template(head);
    if (opens_type_or_namespace(head)) return Scope::outer;
    const TopLevel found = top_level_of(head);
    if (!found.has_parentheses || found.is_open || found.assigns) return Scope::inside;
    // "Foo::Foo() : a_{1}": the brace of a member, the body is yet to come.
    const bool after_name = !head.empty() && is_word_char(head.back());
    if (found.initialises_members && after_name) return Scope::inside;
    return Scope::function;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
        text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
        text.remove_suffix(1);
    return text;
}

class Scanner {
  public:
    explicit Scanner(const Source& source) : code_(source) {}

    std::vector<Function> scan() {
        for (std::size_t i = 0; i < code_.text.size(); ++i) {
            const char c = code_.text[i];
            if (c == '{') open(i);
            if (c == '}') close(i);
            if (c == ';' && enclosing() == Scope::outer) head_ = i + 1;
        }
        return functions_;
    }

  private:
    struct Open {
        Scope scope;
        std::size_t head;
        std::size_t brace;
    };

    Scope enclosing() const { return open_.empty() ? Scope::outer : open_.back().scope; }

    void open(std::size_t at) {
        const std::string_view text = code_.text;
        const Scope scope = opened_by(trimmed(text.substr(head_, at - head_)), enclosing());
        open_.push_back({scope, head_, at});
        if (scope == Scope::outer) head_ = at + 1;
    }

    void close(std::size_t at) {
        if (open_.empty()) return;
        const Open opened = open_.back();
        open_.pop_back();
        if (opened.scope == Scope::function) {
            functions_.push_back({.first = code_.line_at(first_of_head(opened.head)),
                                  .body = code_.line_at(opened.brace),
                                  .last = code_.line_at(at)});
        }
        // After an initialiser the head goes on: "x{1}, y{2} {".
        if (opened.scope != Scope::inside) head_ = at + 1;
    }

    // Where the head itself starts, behind space and access specifiers.
    std::size_t first_of_head(std::size_t head) const {
        std::size_t first = code_.text.find_first_not_of(" \n", head);
        for (const std::string_view access : {"public:", "protected:", "private:"})
            if (std::string_view(code_.text).substr(first).starts_with(access))
                first = code_.text.find_first_not_of(" \n", first + access.size());
        return first;
    }

    JoinedCode code_;
    std::vector<Open> open_;
    std::size_t head_ = 0;
    std::vector<Function> functions_;
};

}  // namespace

std::vector<Function> functions_of(const Source& source) {
    return Scanner(source).scan();
}

}  // namespace house
