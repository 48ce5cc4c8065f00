// SPDX-License-Identifier: Apache-2.0
// The namespaces that a search for a legal order meets: each is kept once and known by a number,
// and what a call makes of it is worked out once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/checks/name_model.h"

namespace gfs::checks {

enum class NameState : std::uint32_t {};

class NameStates {
  public:
    // A call with the answer that it got, or without a certain one.
    using Call = std::uint32_t;

    // `names`: how many names all states may have together before they are too many.
    NameStates(NameModel first, std::uint64_t names) : names_left_(names) { keep(first); }

    static constexpr NameState beginning{0};
    // Equal calls with equal answers have one number.
    Call number(const NameCall& call, const std::optional<NameAnswer>& answer);
    // Whether it has an effect: it succeeded, or nobody knows, and it is one that changes names.
    bool changes_anything(Call call) const { return calls_[call].changes; }
    // What is the case when the call takes effect in this state; nothing if it cannot: the answer
    // would be another one or, of a call whose answer nobody knows, nothing would change.
    std::optional<NameState> after(NameState state, Call call);
    bool too_many() const { return too_many_; }

  private:
    struct Known {
        NameCall call;
        std::optional<NameAnswer> answer;
        bool changes = false;
    };
    using Order = std::tuple<NameOp, std::string, std::string, bool, Code, std::uint64_t>;

    NameState keep(const NameModel& names);
    std::optional<NameState> work_out(NameState state, const Known& known);
    const NameModel& at(NameState state) const { return *states_[static_cast<std::size_t>(state)]; }

    std::uint64_t names_left_;
    bool too_many_ = false;
    std::map<NameModel, NameState> numbers_;
    std::vector<const NameModel*> states_;  // by number; they lie in numbers_
    std::map<Order, Call> call_numbers_;
    std::vector<Known> calls_;  // by number
    std::map<std::pair<NameState, Call>, std::optional<NameState>> steps_;
};

}  // namespace gfs::checks
