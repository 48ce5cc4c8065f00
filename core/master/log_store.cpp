// SPDX-License-Identifier: Apache-2.0

#include "core/master/log_store.h"

#include "sim/assert.h"

namespace gfs {

MasterEpoch LogStore::master_of_record(LogIndex index) const {
    SIM_ASSERT(index >= dropped_);
    SIM_ASSERT(index <= last());
    return index == dropped_ ? dropped_master_ : at(index).master;
}

std::uint64_t LogStore::bytes_after(LogIndex index) const {
    std::uint64_t bytes = 0;
    for (auto at = records_.rbegin(); at != records_.rend() && at->index > index; ++at)
        bytes += size_bytes(*at);
    return bytes;
}

void LogStore::append(LogRecord record) {
    SIM_ASSERT(!torn_);
    SIM_ASSERT(record.index == next(last()));
    begin_new_file();
    const std::uint64_t bytes = size_bytes(record);
    const sim::WriteNumber number = disk_.write(log_file_, bytes_, bytes);
    not_durable_.push_back({number, record.index});
    bytes_ += bytes;
    records_.push_back(std::move(record));
}

void LogStore::cut_after(LogIndex last_kept) {
    while (last() > last_kept && !records_.empty()) {
        bytes_ -= std::min(bytes_, size_bytes(records_.back()));
        records_.pop_back();
    }
    // A checkpoint of a state that never came about: all that is left is what was before it.
    while (!checkpoints_.empty() && checkpoints_.back().content.last > last_kept) {
        disk_.forget(checkpoints_.back().file);
        checkpoints_.pop_back();
    }
    if (dropped_ > last_kept) {
        const CheckpointFile* const kept = checkpoint();
        dropped_ = kept != nullptr ? kept->content.last : LogIndex{0};
        dropped_master_ = kept != nullptr ? kept->content.master : MasterEpoch{1};
    }
    while (!not_durable_.empty() && not_durable_.back().record > last()) not_durable_.pop_back();
    durable_ = std::min(durable_, last());
    flushed_ = std::min(flushed_, last());
}

// A master that is busy always has records that are not durable: the next batch begins the file.
void LogStore::begin_new_file() {
    if (!new_file_wanted_ || !not_durable_.empty()) return;
    new_file_wanted_ = false;
    disk_.forget(log_file_);
    log_file_ = new_file();
    bytes_ = 0;
}

const CheckpointFile* LogStore::checkpoint() const {
    for (auto file = checkpoints_.rbegin(); file != checkpoints_.rend(); ++file)
        if (file->is_complete()) return &*file;
    return nullptr;
}

void LogStore::begin_checkpoint(Checkpoint content, std::uint64_t pieces) {
    delete_incomplete();
    SIM_ASSERT(pieces > 0);
    SIM_ASSERT(checkpoints_.empty() || checkpoints_.back().content.last < content.last);
    checkpoints_.push_back({.content = std::move(content), .file = new_file(), .pieces = pieces});
}

void LogStore::write_piece() {
    CheckpointFile& file = checkpoints_.back();
    SIM_ASSERT(!file.is_complete());
    const std::uint64_t bytes = file.content.bytes / file.pieces + 1;
    disk_.write(file.file, file.written * bytes, bytes);
    ++file.written;
}

void LogStore::delete_old() {
    SIM_ASSERT(!checkpoints_.empty());
    const CheckpointFile& latest = checkpoints_.back();
    SIM_ASSERT(latest.is_complete());
    SIM_ASSERT(latest.durable == latest.pieces);
    flushed_ = std::max(flushed_, latest.content.last);
    while (checkpoints_.size() > 2) {
        disk_.forget(checkpoints_.front().file);
        checkpoints_.pop_front();
    }
    // At a log replica that was far behind, the records between its own and this one are missing.
    if (latest.content.last > last()) {
        drop_records(last());
        dropped_ = latest.content.last;
        dropped_master_ = latest.content.master;
        durable_ = std::max(durable_, dropped_);
        while (checkpoints_.size() > 1) {
            disk_.forget(checkpoints_.front().file);
            checkpoints_.pop_front();
        }
        return;
    }
    drop_records(checkpoints_.front().content.last);
}

void LogStore::drop_records(LogIndex up_to) {
    SIM_ASSERT(up_to <= last());
    if (up_to <= dropped_) return;
    dropped_master_ = at(up_to).master;
    while (dropped_ < up_to) {
        records_.pop_front();
        dropped_ = next(dropped_);
    }
    while (!not_durable_.empty() && not_durable_.front().record <= dropped_)
        not_durable_.pop_front();
    durable_ = std::max(durable_, dropped_);
}

void LogStore::delete_incomplete() {
    if (checkpoints_.empty() || checkpoints_.back().is_complete()) return;
    disk_.forget(checkpoints_.back().file);
    checkpoints_.pop_back();
}

void LogStore::settle() {
    if (checkpoints_.empty() || !checkpoints_.back().is_complete()) return;
    if (checkpoints_.back().content.last <= last()) return;
    // Received just before the process ended, by a log replica that was far behind.
    if (checkpoints_.back().durable == checkpoints_.back().pieces) return delete_old();
    disk_.forget(checkpoints_.back().file);
    checkpoints_.pop_back();
}

void LogStore::preload(Checkpoint state) {
    SIM_ASSERT(last() == LogIndex{0});
    SIM_ASSERT(checkpoints_.empty());
    dropped_ = state.last;
    dropped_master_ = state.master;
    durable_ = state.last;
    preloaded_ = state.last;
    flushed_ = state.last;
    checkpoints_.push_back(
        {.content = std::move(state), .file = new_file(), .pieces = 1, .written = 1, .durable = 1});
}

void LogStore::lose_unsynced() {
    disk_.lose_unsynced();
    for (CheckpointFile& file : checkpoints_) file.written = file.durable;
    torn_ = torn_ || last() > durable_;
    cut_after(durable_);
    SIM_ASSERT(not_durable_.empty());
}

void LogStore::on_durable(sim::FileId changed, sim::WriteNumber last_write) {
    if (changed == log_file_) {
        while (!not_durable_.empty() && not_durable_.front().number <= last_write) {
            durable_ = not_durable_.front().record;
            not_durable_.pop_front();
        }
        return;
    }
    for (CheckpointFile& file : checkpoints_)
        if (file.file == changed) file.durable = static_cast<std::uint64_t>(last_write);
}

}  // namespace gfs
