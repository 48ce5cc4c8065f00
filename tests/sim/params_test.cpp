// SPDX-License-Identifier: Apache-2.0
// Parameters as text: values, defaults, and what is wrong with a file.

#include "sim/params.h"

#include <catch2/catch.hpp>

namespace sim {
namespace {

TEST_CASE("params: what is given is read, and what is not has its default", "[sim]") {
    const Params params({{"share", "0.25"}, {"size", "12"}});
    CHECK(params.ratio("share", {1, 2}, "a share") == Ratio{1, 4});
    CHECK(params.ratio("other", {1, 2}, "another") == Ratio{1, 2});
    CHECK(params.count("size", 3, "a size") == 12);
    CHECK(params.count("width", 3, "a width") == 3);
    CHECK(params.problems().empty());
}

TEST_CASE("params: what was asked for is known, with default and meaning", "[sim]") {
    const Params params;
    CHECK(params.ratio("share", {1, 2}, "a share") == Ratio{1, 2});
    CHECK(params.count("size", 3, "a size") == 3);
    REQUIRE(params.known().size() == 2);
    CHECK(params.known()[0].name == "share");
    CHECK(params.known()[0].default_value == "1/2");
    CHECK(params.known()[1].sentence == "a size");
}

TEST_CASE("params: a value that does not parse is a problem and gives the default", "[sim]") {
    const Params params({{"share", "half"}, {"size", "-1"}, {"more", "12x"}});
    CHECK(params.ratio("share", {1, 2}, "a share") == Ratio{1, 2});
    CHECK(params.count("size", 3, "a size") == 3);
    CHECK(params.count("more", 4, "more") == 4);
    REQUIRE(params.problems().size() == 3);
    CHECK(params.problems()[0].sentence == "'half' is not a number");
    CHECK(params.problems()[1].sentence == "'-1' is not a whole number");
}

TEST_CASE("params: a word is one of a list, and its place is returned", "[sim]") {
    const Params params({{"way", "left"}, {"other", "lef"}});
    CHECK(params.word("way", "right", "right left", "a way") == 1);
    CHECK(params.word("absent", "right", "left right", "another") == 1);
    CHECK(params.word("other", "left", "left right", "a third") == 0);
    REQUIRE(params.problems().size() == 1);
    CHECK(params.problems()[0].sentence == "'lef' is not one of: left right");
    CHECK_THROWS_AS(params.word("way", "up", "left right", "no such default"), AssertionFailed);
}

TEST_CASE("params: what nobody asks for is a problem", "[sim]") {
    const std::vector<Params::Given> misspelt{{"shrae", "0.5"}};
    const Params params(misspelt);
    CHECK(params.ratio("share", {1, 4}, "a share") == Ratio{1, 4});
    REQUIRE(params.problems().size() == 1);
    CHECK(params.problems()[0].name == "shrae");
}

}  // namespace
}  // namespace sim
