// SPDX-License-Identifier: Apache-2.0
// Stale reads are bounded: GFS 2.7.1 ("this window is limited by the cache entry's timeout and the
// next open of the file"). Whoever reads from a replica that has missed a grant has its location
// from a time when the master could still name it, and that is not long ago.

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class StaleReadsBounded final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::location_replied, event::client_op_started, event::client_op_ok,
                event::client_op_failed, event::read_ok};
    }

    void on_event(const sim::Event& event) override {
        switch (sim::to_index(event.kind)) {
            case event::gfs_location_replied:
                return named(event);
            case event::gfs_client_op_started:
                return begin(event);
            case event::gfs_client_op_ok:
                return end(event, true);
            case event::gfs_client_op_failed:
                return end(event, false);
            default:
                return read(event);
        }
    }

  private:
    using Place = std::tuple<HostId, ChunkHandle, ServerId>;  // client, chunk, server
    struct Moment {
        sim::LocalTime local;  // on the client's clock, by which its cache ages
        sim::Time true_time;
    };
    struct Operation {
        sim::TextId file;
        Moment began;
        bool opens;
    };
    struct Opened {
        sim::Time asked;
        sim::Time ended;
    };

    Moment now(HostId client) const { return {engine().host(client).now(), engine().now()}; }

    void named(const sim::Event& event) {
        const HostId client = host_at(event, 3);
        named_[{client, chunk_of(event), host_at(event, 1)}] = now(client);
        if (named_.size() < prune_at_) return;
        // An older one would be too old in any case.
        std::erase_if(named_, [&](const auto& entry) {
            const auto& [place, when] = entry;
            return engine().host(std::get<0>(place)).now() - when.local > 2 * limit();
        });
        prune_at_ = 2 * named_.size() + 1024;
    }

    void begin(const sim::Event& event) {
        const std::string& kind = engine().texts().text(text_at(event, 1));
        const bool opens = kind == "open" || kind == "open_to_write";
        if (kind != "read" && !opens) return;
        operations_[event.fields[0]] = {text_at(event, 2), now(event.actor), opens};
    }

    void end(const sim::Event& event, bool ok) {
        const auto found = operations_.find(event.fields[0]);
        if (found == operations_.end()) return;
        const Operation& operation = found->second;
        if (ok && operation.opens)
            opened_[{event.actor, operation.file}] = {operation.began.true_time, event.time};
        operations_.erase(found);
    }

    void read(const sim::Event& event) {
        const ChunkHandle handle{event.fields[1]};
        const ServerId server = host_at(event, 3);
        const ChunkRecord* const chunk = ledger().find(handle);
        const ReplicaRecord* const replica =
            chunk == nullptr ? nullptr : Ledger::replica(*chunk, server);
        if (replica == nullptr || replica->stored >= chunk->granted) return;
        const auto operation = operations_.find(event.fields[7]);
        if (operation == operations_.end()) return;
        count_check();
        judge(host_at(event, 2), handle, server, operation->second);
    }

    // The operation began no earlier than the client looked into its cache, so what it found there
    // was at least as young as it would be now.
    void judge(HostId client, ChunkHandle chunk, ServerId server, const Operation& operation) {
        const auto when = named_.find({client, chunk, server});
        const std::string read =
            fmt::format("{} read {} from {}, which is stale", name(client), name(chunk),
                        name(server));
        if (when == named_.end())
            return violated(chunk, client,
                            read + ", and the master has not named that server for very long");
        const sim::Duration age = operation.began.local - when->second.local;
        if (age > limit())
            violated(chunk, client,
                     fmt::format("{}, and the master named that server {} before; the cache lives "
                                 "{}",
                                 read, describe(age), describe(config().client_cache)));
        const auto opened = opened_.find({client, operation.file});
        if (opened == opened_.end() || opened->second.ended > operation.began.true_time) return;
        if (when->second.true_time < opened->second.asked)
            violated(chunk, client,
                     read + ", and it has opened the file since the master named that server");
    }

    // The answer of the master may be on its way for as long as the client waits for one.
    sim::Duration limit() const { return config().client_cache + config().client_timeout; }

    std::map<Place, Moment> named_;  // the last time
    std::map<std::uint64_t, Operation> operations_;  // reads and opens that go on
    std::map<std::pair<HostId, sim::TextId>, Opened> opened_;  // the last that reached the master
    std::size_t prune_at_ = 1024;
};

}  // namespace

std::unique_ptr<Invariant> make_stale_reads_bounded(const Surroundings& around) {
    return std::make_unique<StaleReadsBounded>(around);
}

}  // namespace gfs::checks
