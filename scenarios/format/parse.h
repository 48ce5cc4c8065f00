// SPDX-License-Identifier: Apache-2.0
// JSON text to a document with positions. Comments are accepted. nlohmann/json drives it, and
// sax.cpp is the only unit that includes it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/format/diagnostics.h"
#include "scenarios/format/document.h"

namespace gfs::format {

// Parses file number `file` of `diagnostics.files()`. Returns nothing when the text is no JSON or
// goes beyond a limit; `diagnostics` then has an error. Doubled keys are errors too, but the
// document is returned, with the first one's value.
std::optional<Node> parse_json(std::uint32_t file, Diagnostics& diagnostics);

// How far the parser came before it met an error.
struct SyntaxState {
    struct Open {
        bool object = false;
        bool empty = true;
        std::uint32_t begin = 0;  // its bracket
    };
    std::string_view text;
    std::uint32_t file = 0;
    std::size_t cursor = 0;    // byte after the last token that was understood
    std::vector<Open> open;    // containers that are not closed yet, outermost first
    bool key_pending = false;  // the last token was a key
    bool number_last = false;  // the last token was a number
    bool done = false;         // the outermost value is complete
};

// Says in a plain sentence what is wrong after `state.cursor`.
void report_syntax_error(const SyntaxState& state, Diagnostics& diagnostics);

// The first byte at or after `from` that is neither blank nor comment. An unclosed comment ends
// nowhere: then `unclosed` is its first byte and the result the end of the text.
struct Trivia {
    std::size_t end = 0;
    std::optional<std::size_t> unclosed;
};
Trivia skip_trivia(std::string_view text, std::size_t from);

// The byte after the string literal that begins at `from`, or npos when it does not end on its
// line.
std::size_t string_end(std::string_view text, std::size_t from);
// The byte after the run of characters that numbers and words are made of.
std::size_t word_end(std::string_view text, std::size_t from);

// The byte after the JSON number that begins at `from`; `from` itself when none does.
std::size_t number_end(std::string_view text, std::size_t from);

// The first byte that is not UTF-8, or nothing.
std::optional<std::size_t> find_bad_utf8(std::string_view text);

}  // namespace gfs::format
