// SPDX-License-Identifier: Apache-2.0
// The namespace that follows from the operation log, record by record, as the events tell it
// (GFS 2.6.3): the log is the one order of all changes. A crash of the master may take records that
// were not flushed; which ones, the number of the next record says.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "scenarios/checks/file_map.h"
#include "scenarios/checks/name_model.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

class NameLog {
  public:
    // Not owned: the engine.
    explicit NameLog(const sim::Engine& engine) : engine_(engine) {}

    // A file from before the run.
    void add(const std::string& path);
    void apply(const sim::Event& event);

    // What a record of the log does to names; nothing for one that is about something else, or
    // about hidden names only (GFS 4.4.1).
    std::optional<NameCall> change_of(const sim::Event& log_appended) const;
    // What the change would answer in the namespace that this record finds: after a crash of the
    // master, without the records that went with it.
    Code outcome(const sim::Event& log_appended, const NameCall& change) const;

    // After all records.
    const NameModel& model() const { return present_; }
    // After those that are flushed: the others are not to be seen in the master (rule C2).
    const NameModel& durable() const { return durable_; }
    // The number of a flushed record was given out again, now or before: the log itself was lost,
    // and what the model has of it is no more true.
    bool log_was_lost(const sim::Event& log_appended) const {
        return lost_ || log_appended.fields[0] <= flushed_;
    }

  private:
    struct Pending {
        std::uint64_t record;
        NameCall call;
    };
    NameModel without_from(std::uint64_t record) const;
    void cut(std::uint64_t record);
    void flushed(std::uint64_t last);
    const std::string& text(const sim::Event& event, std::size_t field) const;

    const sim::Engine& engine_;
    NameModel durable_;            // of the records that were flushed
    NameModel present_;            // of all
    std::deque<Pending> pending_;  // not flushed, oldest first
    std::uint64_t last_ = 0;       // record
    std::uint64_t flushed_ = 0;
    bool lost_ = false;
};

}  // namespace gfs::checks
