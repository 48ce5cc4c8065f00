// SPDX-License-Identifier: Apache-2.0
// /cluster, /network, /clock, /dataset and /targets.

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"

namespace gfs::format {
namespace {

constexpr std::uint64_t max_hosts = 100'000;
// Of a data set: more than the clusters of GFS Table 2 have, and less than exhausts the memory.
constexpr std::uint64_t max_chunks = 2'000'000;

// a * b, or the largest number.
std::uint64_t saturating(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    const bool overflow = __builtin_mul_overflow(a, b, &product);
    return overflow ? std::numeric_limits<std::uint64_t>::max() : product;
}

PathSpec path(const Node* node, PathSpec spec) {
    const View view(node);
    if (auto latency = view.time_dist("latency")) spec.latency = *latency;
    spec.bandwidth_bytes_per_s = view.bandwidth("bandwidth");
    spec.loss = view.share("loss").value_or(spec.loss);
    spec.duplicate = view.share("duplicate").value_or(spec.duplicate);
    spec.reorder = view.share("reorder").value_or(spec.reorder);
    return spec;
}

}  // namespace

void Loader::cluster(ClusterSpec& cluster, const Config& gfs) {
    const Node* const node = View(&root_).node("cluster");
    const View view(node);
    const Node* const number = node != nullptr ? node->find("chunkservers") : nullptr;
    const Node* const table = node != nullptr ? node->find("racks") : nullptr;
    if (number != nullptr && table != nullptr) {
        Diagnostic& d = error_at_key("E0203", "the cluster is given twice", *table,
                                     "use exactly one of: chunkservers, racks");
        d.other = Label{number->key_span, "first here"};
    } else if (node != nullptr && number == nullptr && table == nullptr) {
        error_at_key("E0203", "the cluster has no machines", *node,
                     "use exactly one of: chunkservers, racks");
    }
    if (number != nullptr)
        cluster.racks.push_back({"r1", view.count32("chunkservers", 1), true, 0, 0});
    if (table != nullptr && number == nullptr) racks(cluster);
    if (names_.chunkservers + names_.shadows + names_.log_replicas > max_hosts)
        error("E0107", "the cluster is too large", *node,
              fmt::format("at most {} machines", max_hosts));
    else if (names_.chunkservers > 0 && names_.chunkservers < gfs.replication)
        warn("E0202",
             fmt::format("{} chunkservers cannot hold {} replicas", names_.chunkservers,
                         gfs.replication),
             number != nullptr ? number : table, "every chunk will stay below its goal");

    const View disk(view.node("disk"));
    cluster.disk.capacity_bytes = disk.size("capacity").value_or(cluster.disk.capacity_bytes);
    cluster.disk.seek = disk.maybe_duration("seek").value_or(cluster.disk.seek);
    cluster.disk.bandwidth_bytes_per_s =
        disk.bandwidth("bandwidth").value_or(cluster.disk.bandwidth_bytes_per_s);
    cluster.disk.sync_walk_bytes_per_s = disk.bandwidth("fsync_walk").value_or(0);
    network(cluster.network);
    const View clock(View(&root_).node("clock"));
    cluster.clock.max_offset = clock.duration("max_offset");
    cluster.clock.drift_ppm_max = clock.count("drift_ppm");
    const Node* const offset = clock.node("max_offset");
    if (offset != nullptr && cluster.clock.max_offset >= gfs.lease)
        warn("W0504", "clocks may be further apart than a lease is long", offset,
             fmt::format("the lease is {}", write_duration(sim::to_ns(gfs.lease))));
}

void Loader::racks(ClusterSpec& cluster) {
    const Node* const table = View(View(&root_).node("cluster")).node("racks");
    if (table == nullptr) return;
    const Node* master = nullptr;
    for (const Node& item : table->items) {
        const View view(&item);
        const RackSpec rack{item.key, view.count32("chunkservers"), view.flag("master"),
                            view.count32("shadows"), view.count32("log_replicas")};
        cluster.racks.push_back(rack);
        if (!rack.master) continue;
        if (master != nullptr) {
            Diagnostic& d = error_at_key("E0201", "two racks have the master", item,
                                         "exactly one rack has \"master\": true");
            d.other = Label{master->key_span, "first here"};
        }
        master = &item;
    }
    if (master == nullptr)
        error_at_key("E0201", "no rack has the master", *table,
                     "exactly one rack needs \"master\": true");
    if (names_.chunkservers == 0)
        error_at_key("E0204", "the cluster has no chunkserver", *table,
                     "give a rack \"chunkservers\": 3");
}

void Loader::network(NetworkSpec& network) {
    const View view(View(&root_).node("network"));
    network.same_rack = path(view.node("default"), network.same_rack);
    network.cross_rack = path(view.node("cross_rack"), network.cross_rack);
    network.nic_bytes_per_s = view.bandwidth("nic").value_or(network.nic_bytes_per_s);
    network.uplink_bytes_per_s = view.bandwidth("uplink").value_or(network.uplink_bytes_per_s);
}

void Loader::datasets(Scenario& s) {
    const Node* const table = View(&root_).node("dataset");
    if (table == nullptr) return;
    std::uint64_t total = 0;
    std::uint64_t chunks = 0;
    for (const Node& item : table->items) {
        const View view(&item);
        Dataset data;
        data.path = item.key;
        data.source = out_.files().source(item.key_span);
        data.chunks = view.count("chunks", 1);
        data.fill = view.size("fill").value_or(s.gfs.chunk_size);
        data.replicas = view.count32("replicas", 3);
        data.count = view.count("count", 1);
        if (data.count > 1 && data.path.find("{i}") == std::string::npos)
            error_at_key("E0220", fmt::format("{} files need {{i}} in their path", data.count),
                         item, "write it like \"/data/{i}\"");
        if (data.fill > s.gfs.chunk_size)
            error("E0222", "a chunk cannot hold that much", *view.node("fill"),
                  fmt::format("the chunk size is {}", write_size(s.gfs.chunk_size)));
        if (data.replicas > names_.chunkservers)
            error_at_key(
                "E0222",
                fmt::format("{} replicas on {} chunkservers", data.replicas, names_.chunkservers),
                item, "each replica is on a chunkserver of its own");
        const std::uint64_t bytes =
            saturating(saturating(data.chunks, data.count), saturating(data.fill, data.replicas));
        if (__builtin_add_overflow(total, bytes, &total))
            total = std::numeric_limits<std::uint64_t>::max();
        chunks += saturating(data.chunks, data.count);  // at most 10^14 for each of 10^4 members
        s.dataset.push_back(std::move(data));
    }
    if (chunks > max_chunks)
        error_at_key("E0221", "the data set has too many chunks", *table,
                     fmt::format("{}, at most {}", with_commas(chunks), with_commas(max_chunks)));
    const std::uint64_t room = saturating(names_.chunkservers, s.cluster.disk.capacity_bytes);
    if (total > room)
        error_at_key("E0221", "the data does not fit on the disks", *table,
                     fmt::format("{} bytes of replicas, room for {}", with_commas(total),
                                 with_commas(room)));
}

void Loader::targets(Scenario& s) {
    const Node* const table = View(&root_).node("targets");
    if (table == nullptr) return;
    for (const Node& item : table->items)
        if (!item.bad) s.targets.push_back(target(item));
}

Target Loader::target(const Node& node) {
    const View view(&node);
    Target target;
    target.name = node.key;
    target.source = out_.files().source(node.key_span);
    if (const auto role = find_word(role_words(), view.text("role")))
        target.role = static_cast<Role>(*role);
    target.actor = view.maybe_text("name");
    target.rack = view.maybe_text("rack");
    rack_exists(view, "rack");
    if (const Node* const holds = view.node("holds")) {
        chunk(view, "holds", target.holds, target.holds_bound);
        if (target.role != Role::chunkserver && target.role != Role::any)
            error("E0302", "only chunkservers hold chunks", *holds, "use role chunkserver");
    }
    target.as = view.word("as", "any primary secondary", Target::As::any);
    if (target.as != Target::As::any && node.find("holds") == nullptr)
        error("E0302", "`as` says which replica, but of no chunk", *view.node("as"),
              "add \"holds\": \"/file#0\"");
    target.state = view.word("state", "up down any", Target::Alive::up);
    if (const Node* const count = view.node("count")) {
        target.count = view.count32("count", 1);
        if (const auto percent = read_percent(count->text).value;
            count->is(Node::Type::text) && percent) {
            target.count_kind = Target::Count::percent;
            target.percent = *percent;
        } else {
            target.count_kind =
                view.word("count", "number all majority minority", Target::Count::number);
        }
    }
    target.pick =
        view.word("pick", "random first last most_loaded least_loaded", Target::Pick::random);
    target.leave = view.count32("leave");
    target.resolve = view.word("resolve", "first_use start each_use", Target::Resolve::first_use);
    if (const Node* const bind = view.node("bind_on")) {
        target.bind_on = trigger(*bind);
        check_not_negative(*bind, *target.bind_on);
        const Node* const resolve = view.node("resolve");
        if (resolve != nullptr) {
            Diagnostic& d = error_at_key("E0305", "a target is bound at one moment", *bind,
                                         "use exactly one of: resolve, bind_on");
            d.other = Label{resolve->key_span, "first here"};
        }
    }
    target.on_empty = view.word("on_empty", "error skip", Target::OnEmpty::error);
    warn_of_empty(view, target);
    return target;
}

// What can choose nobody, whatever happens.
void Loader::warn_of_empty(const View& view, const Target& target) {
    if (const Node* const name = view.node("name")) warn_of_nobody(*name);
    if (target.count_kind == Target::Count::percent && target.percent.numerator == 0)
        warn("W0505", "none of the candidates is nobody", view.node("count"), "more than 0%");
    const bool of_servers = target.role == Role::chunkserver;
    const std::uint64_t most = of_servers ? names_.chunkservers + names_.joining : actors();
    if (target.leave >= most && most > 0)
        warn("W0505", "there are never so many candidates that one is left to choose",
             view.node("leave"), fmt::format("at most {} can be candidates", most));
}

void Loader::warn_of_unused_targets() {
    const Node* const table = View(&root_).node("targets");
    if (table == nullptr || !out_.ok()) return;  // a misspelt use would count as none
    for (const Node& item : table->items)
        if (!used_targets_.contains(item.key))
            out_.warning("W0506", fmt::format("nothing uses target {}", tick(item.key)),
                         {item.key_span, "remove it, or write `@" + item.key + "` somewhere"});
}

}  // namespace gfs::format
