// SPDX-License-Identifier: Apache-2.0
// Where the paper is silent there is a choice (rules U1 to U25), and each is a field of /gfs, or a
// mechanism that /gfs/without switches off; and docs/choices.md says what was chosen, and why.

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/format/fields.h"
#include "scenarios/format/vocabulary.h"

namespace gfs::format {
namespace {

// Those whose switch is an ablation: what they are about is a mechanism, and there or not.
const std::map<int, std::string> by_mechanism{
    {5, "secondary_version_check"},
    {12, "clone_revoke"},
    {20, "master_epoch"},
    {22, "registration_epoch"},
};

// The fields of /gfs that say that they answer this question.
std::vector<std::string> fields_of(int question) {
    const std::string wanted = "U" + std::to_string(question);
    std::vector<std::string> names;
    for (const FieldSpec& field : find_record("gfs").fields)
        if (field.source == wanted) names.emplace_back(field.name);
    return names;
}

std::string choices_page() {
    std::ifstream file(std::string(GFSIM_SOURCE_DIR) + "/docs/choices.md");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST_CASE("choices: each question that the paper leaves open is a field of /gfs or a mechanism",
          "[format]") {
    const std::string page = choices_page();
    for (int question = 1; question <= 25; ++question) {
        const std::string id = "U" + std::to_string(question);
        INFO(id);
        std::vector<std::string> words = fields_of(question);
        const auto mechanism = by_mechanism.find(question);
        if (mechanism != by_mechanism.end()) {
            const auto& all = ablation_words();
            CHECK(std::any_of(all.begin(), all.end(), [&](const Word& word) {
                return word.name == mechanism->second && word.status == Status::ready;
            }));
            words.push_back(mechanism->second);
        }
        CHECK(!words.empty());
        CHECK(page.find("(" + id + ")") != std::string::npos);
        for (const std::string& word : words) {
            INFO(word);
            CHECK(page.find("`" + word) != std::string::npos);
        }
    }
}

}  // namespace
}  // namespace gfs::format
