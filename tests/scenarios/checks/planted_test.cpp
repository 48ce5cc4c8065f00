// SPDX-License-Identifier: Apache-2.0
// Invariants that no mechanism of the protocol stands before: that an error which the client
// library calls definite is so, that success is told of every byte, and that a shadow applies each
// record in its turn. A real cluster
// runs, and somebody in it is made to tell the wrong thing once.

#include <functional>

#include "tests/scenarios/checks/storm.h"

namespace gfs::checks {
namespace {

// Calls back at the first event of a kind that is meant.
class Once final : public sim::EventObserver {
  public:
    using Then = std::function<bool(const sim::Event&)>;
    Once(sim::EventKind kind, Then then) : kind_(kind), then_(std::move(then)) {}
    void on_event(const sim::Event& event) override {
        if (event.kind == kind_ && !done_) done_ = then_(event);
    }
    bool done() const { return done_; }

  private:
    sim::EventKind kind_;
    Then then_;
    bool done_ = false;
};

const Weather calm{.length = 20s, .between_faults = 1h};

}  // namespace

TEST_CASE("planted: a client that calls an error definite after a record was logged for it",
          "[checks][storm][gfs-3.1]") {
    const bool is_planted = GENERATE(true, false);
    Storm storm(calm, quick_config());
    Once lie(event::master_log_appended, [&](const sim::Event& event) {
        const std::uint64_t op = event.fields[2];
        if (op == 0) return false;
        storm.engine.after(sim::Duration{1}, [&storm, op] {
            sim::Host& client = storm.engine.host(HostId{static_cast<std::uint32_t>(op >> 32)});
            const sim::TextId create = storm.engine.text("create");
            const sim::TextId file = storm.engine.text("/log");
            client.emit(event::client_op_failed,
                        {op, create, file, Code::not_found, sim::Duration{1ms}, 1});
        });
        return true;
    });
    if (is_planted) storm.engine.observe(lie);
    storm.run();
    CHECK(lie.done() == is_planted);
    CHECK(storm.violated() ==
          (is_planted ? std::vector<std::string>{"definite_errors"} : std::vector<std::string>{}));
}

TEST_CASE("planted: an append that ends well without anybody having told of its bytes",
          "[checks][storm][gfs-3.1]") {
    const bool is_planted = GENERATE(true, false);
    Storm storm(calm, quick_config());
    Once lie(event::append_ok, [&](const sim::Event& event) {
        const HostId client = event.actor;
        storm.engine.after(sim::Duration{1}, [&storm, client] {
            constexpr std::uint64_t no_such_op = 999'999;
            const sim::TextId append = storm.engine.text("append");
            const sim::TextId file = storm.engine.text("/log");
            storm.engine.host(client).emit(event::client_op_ok,
                                           {no_such_op, append, file, sim::Duration{1ms}, 5, 0});
        });
        return true;
    });
    if (is_planted) storm.engine.observe(lie);
    storm.run();
    CHECK(lie.done() == is_planted);
    CHECK(storm.violated() == (is_planted ? std::vector<std::string>{"success_is_acknowledged"}
                                          : std::vector<std::string>{}));
}

TEST_CASE("planted: a shadow that leaves records out", "[checks][storm][gfs-5.1.3]") {
    const bool is_planted = GENERATE(true, false);
    Storm storm(calm, quick_config());
    Once lie(event::shadow_applied, [&](const sim::Event& event) {
        const HostId shadow = event.actor;
        const std::uint64_t index = event.fields[0] + 5;
        const std::uint64_t kind = event.fields[1];
        const std::uint64_t op = event.fields[2];
        storm.engine.after(sim::Duration{1}, [&storm, shadow, index, kind, op] {
            storm.engine.host(shadow).emit(event::shadow_applied, {index, kind, op});
        });
        return true;
    });
    if (is_planted) storm.engine.observe(lie);
    storm.run();
    CHECK(lie.done() == is_planted);
    CHECK(storm.violated() ==
          (is_planted ? std::vector<std::string>{"shadow_is_prefix"} : std::vector<std::string>{}));
}

}  // namespace gfs::checks
