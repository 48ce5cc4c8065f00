// SPDX-License-Identifier: Apache-2.0
// JSON Schemas (draft-07) of what a run writes: result.json, manifest.json and one line of
// events.ndjson. The last is made from the table of events.
#pragma once

#include <string>

namespace gfs::reports {

std::string result_schema();
std::string manifest_schema();
std::string events_schema();

}  // namespace gfs::reports
