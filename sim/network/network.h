// SPDX-License-Identifier: Apache-2.0
// The network between the hosts: racks behind switches that share an uplink each. A small message
// pays latency and its share of the bandwidth that is free on its way; bulk data moves as flows
// under max-min fair sharing (flow_network.h), pipelined along chains (transfer.h).
//
// Messages between two hosts stay in order, as on the persistent connections of GFS 2.5, unless a
// fault reorders them. A message is lost when its sender and receiver are cut from each other, at
// its departure or its arrival, and when the process it was sent to has ended.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/distribution.h"
#include "sim/network/connections.h"
#include "sim/network/flow_network.h"
#include "sim/random.h"
#include "sim/rpc.h"

namespace sim {

class Engine;

// Whoever has flows in the network: a transfer along a chain, or one large message.
class FlowOwner {
  public:
    // All bytes of `flow` have left its source.
    virtual void on_drained(FlowId flow) = 0;
    // The process on `host` ended.
    virtual void on_process_ended(HostId host) = 0;
    // A cut began; what crosses it is lost.
    virtual void on_cut() = 0;

  protected:
    virtual ~FlowOwner() = default;

  private:
    friend class Network;
    std::size_t place_ = 0;  // in the network's list
};

// What a message between two hosts pays on its way.
struct PathModel {
    Distribution latency = Distribution::constant(100'000);  // ns
    std::uint64_t bandwidth = 0;  // bytes/s that one message or flow gets at most; 0: no such cap
    Ratio loss{0, 1};
    Ratio duplicate{0, 1};
    Ratio reorder{0, 1};
    Ratio corrupt{0, 1};
};

// What a link fault changes of it; what is absent stays as it was.
struct PathChange {
    std::optional<Distribution> latency;
    std::optional<std::uint64_t> bandwidth;
    std::optional<Ratio> loss;
    std::optional<Ratio> duplicate;
    std::optional<Ratio> reorder;
    std::optional<Ratio> corrupt;

    void apply_to(PathModel& path) const;
};

// What holds between two hosts now: what was configured, or a copy that link faults have changed.
class Path {
  public:
    // Not owned: configured.
    explicit Path(const PathModel& configured) : configured_(&configured) {}
    void apply(const PathChange& change) {
        if (!changed_) changed_ = *configured_;
        change.apply_to(*changed_);
    }
    const PathModel& operator*() const { return changed_ ? *changed_ : *configured_; }
    const PathModel* operator->() const { return &**this; }

  private:
    const PathModel* configured_;
    std::optional<PathModel> changed_;
};

struct NetworkOptions {
    PathModel same_rack;
    PathModel cross_rack;
    std::uint64_t nic = 12'500'000;      // bytes/s, each direction
    std::uint64_t uplink = 125'000'000;  // bytes/s of each rack's switch, each direction
};

class MessageFilter;

// What becomes of one message. Filters change it.
struct Fate {
    const char* drop = nullptr;  // the reason, or nullptr to deliver
    Duration delay{0};           // on top of the latency
    std::uint32_t copies = 1;
    // So often the message is damaged on its way. The checksum of the transport finds that and the
    // message is sent again, in its place in the order of the connection.
    std::uint32_t damaged = 0;
    MessageFilter* keeper = nullptr;  // who keeps it back until release()

    Duration lateness() const { return delay + repair_time(); }
    // Each copy that was damaged costs a time-out, and every time-out is twice the last.
    Duration repair_time() const { return retransmit_after * ((1LL << damaged) - 1); }
    // What TCP waits for at least (Linux), and when it gives up.
    static constexpr Duration retransmit_after = std::chrono::milliseconds{200};
    static constexpr std::uint32_t damaged_max = 6;
};

// A message that is kept back, with what else is to become of it.
struct KeptMessage {
    Packet packet;
    Fate fate;
};

// Looks at every message when it is sent. Not owned by the network.
class MessageFilter {
  public:
    virtual void on_send(const Packet& packet, Fate& fate) = 0;
    // Whether a message that is about to leave, or that another filter has let go, is kept back.
    virtual bool keeps(const Packet&) { return false; }
    // Takes a message for which keeps() was true, or whose fate names this keeper.
    virtual void keep(KeptMessage) {}

  protected:
    ~MessageFilter() = default;
};

// A set of hosts, for cuts and link faults.
class HostSet {
  public:
    explicit HostSet(const std::vector<HostId>& hosts);
    bool contains(HostId host) const {
        return to_index(host) < member_.size() && member_[to_index(host)];
    }

  private:
    std::vector<bool> member_;
};

// Names a cut or a link fault until it is healed.
enum class BarrierId : std::uint32_t {};

class Network {
  public:
    Network(Engine& engine, const NetworkOptions& options);
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    ~Network();

