// SPDX-License-Identifier: Apache-2.0
// /gfs: the constants of the file system, and what they must satisfy together.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/common/policies.h"
#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"
#include "scenarios/format/units.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

PolicySpec policy(const Node* node, PolicySpec fallback) {
    if (node == nullptr) return fallback;
    if (node->is(Node::Type::text)) return {node->text, {}};
    PolicySpec spec;
    for (const Node& item : node->items) {
        if (item.key == "kind")
            spec.kind = item.text;
        else
            spec.parameters.push_back(
                {item.key, item.is(Node::Type::boolean) ? to_json(item) : item.text});
    }
    return spec;
}

// "644" -> 0644: the table admits octal digits only.
std::optional<Mode> mode(const View& view) {
    const auto word = view.maybe_text("mode");
    if (!word) return std::nullopt;
    Mode bits = 0;
    for (const char digit : *word) bits = static_cast<Mode>(bits * 8 + (digit - '0'));
    return bits;
}

CloneLimit clone_limit(const View& view, CloneLimit limit) {
    const Node* const node = view.node("clone_limit");
    if (node == nullptr) return limit;
    if (node->is(Node::Type::number)) return {false, view.count("clone_limit")};
    const auto share = read_percent(node->text).value;
    // Config keeps whole percents.
    if (share) limit.amount = share->numerator * 100 / share->denominator;
    limit.percent = true;
    return limit;
}

// What the paper leaves open, beside what has a section there.
void choices(const View& view, Config& config) {
    config.version_order =
        view.word("version_order", "reserve replicas_first log_first", config.version_order);
    config.primary_choice =
        view.word("primary_choice", "random first longest", config.primary_choice);
    config.revocation_waits =
        view.word("revocation_waits", "in_flight nothing", config.revocation_waits);
    config.request_table =
        view.maybe_duration("request_table").value_or(config.request_table);
    config.holes = view.word("holes", "zeros end_of_file", config.holes);
    config.creation_replicas = view.count32("creation_replicas", config.creation_replicas);
    config.surplus_choice =
        view.word("surplus_choice", "fullest random first", config.surplus_choice);
    config.next_chunk = view.word("next_chunk", "once always", config.next_chunk);
    config.shared_goal = view.word("shared_goal", "highest lowest", config.shared_goal);
}

}  // namespace

void Loader::gfs(Config& config) {
    const View view(View(&root_).node("gfs"));
    const auto time = [&](std::string_view name, Duration& into) {
        into = view.maybe_duration(name).value_or(into);
    };
    const auto bytes = [&](std::string_view name, std::uint64_t& into) {
        into = view.size(name).value_or(into);
    };
    const auto number = [&](std::string_view name, std::uint32_t& into) {
        into = view.count32(name, into);
    };
    config.profile = view.maybe_text("profile").value_or(config.profile);
    bytes("chunk_size", config.chunk_size);
    bytes("checksum_block", config.checksum_block);
    number("replication", config.replication);
    time("lease", config.lease);
    time("lease_guard", config.lease_guard);
    time("heartbeat", config.heartbeat);
    time("dead_after", config.dead_after);
    time("rereplicate_after", config.rereplicate_after);
    time("delete_grace", config.delete_grace);
    time("scan_every", config.scan_every);
    number("heartbeat_reports", config.heartbeat_reports);
    policies(config);
    config.push = view.word("push", "chain star", config.push);
    config.clone_limit = clone_limit(view, config.clone_limit);
    config.clone_bandwidth = view.bandwidth("clone_bandwidth").value_or(config.clone_bandwidth);
    number("clone_per_server", config.clone_per_server);
    // A quarter of a chunk, whatever its size (GFS 3.3).
    config.record_append_max = view.size("record_append_max").value_or(config.chunk_size / 4);
    time("master_restart", config.master_restart);
    number("log_replicas", config.log_replicas);
    time("log_batch", config.log_batch);
    config.checkpoint_every = view.count("checkpoint_every", config.checkpoint_every);
    config.log_replica_down =
        view.word("log_replica_down", "reconfigure block", config.log_replica_down);
    time("log_replica_timeout", config.log_replica_timeout);
    config.durability = view.word("durability", "fsync writeback", config.durability);
    config.checksum_order =
        view.word("checksum_order", "journaled data_first log_first", config.checksum_order);
    time("idle_scan_every", config.idle_scan_every);
    config.idle_scan_bandwidth =
        view.bandwidth("idle_scan_bandwidth").value_or(config.idle_scan_bandwidth);
    config.secondary_version_check = view.flag("secondary_version_check");
    number("report_secondary_after", config.report_secondary_after);
    config.clone_revoke = view.flag("clone_revoke");
    choices(view, config);
    bytes("push_buffer", config.push_buffer);
    time("client_cache", config.client_cache);
    config.holder_cache = view.maybe_duration("holder_cache");
    time("client_timeout", config.client_timeout);
    number("client_retries", config.client_retries);
    time("master_failover_after", config.master_failover_after);
    for (const std::string& name : view.texts("without"))
        if (const auto index = find_word(ablation_words(), name))
            config.without.push_back(static_cast<Mechanism>(*index));
    check_gfs(config);
}

