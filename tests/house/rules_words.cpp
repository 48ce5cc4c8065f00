// SPDX-License-Identifier: Apache-2.0
// Words that do not belong: other systems' names for the paper's things, markers of unfinished
// work, places on somebody's machine.

#include <algorithm>
#include <cctype>

#include "tests/house/rules.h"

namespace house {
namespace {

struct Synonym {
    std::string_view word;
    std::string_view instead;
};

constexpr Synonym synonyms[] = {
    {"leader", "primary (of a lease) or master"},
    {"follower", "secondary"},
    {"datanode", "chunkserver"},
    {"namenode", "master"},
    {"shard", "chunk"},
    {"block", "chunk; only a checksum has blocks (GFS 5.2)"},
};

// The words of a line in lower case: "DataNode_id" is "data", "node", "id"; and, for names
// written as one, "datanode".
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto c = static_cast<unsigned char>(line[i]);
        const bool starts_hump = std::isupper(c) != 0 && i > 0 &&
                                 std::islower(static_cast<unsigned char>(line[i - 1])) != 0;
        if (std::isalpha(c) == 0 || starts_hump) end_word();
        if (std::isalpha(c) != 0) word += static_cast<char>(std::tolower(c));
    }
    end_word();
    return words;
}

bool uses(const std::vector<std::string>& words, std::string_view synonym) {
    const std::string plural = std::string(synonym) + "s";
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string pair = i + 1 < words.size() ? words[i] + words[i + 1] : words[i];
        for (const std::string& word : {words[i], pair})
            if (word == synonym || word == plural) return true;
    }
    return false;
}

// Where a file speaks of checksums, its blocks are theirs.
bool speaks_of_checksums(const Source& source) {
    return std::any_of(source.text.begin(), source.text.end(), [](const std::string& line) {
        const std::vector<std::string> words = words_of(line);
        return std::any_of(words.begin(), words.end(), [](const std::string& word) {
            return word.starts_with("checksum");
        });
    });
}

// Written in halves, so that this file does not find itself.
constexpr std::string_view left_overs[] = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X",
    "HA"
    "CK"};
constexpr std::string_view foreign_paths[] = {
    "/wo"
    "rk/",
    "../sha"
    "red",
    "/tmp/hel"
    "pers",
    "/ho"
    "me/",
    "/ro"
    "ot/"};

bool is_path_start(std::string_view line, std::size_t at) {
    if (at == 0) return true;
    const char before = line[at - 1];
    return !is_word_char(before) && before != '.' && before != '/' && before != '-';
}

}  // namespace

void check_synonyms(const Source& source, std::vector<Finding>& findings) {
    if (!source.path.starts_with("core/")) return;
    for (std::size_t line = 0; line < source.text.size(); ++line) {
        const std::vector<std::string> words = words_of(source.text[line]);
        for (const Synonym& synonym : synonyms) {
            if (!uses(words, synonym.word)) continue;
            if (synonym.word == "block" && speaks_of_checksums(source)) continue;
            add(findings, source, line,
                "\"" + std::string(synonym.word) + "\" is not the paper's word; it says " +
                    std::string(synonym.instead));
        }
    }
}

void check_left_overs(const Source& source, std::vector<Finding>& findings) {
    for (std::size_t line = 0; line < source.text.size(); ++line) {
        for (const std::string_view marker : left_overs) {
            const std::string_view text = source.text[line];
            const std::size_t at = text.find(marker);
            if (at == std::string_view::npos) continue;
            const std::size_t end = at + marker.size();
            const bool inside_word = (at > 0 && is_word_char(text[at - 1])) ||
                                     (end < text.size() && is_word_char(text[end]));
            if (!inside_word)
                add(findings, source, line,
                    std::string(marker) + ": do it, or open an issue for it");
        }
    }
}

void check_foreign_paths(const Source& source, std::vector<Finding>& findings) {
    for (std::size_t line = 0; line < source.text.size(); ++line) {
        const std::string_view text = source.text[line];
        for (const std::string_view path : foreign_paths) {
            const std::size_t at = text.find(path);
            if (at != std::string_view::npos && (path.front() == '.' || is_path_start(text, at)))
                add(findings, source, line, "a path of some machine: " + std::string(path));
        }
    }
}

}  // namespace house
