// SPDX-License-Identifier: Apache-2.0

#include "core/master/quotas.h"

#include "sim/assert.h"

namespace gfs {
namespace {

Usage usage_of(const Usages& usages, std::size_t region) {
    const auto found = usages.find(region);
    return found == usages.end() ? Usage{} : found->second;
}

}  // namespace

bool QuotaPromises::has_room(const Usages& there, const Usages& more) const {
    for (const auto& [place, asked] : more) {
        const Region& region = config_.regions.at(place);
        const Usage held = usage_of(there, place);
        const Usage promised = usage_of(promised_, place);
        const std::uint64_t files = held.files + promised.files + asked.files;
        const std::uint64_t chunks = held.chunks + promised.chunks + asked.chunks;
        // What needs nothing more is not refused in a region that is over its quota already.
        if (asked.files > 0 && files > region.max_files.value_or(files)) return false;
        const std::uint64_t chunks_max = region.max_bytes.value_or(chunks * config_.chunk_size) /
                                         config_.chunk_size;
        if (asked.chunks > 0 && chunks > chunks_max) return false;
    }
    return true;
}

QuotaPromises::Promise QuotaPromises::promise(Usages more) {
    for (const auto& [place, asked] : more) {
        promised_[place].files += asked.files;
        promised_[place].chunks += asked.chunks;
    }
    return Promise(*this, std::move(more));
}

QuotaPromises::Promise::~Promise() {
    if (promises_ == nullptr) return;
    for (const auto& [place, asked] : more_) {
        Usage& promised = promises_->promised_[place];
        SIM_ASSERT(promised.files >= asked.files);
        SIM_ASSERT(promised.chunks >= asked.chunks);
        promised.files -= asked.files;
        promised.chunks -= asked.chunks;
    }
}

}  // namespace gfs
