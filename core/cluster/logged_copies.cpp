// SPDX-License-Identifier: Apache-2.0

#include "core/cluster/logged_copies.h"

#include <variant>

#include "core/master/log_store.h"
#include "core/master/master.h"
#include "sim/assert.h"

namespace gfs {

std::vector<log::ChunkCopied> logged_copies(const Machine& machine) {
    std::vector<log::ChunkCopied> copies;
    if (machine.master == nullptr) return copies;
    SIM_ASSERT(machine.log != nullptr);
    for (const LogRecord& record : machine.log->records()) {
        const auto* const copied = std::get_if<log::ChunkCopied>(&record.entry);
        // A record that no longer fitted when it was applied has made no chunk.
        const bool is_void = copied == nullptr || machine.master->chunk(copied->chunk) == nullptr;
        if (!is_void) copies.push_back(*copied);
    }
    return copies;
}

}  // namespace gfs
