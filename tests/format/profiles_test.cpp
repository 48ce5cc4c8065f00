// SPDX-License-Identifier: Apache-2.0
// The profiles have the parameters that docs/profiles.md says, and the page leaves none out.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "scenarios/format/fields.h"
#include "scenarios/format/parse.h"
#include "tests/format/memory_files.h"

namespace gfs::format {
namespace {

using namespace std::chrono_literals;

Config config_of(const std::string& profile) {
    const LoadResult result = load(minimal(R"("gfs": {"profile": ")" + profile + R"("}, )"));
    INFO(result.diagnostics.human());
    REQUIRE(result.ok());
    return result.scenario->gfs;
}

TEST_CASE("profiles: the paper's changes nothing", "[format]") {
    const Config paper = config_of("gfs2003");
    const Config built;
    CHECK(paper.heartbeat == built.heartbeat);
    CHECK(paper.lease == built.lease);
    CHECK(paper.placement.kind == "paper");
    CHECK(profile_text("gfs2003") == "{}");
}

TEST_CASE("profiles: the article's has its time-outs, its rack rule and its adaptive client",
          "[format]") {
    const Config article = config_of("article");
    CHECK(article.heartbeat == 3s);
    CHECK(article.dead_after == 6s);
    CHECK(article.placement.kind == "article");
    CHECK(article.replica_choice.kind == "first");
    CHECK(article.timeout.kind == "ewma");
    CHECK(article.retry.kind == "exponential");
    REQUIRE(article.retry.parameters.size() == 1);
    CHECK(article.retry.parameters[0].value == "full");
}

TEST_CASE("profiles: HDFS's and QFS's have the parameters that GFS has a place for", "[format]") {
    const Config hdfs = config_of("hdfs");
    CHECK(hdfs.chunk_size == 128 * MiB);
    CHECK(hdfs.checksum_block == 512);
    CHECK(hdfs.heartbeat == 3s);
    CHECK(hdfs.dead_after == 630s);
    CHECK(hdfs.rereplicate_after == 0s);
    CHECK(hdfs.clone_per_server == 2);
    CHECK(hdfs.placement.kind == "hdfs");
    CHECK(hdfs.request_table == 10min);
    CHECK(hdfs.checkpoint_every == 1'000'000);

    const Config qfs = config_of("qfs");
    CHECK(qfs.chunk_size == 64 * MiB);
    CHECK(qfs.checksum_block == 64 * KiB);
    CHECK(qfs.heartbeat == 30s);
    CHECK(qfs.dead_after == 60s);
    CHECK(qfs.rereplicate_after == 120s);
    CHECK(qfs.lease == 300s);
    CHECK(qfs.clone_per_server == 5);
    CHECK(qfs.rebalancing.kind == "paper");
}

TEST_CASE("profiles: each field that one changes is on its page", "[format]") {
    std::ifstream file(std::string(GFSIM_SOURCE_DIR) + "/docs/profiles.md");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string page = text.str();
    for (const Word& profile : profile_words()) {
        INFO(profile.name);
        const std::size_t begin = page.find("## " + std::string(profile.name) + "\n");
        REQUIRE(begin != std::string::npos);
        const std::string section = page.substr(begin, page.find("\n## ", begin + 1) - begin);
        Diagnostics none;
        const std::uint32_t source =
            none.files().add("profile", std::string(profile_text(profile.name)));
        const std::optional<Node> values = parse_json(source, none);
        REQUIRE(values.has_value());
        for (const Node& item : values->items) {
            INFO(item.key);
            CHECK(find_field(find_record("gfs"), item.key, "") != nullptr);
            CHECK(section.find("`" + item.key + "`") != std::string::npos);
        }
    }
}

}  // namespace
}  // namespace gfs::format
