// SPDX-License-Identifier: Apache-2.0
// Where the metrics' numbers come from: those that are one field of an event, in a table, and those
// that need a memory, as classes.

#include "scenarios/checks/metric_sources.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/fields.h"
#include "scenarios/checks/meter.h"
#include "scenarios/checks/metric_filter.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

constexpr int none = -1;   // the event has no such field
constexpr int actor = -2;  // it is the event's actor
constexpr int one = -3;    // the value is 1

// One kind of event that contributes to a metric; fields by position.
struct FieldRow {
    std::string_view metric;
    sim::EventKind kind;
    int value;
    int server;
    int client;
    int file;
    int op;
    std::string_view only_op = {};  // other kinds of operation do not count
};

constexpr FieldRow field_rows[] = {
    {"op.latency", event::client_op_ok, 3, none, actor, 2, 1},
    {"op.latency", event::client_op_failed, 4, none, actor, 2, 1},
    {"op.count", event::client_op_ok, one, none, actor, 2, 1},
    {"op.count", event::client_op_failed, one, none, actor, 2, 1},
    {"op.errors", event::client_op_failed, one, none, actor, 2, 1},
    {"bytes.read", event::client_op_ok, 4, none, actor, 2, 1, "read"},
    {"bytes.written", event::client_op_ok, 4, none, actor, 2, 1, "write"},
    {"bytes.appended", event::client_op_ok, 4, none, actor, 2, 1, "append"},
    {"bytes.padded", event::append_padded, 3, 1, none, none, none},
    {"retry.count", event::client_retried, one, none, actor, 1, none},
    {"stale_read.count", event::read_stale, one, 3, 2, 0, none},
};

class FieldSource final : public MetricSource {
  public:
    FieldSource(const Surroundings& around, const Expectation& expectation)
        : engine_(around.engine), filter_(around.engine, expectation) {
        for (const FieldRow& row : field_rows)
            if (row.metric == expectation.metric) rows_.push_back(row);
        SIM_ASSERT(!rows_.empty());
    }

    void on_event(const sim::Event& event, Gathering& gathering) override {
        for (const FieldRow& row : rows_) {
            if (event.kind != row.kind || !passes(event, row)) continue;
            gathering.add(
                row.value == one
                    ? 1
                    : static_cast<std::int64_t>(event.fields[static_cast<std::size_t>(row.value)]));
        }
    }

  private:
    bool passes(const sim::Event& event, const FieldRow& row) const {
        const auto host_passes = [&](std::string_view key, int field) {
            if (field == none) return true;
            return filter_.passes_host(key, field == actor
                                                ? event.actor
                                                : host_at(event, static_cast<std::size_t>(field)));
        };
        const auto text_passes = [&](std::string_view key, int field) {
            return field == none ||
                   filter_.passes_text(key, text_at(event, static_cast<std::size_t>(field)));
        };
        if (!row.only_op.empty() &&
            engine_.texts().text(text_at(event, static_cast<std::size_t>(row.op))) != row.only_op)
            return false;
        return host_passes("server", row.server) && host_passes("client", row.client) &&
               text_passes("file", row.file) && text_passes("op", row.op);
    }

    const sim::Engine& engine_;
    Filter filter_;
    std::vector<FieldRow> rows_;
};

// Bytes of writes that replace bytes: what the primary's replica holds there already.
class BytesOverwritten final : public MetricSource {
  public:
    BytesOverwritten(const Surroundings& around, const Expectation& expectation)
        : around_(around), filter_(around.engine, expectation) {}
    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (event.kind != event::mutation_ordered) return;
        const MutationFields write = mutation_fields(event);
        if (around_.ledger.kind_of(write.kind) != MutationKind::write) return;
        if (!filter_.passes_host("server", write.server)) return;
        const StoredReplica* const stored = around_.truth.replica(write.server, write.chunk);
        if (stored == nullptr) return;
        std::uint64_t bytes = 0;
        for (const Extent& extent : stored->content.read(write.offset, write.length))
            bytes += extent.length;
        gathering.add(static_cast<std::int64_t>(bytes));
    }

  private:
    const Surroundings around_;
    Filter filter_;
};

// Bytes of records that are in a file once more than needed.
class BytesDuplicated final : public MetricSource {
  public:
    BytesDuplicated(const Surroundings& around, const Expectation& expectation)
        : filter_(around.engine, expectation) {}
    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (event.kind != event::append_duplicated) return;
        if (filter_.passes_host("client", host_at(event, 2)))
            gathering.add(static_cast<std::int64_t>(event.fields[4]));
    }

  private:
    Filter filter_;
};

