// SPDX-License-Identifier: Apache-2.0
// SIM_ASSERT: programmer errors, checked in every build. A failure throws AssertionFailed, which
// nothing in sim/, core/ or faults/ catches: it unwinds to the program, which reports an internal
// error (exit status 70) with the seed, the time, the actor and the last events.
#pragma once

#include <stdexcept>
#include <string>

namespace sim {

class AssertionFailed : public std::logic_error {
  public:
    AssertionFailed(const char* condition, const char* file, int line)
        : std::logic_error(std::string(file) + ":" + std::to_string(line) +
                           ": assertion failed: " + condition) {}
};

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
    throw AssertionFailed(condition, file, line);
}

}  // namespace sim

// One condition each, so that the message names the one that failed.
#define SIM_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::sim::assertion_failed(#condition, __FILE__, __LINE__))
