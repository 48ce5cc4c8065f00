// SPDX-License-Identifier: Apache-2.0
// A client's request to the master, asked again while the master is away or cannot answer yet
// (GFS 2.3, 5.1.3). Part of client.h that only the client's own files need.
#pragma once

#include <algorithm>
#include <concepts>

#include "core/client/client.h"
#include "core/client/retry.h"
#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/rpc.h"

namespace gfs {

// A request that changes the namespace: without an answer it may have happened.
template <typename M>
concept NamespaceMutation = std::same_as<M, Create> || std::same_as<M, Delete> ||
    std::same_as<M, Rename> || std::same_as<M, MakeDirectory> || std::same_as<M, Snapshot>;

template <typename M>
constexpr bool changes_names(const M&) {
    return NamespaceMutation<M>;
}
constexpr bool changes_names(const Open& request) { return request.how == Open::How::to_write; }

// A request that a shadow master can answer as well (GFS 5.1.3).
template <typename M>
concept ShadowRequest = std::same_as<M, FindLocation> || std::same_as<M, Open> ||
    std::same_as<M, Stat> || std::same_as<M, List>;

// A shadow may be a little behind: what it does not know may be there all the same. So only what it
// has counts as an answer.
template <typename M>
Task<typename M::Reply> Client::ask_shadows(M request) {
    const OpId op = request.op;
    for (std::size_t i = 0; i < shadows_.size(); ++i) {
        const HostId shadow = shadows_[i];
        const Duration timeout = patience(op, 0, shadow);
        const LocalTime sent = host_.now();
        typename M::Reply reply = co_await sim::call(host_, shadow, request, timeout);
        note_answer(shadow, sent, reply.code());
        if (!reply.ok()) continue;
        running(op).from_shadow = true;
        host_.emit(event::client_used_shadow, {op, text(running(op).file), shadow});
        co_return reply;
    }
    co_return Code::timeout;
}

template <typename M>
Task<typename M::Reply> Client::ask_master(M request) {
    const OpId op = request.op;
    SIM_ASSERT(running_.contains(op));
    running(op).from_shadow = false;
    request.user = user_;
    for (;;) {
        // The name may lead to another machine than at the last try.
        const HostId master = master_;
        SIM_ASSERT(master != sim::no_host);
        const Duration timeout = patience(op, 0, master);
        const LocalTime sent = host_.now();
        typename M::Reply reply = co_await sim::call(host_, master, request, timeout);
        note_answer(master, sent, reply.code());
        if (changes_names(request))
            if (!info(reply.code()).definite) running(op).may_have_happened = true;
        if (after_master(reply.code()) == AfterMaster::stop) co_return reply;
        if constexpr (ShadowRequest<M>) {
            const bool is_away = reply.code() == Code::timeout || reply.code() == Code::starting;
            if (is_away && !shadows_.empty() && !changes_names(request)) {
                typename M::Reply instead = co_await ask_shadows(request);
                if (instead.ok()) co_return instead;
            }
        }
        const bool again = co_await back_off(op, reply.code());
        if (!again) co_return code_at_limit(op);
    }
}

}  // namespace gfs
