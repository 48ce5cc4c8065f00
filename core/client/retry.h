// SPDX-License-Identifier: Apache-2.0
// What a client does after each outcome of a request (GFS 3.1, step 7). One decision for every
// code, so that a new code cannot be forgotten.
#pragma once

#include <cstdint>

#include "core/common/codes.h"

namespace gfs {

enum class AfterMaster : std::uint8_t {
    stop,       // the answer is final, good or bad
    ask_again,  // the master cannot answer yet
};
AfterMaster after_master(Code code);

enum class AfterMutation : std::uint8_t {
    done,
    stop,           // no try can succeed
    same_replicas,  // steps 3 to 7 again, a few times
    ask_master,     // from the beginning: the primary is unreachable or holds no lease
    next_chunk,     // the record append did not fit
};
// After step 7, or after no answer to step 4.
AfterMutation after_mutation(Code code);

enum class AfterRead : std::uint8_t {
    use_answer,
    end_of_replica,  // the replica ends before the bytes asked for
    ask_master,      // the replica is stale, so the locations are
    other_replica,
};
AfterRead after_read(Code code);

}  // namespace gfs
