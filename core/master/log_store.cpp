// SPDX-License-Identifier: Apache-2.0

#include "core/master/log_store.h"

#include <algorithm>

#include "sim/assert.h"

namespace gfs {

void LogStore::append(LogRecord record) {
    SIM_ASSERT(!torn_);
    SIM_ASSERT(record.index == next(last()));
    const std::uint64_t bytes = size_bytes(record);
    const sim::WriteNumber number = disk_.write(file, bytes_, bytes);
    not_durable_.push_back({number, record.index});
    bytes_ += bytes;
    records_.push_back(std::move(record));
}

void LogStore::cut_after(LogIndex last_kept) {
    while (last() > last_kept) {
        bytes_ -= size_bytes(records_.back());
        records_.pop_back();
    }
    while (!not_durable_.empty() && not_durable_.back().record > last_kept) not_durable_.pop_back();
    durable_ = std::min(durable_, last_kept);
}

void LogStore::preload(LogRecord record) {
    SIM_ASSERT(record.index == next(last()));
    SIM_ASSERT(preloaded_ == last());
    bytes_ += size_bytes(record);
    durable_ = record.index;
    preloaded_ = record.index;
    records_.push_back(std::move(record));
}

void LogStore::lose_unsynced() {
    disk_.lose_unsynced();
    torn_ = torn_ || last() > durable_;
    cut_after(durable_);
    SIM_ASSERT(not_durable_.empty());
}

void LogStore::on_durable(sim::FileId changed, sim::WriteNumber last_write) {
    SIM_ASSERT(changed == file);
    while (!not_durable_.empty() && not_durable_.front().number <= last_write) {
        durable_ = not_durable_.front().record;
        not_durable_.pop_front();
    }
}

}  // namespace gfs
