// SPDX-License-Identifier: Apache-2.0
// What faults make of a disk's requests: slow, stuck, failed, or answered with a lie.

#include <algorithm>

#include "sim/assert.h"
#include "sim/disk/disk.h"
#include "sim/wide.h"

namespace sim {

void Disk::add_trouble(DiskTrouble& trouble) {
    SIM_ASSERT(std::find(troubles_.begin(), troubles_.end(), &trouble) == troubles_.end());
    troubles_.push_back(&trouble);
}

// What stood still goes on, unless another trouble wants it to stand.
void Disk::remove_trouble(DiskTrouble& trouble) {
    SIM_ASSERT(std::find(troubles_.begin(), troubles_.end(), &trouble) != troubles_.end());
    std::erase(troubles_, &trouble);
    if (fate_.waits) serve_next();
}

Disk::Refusal Disk::refusal(bool file_grows) {
    if (read_only_) return Refusal::read_only;
    if (full_ && file_grows) return Refusal::full;
    DiskFate fate;
    const DiskRequest write{host_.id(), DiskOperation::write, std::nullopt};
    for (DiskTrouble* const trouble : troubles_) trouble->on_request(write, fate);
    return fate.fails ? Refusal::failed : Refusal::none;
}

// The request's turn has come.
void Disk::decide_fate(const Request& request) {
    const bool is_sync = request.kind == Request::Kind::sync;
    const DiskRequest asked{host_.id(), is_sync ? DiskOperation::sync : DiskOperation::read,
                            request.file};
    fate_ = {};
    lies_ = false;
    for (DiskTrouble* const trouble : troubles_) trouble->on_request(asked, fate_);
    if (!is_sync) return;
    const FileState& state = files_[request.file];
    if (state.is_durable()) {
        fate_.fails = false;  // there is nothing to write
        return;
    }
    lies_ = lying_ && !state.failed;
    if (lies_)
        fate_.fails = false;
    else if (state.failed || read_only_)
        fate_.fails = true;
}

void Disk::end_sync(FileId file) {
    const auto found = files_.find(file);
    if (found == files_.end()) return;  // forgotten while it was being written
    FileState& state = found->second;
    auto durable = static_cast<std::uint64_t>(sync_covers_);
    if (fate_.fails && durable > 0) {
        // The rest stays in the cache for whoever reads it, and is written by nobody any more.
        const std::uint64_t covered = durable - std::min(durable, state.last_durable);
        const UnsignedWide kept =
            multiply_wide(covered, fate_.kept.numerator) / fate_.kept.denominator;
        durable = state.failed ? state.last_durable
                               : state.last_durable + static_cast<std::uint64_t>(kept);
        state.failed = true;
    }
    state.last_durable = std::max(state.last_durable, durable);
    SIM_ASSERT(state.last_durable <= state.last_write);
    if (owner_ != nullptr) owner_->on_durable(file, WriteNumber{state.last_durable});
}

Duration Disk::troubled(Duration time) const {
    if (fate_.slowness_ppm == DiskFate::as_fast) return time;
    constexpr Duration longest = std::chrono::hours{24 * 365};
    const UnsignedWide longer =
        multiply_wide(static_cast<std::uint64_t>(time.count()), fate_.slowness_ppm) /
        DiskFate::as_fast;
    if (longer > static_cast<UnsignedWide>(longest.count())) return longest;
    return Duration{static_cast<std::int64_t>(longer)};
}

bool Disk::has_failed(FileId file) const {
    const auto found = files_.find(file);
    return found != files_.end() && found->second.failed;
}

void Disk::set_lying(bool lying) {
    if (lying_ && !lying) make_all_durable();
    lying_ = lying;
}

}  // namespace sim
