// SPDX-License-Identifier: Apache-2.0
// Fills a checked document with the defaults of the table and of the profile, so that what runs is
// all there to be printed, and the loaders read one place.
#pragma once

#include "scenarios/format/diagnostics.h"
#include "scenarios/format/document.h"
#include "scenarios/format/fields.h"

namespace gfs::format {

void add_defaults(Node& root, Diagnostics& out);

// A default of the table as a value; its place is unknown, which `--resolved` shows as "default".
Node default_node(const FieldSpec& field);

}  // namespace gfs::format