void Loader::policies(Config& config) {
    const View view(View(&root_).node("gfs"));
    const auto policy_of = [&](std::string_view name, PolicySpec& into) {
        into = policy(view.node(name), into);
        check_policy(name, into);
    };
    policy_of("placement", config.placement);
    policy_of("re_replication", config.re_replication);
    policy_of("rebalancing", config.rebalancing);
    policy_of("replica_choice", config.replica_choice);
    policy_of("retry", config.retry);
    policy_of("timeout", config.timeout);
}

// The parameters of the policy that a file names, against those that the policy reads.
void Loader::check_policy(std::string_view field, const PolicySpec& spec) {
    const View view(View(&root_).node("gfs"));
    const Node* const node = view.node(field);
    if (node == nullptr || node->bad || !node->is(Node::Type::object)) return;
    for (const sim::Params::Problem& problem : policy_problems(field, spec)) {
        const Node* const place = node->find(problem.name);
        SIM_ASSERT(place != nullptr);
        std::vector<std::string_view> known;
        const std::vector<PolicyInfo> all = all_policies();
        for (const PolicyInfo& info : all)
            if (info.field == field && info.kind == spec.kind)
                for (const auto& parameter : info.parameters) known.push_back(parameter.name);
        const auto near = nearest(problem.name, known);
        const std::string hint = near && *near != problem.name
                                     ? fmt::format("did you mean {}?", tick(*near))
                                     : std::string("gfsim list policies shows the parameters");
        error("E0114",
              fmt::format("policy {}: {}: {}", tick(spec.kind), tick(problem.name),
                          problem.sentence),
              *place, hint);
    }
}

void Loader::gfs_names(Config& config) {
    const View view(View(&root_).node("gfs"));
    config.mode = mode(view).value_or(config.mode);
    regions(config);
    config.master_op_time =
        view.maybe_duration("master_op_time").value_or(config.master_op_time);
    config.master_name_time =
        view.maybe_duration("master_name_time").value_or(config.master_name_time);
    config.name_search = view.word("name_search", "binary linear", config.name_search);
}

void Loader::regions(Config& config) {
    const Node* const table = View(View(&root_).node("gfs")).node("regions");
    if (table == nullptr) return;
    for (const Node& item : table->items) {
        const View view(&item);
        Region region;
        region.directory = item.key;
        // "/tmp/" is the directory "/tmp".
        if (region.directory.size() > 1 && region.directory.ends_with('/'))
            region.directory.pop_back();
        if (item.key.find_first_of("*?{") != std::string::npos)
            error_at_key("E0213", fmt::format("region {} is no directory", tick(item.key)), item,
                         "a region is a directory with everything below it");
        for (const Region& other : config.regions)
            if (other.directory == region.directory)
                error_at_key("E0213", fmt::format("region {} is there twice", tick(item.key)), item,
                             "write it once, without a `/` at the end");
        if (view.has("replication")) region.replication = view.count32("replication");
        region.delete_grace = view.maybe_duration("delete_grace");
        if (const auto owner = view.maybe_text("owner")) region.owner = user(config, *owner);
        region.mode = mode(view);
        if (view.has("max_files")) region.max_files = view.count("max_files");
        region.max_bytes = view.size("max_bytes");
        config.regions.push_back(std::move(region));
    }
}

// Users are there as soon as somebody names them.
UserId Loader::user(Config& config, const std::string& name) {
    const auto known = std::find(config.users.begin(), config.users.end(), name);
    const auto number = static_cast<std::uint16_t>(known - config.users.begin());
    if (known == config.users.end()) config.users.push_back(name);
    return UserId{number};
}

void Loader::check_gfs(const Config& config) {
    const View view(View(&root_).node("gfs"));
    const auto place = [&](std::string_view first, std::string_view second) {
        const Node* node = view.node(first);
        if (node == nullptr || !node->span.known()) node = view.node(second);
        return node != nullptr ? node : &root_;
    };
    if (config.checksum_block > 0 && config.chunk_size % config.checksum_block != 0)
        error("E0205", "the chunk size is not a multiple of the checksum block",
              *place("chunk_size", "checksum_block"),
              fmt::format("chunk_size {}, checksum_block {}", write_size(config.chunk_size),
                          write_size(config.checksum_block)));
    if (config.dead_after < config.heartbeat)
        error("E0210", "every chunkserver would be declared dead between two heartbeats",
              *place("dead_after", "heartbeat"),
              fmt::format("dead_after {}, heartbeat {}",
                          write_duration(sim::to_ns(config.dead_after)),
                          write_duration(sim::to_ns(config.heartbeat))));
    if (config.record_append_max > config.chunk_size)
        error("E0211", "a record must fit into a chunk", *place("record_append_max", "chunk_size"),
              fmt::format("the chunk size is {}", write_size(config.chunk_size)));
    if (config.lease <= config.heartbeat)
        warn("W0503", "a lease that ends before the next heartbeat can never be extended",
             place("lease", "heartbeat"),
             fmt::format("lease {}, heartbeat {}", write_duration(sim::to_ns(config.lease)),
                         write_duration(sim::to_ns(config.heartbeat))));
    if (config.clone_limit.amount == 0)
        warn("W0502", "nothing is ever cloned: a lost replica stays lost", view.node("clone_limit"),
             "0 switches re-replication off");
}

}  // namespace gfs::format
