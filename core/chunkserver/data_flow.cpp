// SPDX-License-Identifier: Apache-2.0
// Data flow: GFS 3.2, step 3 of GFS 3.1. Data is pushed along a chain of chunkservers, decoupled
// from control; each machine forwards to the closest one that has not received it, as soon as the
// first bytes arrive. The client's end of the chain is in client/write.cpp.

#include <algorithm>
#include <optional>
#include <utility>

#include "core/chunkserver/chunkserver.h"
#include "core/common/buggify.h"
#include "core/common/events.h"
#include "sim/engine.h"
#include "sim/future.h"
#include "sim/network/network.h"
#include "sim/rpc.h"

namespace gfs {

Task<ChunkServer::Reply> ChunkServer::on_push_data(PushData request) {
    // Whoever is further down the chain must give up before those who wait for it.
    const Duration patience = request.patience - request.patience / 8;

    // Forward at once: the first bytes are arriving now.
    std::optional<sim::Future<PushData::Reply>> downstream;
    if (const std::optional<ServerId> next = closest(request.forward_to)) {
        PushData onward = request;
        std::erase(onward.forward_to, *next);
        onward.patience = patience;
        host_.emit(event::push_forwarded, {request.data, id(), *next});
        request.transfer->forward(id(), *next);
        downstream = sim::start_call(host_, *next, std::move(onward), patience);
    }

    const auto arrived = co_await request.transfer->received(host_, patience);
    if (!arrived) co_return Code::timeout;
    const PushedData pushed{request.data, request.data_offset};
    for (const PushedData& evicted : buffer_.put(pushed, request.length))
        host_.emit(event::push_evicted, {evicted.data, id()});
    host_.emit(event::push_finished, {request.data, id()});
    if (buggify(host_, Site::server_small_buffer)) {
        buffer_.take(pushed);
        host_.emit(event::push_evicted, {request.data, id()});
    }

    // The answer says that everybody from here on has the data.
    if (downstream) {
        const PushData::Reply answer = co_await downstream->get();
        if (!answer.ok()) co_return answer.code();
    }
    co_return Done{};
}

std::optional<ServerId> ChunkServer::closest(const std::vector<ServerId>& servers) const {
    const sim::Network& network = host_.endpoint().network();
    const auto nearer = [&](ServerId a, ServerId b) {
        return network.distance(id(), a) < network.distance(id(), b);
    };
    const auto found = std::min_element(servers.begin(), servers.end(), nearer);
    if (found == servers.end()) return std::nullopt;
    return *found;
}

}  // namespace gfs
