// SPDX-License-Identifier: Apache-2.0
// A JSON document whose every value knows where it was written. Numbers keep their text, so that
// 2^53 + 1 stays what it is; the reader of a field judges it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/source_files.h"

namespace gfs::format {

struct Node {
    enum class Type : std::uint8_t { null, boolean, number, text, array, object };

    Type type = Type::null;
    bool boolean = false;
    std::string text;         // text: decoded; number: as written
    std::string key;          // its name in the object that it is a member of
    std::vector<Node> items;  // elements or members, in document order
    Span key_span;
    Span span;         // of the value
    Span from;         // where a `${param}` got its value, else unknown
    std::string via;   // the parameter's name, else empty
    bool bad = false;  // an error has been reported for it: readers treat it as absent

    bool is(Type t) const { return type == t; }
    // The member of that name, or nullptr. REQUIRES nothing of the type.
    const Node* find(std::string_view name) const;
    Node* find(std::string_view name);
};

// What a value is called in a message: "a number", "an object".
std::string_view type_name(Node::Type type);

// Limits of a file, so that no input can exhaust the stack, the memory or an hour.
inline constexpr std::size_t max_file_bytes = 16U << 20U;
inline constexpr std::size_t max_depth = 64;
inline constexpr std::size_t max_values = 250'000;
inline constexpr std::size_t max_members = 10'000;  // of one object

// One step of a JSON pointer, escaped: `~` becomes `~0`, `/` becomes `~1`.
std::string pointer_token(std::string_view name);
// "/a/b~1c" -> {"a", "b/c"}; false when the text is no JSON pointer.
bool split_pointer(std::string_view pointer, std::vector<std::string>& tokens);

// A JSON string literal with its quotes.
std::string quoted(std::string_view text);
// The value as compact JSON.
std::string to_json(const Node& node);
// Equal as JSON values; positions do not count.
bool same_value(const Node& a, const Node& b);

}  // namespace gfs::format
