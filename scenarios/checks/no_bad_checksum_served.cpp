// SPDX-License-Identifier: Apache-2.0
// Data integrity: GFS 5.2 (rules P2, P5). Whatever leaves a chunkserver, for a client or for a
// copy, is what was once written. Judged by the truth about the bytes, not by checksums: a sum that
// was computed over bytes that had changed already would be right, and hide them.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class NoBadChecksumServed final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::read_ok, event::clone_finished, event::chunk_corrupt_served};
    }

    void on_event(const sim::Event& event) override {
        count_check();
        if (event.kind != event::chunk_corrupt_served) return;
        const ChunkHandle chunk = chunk_of(event);
        const ServerId server = host_at(event, 1);
        const ClientId client = host_at(event, 3);
        const std::string to = client == sim::no_host ? "for a copy" : "to " + name(client);
        violated(chunk, server,
                 fmt::format("{} gave bytes of {} away {}, of which the one at {} is not what was "
                             "written",
                             name(server), name(chunk), to, event.fields[2]));
    }
};

}  // namespace

std::unique_ptr<Invariant> make_no_bad_checksum_served(const Surroundings& around) {
    return std::make_unique<NoBadChecksumServed>(around);
}

}  // namespace gfs::checks