// Clones: how many at once, how many bytes, how fast.
class Clones final : public MetricSource {
  public:
    Clones(const Surroundings& around, const Expectation& expectation)
        : around_(around), filter_(around.engine, expectation), metric_(expectation.metric) {}

    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (metric_ == "clone.active" && !begun_) gathering.set_level(0, event.time);
        begun_ = true;
        const bool started = event.kind == event::clone_started;
        const bool finished = event.kind == event::clone_finished;
        if (!started && !finished && event.kind != event::clone_failed) return;
        const Key key{chunk_of(event), host_at(event, 2)};
        if (!filter_.passes_host("server", key.second)) return;
        if (started) {
            active_[key] = event.time;
        } else {
            if (finished) measure(key, event.time, gathering);
            active_.erase(key);
        }
        if (metric_ == "clone.active")
            gathering.set_level(static_cast<std::int64_t>(active_.size()), event.time);
    }

  private:
    using Key = std::pair<ChunkHandle, ServerId>;

    void measure(const Key& key, sim::Time now, Gathering& gathering) const {
        const StoredReplica* const copy = around_.truth.replica(key.second, key.first);
        const auto begun = active_.find(key);
        if (copy == nullptr || begun == active_.end()) return;
        const auto bytes = static_cast<std::int64_t>(copy->content.length());
        const std::int64_t ns = sim::to_ns(now - begun->second);
        if (metric_ == "clone.bytes") gathering.add(bytes);
        if (metric_ == "clone.rate" && ns > 0)
            gathering.add(sim::saturate(static_cast<sim::Wide>(bytes) * 1'000'000'000 / ns));
    }

    const Surroundings around_;
    Filter filter_;
    std::string metric_;
    bool begun_ = false;
    std::map<Key, sim::Time> active_;
};

// Chunks with too few replicas, as the master counts them.
class ChunkLevels final : public MetricSource {
  public:
    ChunkLevels(const Surroundings&, const Expectation& expectation)
        : metric_(expectation.metric) {}

    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (!begun_) set(event.time, gathering);
        begun_ = true;
        switch (sim::to_index(event.kind)) {
            case event::gfs_chunk_under_replicated:
                replicas_[chunk_of(event)] = event.fields[1];
                break;
            case event::gfs_chunk_lost:
                replicas_[chunk_of(event)] = 0;
                break;
            case event::gfs_chunk_replicated:
                replicas_.erase(chunk_of(event));
                break;
            default:
                return;
        }
        set(event.time, gathering);
    }

    void at_end(sim::Time now, Gathering& gathering) override {
        // A loss that was never made up for has lasted until now.
        if (metric_ == "time.to_full_replication" && !replicas_.empty())
            gathering.add(sim::to_ns(now - since_));
    }

  private:
    void set(sim::Time now, Gathering& gathering) {
        if (metric_ == "time.to_full_replication") {
            if (!below_ && !replicas_.empty()) since_ = now;
            if (below_ && replicas_.empty()) gathering.add(sim::to_ns(now - since_));
            below_ = !replicas_.empty();
            return;
        }
        std::int64_t level = 0;
        for (const auto& [chunk, replicas] : replicas_) {
            if (metric_ == "chunks.below_goal") ++level;
            if (metric_ == "chunks.single" && replicas == 1) ++level;
            if (metric_ == "chunks.lost" && replicas == 0) ++level;
        }
        gathering.set_level(level, now);
    }

    std::string metric_;
    std::map<ChunkHandle, std::uint64_t> replicas_;  // of the chunks below their goal
    bool begun_ = false;
    bool below_ = false;
    sim::Time since_{};
};

// Leases that chunkservers hold.
class LeasesHeld final : public MetricSource {
  public:
    LeasesHeld(const Surroundings& around, const Expectation& expectation)
        : filter_(around.engine, expectation) {}
    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (!begun_) gathering.set_level(0, event.time);
        begun_ = true;
        switch (sim::to_index(event.kind)) {
            case event::gfs_lease_accepted:
                if (filter_.passes_host("server", host_at(event, 1)))
                    held_[{host_at(event, 1), chunk_of(event)}] = event.fields[2];
                break;
            case event::gfs_lease_expired:
            case event::gfs_lease_revoked: {
                const auto lease = held_.find({host_at(event, 1), chunk_of(event)});
                if (lease != held_.end() && lease->second == event.fields[2]) held_.erase(lease);
                break;
            }
            case event::gfs_server_crashed: {
                const ServerId server = host_at(event, 0);
                std::erase_if(held_,
                              [&](const auto& lease) { return lease.first.first == server; });
                break;
            }
            default:
                return;
        }
        gathering.set_level(static_cast<std::int64_t>(held_.size()), event.time);
    }

  private:
    Filter filter_;
    bool begun_ = false;
    std::map<std::pair<ServerId, ChunkHandle>, std::uint64_t> held_;  // -> version
};

