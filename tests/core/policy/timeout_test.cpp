// SPDX-License-Identifier: Apache-2.0
// How long clients wait for one answer.

#include "core/policy/timeout.h"

#include <catch2/catch.hpp>

namespace gfs {
namespace {

constexpr Duration configured = 2s;
constexpr HostId one{1};
constexpr HostId other{2};

std::unique_ptr<TimeoutPolicy> make(const std::string& kind) {
    return make_timeout({kind, {}});
}

TEST_CASE("timeout: every policy begins with client_timeout, and never says nothing", "[policy]") {
    for (const auto* entry : sim::Registry<TimeoutPolicy>::all()) {
        CAPTURE(entry->name);
        CHECK(!entry->sentence.empty());
        const auto policy = make(std::string(entry->name));
        CHECK(policy->limit(one, configured) == configured);
        for (int i = 0; i < 20; ++i) policy->answered(one, Duration{0});
        CHECK(policy->limit(one, configured) > Duration{0});
        CHECK(policy->limit(other, configured) == configured);
    }
}

TEST_CASE("timeout: a machine that was slow is given time again by every policy", "[policy]") {
    for (const auto* entry : sim::Registry<TimeoutPolicy>::all()) {
        CAPTURE(entry->name);
        const auto policy = make(std::string(entry->name));
        for (int i = 0; i < 20; ++i) policy->answered(one, 1ms);
        // From now on it needs a second: the limit gets there, by waits in vain.
        int in_vain = 0;
        while (policy->limit(one, configured) < 1s && in_vain < 60) {
            policy->timed_out(one, policy->limit(one, configured));
            ++in_vain;
        }
        CHECK(in_vain < 60);
    }
}

TEST_CASE("timeout: the article's is two and a half times the weighted mean", "[policy]") {
    const auto policy = make("ewma");
    policy->answered(one, 100ms);
    CHECK(policy->limit(one, configured) == 250ms);
    policy->answered(one, 200ms);  // 0.8 * 100 + 0.2 * 200
    CHECK(policy->limit(one, configured) == 300ms);
    policy->answered(one, Duration{7});  // cut, not rounded
    CHECK(policy->limit(one, configured) == Duration{240'000'002});
}

TEST_CASE("timeout: the article's takes one slow answer among quick ones for a loss", "[policy]") {
    const auto ewma = make("ewma");
    const auto rfc = make("rfc6298");
    for (int i = 0; i < 50; ++i) {
        const Duration answer = i % 5 == 0 ? 90ms : 10ms;
        ewma->answered(one, answer);
        rfc->answered(one, answer);
    }
    CHECK(ewma->limit(one, configured) < 90ms);
    CHECK(rfc->limit(one, configured) > 90ms);
}

TEST_CASE("timeout: RFC 6298 doubles in vain, forgets that with an answer, and has bounds",
          "[policy]") {
    const auto policy = make_timeout({"rfc6298", {{"least", "0.1"}, {"most", "2"}}});
    policy->answered(one, 100ms);
    CHECK(policy->limit(one, configured) == 300ms);  // 100 + 4 * 50
    policy->timed_out(one, 300ms);
    CHECK(policy->limit(one, configured) == 600ms);
    for (int i = 0; i < 10; ++i) policy->timed_out(one, 1s);
    CHECK(policy->limit(one, configured) == 2 * configured);
    for (int i = 0; i < 40; ++i) policy->answered(one, 1ms);
    CHECK(policy->limit(one, configured) == configured / 10);
}

}  // namespace
}  // namespace gfs
