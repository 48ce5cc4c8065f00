// SPDX-License-Identifier: Apache-2.0
// All policies that a scenario can name, whatever they are for.

#include "core/common/policies.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

namespace gfs {
namespace {

TEST_CASE("policies: each has a sentence, and each parameter a default and one as well",
          "[policy]") {
    std::set<std::string_view> fields;
    for (const PolicyInfo& policy : all_policies()) {
        INFO(policy.field << "/" << policy.kind);
        fields.insert(policy.field);
        CHECK(!policy.sentence.empty());
        for (const sim::Params::Known& known : policy.parameters) {
            INFO(known.name);
            CHECK(!known.default_value.empty());
            CHECK(!known.sentence.empty());
        }
    }
    CHECK(fields == std::set<std::string_view>{"placement", "re_replication", "rebalancing",
                                               "replica_choice", "retry", "timeout"});
}

TEST_CASE("policies: the default of each field is registered", "[policy]") {
    const Config config;
    const std::vector<PolicyInfo> all = all_policies();
    const auto is_there = [&](std::string_view field, const PolicySpec& spec) {
        return std::any_of(all.begin(), all.end(), [&](const PolicyInfo& policy) {
            return policy.field == field && policy.kind == spec.kind;
        });
    };
    CHECK(is_there("placement", config.placement));
    CHECK(is_there("re_replication", config.re_replication));
    CHECK(is_there("rebalancing", config.rebalancing));
    CHECK(is_there("replica_choice", config.replica_choice));
    CHECK(is_there("retry", config.retry));
    CHECK(is_there("timeout", config.timeout));
}

TEST_CASE("policies: none takes a parameter that it does not read", "[policy]") {
    for (const PolicyInfo& policy : all_policies()) {
        INFO(policy.field << "/" << policy.kind);
        const PolicySpec none{std::string(policy.kind), {}};
        CHECK(policy_problems(policy.field, none).empty());
        const PolicySpec strange{std::string(policy.kind), {{"no_such_thing", "1"}}};
        const auto problems = policy_problems(policy.field, strange);
        REQUIRE(problems.size() == 1);
        CHECK(problems.front().name == "no_such_thing");
    }
}

TEST_CASE("policies: a value that is none is a problem", "[policy]") {
    CHECK(policy_problems("retry", {"exponential", {{"jitter", "some"}}}).size() == 1);
    CHECK(policy_problems("retry", {"exponential", {{"factor", "-1"}}}).size() == 1);
    CHECK(policy_problems("placement", {"random", {{"full_at", "half"}}}).size() == 1);
}

}  // namespace
}  // namespace gfs
