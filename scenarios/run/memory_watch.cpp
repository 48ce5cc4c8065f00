// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/memory_watch.h"

#include <unistd.h>

#include <fstream>

namespace gfs::run {

std::uint64_t memory_in_use() {
    std::ifstream file("/proc/self/statm");  // pages: of the address space, in memory, ...
    std::uint64_t reserved = 0;
    std::uint64_t pages = 0;
    if (!(file >> reserved >> pages)) return 0;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void MemoryWatch::on_event(const sim::Event& /*event*/) {
    if (!exceeded_ && look()) engine_.stop();
}

void MemoryWatch::on_chunk() {
    if (look()) throw NoMemoryLeft();
}

bool MemoryWatch::look() {
    if (++passed_ < period) return false;
    passed_ = 0;
    exceeded_ = in_use_() > limit_;
    return exceeded_;
}

}  // namespace gfs::run
