// SPDX-License-Identifier: Apache-2.0

#include "core/client/retry.h"

#include <catch2/catch.hpp>

namespace gfs {

TEST_CASE("retry: every code has its next step", "[client][gfs-3.1]") {
    for (std::size_t i = 0; i < all_codes().size(); ++i) {
        const auto code = static_cast<Code>(i);
        CHECK_NOTHROW(after_master(code));
        CHECK_NOTHROW(after_mutation(code));
        CHECK_NOTHROW(after_read(code));
    }
}

TEST_CASE("retry: no code is both done and tried again", "[client][gfs-3.1]") {
    CHECK(after_mutation(Code::ok) == AfterMutation::done);
    CHECK(after_master(Code::ok) == AfterMaster::stop);
    CHECK(after_read(Code::ok) == AfterRead::use_answer);
    for (std::size_t i = 1; i < all_codes().size(); ++i) {
        CHECK(after_mutation(static_cast<Code>(i)) != AfterMutation::done);
        CHECK(after_read(static_cast<Code>(i)) != AfterRead::use_answer);
    }
}

TEST_CASE("retry: the master is asked when the primary is gone or holds no lease",
          "[client][gfs-3.1]") {
    CHECK(after_mutation(Code::timeout) == AfterMutation::ask_master);
    CHECK(after_mutation(Code::not_primary) == AfterMutation::ask_master);
    CHECK(after_mutation(Code::lease_expired) == AfterMutation::ask_master);
    CHECK(after_mutation(Code::replica_failed) == AfterMutation::same_replicas);
}

}  // namespace gfs