    Engine& engine() const { return engine_; }

    // Connects a host; its endpoint is then host.endpoint(). The network owns the endpoint.
    void connect(Host& host);

    // Sends a message. Messages of more than `bulk_bytes` become flows.
    void send(Packet&& packet);

    // How far apart two hosts are: 0 the same machine, 1 the same rack, 2 else (GFS 3.2: distances
    // are estimated from addresses).
    int distance(HostId a, HostId b) const;

    // ---- faults ----
    // Nothing passes from a host of `from` to a host of `to` any more. Data on its way is lost.
    BarrierId cut(HostSet from, HostSet to);
    // Messages from `from` to `to` pay what `change` says. Several changes of one way compose:
    // where two speak of the same thing, the one that began last holds. Flows that run go on as
    // they are.
    BarrierId degrade(HostSet from, HostSet to, PathChange change);
    void heal(BarrierId barrier);
    bool is_cut(HostId from, HostId to) const;
    Path path(HostId from, HostId to) const;

    void add_filter(MessageFilter& filter) { filters_.push_back(&filter); }
    void remove_filter(MessageFilter& filter);
    // A message that was kept back goes on its way, unless it cannot any more.
    void release(KeptMessage kept);

    // The process on `host` ended: the data on its way to or from it is lost.
    void process_ended(HostId host);

    // ---- for owners of flows ----
    void enlist(FlowOwner& owner);
    void dismiss(FlowOwner& owner);
    // Starts a flow of `bytes` along `route`; `rate_cap` in bytes/s, 0 for none.
    FlowId start_flow(FlowOwner& owner, const std::vector<LinkId>& route, std::uint64_t bytes,
                      std::uint64_t rate_cap);
    // Ends a flow early; says how many of its bytes had not left the source.
    std::uint64_t cancel_flow(FlowId flow);
    void append_route(std::vector<LinkId>& route, HostId from, HostId to) const;
    Duration draw_latency(HostId from, HostId to);

    // For metrics: all bytes that were put on the wire.
    std::uint64_t bytes_sent() const { return bytes_sent_; }
    // Bulk data that has left the host so far, whole bytes. Costs a visit of each of its flows.
    std::uint64_t flow_bytes_sent(HostId host);
    std::uint64_t nic_bytes_per_second() const { return options_.nic; }

    static constexpr std::uint64_t bulk_bytes = 4096;

  private:
    class Delivery;
    class BulkMessage;
    class FlowClock;

    struct Port {
        Host* host;
        std::uint32_t rack;
        std::unique_ptr<Endpoint> endpoint;
        LinkId up;
        LinkId down;
        Random draws;
    };
    struct RunningFlow {
        FlowOwner* owner;
        std::uint64_t bytes;
    };
    struct RackPorts {
        LinkId up;
        LinkId down;
    };
    struct Barrier {
        BarrierId id;
        HostSet from;
        HostSet to;
        std::optional<PathChange> change;  // nothing: a cut

        bool concerns(HostId a, HostId b) const { return from.contains(a) && to.contains(b); }
    };

    // Not kept over a connect().
    Port& port(HostId host) { return ports_.at(to_index(host)); }
    const Port& port(HostId host) const { return ports_.at(to_index(host)); }
    const PathModel& configured_path(HostId from, HostId to) const {
        return port(from).rack == port(to).rack ? options_.same_rack : options_.cross_rack;
    }
    // The rate that one more flow would get from one host to the other, bytes/s.
    std::uint64_t share(const Port& from, const Port& to) const;
    LinkId add_link(std::uint64_t bytes_per_second);
    // The rate that one more flow would get on the link, bytes/s.
    std::uint64_t share(LinkId link) const;
    Fate decide(const Packet& packet, const PathModel& way);
    void pass_on(Packet&& packet, const PathModel& way, const Fate& fate);
    void dispatch(Packet&& packet, const PathModel& way, const Fate& fate);
    void arrive(Packet& packet, Host& to);
    void drop(const Packet& packet, std::string_view reason);
    Duration transmission_time(const Packet& packet, const PathModel& way) const;
    void for_each_owner(const std::function<void(FlowOwner&)>& action);
    void flows_changed();
    void collect_drained_flows();

    Engine& engine_;
    NetworkOptions options_;
    FlowNetwork flows_;
    std::vector<Port> ports_;
    std::vector<RackPorts> racks_;
    std::vector<Barrier> barriers_;
    std::vector<MessageFilter*> filters_;
    std::vector<FlowOwner*> owners_;
    std::map<FlowId, RunningFlow> running_;
    std::unique_ptr<FlowClock> flow_clock_;
    Connections connections_;
    std::uint32_t next_barrier_ = 0;
    std::uint64_t bytes_sent_ = 0;
};

}  // namespace sim
