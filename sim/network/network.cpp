// SPDX-License-Identifier: Apache-2.0
// Sending, losing and delivering messages. Flows are in network_flows.cpp.

#include "sim/network/network.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/engine.h"
#include "sim/network/network_items.h"

namespace sim {

HostSet::HostSet(const std::vector<HostId>& hosts) {
    for (const HostId host : hosts) {
        if (member_.size() <= to_index(host)) member_.resize(to_index(host) + 1);
        member_[to_index(host)] = true;
    }
}

Network::Network(Engine& engine, const NetworkOptions& options)
    : engine_(engine), options_(options), flow_clock_(std::make_unique<FlowClock>(*this)) {}

Network::~Network() {
    while (!owners_.empty()) {
        auto* const bulk = dynamic_cast<BulkMessage*>(owners_.back());
        // Transfers are shared with the processes and end before, but for those of processes that
        // an internal error has left behind; and that shall be told, not end the program here.
        if (bulk == nullptr)
            owners_.pop_back();
        else
            delete bulk;
    }
}

void Network::connect(Host& host) {
    SIM_ASSERT(to_index(host.id()) == ports_.size());
    while (racks_.size() <= host.rack())
        racks_.push_back({add_link(options_.uplink), add_link(options_.uplink)});
    ports_.push_back({.host = &host,
                      .rack = host.rack(),
                      .endpoint = std::make_unique<Endpoint>(*this, host),
                      .up = add_link(options_.nic),
                      .down = add_link(options_.nic),
                      .draws = engine_.random("network", to_index(host.id()))});
    host.attach(*ports_.back().endpoint);
}

int Network::distance(HostId a, HostId b) const {
    if (a == b) return 0;
    return port(a).rack == port(b).rack ? 1 : 2;
}

void PathChange::apply_to(PathModel& path) const {
    if (latency) path.latency = *latency;
    if (bandwidth) path.bandwidth = *bandwidth;
    if (loss) path.loss = *loss;
    if (duplicate) path.duplicate = *duplicate;
    if (reorder) path.reorder = *reorder;
    if (corrupt) path.corrupt = *corrupt;
}

Path Network::path(HostId from, HostId to) const {
    Path way(configured_path(from, to));
    for (const Barrier& barrier : barriers_)
        if (barrier.change && barrier.concerns(from, to)) way.apply(*barrier.change);
    return way;
}

bool Network::is_cut(HostId from, HostId to) const {
    if (from == to) return false;  // nothing leaves the machine
    return std::any_of(barriers_.begin(), barriers_.end(), [&](const Barrier& barrier) {
        return !barrier.change && barrier.concerns(from, to);
    });
}

BarrierId Network::cut(HostSet from, HostSet to) {
    const BarrierId id{next_barrier_++};
    barriers_.push_back({id, std::move(from), std::move(to), std::nullopt});
    for_each_owner([](FlowOwner& owner) { owner.on_cut(); });
    return id;
}

BarrierId Network::degrade(HostSet from, HostSet to, PathChange change) {
    const BarrierId id{next_barrier_++};
    barriers_.push_back({id, std::move(from), std::move(to), std::move(change)});
    return id;
}

void Network::heal(BarrierId id) {
    const auto found = std::find_if(barriers_.begin(), barriers_.end(),
                                    [id](const Barrier& barrier) { return barrier.id == id; });
    SIM_ASSERT(found != barriers_.end());
    barriers_.erase(found);
}

void Network::remove_filter(MessageFilter& filter) { std::erase(filters_, &filter); }

Duration Network::draw_latency(HostId from, HostId to) {
    if (from == to) return Duration{0};
    return Duration{path(from, to)->latency.draw(port(from).draws)};
}

LinkId Network::add_link(std::uint64_t bytes_per_second) {
    return flows_.add_link(Rate::bytes_per_second(bytes_per_second));
}

std::uint64_t Network::share(LinkId link) const {
    return flows_.share_of_next(link).whole_bytes_per_second();
}

std::uint64_t Network::share(const Port& from, const Port& to) const {
    const bool cross_rack = from.rack != to.rack;
    // Without flows every link is free: the usual case, and no link need be looked at.
    if (running_.empty())
        return cross_rack ? std::min(options_.nic, options_.uplink) : options_.nic;
    std::uint64_t rate = std::min(share(from.up), share(to.down));
    if (cross_rack) {
        rate = std::min(rate, share(racks_[from.rack].up));
        rate = std::min(rate, share(racks_[to.rack].down));
    }
    return rate;
}

// What the message costs beside the latency: its bytes at the rate that a new flow would get.
Duration Network::transmission_time(const Packet& packet, const PathModel& way) const {
    if (packet.from == packet.to) return Duration{0};
    std::uint64_t rate = share(port(packet.from), port(packet.to));
    if (way.bandwidth != 0) rate = std::min(rate, way.bandwidth);
    constexpr std::uint64_t ns_per_s = 1'000'000'000;
    rate = std::max<std::uint64_t>(rate, 1);
    return Duration{static_cast<std::int64_t>(packet.bytes * ns_per_s / rate)};
}

std::uint64_t Network::flow_bytes_sent(HostId host) {
    return flows_.bytes_carried(engine_.now(), port(host).up);
}

Fate Network::decide(const Packet& packet, const PathModel& way) {
    Fate fate;
    if (is_cut(packet.from, packet.to)) fate.drop = "cut";
    for (MessageFilter* const filter : filters_) filter->on_send(packet, fate);
    if (packet.from == packet.to) return fate;
    Random& draws = port(packet.from).draws;
    if (way.loss.numerator != 0 && draws.chance(way.loss)) fate.drop = "loss";
    if (way.duplicate.numerator != 0 && draws.chance(way.duplicate)) ++fate.copies;
    if (way.corrupt.numerator != 0)
        while (fate.damaged < Fate::damaged_max && draws.chance(way.corrupt)) ++fate.damaged;
    return fate;
}

void Network::send(Packet&& packet) {
    engine_.emit(packet.from, event::message_sent,
                 {packet.type, packet.from, packet.to, packet.op, packet.bytes});
    const Host& to = *port(packet.to).host;
    packet.to_incarnation = to.incarnation();
    bytes_sent_ += packet.bytes;
    const Path way = path(packet.from, packet.to);
    const Fate fate = decide(packet, *way);
    if (fate.drop != nullptr) return drop(packet, fate.drop);
    if (!to.up()) return drop(packet, "down");
    for (std::uint32_t i = 0; i < fate.damaged; ++i) drop(packet, "damaged");
    if (fate.damaged >= Fate::damaged_max) return;
    for (std::uint32_t copy = 1; copy < fate.copies; ++copy) {
        Packet twin{.type = packet.type,
                    .from = packet.from,
                    .to = packet.to,
                    .to_incarnation = packet.to_incarnation,
                    .call = packet.call,
                    .op = packet.op,
                    .bytes = packet.bytes,
                    .rate_cap = packet.rate_cap,
                    .body = packet.body->clone()};
        pass_on(std::move(twin), *way, fate);
    }
    pass_on(std::move(packet), *way, fate);
}

void Network::pass_on(Packet&& packet, const PathModel& way, const Fate& fate) {
    if (fate.keeper != nullptr) return fate.keeper->keep({std::move(packet), fate});
    for (MessageFilter* const filter : filters_)
        if (filter->keeps(packet)) return filter->keep({std::move(packet), fate});
    dispatch(std::move(packet), way, fate);
}

void Network::release(KeptMessage kept) {
    const Packet& packet = kept.packet;
    const Host& to = *port(packet.to).host;
    if (is_cut(packet.from, packet.to)) return drop(packet, "cut");
    if (!to.up() || to.incarnation() != packet.to_incarnation) return drop(packet, "down");
    kept.fate.keeper = nullptr;
    const Path way = path(packet.from, packet.to);
    pass_on(std::move(kept.packet), *way, kept.fate);
}

void Network::dispatch(Packet&& packet, const PathModel& way, const Fate& fate) {
    const bool local = packet.from == packet.to;
    if (packet.bytes > bulk_bytes && !local) {
        BulkMessage::start(*this, std::move(packet), fate.lateness());
        return;
    }
    const Time now = engine_.now();
    Random& draws = port(packet.from).draws;
    const Duration latency = local ? Duration{0} : Duration{way.latency.draw(draws)};
    Duration reorder{0};
    const bool overtaken = way.reorder.numerator != 0 && draws.chance(way.reorder);
    if (overtaken) reorder = latency * 3;
    Time arrival = now + latency + transmission_time(packet, way) + fate.repair_time();
    // A message that a fault delays or reorders is out of its connection's order.
    if (fate.delay == Duration{0} && !overtaken)
        arrival = connections_.in_order(now, packet.from, packet.to, arrival);
    Delivery::schedule(*this, std::move(packet), arrival + fate.delay + reorder);
}

void Network::arrive(Packet& packet, Host& to) {
    if (is_cut(packet.from, packet.to)) return drop(packet, "cut");
    if (!to.up() || to.incarnation() != packet.to_incarnation) return drop(packet, "down");
    engine_.emit(packet.to, event::message_delivered,
                 {packet.type, packet.from, packet.to, packet.op});
    to.endpoint().receive(packet);
}

void Network::drop(const Packet& packet, std::string_view reason) {
    engine_.emit(packet.from, event::message_dropped,
                 {packet.type, packet.from, packet.to, packet.op, engine_.text(reason)});
}

}  // namespace sim
