// SPDX-License-Identifier: Apache-2.0
// A hostile minute: edited scenarios and edited bytes. Nothing crashes, and what is refused is
// refused with a reason and a place.

#include <catch2/catch.hpp>

#include "scenarios/format/parse.h"
#include "tests/format/memory_files.h"
#include "tests/format/mutations.h"

namespace gfs::format {
namespace {

const char* const names[] = {"hello", "lease-expiry", "record-append", "rack-power",
                             "master-failover"};

std::string annotated(const char* name) {
    return slurp(top + "tests/format/annotated/" + name + ".json");
}

void survives(const std::string& text) {
    const LoadResult result = load(text);
    const Diagnostics& diagnostics = result.diagnostics;
    INFO(text);
    CHECK(result.ok() == diagnostics.ok());
    if (result.ok()) {
        CHECK_FALSE(resolved_text(result).empty());
        return;
    }
    std::size_t placed = 0;
    for (const Diagnostic& d : diagnostics.sorted())
        if (d.at.span.known()) ++placed;
    CHECK(placed > 0);
    CHECK_FALSE(diagnostics.human(true).empty());
    CHECK_FALSE(diagnostics.brief().empty());
    Diagnostics none;
    const std::string json = diagnostics.json();
    CHECK(parse_json(none.files().add("d.json", json), none).has_value());
}

TEST_CASE("mutations: edited trees never crash, and every refusal has a place", "[format]") {
    for (const char* name : names) {
        Diagnostics none;
        const Node good = parse_json(none.files().add("t.json", annotated(name)), none).value();
        for (std::uint64_t seed = 0; seed < 600; ++seed) {
            Mutator mutator(seed + 1000);
            Node bad = good;
            for (std::uint64_t i = mutator.below(6) + 1; i > 0; --i) mutator.edit(bad);
            survives(to_json(bad));
        }
    }
}

TEST_CASE("mutations: edited bytes never crash, and fmt keeps what it accepts", "[format]") {
    for (const char* name : names) {
        const std::string good = annotated(name);
        for (std::uint64_t seed = 0; seed < 600; ++seed) {
            Mutator random(seed);
            std::string bad = good;
            for (std::uint64_t i = random.below(3) + 1; i > 0; --i) {
                if (bad.empty()) bad = "{";
                const std::size_t at = random.below(bad.size());
                switch (random.below(4)) {
                    case 0:
                        bad[at] = static_cast<char>(random.below(256));
                        break;
                    case 1:
                        bad.erase(at, random.below(8) + 1);
                        break;
                    case 2:
                        bad.insert(at, 1, "{}[],:\"'/*\\#0-e."[random.below(16)]);
                        break;
                    default:
                        bad.resize(at + 1);
                        break;
                }
            }
            survives(bad);
            Diagnostics diagnostics;
            const auto once = format_text("t.json", bad, diagnostics);
            if (once) CHECK(format_text("t.json", *once, diagnostics).value() == *once);
        }
    }
}

}  // namespace
}  // namespace gfs::format
