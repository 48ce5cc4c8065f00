// SPDX-License-Identifier: Apache-2.0
// What the master has in memory is what its operation log says, and the log of every log replica
// that counts: GFS 2.6.3. A process that started now would come to the same state.

#include "scenarios/checks/checkers.h"

namespace gfs::checks {

Finding check_log_equals_memory(const CheckInput& input, const Expectation&) {
    const Probe* const probe = input.around.probe;
    const std::optional<Probe::LogDifference> found =
        probe == nullptr ? std::nullopt : probe->log_difference();
    if (!found)
        return {Finding::Result::vacuous, "no master serves, or a record is under way, at the end"};
    if (found->words.empty()) return {Finding::Result::held, "the logs give the state in memory"};
    Finding finding{Finding::Result::failed, "a log and the memory differ", {found->words}};
    finding.is_about({.chunk = found->chunk, .host = found->machine, .path = found->path});
    return finding;
}

}  // namespace gfs::checks