// How long no master served, one value for each time.
class MasterUnavailable final : public MetricSource {
  public:
    MasterUnavailable(const Surroundings&, const Expectation&) {}
    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (event.kind == event::master_crashed && !down_) {
            down_ = true;
            since_ = event.time;
        }
        if (event.kind == event::master_recovered) end(event.time, gathering);
    }
    void at_end(sim::Time now, Gathering& gathering) override { end(now, gathering); }

  private:
    void end(sim::Time now, Gathering& gathering) {
        if (down_) gathering.add(sim::to_ns(now - since_));
        down_ = false;
    }
    bool down_ = false;
    sim::Time since_{};
};

template <typename Source>
std::unique_ptr<MetricSource> make(const Surroundings& around, const Expectation& expectation) {
    return std::make_unique<Source>(around, expectation);
}

constexpr MetricInfo metrics[] = {
    {"op.latency", MetricUnit::ns, false, "client file op", make<FieldSource>},
    {"op.count", MetricUnit::count, false, "client file op", make<FieldSource>},
    {"op.errors", MetricUnit::count, false, "client file op", make<FieldSource>},
    {"bytes.read", MetricUnit::bytes, false, "client file", make<FieldSource>},
    {"bytes.written", MetricUnit::bytes, false, "client file", make<FieldSource>},
    {"bytes.appended", MetricUnit::bytes, false, "client file", make<FieldSource>},
    {"bytes.overwritten", MetricUnit::bytes, false, "server", make<BytesOverwritten>},
    {"bytes.duplicated", MetricUnit::bytes, false, "server", make<BytesDuplicated>},
    {"bytes.padded", MetricUnit::bytes, false, "server", make<FieldSource>},
    {"retry.count", MetricUnit::count, false, "client file", make<FieldSource>},
    {"master.ops", MetricUnit::count, false, "client kind", make_master_ops},
    {"master.unavailable", MetricUnit::ns, false, "", make<MasterUnavailable>},
    {"clone.active", MetricUnit::count, true, "server", make<Clones>},
    {"clone.bytes", MetricUnit::bytes, false, "server", make<Clones>},
    {"clone.rate", MetricUnit::bytes_per_second, false, "server", make<Clones>},
    {"chunks.below_goal", MetricUnit::count, true, "", make<ChunkLevels>},
    {"chunks.single", MetricUnit::count, true, "", make<ChunkLevels>},
    {"chunks.lost", MetricUnit::count, true, "", make<ChunkLevels>},
    {"lease.held", MetricUnit::count, true, "server", make<LeasesHeld>},
    {"stale_read.count", MetricUnit::count, false, "server client file", make<FieldSource>},
    {"time.to_full_replication", MetricUnit::ns, false, "", make<ChunkLevels>},
    {"network.bytes", MetricUnit::bytes, false, "server", make_network_bytes},
    {"network.utilisation", MetricUnit::ppm, false, "server", make_network_utilisation},
    {"disk.busy", MetricUnit::ppm, false, "server", make_disk_busy},
    {"disk.used", MetricUnit::bytes, true, "server", make_disk_used},
    {"memory.master_per_chunk", MetricUnit::bytes, true, "", make_memory_per_chunk},
    {"memory.master_per_file", MetricUnit::bytes, true, "", make_memory_per_file},
};

}  // namespace

std::span<const MetricInfo> all_metrics() {
    return metrics;
}

const MetricInfo* find_metric(std::string_view name) {
    for (const MetricInfo& metric : metrics)
        if (metric.name == name) return &metric;
    return nullptr;
}

std::string why_not(const Expectation& expectation) {
    const MetricInfo* const info = find_metric(expectation.metric);
    if (info == nullptr) return "not supported yet: metric `" + expectation.metric + "`";
    for (const auto& [key, value] : expectation.where) {
        const std::string words = " " + std::string(info->where) + " ";
        if (words.find(" " + key + " ") == std::string::npos)
            return "metric `" + expectation.metric + "` cannot be asked for by " + key;
    }
    const Stat stat = expectation.stat;
    const bool fits =
        stat == Stat::min || stat == Stat::max || stat == Stat::mean || stat == Stat::last;
    if (info->is_level && !fits)
        return "metric `" + expectation.metric + "` is a level: ask for min, max, mean or last";
    return {};
}

}  // namespace gfs::checks
