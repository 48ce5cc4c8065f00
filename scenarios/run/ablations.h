// SPDX-License-Identifier: Apache-2.0
// Every mechanism that /gfs/without can switch off, with the scenario of the library, the seed and
// the check that notice its absence: ablations.def. A verdict is worth what its checks are worth.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gfs::run {

struct Ablation {
    std::string_view mechanism;
    std::string_view scenario;  // "paper/3_1_one_order", in the library; empty: none is known
    std::uint64_t seed;         // below 100
    std::string_view checks;    // those that may fail; the first must
};

const std::vector<Ablation>& ablations();

struct AblationOutcome {
    bool caught = false;
    std::vector<std::string> failed;  // checks, without the mechanism
    std::string problem;              // why it does not count as caught
};

// Runs the scenario with the mechanism, when no check may fail, and without it. Nothing when it
// was interrupted. `library` is the folder with the scenarios.
std::optional<AblationOutcome> try_ablation(const Ablation& ablation, const std::string& library,
                                            const std::atomic<bool>* interrupt);

}  // namespace gfs::run
