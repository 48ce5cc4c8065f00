// SPDX-License-Identifier: Apache-2.0

#include "core/common/glob.h"

#include <catch2/catch.hpp>

namespace gfs {

TEST_CASE("glob: letters stand for themselves, and for the whole text", "[common]") {
    CHECK(glob_matches("cs1", "cs1"));
    CHECK_FALSE(glob_matches("cs1", "cs12"));
    CHECK_FALSE(glob_matches("cs12", "cs1"));
    CHECK(glob_matches("", ""));
    CHECK_FALSE(glob_matches("", "x"));
    CHECK_FALSE(is_glob("cs1"));
    CHECK(is_glob("cs*"));
    CHECK(is_glob("cs?"));
}

TEST_CASE("glob: a star takes any characters of one path component", "[common]") {
    CHECK(glob_matches("cs*", "cs"));
    CHECK(glob_matches("cs*", "cs12"));
    CHECK(glob_matches("/data/*", "/data/a"));
    CHECK_FALSE(glob_matches("/data/*", "/data/a/b"));
    CHECK_FALSE(glob_matches("/data/*", "/data"));
    CHECK(glob_matches("/*/b", "/a/b"));
    CHECK(glob_matches("/a*c*e", "/abcbcde"));
    CHECK_FALSE(glob_matches("/a*c*e", "/abcbcd"));
    CHECK(glob_matches("/?/b", "/a/b"));
    CHECK_FALSE(glob_matches("?a", "/a"));
}

TEST_CASE("glob: two stars cross path components", "[common]") {
    CHECK(glob_matches("/n/**", "/n/a"));
    CHECK(glob_matches("/n/**", "/n/a/b"));
    CHECK(glob_matches("**", "/n/a/b"));
    CHECK(glob_matches("/**/c*", "/a/b/cd"));
    CHECK_FALSE(glob_matches("/**/c*", "/a/b/cd/e"));
    CHECK(glob_matches("**/x*z/**/q", "/a/x/xyz/1/2/q"));
}

}  // namespace gfs
