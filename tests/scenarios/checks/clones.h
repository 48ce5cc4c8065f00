// SPDX-License-Identifier: Apache-2.0
// A stream with chunks that lose replicas and are cloned (GFS 4.3).
#pragma once

#include "tests/scenarios/checks/stream.h"

namespace gfs::checks {
constexpr ChunkHandle other{8};

inline Expectation liveness() {
    Expectation expectation;
    expectation.kind = Expectation::Kind::check;
    expectation.checker = "liveness";
    return expectation;
}

// Five registered servers; one chunk, of two files each, on the first three.
struct Clones : Stream {
    explicit Clones(std::vector<Expectation> expectations = {}) : Stream(std::move(expectations)) {
        config.clone_limit = {.percent = true, .amount = 40};
        config.clone_per_server = 2;
        for (const std::size_t server : {1U, 2U, 3U, 4U, 5U})
            emit_as(master(), event::server_registered, {cs(server), 1, 0});
        create("/f");
        create("/g", other);
        for (const ChunkHandle which : {chunk, other})
            for (const std::size_t server : {1U, 2U, 3U})
                emit_as(master(), event::chunk_replica_added, {which, cs(server), 1});
    }
    void lose(ChunkHandle which, std::size_t server, std::uint64_t left) {
        emit_as(master(), event::chunk_replica_removed, {which, cs(server), text("dead")});
        emit_as(master(), event::chunk_under_replicated, {which, left, 3});
        truth.replicas.erase({cs(server), which});
    }
    void plan(ChunkHandle which, std::size_t from, std::size_t to) {
        emit_as(master(), event::clone_planned, {which, cs(from), cs(to), 1});
    }
    void start(ChunkHandle which, std::size_t from, std::size_t to, std::uint64_t version = 1) {
        plan(which, from, to);
        emit_as(master(), event::clone_started, {which, cs(from), cs(to), 1, version});
    }
    void receive(ChunkHandle which, std::size_t to, std::uint64_t bytes, std::uint64_t version) {
        on_disk(to, which).version = Version{version};
        on_disk(to, which).content.write({0, bytes, DataId{1}, 0});
        emit_as(cs(to), event::chunk_replica_created, {which, cs(to), version});
    }
    void finish(ChunkHandle which, std::size_t from, std::size_t to, std::uint64_t bytes,
                std::uint64_t version = 1) {
        receive(which, to, bytes, version);
        emit_as(master(), event::clone_finished, {which, cs(from), cs(to), 1, version});
    }
};

}  // namespace gfs::checks
