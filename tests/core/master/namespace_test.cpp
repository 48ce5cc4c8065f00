// SPDX-License-Identifier: Apache-2.0
// Pathnames, and the table that maps them to metadata (GFS 4.1).

#include "core/master/namespace.h"

#include <catch2/catch.hpp>

#include "core/master/path.h"
#include "sim/assert.h"

namespace gfs {
namespace {

TEST_CASE("path: what is valid", "[master][gfs-4.1]") {
    for (const char* good : {"/", "/a", "/a/b", "/a b", "/...", "/.a", "/a./b"}) {
        CAPTURE(good);
        CHECK(is_valid_path(good));
    }
    for (const char* bad : {"", "a", "//", "/a/", "/a//b", "/.", "/..", "/a/./b", "/a/.."}) {
        CAPTURE(bad);
        CHECK(!is_valid_path(bad));
    }
}

TEST_CASE("path: parts of a name", "[master][gfs-4.1]") {
    CHECK(parent_of("/a") == "/");
    CHECK(parent_of("/a/b/c") == "/a/b");
    CHECK(last_component("/a/b") == "b");
    CHECK(last_component("/") == "");
    CHECK(ancestors_of("/a/b/c") == std::vector<std::string>{"/a", "/a/b"});
    CHECK(ancestors_of("/a").empty());
    CHECK(level_of("/") == 0);
    CHECK(level_of("/a/b") == 2);
    CHECK(is_within("/a/b", "/a"));
    CHECK(is_within("/a", "/a"));
    CHECK(is_within("/a", "/"));
    CHECK(!is_within("/ab", "/a"));
    CHECK(!is_within("/a", "/a/b"));
}

TEST_CASE("namespace: the root is a directory from the beginning", "[master][gfs-4.1]") {
    const Namespace names;
    CHECK(names.find("/")->directory);
    CHECK(names.is_empty("/"));
    CHECK(names.file_count() == 0);
}

TEST_CASE("namespace: a listing shows one level, without hidden files", "[master][gfs-4.1]") {
    Namespace names;
    names.add_directory("/d");
    names.add_file("/d/x", 3);
    names.add_file("/d!", 3);
    names.add_file("/e", 3);
    names.add_file("/.deleted-1-1-x", 3);
    CHECK(names.list("/") == std::vector<std::string>{"d/", "d!", "e"});
    CHECK(names.file_count() == 4);
}

TEST_CASE("namespace: a renamed directory takes what is below it, and only that",
          "[master][gfs-4.1]") {
    Namespace names;
    names.add_directory("/d");
    names.add_directory("/d/e");
    names.add_file("/d/e/f", 2);
    names.add_file("/d-", 3);
    names.rename("/d", "/dd");
    CHECK(names.find("/dd/e/f")->goal == 2);
    CHECK(names.find("/d-") != nullptr);
    CHECK(names.find("/d/e") == nullptr);
    CHECK(names.list("/dd/e") == std::vector<std::string>{"f"});
}

TEST_CASE("namespace: what does not fit is a mistake of the caller", "[master]") {
    Namespace names;
    names.add_file("/a", 3);
    CHECK_THROWS_AS(names.add_file("/a", 3), sim::AssertionFailed);
    CHECK_THROWS_AS(names.remove("/b"), sim::AssertionFailed);
    CHECK_THROWS_AS(names.rename("/b", "/c"), sim::AssertionFailed);
    CHECK_THROWS_AS(names.rename("/a", "/a/b"), sim::AssertionFailed);
    CHECK(names.file_count() == 1);
}

}  // namespace
}  // namespace gfs
