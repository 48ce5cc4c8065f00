// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/metric_sources.h"

#include <algorithm>
#include <map>

#include "core/common/events.h"
#include "scenarios/checks/fields.h"
#include "scenarios/checks/metric_filter.h"
#include "sim/wide.h"

namespace gfs::checks {
namespace {

constexpr std::uint64_t million = 1'000'000;

class NetworkBytes final : public MetricSource {
  public:
    NetworkBytes(const Surroundings& around, const Expectation& expectation)
        : filter_(around.engine, expectation) {}

    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (event.kind == sim::event::message_sent) {
            count(host_at(event, 1), event.fields[4], gathering);
        } else if (event.kind == event::push_started) {
            lengths_[DataId{event.fields[0]}] = event.fields[2];
            count(event.actor, event.fields[2], gathering);
        } else if (event.kind == event::push_forwarded) {
            const auto length = lengths_.find(DataId{event.fields[0]});
            if (length != lengths_.end()) count(host_at(event, 1), length->second, gathering);
        } else if (event.kind == event::client_op_ok || event.kind == event::client_op_failed) {
            // Nobody pushes the data of an operation that is over.
            std::erase_if(lengths_, [&](const auto& entry) {
                return DataTable::client_of(entry.first) == event.actor;
            });
        }
    }

  private:
    void count(HostId from, std::uint64_t bytes, Gathering& gathering) const {
        if (filter_.passes_host("server", from)) gathering.add(static_cast<std::int64_t>(bytes));
    }

    Filter filter_;
    std::map<DataId, std::uint64_t> lengths_;  // of what is being pushed
};

// Something that is looked at once a second, at each chunkserver.
class Sampled : public MetricSource {
  public:
    Sampled(const Surroundings& around, const Expectation& expectation)
        : around_(around), filter_(around.engine, expectation) {}

    void on_event(const sim::Event& event, Gathering& gathering) final {
        const auto seconds = (event.time - since_) / std::chrono::seconds{1};
        if (seconds < 1) return;
        for (const ServerId server : around_.truth.chunkservers()) {
            const std::optional<MachineLoad> load = around_.truth.load(server);
            if (!load) continue;
            const std::int64_t value = measure(*load, before_[server], event.time - since_);
            before_[server] = *load;
            if (!filter_.passes_host("server", server)) continue;
            for (std::int64_t i = 0; i < seconds; ++i) gathering.add(value);
        }
        since_ = event.time;
    }

  protected:
    virtual std::int64_t measure(const MachineLoad& now, const MachineLoad& before,
                                 sim::Duration elapsed) const = 0;

    static std::int64_t share(std::uint64_t part, sim::Wide whole) {
        const sim::Wide ppm = whole == 0 ? 0 : sim::multiply_wide(part, million) / whole;
        return static_cast<std::int64_t>(std::min<sim::Wide>(ppm, million));
    }

  private:
    const Surroundings around_;
    Filter filter_;
    std::map<ServerId, MachineLoad> before_;
    sim::Time since_{};
};

class NetworkUtilisation final : public Sampled {
  public:
    using Sampled::Sampled;

  private:
    std::int64_t measure(const MachineLoad& now, const MachineLoad& before,
                         sim::Duration elapsed) const override {
        const auto ns = static_cast<std::uint64_t>(sim::to_ns(elapsed));
        const sim::Wide most = sim::multiply_wide(now.nic_bytes_per_s, ns) / 1'000'000'000;
        return share(now.flow_bytes_sent - before.flow_bytes_sent, most);
    }
};

class DiskBusy final : public Sampled {
  public:
    using Sampled::Sampled;

  private:
    std::int64_t measure(const MachineLoad& now, const MachineLoad& before,
                         sim::Duration elapsed) const override {
        const auto busy = static_cast<std::uint64_t>(sim::to_ns(now.disk_busy - before.disk_busy));
        return share(busy, sim::to_ns(elapsed));
    }
};

class DiskUsed final : public MetricSource {
  public:
    DiskUsed(const Surroundings& around, const Expectation& expectation)
        : around_(around), filter_(around.engine, expectation) {}

    void on_event(const sim::Event& event, Gathering& gathering) override {
        if (seen_ && event.time - *seen_ < std::chrono::seconds{1}) return;
        look(event.time, gathering);
    }
    void at_end(sim::Time now, Gathering& gathering) override { look(now, gathering); }

  private:
    void look(sim::Time now, Gathering& gathering) {
        std::uint64_t bytes = 0;
        for (const ServerId server : around_.truth.chunkservers()) {
            if (!filter_.passes_host("server", server)) continue;
            const std::optional<MachineLoad> load = around_.truth.load(server);
            if (load) bytes += load->disk_used_bytes;
        }
        gathering.set_level(static_cast<std::int64_t>(bytes), now);
        seen_ = now;
    }

    const Surroundings around_;
    Filter filter_;
    std::optional<sim::Time> seen_;
};

}  // namespace

std::unique_ptr<MetricSource> make_network_bytes(const Surroundings& around,
                                                 const Expectation& expectation) {
    return std::make_unique<NetworkBytes>(around, expectation);
}
std::unique_ptr<MetricSource> make_network_utilisation(const Surroundings& around,
                                                       const Expectation& expectation) {
    return std::make_unique<NetworkUtilisation>(around, expectation);
}
std::unique_ptr<MetricSource> make_disk_busy(const Surroundings& around,
                                             const Expectation& expectation) {
    return std::make_unique<DiskBusy>(around, expectation);
}
std::unique_ptr<MetricSource> make_disk_used(const Surroundings& around,
                                             const Expectation& expectation) {
    return std::make_unique<DiskUsed>(around, expectation);
}

}  // namespace gfs::checks
