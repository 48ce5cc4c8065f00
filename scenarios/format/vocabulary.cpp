// SPDX-License-Identifier: Apache-2.0
// The word lists of vocabulary.def as data.

#include "scenarios/format/vocabulary.h"

#include "core/common/buggify.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

constexpr Status ready = Status::ready;
[[maybe_unused]] constexpr Status later = Status::later;  // for words that are still to come

std::string_view name_at(const std::vector<Word>& words, std::size_t index) {
    SIM_ASSERT(index < words.size());
    return words[index].name;
}

}  // namespace

const std::vector<Word>& op_words() {
    static const std::vector<Word> words{
#define GFS_OP(id, word, state, mix, text) \
    {.name = word, .status = state, .sentence = text, .in_mix = mix},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& fault_words() {
    static const std::vector<Word> words{
#define GFS_FAULT(id, state, instant, text) \
    {.name = #id, .status = state, .sentence = text, .point = instant},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& state_words() {
    static const std::vector<Word> words{
#define GFS_STATE(id, state, text) {.name = #id, .status = state, .sentence = text},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& invariant_words() {
    static const std::vector<Word> words{
#define GFS_INVARIANT(id, guarantee, state, text) \
    {.name = #id, .status = state, .sentence = text, .rule = guarantee},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& checker_words() {
    static const std::vector<Word> words{
#define GFS_CHECKER(id, state, text) {.name = #id, .status = state, .sentence = text},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& role_words() {
    static const std::vector<Word> words{
#define GFS_ROLE(id, state, text) {.name = #id, .status = state, .sentence = text},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& metric_words() {
    static const std::vector<Word> words{
#define GFS_METRIC(word, base, state, is_level, where, text) \
    {.name = word,                                           \
     .status = state,                                        \
     .sentence = text,                                       \
     .unit = Unit::base,                                     \
     .labels = where,                                        \
     .level = is_level},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& ablation_words() {
    static const std::vector<Word> words{
#define GFS_ABLATION(id, state) {.name = #id, .status = state},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& profile_words() {
    static const std::vector<Word> words{
#define GFS_PROFILE(id, state, text) {.name = #id, .status = state, .sentence = text},
#include "scenarios/format/vocabulary.def"
    };
    return words;
}

const std::vector<Word>& site_words() {
    static const std::vector<Word> words = [] {
        std::vector<Word> all;
        for (const SiteInfo& site : all_sites())
            all.push_back({.name = site.name, .sentence = site.sentence});
        return all;
    }();
    return words;
}

std::string_view to_string(Op op) {
    return name_at(op_words(), static_cast<std::size_t>(op));
}

std::string_view to_string(FaultKind kind) {
    return name_at(fault_words(), static_cast<std::size_t>(kind));
}

std::string_view to_string(State state) {
    return name_at(state_words(), static_cast<std::size_t>(state));
}

std::string_view to_string(Invariant invariant) {
    return name_at(invariant_words(), static_cast<std::size_t>(invariant));
}

std::string_view to_string(Checker checker) {
    return name_at(checker_words(), static_cast<std::size_t>(checker));
}

std::string_view to_string(Role role) {
    return name_at(role_words(), static_cast<std::size_t>(role));
}

bool is_point(FaultKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    SIM_ASSERT(index < fault_words().size());
    return fault_words()[index].point;
}

std::optional<std::size_t> find_word(const std::vector<Word>& words, std::string_view name) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i].name == name) return i;
    return std::nullopt;
}

}  // namespace gfs::format
