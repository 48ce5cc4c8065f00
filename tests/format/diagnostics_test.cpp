// SPDX-License-Identifier: Apache-2.0
// How errors look.

#include <catch2/catch.hpp>

#include "scenarios/format/suggest.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

const char* const slow = R"({ "gfsim": 1,
  "cluster": { "chunkservers": 3 },
  "workload": { "w": { "script": [ { "op": "create", "file": "/a" } ] } },




  "gfs": { "chunk_size": "64M" },


  "network": {
    "default": {
      "latnecy": "5ms",
      "loss": 0
    }
  },















  "faults": {
    "cut": { "at": "5s", "do": "partition", "between": ["cs1","master"],
             "when": { "event": "append.ok" } }
  } }
)";

const char* const slow_errors = R"(error[E0104]: `64M` is ambiguous
  --> scenarios/slow.json:8:26
   |
 8 |   "gfs": { "chunk_size": "64M" },
   |                          ^^^^^ write "64MiB" (67,108,864 bytes) or "64MB" (64,000,000 bytes)
error[E0101]: unknown field `latnecy`
  --> scenarios/slow.json:13:7
   |
13 |       "latnecy": "5ms",
   |       ^^^^^^^^^ did you mean `latency`?
   |
   = at:      /network/default/latnecy
   = allowed: bandwidth, duplicate, latency, loss, reorder
   = help:    gfsim explain E0101
error[E0320]: fault `cut` has two triggers
  --> scenarios/slow.json:34:14
   |
33 |     "cut": { "at": "5s", "do": "partition", "between": ["cs1","master"],
   |              ---- first here
34 |              "when": { "event": "append.ok" } }
   |              ^^^^^^ use exactly one of: at, when, after, every
)";

TEST_CASE("diagnostics: frames with the line, the spot and the way out", "[format]") {
    MemoryFiles none;
    const LoadResult result = load_text("scenarios/slow.json", slow, {}, none);
    CHECK(result.diagnostics.human() == slow_errors);
    CHECK(result.diagnostics.counts() == "3 errors, 0 warnings");
    CHECK(result.diagnostics.brief().starts_with(
        "scenarios/slow.json:8:26: error[E0104]: `64M` is ambiguous; write"));
    CHECK(result.diagnostics.json().find(R"("code":"E0101")") != std::string::npos);
    CHECK(result.diagnostics.json().find(R"("pointer":"/network/default/latnecy")") !=
          std::string::npos);
}

TEST_CASE("diagnostics: tabs stay tabs under the line", "[format]") {
    const LoadResult result = load(
        "{\t\"gfsim\": 1,\t\"lease\": \"5s\",\n\"cluster\": "
        "{\"chunkservers\": 3}, \"workload\": {\"w\": {\"script\": []}}}");
    const std::string text = result.diagnostics.human();
    CHECK(text.find("1 | {\t\"gfsim\": 1,\t\"lease\": \"5s\",\n") != std::string::npos);
    CHECK(text.find("  |  \t           \t^^^^^^^ this field belongs to /gfs\n") !=
          std::string::npos);
}

TEST_CASE("diagnostics: colour only when asked, and nothing of the file reaches a terminal raw",
          "[format]") {
    const LoadResult result = load(minimal("\"\\u001b[2J\": 1, "));
    CHECK(result.diagnostics.human().find('\x1b') == std::string::npos);
    CHECK(result.diagnostics.human(true).find("\x1b[1;31m") != std::string::npos);
    CHECK(result.diagnostics.human().find("unknown field `?[2J`") != std::string::npos);
}

TEST_CASE("diagnostics: at most 20 are shown, all are counted", "[format]") {
    std::string faults;
    for (int i = 0; i < 50; ++i) faults += "\"x" + std::to_string(i) + "\": 1, ";
    const LoadResult result = load(minimal(faults));
    CHECK(result.diagnostics.errors() == 50);
    CHECK(result.diagnostics.human().find("... and 30 more\n") != std::string::npos);
}

TEST_CASE("diagnostics: a very long line is shown around the spot", "[format]") {
    const LoadResult result =
        load(minimal("\"title\": \"" + std::string(100'000, 'x') + "\", \"sede\": 1, "));
    CHECK(result.diagnostics.human().size() < 1000);
    CHECK(result.diagnostics.human().find("did you mean `seed`?") != std::string::npos);
}

TEST_CASE("suggestions: optimal string alignment within a third of the word", "[format]") {
    CHECK(edit_distance("latnecy", "latency") == 1);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("ca", "abc") == 3);
    CHECK(nearest("crahs", {"crash", "clog"}).value() == "crash");
    CHECK_FALSE(nearest("xyz", {"crash", "clog"}).has_value());
    CHECK(nearest("at", {"it", "on"}).value() == "it");
}

}  // namespace
}  // namespace gfs::format
