// SPDX-License-Identifier: Apache-2.0
// Remote procedure calls between hosts. A message is a plain struct M with
//     static constexpr sim::MessageType type;   even; its reply is type + 1
//     using Reply = ...;                        with static Reply timed_out()
// and, found by argument-dependent lookup, std::uint64_t wire_bytes(const M&) and the same for
// M::Reply. A member `op`, if M has one, goes into the message events; a function
// std::uint64_t rate_cap(const M::Reply&), if there is one, throttles the answer (bytes/s).
//
// Every call has a deadline on the caller's own clock. A late or doubled reply is dropped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/operation.h"

namespace sim {

class Network;

constexpr MessageType reply_of(MessageType request) {
    return static_cast<MessageType>(static_cast<unsigned>(request) + 1);
}
constexpr bool is_reply(MessageType type) { return static_cast<unsigned>(type) % 2 == 1; }

class Body;
struct EndBody {
    inline void operator()(Body* body) const noexcept;
};
// Owns a message body. Ends before its engine.
using BodyPtr = std::unique_ptr<Body, EndBody>;

// A message body without its type. Lives in the engine's pool.
class Body {
  public:
    virtual BodyPtr clone() const = 0;

  protected:
    virtual ~Body() = default;

  private:
    friend struct EndBody;
    virtual void end() noexcept = 0;
};

inline void EndBody::operator()(Body* body) const noexcept { body->end(); }

template <typename M>
class BodyOf final : public Body {
  public:
    static BodyPtr make(Pool& pool, M message) {
        return BodyPtr(new (pool.allocate(sizeof(BodyOf))) BodyOf(pool, std::move(message)));
    }
    BodyPtr clone() const override { return make(pool_, message); }

  private:
    BodyOf(Pool& pool, M message_) : message(std::move(message_)), pool_(pool) {}
    ~BodyOf() override = default;
    void end() noexcept override {
        Pool& pool = pool_;
        this->~BodyOf();
        pool.deallocate(this, sizeof(BodyOf));
    }

  public:
    M message;

  private:
    Pool& pool_;
};

// A message on its way.
struct Packet {
    MessageType type;
    HostId from;
    HostId to;
    std::uint32_t to_incarnation = 0;  // of the process it was sent to
    std::uint64_t call = 0;            // matches the reply to the request
    std::uint64_t op = 0;              // the client's operation it serves, 0 for none
    std::uint64_t bytes = 0;           // on the wire
    std::uint64_t rate_cap = 0;        // bytes/s at most, as bulk data; 0: no such cap
    BodyPtr body;
};

// One host's side of all its calls: the handlers of its process and its calls in flight.
class Endpoint {
  public:
    Endpoint(Network& network, Host& host) : network_(network), host_(host) {}
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    Host& host() const { return host_; }
    Network& network() const { return network_; }

    // Requests of type M go to `handler(M)`, which answers at once.
    template <typename M, typename Actor>
    void on(Actor& actor, typename M::Reply (Actor::*handler)(const M&)) {
        set_handler(M::type, std::make_unique<AtOnce<M, Actor>>(actor, handler));
    }

    // Requests of type M start the coroutine `handler(M)`, which answers when it ends.
    template <typename M, typename Actor>
    void on(Actor& actor, Task<typename M::Reply> (Actor::*handler)(M)) {
        set_handler(M::type, std::make_unique<InCoroutine<M, Actor>>(actor, handler));
    }

    // A message has arrived for the process that runs now.
    void receive(Packet& packet);

    // The process ended: its handlers go, and no reply to its calls finds anybody.
    void reset();

    template <typename M>
    void send_request(HostId to, M request, Waiter<typename M::Reply>& waiter) {
        const std::uint64_t call = open_call(waiter, [](WaiterBase& base, Body& body) {
            using Reply = typename M::Reply;
            static_cast<Waiter<Reply>&>(base).resolve_now(
                std::move(static_cast<BodyOf<Reply>&>(body).message));
        });
        Packet packet{.type = M::type,
                      .from = host_.id(),
                      .to = to,
                      .call = call,
                      .op = op_of(request),
                      .bytes = wire_bytes(request),
                      .body = nullptr};
        packet.body = BodyOf<M>::make(operation_pool(host_), std::move(request));
        send(std::move(packet));
    }

