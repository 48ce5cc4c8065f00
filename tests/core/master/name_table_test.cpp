// SPDX-License-Identifier: Apache-2.0
// The table of prefix-compressed names (GFS 2.6.1, 4.1), compared with a std::map; and its size.

#include "core/master/name_table.h"

#include <catch2/catch.hpp>
#include <map>

#include "sim/random.h"

namespace gfs {
namespace {

NameRecord with_goal(std::uint8_t goal) {
    NameRecord node;
    node.goal = goal;
    return node;
}

std::vector<std::string> names_of(const NameTable& table) {
    std::vector<std::string> names;
    for (const auto& [name, node] : table) names.push_back(name);
    return names;
}

// Names that share beginnings of many lengths, some of them longer than a byte can say.
std::string drawn_name(sim::Random& random) {
    static constexpr const char* parts[] = {"a", "b", "ab", "log", "data-2003", "\xc3\xa4"};
    std::string name;
    const std::uint64_t depth = 1 + random.below(4);
    for (std::uint64_t i = 0; i < depth; ++i) {
        name += "/";
        name += parts[random.below(6)];
        if (random.below(8) == 0) name += std::string(150, 'x');
        const std::uint64_t number = random.below(40);
        name += std::to_string(number);
    }
    return name;
}

TEST_CASE("name table: it finds what was inserted and nothing else", "[master][gfs-4.1]") {
    NameTable table;
    CHECK(table.find("/a") == nullptr);
    CHECK(table.begin() == table.end());
    table.insert("/b", with_goal(2));
    table.insert("/a", with_goal(1));
    table.insert("/ab", with_goal(3));
    CHECK(table.find("/a")->goal == 1);
    CHECK(table.find("/ab")->goal == 3);
    CHECK(table.find("/b")->goal == 2);
    for (const char* absent : {"/", "/aa", "/abc", "/b/", "/c", ""}) {
        CAPTURE(absent);
        CHECK(table.find(absent) == nullptr);
    }
    CHECK(names_of(table) == std::vector<std::string>{"/a", "/ab", "/b"});
    CHECK(table.remove("/ab").goal == 3);
    CHECK(names_of(table) == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("name table: bounds lie between the names", "[master][gfs-4.1]") {
    NameTable table;
    for (int i = 0; i < 100; ++i) table.insert("/n" + std::to_string(100 + i), with_goal(1));
    CHECK(table.lower_bound("/n150")->first == "/n150");
    CHECK(table.upper_bound("/n150")->first == "/n151");
    CHECK(table.lower_bound("/n1505")->first == "/n151");
    CHECK(table.lower_bound("")->first == "/n100");
    CHECK(table.lower_bound("/n2") == table.end());
    CHECK(table.upper_bound("/n199") == table.end());
}

TEST_CASE("name table: random histories leave what a map has", "[master][gfs-2.6.1]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        sim::Random random(seed, "name_table");
        NameTable table;
        std::map<std::string, NameRecord> model;
        for (int step = 0; step < 3000; ++step) {
            const std::string name = drawn_name(random);
            const std::uint64_t what = random.below(step < 1500 ? 3 : 2);
            const bool inserts = what != 0;
            if (inserts && !model.contains(name)) {
                const auto goal = static_cast<std::uint8_t>(random.below(16));
                NameRecord node = with_goal(goal);
                for (std::uint64_t i = random.below(4); i > 0; --i)
                    node.chunks.push_back(ChunkHandle{i});
                table.insert(name, node);
                model.emplace(name, node);
            } else if (!inserts && !model.empty()) {
                auto victim = model.lower_bound(name);
                if (victim == model.end()) --victim;
                CHECK(table.remove(victim->first) == victim->second);
                model.erase(victim);
            }
            const std::string asked = drawn_name(random);
            const NameRecord* const found = table.find(asked);
            REQUIRE((found != nullptr) == model.contains(asked));
            if (found != nullptr) REQUIRE(*found == model.at(asked));
            const auto bound = model.lower_bound(asked);
            const auto at = table.lower_bound(asked);
            REQUIRE((at == table.end()) == (bound == model.end()));
            if (bound != model.end()) REQUIRE(at->first == bound->first);
        }
        const NameTable copy = table;
        REQUIRE(copy.size() == model.size());
        auto expected = model.begin();
        for (const auto& [name, node] : copy) {
            REQUIRE(name == expected->first);
            REQUIRE(node == expected->second);
            ++expected;
        }
    }
}

// What a crawler, an indexer and people leave: large directories of numbered parts, logs by date,
// homes with a few files of any name.
std::vector<std::string> realistic_namespace(std::size_t files) {
    sim::Random random(1, "realistic");
    std::vector<std::string> names;
    for (std::size_t run = 0; names.size() < files; ++run) {
        const std::string crawl = "/data/crawl/2003-05-" + std::to_string(10 + run);
        for (int part = 0; part < 2000; ++part)
            names.push_back(crawl + "/pages-" + std::to_string(10000 + part) + "-of-12000");
        for (int host = 0; host < 300; ++host)
            names.push_back("/logs/web" + std::to_string(100 + host) + "/access." +
                            std::to_string(20030500 + run) + ".gz");
        for (int user = 0; user < 200; ++user) {
            std::string word;
            for (int i = 0; i < 12; ++i) {
                const std::uint64_t letter = random.below(26);
                word += static_cast<char>('a' + letter);
            }
            names.push_back("/users/user" + std::to_string(user) + "/" + word);
        }
    }
    return names;
}

TEST_CASE("name table: a large realistic namespace takes less than 64 bytes a file",
          "[master][gfs-2.6.1]") {
    NameTable table;
    const std::vector<std::string> names = realistic_namespace(100'000);
    for (const std::string& name : names) {
        NameRecord node = with_goal(3);
        node.chunks.push_back(ChunkHandle{table.size() + 1});
        table.insert(name, std::move(node));
    }
    REQUIRE(table.size() == names.size());
    CHECK(table.bytes() / table.size() < 64);
    CHECK(table.bytes() / table.size() > sizeof(NameRecord));
    CHECK(table.chunk_list_bytes() == 0);
}

TEST_CASE("name table: names that come in no order and go again leave no sparse pages",
          "[master][gfs-2.6.1]") {
    std::vector<std::string> names = realistic_namespace(30'000);
    sim::Random random(2, "order");
    random.shuffle(names);
    NameTable table;
    for (const std::string& name : names) table.insert(name, with_goal(3));
    CHECK(table.bytes() / table.size() < 80);
    for (std::size_t i = 0; i + 3000 < names.size(); ++i) table.remove(names[i]);
    CHECK(table.size() == 3000);
    CHECK(table.bytes() / table.size() < 200);
}

TEST_CASE("file chunks: a list of any length", "[master]") {
    FileChunks list;
    std::vector<ChunkHandle> model;
    for (std::uint64_t i = 1; i <= 40; ++i) {
        list.push_back(ChunkHandle{i});
        model.push_back(ChunkHandle{i});
        REQUIRE(list.to_vector() == model);
        REQUIRE(list.back() == ChunkHandle{i});
        FileChunks copy = list;
        REQUIRE(copy == list);
        copy.set(i - 1, ChunkHandle{99});
        REQUIRE_FALSE(copy == list);
        const FileChunks moved = std::move(copy);
        REQUIRE(moved[i - 1] == ChunkHandle{99});
    }
    CHECK(FileChunks{}.empty());
    CHECK(list.heap_bytes() == 64 * sizeof(ChunkHandle));
}

}  // namespace
}  // namespace gfs
