// SPDX-License-Identifier: Apache-2.0
// The word lists and the table of fields hold together.

#include <catch2/catch.hpp>

#include "core/common/config.h"
#include "scenarios/format/check.h"
#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> words;
    while (!list.empty()) {
        const std::string_view word = list.substr(0, list.find(' '));
        words.emplace_back(word);
        list.remove_prefix(std::min(list.size(), word.size() + 1));
    }
    return words;
}

TEST_CASE("vocabulary: an enumeration's value is its place in the list", "[format]") {
    CHECK(to_string(Op::create) == "create");
    CHECK(to_string(Op::mark) == "mark");
    CHECK(to_string(FaultKind::buggify) == "buggify");
    CHECK(to_string(State::quiescent) == "quiescent");
    CHECK(to_string(Checker::liveness) == "liveness");
    CHECK(to_string(Role::any) == "any");
    CHECK(to_string(Invariant::handles_unique) == "handles_unique");
    CHECK(op_words().size() == static_cast<std::size_t>(Op::mark) + 1);
    CHECK(fault_words().size() == static_cast<std::size_t>(FaultKind::buggify) + 1);
    CHECK(is_point(FaultKind::drop));
    CHECK_FALSE(is_point(FaultKind::crash));
    CHECK_FALSE(find_word(op_words(), "krash").has_value());
}

TEST_CASE("vocabulary: ablations are the mechanisms of the configuration", "[format]") {
    CHECK(ablation_words().size() == mechanism_count);
    const auto last = find_word(ablation_words(), "secondary_version_check");
    CHECK(last == static_cast<std::size_t>(Mechanism::secondary_version_check));
    CHECK(find_word(ablation_words(), "rack_spread") ==
          static_cast<std::size_t>(Mechanism::rack_spread));
}

TEST_CASE("fields: kinds that a row names exist, and lasting faults take `for`", "[format]") {
    for (const RecordSpec& record : all_records()) {
        std::vector<Word> kinds;
        if (!record.kind_field.empty())
            kinds = words_of(*find_field(record, record.kind_field, ""));
        for (const FieldSpec& field : record.fields) {
            INFO(record.name << "/" << field.name);
            CHECK_FALSE(field.sentence.empty());
            for (const std::string& kind : split(field.kinds))
                CHECK(find_word(kinds, kind).has_value());
            if (field.needed == "always") continue;
            for (const std::string& kind : split(field.needed))
                CHECK(find_word(kinds, kind).has_value());
        }
    }
    const RecordSpec& fault = find_record("fault");
    for (const Word& kind : fault_words()) {
        INFO(kind.name);
        CHECK((find_field(fault, "for", kind.name) != nullptr) == !kind.point);
    }
}

TEST_CASE("fields: a kind has no field twice", "[format]") {
    for (const RecordSpec& record : all_records()) {
        std::vector<std::string_view> kinds{""};
        if (!record.kind_field.empty()) {
            kinds.clear();
            for (const Word& kind : words_of(*find_field(record, record.kind_field, "")))
                kinds.push_back(kind.name);
        }
        for (const std::string_view kind : kinds) {
            for (const FieldSpec& field : record.fields) {
                INFO(record.name << "/" << field.name << " for " << kind);
                if (applies(field, kind)) CHECK(find_field(record, field.name, kind) == &field);
            }
        }
    }
}

TEST_CASE("names: slugs, paths, chunks and who", "[format]") {
    CHECK(is_slug("a-b_9"));
    for (const char* bad : {"", "9a", "A", "a b", "-a", "a/b"}) CHECK_FALSE(is_slug(bad));
    CHECK(is_path("/a/b*"));
    for (const char* bad : {"", "a", "/a#0", "/a\n"}) CHECK_FALSE(is_path(bad));
    CHECK(is_chunk("/a#0"));
    CHECK(is_chunk("@where"));
    for (const char* bad : {"/a", "/a#", "/a#x", "a#0", "/a#9999999999", "@"})
        CHECK_FALSE(is_chunk(bad));
    for (const char* good : {"cs1", "cs*", "rack:r1", "role:master", "@old", "w.1"})
        CHECK(is_who(good));
    for (const char* bad : {"", "@", "rack:", "CS1", "a b"}) CHECK_FALSE(is_who(bad));
}

}  // namespace
}  // namespace gfs::format
