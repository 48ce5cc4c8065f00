// SPDX-License-Identifier: Apache-2.0
// From the structs of a scenario file to those that the rooms below work with: places, patterns of
// events and moments. Values are taken over as they are; the loader has judged them.
#pragma once

#include <string>

#include "core/common/event_match.h"
#include "scenarios/format/values.h"
#include "scenarios/results/run_result.h"

namespace gfs::run {

results::Place to_place(const format::Source& source);
EventPattern to_pattern(const std::string& event, const format::Match& match);
std::vector<FieldCondition> to_conditions(const format::Match& match);
CountSince to_since(const format::Since& since);
// What a trigger counts; its `delay` and `by` are the caller's business.
EventCounter::Options to_counter(const format::Trigger& trigger);

}  // namespace gfs::run
