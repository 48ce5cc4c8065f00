// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/metric_sources.h"

#include <optional>
#include <string>
#include <string_view>

#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/fields.h"
#include "scenarios/checks/metric_filter.h"
#include "scenarios/checks/truth.h"

namespace gfs::checks {
namespace {

// The rows of the paper's Table 6, by the requests of clients.
std::string_view table_6_row(Message request) {
    switch (request) {
        case Message::Open:
            return "open";
        case Message::Delete:
            return "delete";
        case Message::FindLocation:
            return "find_location";
        case Message::FindLeaseHolder:
            return "find_lease_holder";
        case Message::Find:
            return "find_matching_files";
        default:
            return "other";
    }
}

// Requests that reached a master.
class MasterOps final : public MetricSource {
  public:
    MasterOps(const Surroundings& around, const Expectation& expectation)
        : filter_(around.engine, expectation) {
        for (const auto& [label, value] : expectation.where)
            if (label == "kind") row_ = value;
    }
    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (event.kind != sim::event::message_delivered) return;
        const std::uint64_t type = event.fields[0];
        const bool request = type % 2 == 0;
        if (!request || all_messages()[type / 2].to != "master") return;
        const bool is_of_client = all_messages()[type / 2].from == "client";
        const auto message = static_cast<Message>(type / 2);
        if (row_ && !(is_of_client && table_6_row(message) == *row_)) return;
        if (filter_.passes_host("client", host_at(event, 1))) gathering.add(1);
    }

  private:
    Filter filter_;
    std::optional<std::string> row_;
};

// Bytes for each name, or for each chunk.
class MasterMemory : public MetricSource {
  public:
    explicit MasterMemory(const Surroundings& around) : probe_(around.probe) {}

    void on_event(const sim::Event& event, Gathering& gathering) final {
        if (seen_ && event.time - *seen_ < std::chrono::seconds{1}) return;
        look(event.time, gathering);
    }
    void at_end(sim::Time now, Gathering& gathering) final { look(now, gathering); }

  protected:
    virtual std::uint64_t bytes(const Probe::Memory& memory) const = 0;
    virtual std::uint64_t things(const Probe::Memory& memory) const = 0;

  private:
    void look(sim::Time now, Gathering& gathering) {
        seen_ = now;
        if (probe_ == nullptr) return;
        const std::optional<Probe::Memory> memory = probe_->master_memory();
        if (!memory || things(*memory) == 0) return;
        const std::uint64_t each = bytes(*memory) / things(*memory);
        gathering.set_level(static_cast<std::int64_t>(each), now);
    }

    const Probe* probe_;
    std::optional<sim::Time> seen_;
};

class MemoryPerFile final : public MasterMemory {
    using MasterMemory::MasterMemory;
    std::uint64_t bytes(const Probe::Memory& memory) const override { return memory.name_bytes; }
    std::uint64_t things(const Probe::Memory& memory) const override { return memory.names; }
};

class MemoryPerChunk final : public MasterMemory {
    using MasterMemory::MasterMemory;
    std::uint64_t bytes(const Probe::Memory& memory) const override { return memory.chunk_bytes; }
    std::uint64_t things(const Probe::Memory& memory) const override { return memory.chunks; }
};

}  // namespace

std::unique_ptr<MetricSource> make_memory_per_file(const Surroundings& around,
                                                   const Expectation&) {
    return std::make_unique<MemoryPerFile>(around);
}
std::unique_ptr<MetricSource> make_memory_per_chunk(const Surroundings& around,
                                                    const Expectation&) {
    return std::make_unique<MemoryPerChunk>(around);
}

std::unique_ptr<MetricSource> make_master_ops(const Surroundings& around,
                                              const Expectation& expectation) {
    return std::make_unique<MasterOps>(around, expectation);
}

}  // namespace gfs::checks
