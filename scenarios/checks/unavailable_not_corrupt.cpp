// SPDX-License-Identifier: Apache-2.0
// A chunk that is lost is unavailable, not corrupted: GFS 2.7.1 (rule J5). When no good replica is
// left on a server that is up, the reader gets a clear error, and neither the bytes of a replica
// that is out of date nor bytes that a disk has changed.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class UnavailableNotCorrupt final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::chunk_lost, event::chunk_corrupt_served, event::read_stale};
    }

    void on_event(const sim::Event& event) override {
        count_check();
        if (event.kind == event::chunk_corrupt_served && host_at(event, 3) != sim::no_host)
            wrong_bytes(chunk_of(event), host_at(event, 1), "bytes that its disk had changed");
        if (event.kind == event::read_stale)
            wrong_bytes(ChunkHandle{event.fields[1]}, host_at(event, 3), "bytes of an old version");
    }

  private:
    void wrong_bytes(ChunkHandle chunk, ServerId server, const char* what) {
        for (const ServerId holder : ledger().current_replicas(chunk))
            if (truth().up(holder) && is_good(*truth().replica(holder, chunk))) return;
        violated(chunk, server,
                 fmt::format("no good replica of {} is on a server that is up, and yet {} gave a "
                             "client {}",
                             name(chunk), name(server), what));
    }

    static bool is_good(const StoredReplica& replica) {
        const auto extents = replica.content.extents();
        return std::none_of(extents.begin(), extents.end(),
                            [](const Extent& extent) { return extent.damaged; });
    }
};

}  // namespace

std::unique_ptr<Invariant> make_unavailable_not_corrupt(const Surroundings& around) {
    return std::make_unique<UnavailableNotCorrupt>(around);
}

}  // namespace gfs::checks
