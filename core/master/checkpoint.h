// SPDX-License-Identifier: Apache-2.0
// What a checkpoint of the master's state is made from, and what it costs (GFS 2.6.3).
#pragma once

#include <cstdint>

#include "core/common/config.h"
#include "core/master/log_store.h"
#include "core/master/metadata.h"
#include "sim/operation.h"

namespace gfs {

// The state after record `last`, from the latest checkpoint and the records since.
// REQUIRES: the records up to `last` are there.
Checkpoint state_at(const LogStore& store, LogIndex last, const Config& config);
Checkpoint make_checkpoint(LogIndex last, MasterEpoch master, Metadata state);

// In how many pieces it is written; the last one says that it is complete.
std::uint64_t pieces_of(const Checkpoint& checkpoint);
// Of the builder's processor, for the whole: a minute for a few million files (GFS 2.6.3).
sim::Duration time_to_build(const Checkpoint& checkpoint);
// Of a master that starts, for the records that follow its checkpoint.
sim::Duration time_to_replay(std::uint64_t records);

// Writes `content` to the disk, each piece after `pause`, and says whether all of it is durable.
sim::Task<bool> write_checkpoint(sim::Host& host, LogStore& store, Checkpoint content,
                                 sim::Duration pause);

}  // namespace gfs
