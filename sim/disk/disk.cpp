// SPDX-License-Identifier: Apache-2.0

#include "sim/disk/disk.h"

#include <algorithm>
#include <utility>

#include "sim/engine.h"
#include "sim/wide.h"

namespace sim {

// Fires when the first request of the queue has been served.
class Disk::Completion final : public QueueItem {
  public:
    explicit Completion(Disk& disk) : disk_(disk) {}
    ~Completion() { cancel(); }
    void cancel() noexcept {
        if (queued()) disk_.engine_.queue().remove(*this);
    }
    void fire() override { disk_.finish(); }
    void discard() noexcept override {}

  private:
    Disk& disk_;
};

Disk::Disk(Engine& engine, Host& host, const DiskOptions& options)
    : engine_(engine),
      host_(host),
      options_(options),
      completion_(std::make_unique<Completion>(*this)) {
    SIM_ASSERT(options.bandwidth > 0);
}

Disk::~Disk() = default;

WriteNumber Disk::write(FileId file, std::uint64_t offset, std::uint64_t bytes) {
    FileState& state = files_[file];
    if (state.dirty_bytes == 0) state.dirty_offset = offset;
    state.dirty_bytes += bytes;
    state.size = std::max(state.size, offset + bytes);
    return WriteNumber{++state.last_write};
}

void Disk::enqueue(Request request) {
    queue_.push_back(std::move(request));
    if (queue_.size() == 1) serve_next();
}

void Disk::serve_next() {
    if (queue_.empty()) return;
    decide_fate(queue_.front());
    if (fate_.waits) return;
    const Duration time = lies_ ? Duration{0} : service_time(queue_.front());
    busy_ += time;
    served_at_ = engine_.now() + time;
    engine_.queue().insert(*completion_, served_at_);
}

// A seek unless the arm is where the last request ended, then the transfer.
Duration Disk::service_time(const Request& request) {
    std::uint64_t offset = request.offset;
    std::uint64_t bytes = request.bytes;
    if (request.kind == Request::Kind::sync) {
        FileState& state = files_[request.file];
        sync_covers_ = WriteNumber{state.last_write};
        offset = state.dirty_offset;
        bytes = std::exchange(state.dirty_bytes, 0);
        // Everything is durable already, or this is a sync of metadata only.
        if (bytes == 0 && state.last_durable == state.last_write) return Duration{0};
    }
    Duration time = walk_time(request);
    if (head_file_ != request.file || head_offset_ != offset) time += options_.seek;
    head_file_ = request.file;
    head_offset_ = offset + bytes;
    const UnsignedWide transfer =
        static_cast<UnsignedWide>(bytes) * 1'000'000'000U / options_.bandwidth;
    const Duration transfer_time{static_cast<std::int64_t>(transfer)};
    transfer_bytes_ = bytes;
    transfer_time_ = troubled(slowed(transfer_time));
    return troubled(slowed(time + transfer_time));
}

// What a sync costs however little is dirty.
Duration Disk::walk_time(const Request& request) const {
    if (options_.sync_walk == 0 || request.kind != Request::Kind::sync) return Duration{0};
    const auto file = files_.find(request.file);
    SIM_ASSERT(file != files_.end());
    const UnsignedWide time =
        static_cast<UnsignedWide>(file->second.size) * 1'000'000'000U / options_.sync_walk;
    return Duration{static_cast<std::int64_t>(time)};
}

Duration Disk::slowed(Duration time) const {
    const UnsignedWide longer =
        static_cast<UnsignedWide>(time.count()) * slow_numerator_ / slow_denominator_;
    return host_.slowed(Duration{static_cast<std::int64_t>(longer)});
}

std::optional<Disk::SyncInService> Disk::sync_in_service() const {
    if (queue_.empty() || queue_.front().kind != Request::Kind::sync) return std::nullopt;
    if (fate_.waits || lies_) return std::nullopt;
    SyncInService sync{queue_.front().file, sync_covers_, 0};
    if (transfer_time_ > Duration{0}) {
        const Duration left = std::min(served_at_ - engine_.now(), transfer_time_);
        sync.bytes_written = static_cast<std::uint64_t>(
            static_cast<UnsignedWide>(transfer_bytes_) *
            static_cast<UnsignedWide>((transfer_time_ - left).count()) /
            static_cast<UnsignedWide>(transfer_time_.count()));
    }
    return sync;
}

void Disk::finish() {
    SIM_ASSERT(!queue_.empty());
    Request request = std::move(queue_.front());
    queue_.pop_front();
    if (request.kind == Request::Kind::sync && !lies_) end_sync(request.file);
    const Outcome outcome = fate_.fails ? Outcome::failed : Outcome::done;
    if (request.waiter) request.waiter->resolve(outcome);
    serve_next();
}

void Disk::forget(FileId file) {
    files_.erase(file);
    // A sync that is being served has nothing to say of a new file with this number.
    const bool is_served = !queue_.empty() && queue_.front().file == file;
    if (is_served) sync_covers_ = WriteNumber{0};
}

std::vector<std::pair<FileId, WriteNumber>> Disk::lose_unsynced() {
    completion_->cancel();
    queue_.clear();
    std::vector<std::pair<FileId, WriteNumber>> losses;
    fate_ = {};
    for (auto& [file, state] : files_) {
        state.dirty_bytes = 0;
        state.failed = false;
        if (state.is_durable()) continue;
        losses.emplace_back(file, WriteNumber{state.last_durable});
        state.last_write = state.last_durable;
    }
    return losses;
}

void Disk::process_ended() {
    completion_->cancel();
    // A sync that was being served had taken its bytes; they are dirty again.
    if (!queue_.empty() && queue_.front().kind == Request::Kind::sync) {
        FileState& state = files_[queue_.front().file];
        if (!state.is_durable())
            state.dirty_bytes = std::max<std::uint64_t>(state.dirty_bytes, 1);
    }
    queue_.clear();
    fate_ = {};
}

void Disk::drain() {
    process_ended();
    if (!read_only_) make_all_durable();
}

// What no sync has failed to write. An owner that is told may forget other files.
void Disk::make_all_durable() {
    std::vector<FileId> files;
    for (const auto& [file, state] : files_)
        if (!state.is_durable() && !state.failed) files.push_back(file);
    for (const FileId file : files) {
        const auto found = files_.find(file);
        if (found == files_.end()) continue;
        FileState& state = found->second;
        state.dirty_bytes = 0;
        state.last_durable = state.last_write;
        if (owner_ != nullptr) owner_->on_durable(file, WriteNumber{state.last_durable});
    }
}

bool Disk::reserve(std::uint64_t bytes) {
    if (bytes > options_.capacity - used_) return false;
    used_ += bytes;
    return true;
}

void Disk::release(std::uint64_t bytes) {
    SIM_ASSERT(bytes <= used_);
    used_ -= bytes;
}

void Disk::set_slowness(std::uint64_t numerator, std::uint64_t denominator) {
    SIM_ASSERT(denominator > 0);
    slow_numerator_ = numerator;
    slow_denominator_ = denominator;
}

}  // namespace sim
