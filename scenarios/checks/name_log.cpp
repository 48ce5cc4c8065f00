// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/name_log.h"

#include "core/common/events.h"
#include "scenarios/checks/fields.h"

namespace gfs::checks {
const std::string& NameLog::text(const sim::Event& event, std::size_t field) const {
    return engine_.texts().text(text_at(event, field));
}

void NameLog::add(const std::string& path) {
    durable_.add(path, false);
    present_.add(path, false);
}

std::optional<NameCall> NameLog::change_of(const sim::Event& event) const {
    const std::string& kind = text(event, 1);
    const std::string& file = text(event, 3);
    const std::string& to = text(event, 4);
    if (kind == "file_created") return NameCall{NameOp::create, file, {}};
    if (kind == "directory_created") return NameCall{NameOp::make_directory, file, {}};
    if (kind == "file_deleted") return NameCall{NameOp::remove, file, {}};
    if (kind == "directory_deleted") return NameCall{NameOp::remove, file, {}};
    // A deleted file comes back by getting a normal name, its old one or another.
    if (kind == "renamed" && is_hidden_name(file)) return NameCall{NameOp::create, to, {}};
    if (kind == "renamed") return NameCall{NameOp::rename, file, to};
    if (kind == "snapshot_taken") return NameCall{NameOp::snapshot, file, to};
    return std::nullopt;
}

Code NameLog::outcome(const sim::Event& event, const NameCall& change) const {
    const std::uint64_t record = event.fields[0];
    if (record > last_) return present_.answer(change).code;
    return without_from(record).answer(change).code;
}

// The namespace of the records before this one, as far as they can still be told apart.
NameModel NameLog::without_from(std::uint64_t record) const {
    NameModel model = durable_;
    for (const Pending& each : pending_)
        if (each.record < record) model.apply(each.call);
    return model;
}

void NameLog::apply(const sim::Event& event) {
    if (event.kind == event::master_log_flushed) return flushed(event.fields[1]);
    // What the log of the next master does not have did not happen.
    if (event.kind == event::master_recovered) return cut(event.fields[3] + 1);
    if (event.kind != event::master_log_appended) return;
    const std::uint64_t record = event.fields[0];
    cut(record);
    last_ = record;
    const auto change = change_of(event);
    if (!change) return;
    present_.apply(*change);
    pending_.push_back({record, *change});
}

// The master writes this number now: whatever had it, or a later one, is gone.
void NameLog::cut(std::uint64_t record) {
    if (record > last_) return;
    last_ = record - 1;
    if (record <= flushed_) {
        lost_ = true;
        flushed_ = record - 1;
    }
    present_ = without_from(record);
    while (!pending_.empty() && pending_.back().record >= record) pending_.pop_back();
}

void NameLog::flushed(std::uint64_t last) {
    flushed_ = last;
    for (; !pending_.empty() && pending_.front().record <= last; pending_.pop_front())
        durable_.apply(pending_.front().call);
}

}  // namespace gfs::checks
