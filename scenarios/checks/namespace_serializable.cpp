// SPDX-License-Identifier: Apache-2.0
// Namespace operations have one order, the log's: GFS 4.1 (rules D2 to D6). Each record changes a
// namespace in which its change is possible: two creations of one name, or a creation in a
// directory that is being removed, would have been kept apart by the locks.

#include <fmt/format.h>

#include "core/common/events.h"
#include "scenarios/checks/invariant.h"
#include "scenarios/checks/name_log.h"

namespace gfs::checks {
namespace {

class NamespaceSerializable final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override { return {event::master_log_appended}; }

    void on_event(const sim::Event& event) override {
        const auto change = names().change_of(event);
        // That a log was lost is found by others (rule G1).
        if (!change || broken_ || names().log_was_lost(event)) return;
        count_check();
        const Code code = names().outcome(event, *change);
        if (code == Code::ok) return;
        // What comes after may only be a consequence.
        broken_ = true;
        violated(no_chunk, event.actor,
                 fmt::format("record {} of the log says `{}`, and the records before it make that "
                             "impossible: {}",
                             event.fields[0], describe(*change), info(code).name));
    }

  private:
    bool broken_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_namespace_serializable(const Surroundings& around) {
    return std::make_unique<NamespaceSerializable>(around);
}

}  // namespace gfs::checks
