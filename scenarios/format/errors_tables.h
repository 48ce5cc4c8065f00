// SPDX-License-Identifier: Apache-2.0
// The two halves of the table of codes, in the order of the codes.
#pragma once

#include <span>

#include "scenarios/format/errors.h"

namespace gfs::format {

std::span<const ErrorInfo> errors_of_files();
std::span<const ErrorInfo> errors_of_behaviour();

}  // namespace gfs::format
