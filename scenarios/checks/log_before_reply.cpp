// SPDX-License-Identifier: Apache-2.0
// The operation log comes first: GFS 2.6.3 (rule C2). A client is answered when the log record that
// the answer depends on is on the local disk and on all log replicas.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class LogBeforeReply final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::master_log_flushed, event::master_recovered, event::master_replied};
    }

    void on_event(const sim::Event& event) override {
        // What a recovering master finds in its log is durable, even if the one before it could
        // not say so any more.
        if (event.kind == event::master_recovered) flushed_ = std::max(flushed_, event.fields[3]);
        if (event.kind == event::master_log_flushed) flushed_ = std::max(flushed_, event.fields[1]);
        if (event.kind != event::master_replied) return;
        count_check();
        const std::uint64_t record = event.fields[4];
        if (record <= flushed_) return;
        violated(no_chunk, event.actor,
                 fmt::format("the master answered {} of {}, which depends on log record {}, when "
                             "the log was flushed up to record {}",
                             message_name(static_cast<sim::MessageType>(event.fields[0])),
                             name(host_at(event, 1)), record, flushed_));
    }

  private:
    std::uint64_t flushed_ = 0;
};

}  // namespace

std::unique_ptr<Invariant> make_log_before_reply(const Surroundings& around) {
    return std::make_unique<LogBeforeReply>(around);
}

}  // namespace gfs::checks
