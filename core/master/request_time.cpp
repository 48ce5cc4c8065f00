// SPDX-License-Identifier: Apache-2.0
// What a client's request costs the master's processor: GFS 6.2.4. One request at a time, in the
// order in which they come.
//
// An early master looked through all names of a directory, one after the other; now it finds a name
// by a binary search, and serves thousands of file operations a second.

#include <algorithm>
#include <bit>

#include "core/common/buggify.h"
#include "core/master/master.h"
#include "core/master/path.h"
#include "sim/engine.h"

namespace gfs {

Task<void> Master::use_processor(Duration time) {
    if (buggify(host_, Site::master_late_request))
        co_await hesitate(host_, Site::master_late_request, config_.client_timeout);
    if (time <= Duration{0}) co_return;
    processor_free_ = std::max(processor_free_, now()) + time;
    co_await sim::sleep(host_, processor_free_ - now());
}

// To find one name.
Task<void> Master::spend_time_on(std::string path) {
    Duration time = config_.master_op_time;
    if (config_.master_name_time > Duration{0} && path != "/") {
        const bool is_linear = config_.name_search == NameSearch::linear;
        const std::uint64_t names = is_linear ? files_.names_in(parent_of(path))
                                              : std::bit_width(files_.nodes().size());
        time += static_cast<std::int64_t>(names) * config_.master_name_time;
    }
    co_await use_processor(time);
}

// To look at each name that begins so (GFS 6.3.4: "it may touch much of the namespace").
Task<void> Master::spend_time_on_all_below(std::string path) {
    Duration time = config_.master_op_time;
    if (config_.master_name_time > Duration{0})
        time += static_cast<std::int64_t>(files_.names_below(path)) * config_.master_name_time;
    co_await use_processor(time);
}

}  // namespace gfs
