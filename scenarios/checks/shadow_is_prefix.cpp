// SPDX-License-Identifier: Apache-2.0
// A shadow master shows a past state of the master: GFS 5.1.3 (rule O4). It applies the records of
// the operation log in their order, each as the master logged it and only when it was flushed; and
// it changes nothing.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

constexpr std::array mutations = {Message::Create,   Message::Delete,
                                  Message::Rename,   Message::MakeDirectory,
                                  Message::Snapshot, Message::FindLeaseHolder};

// What is further back than this has been applied, or is read from a checkpoint.
constexpr std::uint64_t records_remembered = 100'000;

class ShadowIsPrefix final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::master_log_appended, event::master_log_flushed, event::shadow_started,
                event::shadow_loaded,       event::shadow_applied,     event::shadow_replied};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::master_log_appended)
            append(event.fields[0], {event.fields[1], event.fields[2]});
        else if (event.kind == event::master_log_flushed)
            flushed_ = std::max(flushed_, event.fields[1]);
        else if (event.kind == event::shadow_started)
            applied_[event.actor] = 0;
        else if (event.kind == event::shadow_loaded)
            load(event);
        else if (event.kind == event::shadow_applied)
            apply(event);
        else
            reply(event);
    }

  private:
    using Record = std::pair<std::uint64_t, std::uint64_t>;  // kind, operation

    // Two masters may have given the place to different records, of which one came to nothing.
    void append(std::uint64_t index, Record record) {
        if (applied_.empty()) return;  // there is no shadow
        records_[index].push_back(record);
        if (records_.size() > records_remembered) records_.erase(records_.begin());
    }

    void load(const sim::Event& event) {
        count_check();
        const std::uint64_t last = event.fields[0];
        if (last <= applied_[event.actor])
            violated(no_chunk, event.actor,
                     fmt::format("{} went back from record {} to {}", name(event.actor),
                                 applied_[event.actor], last));
        if (last > flushed_ && records_.contains(last)) too_early(event.actor, last);
        applied_[event.actor] = last;
    }

    void apply(const sim::Event& event) {
        count_check();
        const std::uint64_t index = event.fields[0];
        std::uint64_t& applied = applied_[event.actor];
        if (index != applied + 1)
            violated(no_chunk, event.actor,
                     fmt::format("{} applied record {} after record {}", name(event.actor), index,
                                 applied));
        applied = index;
        if (index > flushed_) too_early(event.actor, index);
        const auto logged = records_.find(index);
        if (logged == records_.end()) return;
        const Record record{event.fields[1], event.fields[2]};
        const auto& known = logged->second;
        if (std::find(known.begin(), known.end(), record) != known.end()) return;
        violated(no_chunk, event.actor,
                 fmt::format("{} applied record {}, which no master logged so", name(event.actor),
                             index));
    }

    void too_early(HostId shadow, std::uint64_t index) {
        violated(no_chunk, shadow,
                 fmt::format("{} shows record {}, and the log is flushed up to record {}",
                             name(shadow), index, flushed_));
    }

    void reply(const sim::Event& event) {
        count_check();
        const bool is_mutation =
            std::any_of(mutations.begin(), mutations.end(), [&](Message message) {
                return event.fields[0] == static_cast<std::uint64_t>(request_type(message));
            });
        if (!is_mutation || event.fields[3] != static_cast<std::uint64_t>(Code::ok)) return;
        violated(no_chunk, event.actor,
                 fmt::format("{}, a shadow, answered {}", name(event.actor),
                             message_name(static_cast<sim::MessageType>(event.fields[0]))));
    }

    std::map<std::uint64_t, std::vector<Record>> records_;
    std::map<HostId, std::uint64_t> applied_;
    std::uint64_t flushed_ = 0;
};

}  // namespace

std::unique_ptr<Invariant> make_shadow_is_prefix(const Surroundings& around) {
    return std::make_unique<ShadowIsPrefix>(around);
}

}  // namespace gfs::checks
