// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/name_history.h"

#include <algorithm>

#include "core/common/events.h"
#include "core/common/message_types.h"
#include "scenarios/checks/fields.h"

namespace gfs::checks {

NameHistorian::NameHistorian(const sim::Engine& engine) : engine_(engine) {
    for (const Message request :
         {Message::Create, Message::Delete, Message::Rename, Message::MakeDirectory,
          Message::Snapshot, Message::Open}) {
        const auto type = static_cast<std::size_t>(request_type(request));
        requests_.resize(std::max(requests_.size(), type + 1));
        requests_[type] = true;
    }
}

NameHistorian::Known* NameHistorian::find(std::uint64_t op) {
    const auto found = known_.find(op);
    return found == known_.end() ? nullptr : &found->second;
}

void NameHistorian::apply(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case sim::event::sim_message_delivered: {
            const std::uint64_t type = event.fields[0];
            if (type >= requests_.size() || !requests_[type]) return;
            if (Known* const known = find(event.fields[3])) ++known->delivered;
            return;
        }
        case event::gfs_client_op_started:
            return on_started(event);
        case event::gfs_client_op_ok:
            return on_ended(event, Code::ok);
        case event::gfs_client_op_failed:
            return on_ended(event, static_cast<Code>(event.fields[3]));
        case event::gfs_client_listed:
            if (Known* const known = find(event.fields[0])) known->listing = event.fields[3];
            return;
        case event::gfs_client_used_shadow:
            if (Known* const known = find(event.fields[0])) known->by_shadow = true;
            return;
        case event::gfs_master_replied: {
            Known* const known = find(event.fields[2]);
            if (known != nullptr && static_cast<Code>(event.fields[3]) != Code::ok)
                ++known->refused;
            return;
        }
        case event::gfs_master_log_appended:
            return on_logged(event);
        case event::gfs_master_log_flushed:
            unflushed_.erase(unflushed_.begin(), unflushed_.upper_bound(event.fields[1]));
            return;
        default:
            return;
    }
}

// A record number that is given out again says that the master crashed and has lost what it wrote
// under this number and after it.
void NameHistorian::on_logged(const sim::Event& event) {
    const std::uint64_t record = event.fields[0];
    for (auto lost = unflushed_.lower_bound(record); lost != unflushed_.end();) {
        known_.at(lost->second).logged = false;
        lost = unflushed_.erase(lost);
    }
    Known* const known = find(event.fields[2]);
    if (known == nullptr) return;
    known->logged = true;
    unflushed_.emplace(record, event.fields[2]);
}

std::vector<NameCall> NameHistorian::acknowledged_without_record() const {
    std::vector<NameCall> calls;
    for (const auto& [op, known] : known_)
        if (known.succeeded && !known.logged && changes_names(known.operation.call.op))
            calls.push_back(known.operation.call);
    return calls;
}

void NameHistorian::on_started(const sim::Event& event) {
    const auto op = name_op(engine_.texts().text(text_at(event, 1)));
    if (!op) return;
    const std::string& file = engine_.texts().text(text_at(event, 2));
    const std::string& to = engine_.texts().text(text_at(event, 3));
    Known known;
    known.operation.call = {*op, file, to};
    if (is_hidden_name(file)) {
        // Hidden files are no part of the model, except that one may come back (GFS 4.4.1).
        if (*op != NameOp::rename) return;
        known.operation.call = {NameOp::create, to, {}};
        known.from_hidden = true;
    }
    known.operation.began = event.sequence;
    known.operation.began_at = event.time;
    known.operation.client = event.actor;
    known_.emplace(event.fields[0], std::move(known));
}

void NameHistorian::on_ended(const sim::Event& event, Code code) {
    Known* const known = find(event.fields[0]);
    if (known == nullptr) return;
    known->operation.ended_at = event.time;
    // Any other code says nothing about names: the operation did nothing, or nobody knows.
    if (!NameModel::models(code)) return;
    if (known->from_hidden && code == Code::not_found) return;
    // A shadow answers from a past state, which GFS allows (anomaly A15).
    if (known->by_shadow) return;
    known->succeeded = code == Code::ok;
    known->operation.told =
        NameOperation::Told{event.sequence, {code, code == Code::ok ? known->listing : 0}};
}

NameHistory NameHistorian::history() const {
    NameHistory history{.files = files_, .operations = {}};
    for (const auto& [op, known] : known_) {
        NameOperation operation = known.operation;
        if (changes_names(operation.call.op)) {
            const std::uint32_t explained = known.refused + (known.succeeded ? 1 : 0);
            operation.extra = known.delivered - std::min(known.delivered, explained);
        }
        if (operation.told || operation.extra > 0) history.operations.push_back(operation);
    }
    std::stable_sort(
        history.operations.begin(), history.operations.end(),
        [](const NameOperation& a, const NameOperation& b) { return a.began < b.began; });
    return history;
}

}  // namespace gfs::checks
