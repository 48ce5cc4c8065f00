// SPDX-License-Identifier: Apache-2.0
// Stale reads are bounded: GFS 2.7.1 ("this window is limited by the cache entry's timeout and the
// next open of the file"). Whoever reads from a replica that has missed a grant has its location
// from a time when the master could still name it, and that is not long ago. Or when a shadow
// could, which may itself be behind (GFS 5.1.3): what it tells is as old as its copy of the log.

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/shadow_age.h"

namespace gfs::checks {
namespace {

class StaleReadsBounded final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        std::vector<sim::EventKind> kinds = ShadowAge::kinds();
        for (const sim::EventKind kind :
             {event::location_replied, event::client_op_started, event::client_op_ok,
              event::client_op_failed, event::read_ok, event::client_used_shadow,
              event::chunk_version_granted})
            kinds.push_back(kind);
        return kinds;
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
            case event::gfs_read_ok:
                return read(event);
            case event::gfs_client_used_shadow:
                return named_by_shadow(event);
            case event::gfs_chunk_version_granted:
                return granted(event);
            default:
                return shadows_.apply(event);
        }
    }

  private:
    static constexpr std::size_t grants_remembered = 64;  // of a chunk

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

    // Which servers it named is not said: those that its state, which may be old, took for current.
    void named_by_shadow(const sim::Event& event) {
        const auto operation = operations_.find(event.fields[0]);
        if (operation == operations_.end() || operation->second.opens) return;
        const sim::Time as_of = shadows_.as_of(host_at(event, 2), event.time);
        by_shadow_[{event.actor, text_at(event, 1)}] = {now(event.actor), as_of};
    }

    void granted(const sim::Event& event) {
        if (!shadows_.any()) return;
        std::map<Version, sim::Time>& grants = granted_[chunk_of(event)];
        grants.emplace(Version{event.fields[1]}, event.time);
        if (grants.size() > grants_remembered) grants.erase(grants.begin());
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
        const HostId client = host_at(event, 2);
        if (may_be_of_shadow(client, handle, replica->stored, operation->second)) return;
        judge(client, handle, server, operation->second);
    }

    // The client has asked a shadow, and its answer is young, as is that of a master. What was
    // stale by the shadow's own state it must not have named.
    bool may_be_of_shadow(HostId client, ChunkHandle chunk, Version stored,
                          const Operation& operation) {
        const auto found = by_shadow_.find({client, operation.file});
        if (found == by_shadow_.end()) return false;
        const auto& [when, as_of] = found->second;
        if (operation.began.local - when.local > limit()) return false;
        if (is_before_open(client, when, operation)) return false;
        const auto grants = granted_.find(chunk);
        if (grants == granted_.end()) return false;
        const auto outdated = grants->second.upper_bound(stored);
        if (outdated == grants->second.end() || outdated->second < as_of) return false;
        const sim::Duration behind = when.true_time - as_of;
        if (behind > limit())
            warn(fmt::format("{} read a stale replica of {}, told by a shadow that was {} behind",
                             name(client), name(chunk), describe(behind)));
        return true;
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
        if (is_before_open(client, when->second, operation))
            violated(chunk, client,
                     read + ", and it has opened the file since the master named that server");
    }

    // The client has opened the file since, before this operation began.
    bool is_before_open(HostId client, const Moment& named, const Operation& operation) const {
        const auto opened = opened_.find({client, operation.file});
        if (opened == opened_.end() || opened->second.ended > operation.began.true_time)
            return false;
        return named.true_time < opened->second.asked;
    }

    // The answer of the master may be on its way for as long as the client waits for one.
    sim::Duration limit() const { return config().client_cache + config().client_timeout; }

    std::map<Place, Moment> named_;  // the last time
    std::map<std::uint64_t, Operation> operations_;  // reads and opens that go on
    std::map<std::pair<HostId, sim::TextId>, Opened> opened_;  // the last that reached the master
    std::size_t prune_at_ = 1024;

    ShadowAge shadows_;
    struct ShadowAnswer {
        Moment given;
        sim::Time as_of;
    };
    std::map<std::pair<HostId, sim::TextId>, ShadowAnswer> by_shadow_;  // the last, by file
    std::map<ChunkHandle, std::map<Version, sim::Time>> granted_;       // where there are shadows
};

}  // namespace

std::unique_ptr<Invariant> make_stale_reads_bounded(const Surroundings& around) {
    return std::make_unique<StaleReadsBounded>(around);
}

}  // namespace gfs::checks
