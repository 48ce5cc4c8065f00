// SPDX-License-Identifier: Apache-2.0
// Random histories that GFS allows, with every legal anomaly in them, must not raise an alarm; and
// a single lie planted in one must.

#include "sim/random.h"
#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
namespace {

Expectation check(std::string checker) {
    Expectation expectation;
    expectation.kind = Expectation::Kind::check;
    expectation.checker = std::move(checker);
    return expectation;
}

// One chunk, its leases, mutations, failures and repairs, as the rules allow them.
class History {
  public:
    explicit History(std::uint64_t seed)
        : stream({check("gfs_consistency"), check("append_at_least_once"), check("no_data_loss")}),
          random_(seed, "legal history") {
        stream.create();
        current_ = {1, 2, 3};
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) step();
    }

    Stream stream;
    std::vector<Stream::Mutation> acked;
    std::vector<std::size_t> current_;  // servers with a current replica

  private:
    std::int64_t draw(std::int64_t below) { return random_.between(0, below - 1); }
    bool chance(std::int64_t percent) { return draw(100) < percent; }

    void step() {
        stream.advance(sim::Duration{random_.between(1, 4'000'000'000)});
        if (leased_ && stream.in(0s) >= expires_) lease_over(event::lease_expired);
        switch (draw(12)) {
            case 0:
                return end_lease();
            case 1:
                return clone();
            case 2:
                return collect_garbage();
            case 3:
                return restart_master();
            case 4:
                return crash_server();
            case 5:
                return extend();
            default:
                return mutate();
        }
    }

    void mutate() {
        if (!leased_ && !grant()) return;
        Stream::Mutation m{.version = version_, .serial = ++serial_};
        if (chance(30)) {
            m.kind = "write";
            m.offset = static_cast<std::uint64_t>(draw(500));
            m.data = DataId{++data_};
        } else {
            // At the end of the primary's replica; now and then a record that was tried before.
            m.offset = stream.on_disk(set_.front()).content.length();
            m.data = chance(20) && last_record_ != 0 ? DataId{last_record_} : DataId{++data_};
            last_record_ = static_cast<std::uint64_t>(m.data);
        }
        m.length = m.kind == std::string_view("append")
                       ? 1 + static_cast<std::uint64_t>(m.data) % 50
                       : 1 + static_cast<std::uint64_t>(draw(100));
        stream.order(set_.front(), m);
        bool everywhere = true;
        const bool fails = chance(25);
        for (const std::size_t server : set_) {
            if (server != set_.front() && fails && chance(60)) {
                everywhere = false;
                continue;
            }
            stream.apply(server, m);
        }
        if (!everywhere || chance(5)) return;  // also: the primary is too late to say so
        stream.acknowledge(set_.front(), m);
        if (chance(15)) return;  // the answer to the client is lost
        if (m.kind == std::string_view("append"))
            stream.append_ok(m);
        else
            stream.write_ok(m);
        acked.push_back(m);
    }

    // To some of the current replicas; the others are stale from then on.
    bool grant() {
        if (current_.empty()) return false;
        if (chance(20)) {
            // An offer whose answers were lost: some have the number, and the next one is taken.
            ++version_;
            for (const std::size_t server : current_)
                if (chance(50)) stream.bump(server, version_);
        }
        std::vector<std::size_t> members;
        for (const std::size_t server : current_)
            if (chance(85)) members.push_back(server);
        if (members.empty()) members.push_back(current_.front());
        random_.shuffle(members);
        set_ = members;
        current_ = members;
        serial_ = 0;
        expires_ = stream.in(20s);
        stream.grant(++version_, set_, 20s);
        leased_ = true;
        return true;
    }

    void lease_over(sim::EventKind kind) {
        if (kind == event::lease_expired)
            stream.emit_as(stream.cs(set_.front()), kind,
                           {Stream::chunk, stream.cs(set_.front()), version_, expires_});
        else
            stream.emit_as(stream.cs(set_.front()), kind,
                           {Stream::chunk, stream.cs(set_.front()), version_});
        leased_ = false;
    }

    void end_lease() {
        if (leased_) lease_over(event::lease_revoked);
    }

    void extend() {
        if (!leased_) return;
        stream.emit_as(stream.master(), event::lease_extended,
                       {Stream::chunk, stream.cs(set_.front()), version_, stream.in(20s)});
        if (chance(30)) return;  // the holder never hears of it
        expires_ = stream.in(20s);
        stream.emit_as(stream.cs(set_.front()), event::lease_prolonged,
                       {Stream::chunk, stream.cs(set_.front()), version_, expires_});
    }

    bool is_current(std::size_t server) const {
        return std::find(current_.begin(), current_.end(), server) != current_.end();
    }

    void clone() {
        end_lease();
        const auto target = static_cast<std::size_t>(random_.between(1, 5));
        if (current_.empty() || is_current(target)) return;
        const std::size_t source = random_.pick(current_);
        const Version version = stream.on_disk(source).version;
        stream.on_disk(target) = stream.on_disk(source);
        stream.emit_as(stream.cs(target), event::chunk_replica_created,
                       {Stream::chunk, stream.cs(target), version});
        stream.emit_as(stream.master(), event::chunk_replica_added,
                       {Stream::chunk, stream.cs(target), version});
        stream.emit_as(stream.master(), event::clone_finished,
                       {Stream::chunk, stream.cs(source), stream.cs(target), 1, version});
        current_.push_back(target);
    }

    void collect_garbage() {
        for (const std::size_t server : {1U, 2U, 3U, 4U, 5U}) {
            const auto stale = stream.truth.replicas.find({stream.cs(server), Stream::chunk});
            if (is_current(server) || stale == stream.truth.replicas.end()) continue;
            stream.emit_as(stream.master(), event::chunk_replica_removed,
                           {Stream::chunk, stream.cs(server), stream.text("stale")});
            stream.emit_as(stream.cs(server), event::gc_deleted,
                           {Stream::chunk, stream.cs(server), stale->second.version});
            stream.truth.replicas.erase(stale);
        }
    }

    void restart_master() {
        stream.emit(event::master_crashed, {stream.master()});
        stream.advance(21s);
        if (leased_) lease_over(event::lease_expired);
        stream.emit(event::master_recovered, {stream.master(), 1, 1, 1});
        for (const std::size_t server : current_)
            stream.emit_as(stream.master(), event::chunk_replica_added,
                           {Stream::chunk, stream.cs(server), version_});
    }

    // A process ends and begins again; what it held as primary nobody holds until the time is up.
    void crash_server() {
        const auto server = static_cast<std::size_t>(random_.between(1, 5));
        stream.emit(event::server_crashed, {stream.cs(server)});
        if (leased_ && set_.front() == server) {
            leased_ = false;
            stream.advance(41s);
        }
        stream.emit(event::server_started, {stream.cs(server), 1});
    }

    sim::Random random_;
    std::vector<std::size_t> set_;
    std::uint64_t version_ = 1;
    std::uint64_t serial_ = 0;
    std::uint64_t data_ = 0;
    std::uint64_t last_record_ = 0;
    bool leased_ = false;
    sim::LocalTime expires_{};
};

}  // namespace

TEST_CASE("legal histories: no invariant and no checker raises a false alarm", "[checks]") {
    std::uint64_t acknowledged = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        History history(seed);
        history.run(60);
        INFO("seed " << seed);
        for (const InvariantOutcome& outcome : history.stream.results().invariants) {
            INFO(outcome.name << ": " << (outcome.first ? outcome.first->message : ""));
            REQUIRE(outcome.violations == 0);
            REQUIRE(outcome.warnings == 0);
        }
        for (const Outcome& outcome : history.stream.results().expectations) {
            INFO(outcome.what << ": " << outcome.measured);
            REQUIRE(outcome.verdict != Verdict::failed);
        }
        acknowledged += history.acked.size();
    }
    CHECK(acknowledged > 4000);
}

TEST_CASE("legal histories: bytes that change on one current replica are noticed", "[checks]") {
    std::uint64_t planted = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        History history(seed);
        history.run(60);
        if (history.acked.empty() || history.current_.empty()) continue;
        ++planted;
        // The last acknowledged mutation: nothing may have replaced its first byte but failed ones.
        const Stream::Mutation& last = history.acked.back();
        history.stream.put(history.current_.front(),
                           {.offset = last.offset, .data = DataId{999'999}, .length = 1});
        INFO("seed " << seed);
        CHECK_FALSE(history.stream.violated().empty());
        CHECK(history.stream.outcome(0).verdict == Verdict::failed);
    }
    CHECK(planted > 50);
}

}  // namespace gfs::checks
