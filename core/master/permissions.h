// SPDX-License-Identifier: Apache-2.0
// Who may do what to a name: owners and Unix-like permission bits (GFS 2.3: access control
// information is at the master; GFS 7: permissions came in rudimentary form). The same at the
// master and at its shadows.
#pragma once

#include <string>

#include "core/common/codes.h"
#include "core/common/ids.h"
#include "core/master/namespace.h"

namespace gfs {

// ok, or permission_denied. A name that does not exist denies nothing: another check finds that.
Code may_read(const Namespace& files, const std::string& path, UserId user);
Code may_write(const Namespace& files, const std::string& path, UserId user);
// To create, delete and rename a name changes its directory. REQUIRES: valid and not "/".
Code may_change_name(const Namespace& files, const std::string& path, UserId user);
// To copy it, with all below it.
Code may_read_tree(const Namespace& files, const std::string& path, UserId user);

}  // namespace gfs