  private:
    // What the process does with the requests of one type.
    class Handler {
      public:
        virtual ~Handler() = default;
        virtual void serve(Endpoint& endpoint, Packet& request) = 0;
    };
    template <typename M, typename Actor>
    class AtOnce final : public Handler {
      public:
        using Method = typename M::Reply (Actor::*)(const M&);
        AtOnce(Actor& actor, Method method) : actor_(actor), method_(method) {}
        void serve(Endpoint& endpoint, Packet& request) override {
            endpoint.send_reply<M>(request.from, request.call, request.op,
                                   (actor_.*method_)(message_in<M>(request)));
        }

      private:
        Actor& actor_;
        Method method_;
    };
    template <typename M, typename Actor>
    class InCoroutine final : public Handler {
      public:
        using Method = Task<typename M::Reply> (Actor::*)(M);
        InCoroutine(Actor& actor, Method method) : actor_(actor), method_(method) {}
        void serve(Endpoint& endpoint, Packet& request) override {
            endpoint.work(answer<M>(endpoint, request.from, request.call, request.op,
                                    (actor_.*method_)(std::move(message_in<M>(request)))));
        }

      private:
        Actor& actor_;
        Method method_;
    };

    using Resolve = void (*)(WaiterBase&, Body&);

    struct CallSlot {
        std::uint32_t generation = 0;
        Resolve resolve = nullptr;
        WaiterLink waiter;  // empty: the slot is free, or its call has ended
    };

    template <typename M>
    static M& message_in(Packet& packet) {
        return static_cast<BodyOf<M>&>(*packet.body).message;
    }
    template <typename M>
    static std::uint64_t op_of(const M& message) {
        if constexpr (requires { message.op; }) return static_cast<std::uint64_t>(message.op);
        else return 0;
    }

    template <typename M>
    static Task<void> answer(Endpoint& endpoint, HostId to, std::uint64_t call, std::uint64_t op,
                             Task<typename M::Reply> handler) {
        typename M::Reply reply = co_await std::move(handler);
        endpoint.send_reply<M>(to, call, op, std::move(reply));
    }

    template <typename M>
    void send_reply(HostId to, std::uint64_t call, std::uint64_t op, typename M::Reply reply) {
        using Reply = typename M::Reply;
        Packet packet{.type = reply_of(M::type),
                      .from = host_.id(),
                      .to = to,
                      .call = call,
                      .op = op,
                      .bytes = wire_bytes(reply),
                      .body = nullptr};
        if constexpr (requires { rate_cap(reply); }) packet.rate_cap = rate_cap(reply);
        packet.body = BodyOf<Reply>::make(operation_pool(host_), std::move(reply));
        send(std::move(packet));
    }

    // Runs `job` at once, up to its first wait, in an idle worker or a new one. To spawn a
    // coroutine costs more than a whole call; so a worker that is done waits for another request.
    void work(Task<void> job);
    Task<void> worker(Task<void> first);

    void set_handler(MessageType type, std::unique_ptr<Handler> handler);
    std::uint64_t open_call(WaiterBase& waiter, Resolve resolve);
    void send(Packet&& packet);

    Network& network_;
    Host& host_;
    std::vector<std::unique_ptr<Handler>> handlers_;  // by request type / 2
    std::vector<WaiterRef<Task<void>>> idle_workers_;
    std::vector<CallSlot> calls_;
    std::vector<std::uint32_t> free_calls_;
};

namespace detail {

template <typename Reply>
struct AsReply {
    template <typename Handler>
    static void call(Handler& handler, std::optional<Reply> value) {
        if (value.has_value()) std::move(handler)(std::move(*value));
        else std::move(handler)(Reply::timed_out());
    }
};

}  // namespace detail

// co_await call(host, to, request, timeout): the reply, or Reply::timed_out() when `timeout` has
// passed on the caller's clock. The request may have been carried out all the same.
template <typename M>
auto call(Host& from, HostId to, M request, Duration timeout) {
    using Reply = typename M::Reply;
    return asio::async_initiate<const asio::deferred_t, void(Reply)>(
        [&from](auto handler, HostId target, M message, Duration limit) {
            using Op = detail::WaiterWithHandler<Reply, decltype(handler), detail::AsReply<Reply>>;
            Op* const op = detail::make_operation<Op>(from, std::move(handler));
            op->set_deadline(from.deadline_after(limit));
            from.endpoint().send_request<M>(target, std::move(message), *op);
        },
        asio::deferred, to, std::move(request), timeout);
}

}  // namespace sim
