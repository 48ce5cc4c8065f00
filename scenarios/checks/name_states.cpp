// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/name_states.h"

#include "sim/assert.h"

namespace gfs::checks {

NameState NameStates::keep(const NameModel& names) {
    const auto number = static_cast<NameState>(states_.size());
    const auto [place, is_new] = numbers_.emplace(names, number);
    if (!is_new) return place->second;
    states_.push_back(&place->first);
    too_many_ = too_many_ || names.size() > names_left_;
    names_left_ -= too_many_ ? 0 : names.size();
    return number;
}

NameStates::Call NameStates::number(const NameCall& call, const std::optional<NameAnswer>& answer) {
    const Order order{call.op,
                      call.file,
                      call.to,
                      answer.has_value(),
                      answer ? answer->code : Code::ok,
                      answer ? answer->listing : 0};
    const auto next = static_cast<Call>(calls_.size());
    const auto [place, is_new] = call_numbers_.emplace(order, next);
    if (is_new) {
        const bool has_effect = changes_names(call.op) && (!answer || answer->code == Code::ok);
        calls_.push_back({.call = call, .answer = answer, .changes = has_effect});
    }
    return place->second;
}

std::optional<NameState> NameStates::after(NameState state, Call call) {
    SIM_ASSERT(call < calls_.size());
    const auto [place, is_new] = steps_.try_emplace({state, call});
    if (is_new) place->second = work_out(state, calls_[call]);
    return place->second;
}

std::optional<NameState> NameStates::work_out(NameState state, const Known& known) {
    const NameModel& names = at(state);
    if (!known.answer) {
        // One that would change nothing now has not happened yet, for all that can be seen.
        if (!names.would_change(known.call)) return std::nullopt;
        NameModel next = names;
        next.apply(known.call);
        return keep(next);
    }
    if (!known.changes) {
        // The model does not know when deleted files are reclaimed.
        const bool fits =
            known.call.op == NameOp::undelete || names.answer(known.call) == *known.answer;
        return fits ? std::optional(state) : std::nullopt;
    }
    NameModel next = names;
    if (!next.accept(known.call, *known.answer)) return std::nullopt;
    return keep(next);
}

}  // namespace gfs::checks
