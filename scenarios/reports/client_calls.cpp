// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/client_calls.h"

namespace gfs::reports {
namespace {

std::string text_of(const EventLine& line, std::string_view field) {
    return std::string(line.field(field).value_or(""));
}

}  // namespace

const char* to_string(Ending ending) {
    switch (ending) {
        case Ending::ok:
            return "ok";
        case Ending::fail:
            return "fail";
        case Ending::info:
            break;
    }
    return "info";
}

void CallHistory::event(const EventLine& line) {
    const bool started = line.event == "client.op_started";
    const bool succeeded = line.event == "client.op_ok";
    if (!started && !succeeded && line.event != "client.op_failed") return;
    const std::uint64_t op = line.number_of("op").value_or(0);
    if (started) {
        open_[op] = calls_.size();
        calls_.push_back({.op = op,
                          .client = line.actor,
                          .kind = text_of(line, "kind"),
                          .file = text_of(line, "file"),
                          .to = text_of(line, "to"),
                          .data = text_of(line, "data"),
                          .offset = line.number_of("offset").value_or(0),
                          .length = line.number_of("length").value_or(0),
                          .began_ns = line.time_ns,
                          .began = line.number});
        return;
    }
    const auto found = open_.find(op);
    if (found == open_.end()) return;
    Call& call = calls_[found->second];
    open_.erase(found);
    call.ended_ns = line.time_ns;
    call.ended = line.number;
    call.told_offset = line.number_of("offset").value_or(0);
    call.told_bytes = line.number_of("bytes").value_or(0);
    call.code = text_of(line, "code");
    const bool definite = line.number_of("definite").value_or(0) != 0;
    call.ending = succeeded ? Ending::ok : definite ? Ending::fail : Ending::info;
}

}  // namespace gfs::reports
