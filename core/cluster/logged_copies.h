// SPDX-License-Identifier: Apache-2.0
// Which chunks began as copies of others (GFS 3.4), by the operation log: a master that crashed
// between the record and its word about it has told nobody.
#pragma once

#include <vector>

#include "core/cluster/cluster.h"
#include "core/common/log_record.h"

namespace gfs {

// Of the chunks that the master on the machine knows of, oldest first; nothing where none runs.
// What a checkpoint has made superfluous in the log may be left out.
std::vector<log::ChunkCopied> logged_copies(const Machine& machine);

}  // namespace gfs
