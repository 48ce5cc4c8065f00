// SPDX-License-Identifier: Apache-2.0
// Pushing data to all replicas: GFS 3.2, which is step 3 of GFS 3.1. What the chunkservers do with
// it (keep it, forward it) is in the chunkserver's data_flow.cpp.

#include <algorithm>
#include <utility>

#include "core/client/client.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/future.h"
#include "sim/network/transfer.h"
#include "sim/rpc.h"

namespace gfs {

Task<Code> Client::push(Piece piece, std::vector<ServerId> replicas) {
    SIM_ASSERT(piece.length > 0);
    SIM_ASSERT(piece.data != no_data);
    order_by_distance(replicas);
    switch (config_.push) {
        case Push::chain:
            co_return co_await push_chain(std::move(piece), std::move(replicas));
        case Push::star:
            co_return co_await push_star(std::move(piece), std::move(replicas));
    }
    SIM_ASSERT(!"a way to push that config.h does not list");
    co_return Code::gave_up;
}

// "Each machine forwards the data to the closest machine in the network topology that has not
// received it" (GFS 3.2): the client to the closest replica, which chooses among the others, and so
// on. The answer comes when all of them have everything.
Task<Code> Client::push_chain(Piece piece, std::vector<ServerId> replicas) {
    const ServerId closest = replicas.front();
    emit_push(piece, closest);
    const Duration timeout = patience(piece.op, piece.length, closest);
    const LocalTime sent = host_.now();
    auto transfer = sim::Transfer::start(host_.endpoint().network(), id(), closest, piece.length);
    PushData request{.op = piece.op,
                     .data = piece.data,
                     .data_offset = piece.data_offset,
                     .length = piece.length,
                     .forward_to = {replicas.begin() + 1, replicas.end()},
                     .patience = timeout,
                     .transfer = std::move(transfer)};
    const Answer<Done> answer = co_await sim::call(host_, closest, std::move(request), timeout);
    note_answer(closest, sent, answer.code());
    co_return answer.code();
}

// Not GFS, but what it improves on: the client sends to every replica itself, and its outbound
// bandwidth is shared by all of them.
Task<Code> Client::push_star(Piece piece, std::vector<ServerId> replicas) {
    const LocalTime sent = host_.now();
    std::vector<sim::Future<Answer<Done>>> answers;
    for (const ServerId replica : replicas) {
        const Duration timeout = patience(piece.op, piece.length * replicas.size(), replica);
        emit_push(piece, replica);
        PushData request{.op = piece.op,
                         .data = piece.data,
                         .data_offset = piece.data_offset,
                         .length = piece.length,
                         .forward_to = {},
                         .patience = timeout,
                         .transfer = sim::Transfer::start(host_.endpoint().network(), id(), replica,
                                                          piece.length)};
        answers.push_back(sim::start_call(host_, replica, std::move(request), timeout));
    }
    Code outcome = Code::ok;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const Answer<Done> answer = co_await answers[i].get();
        note_answer(replicas[i], sent, answer.code());
        if (!answer.ok()) outcome = answer.code();
    }
    co_return outcome;
}

void Client::emit_push(const Piece& piece, ServerId server) {
    host_.emit(event::push_started, {piece.data, server, piece.length, piece.op});
}

}  // namespace gfs
