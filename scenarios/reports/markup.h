// SPDX-License-Identifier: Apache-2.0
// Text inside HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace gfs::reports {

// Text as it may stand between tags and inside quoted attributes, in HTML and in XML 1.0.
std::string escaped_markup(std::string_view text);

}  // namespace gfs::reports
