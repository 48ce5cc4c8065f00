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
    const Duration time = service_time(queue_.front());
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
    transfer_time_ = slowed(transfer_time);
    return slowed(time + transfer_time);
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
    return Duration{static_cast<std::int64_t>(longer)};
}

std::optional<Disk::SyncInService> Disk::sync_in_service() const {
    if (queue_.empty() || queue_.front().kind != Request::Kind::sync) return std::nullopt;
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
    if (request.kind == Request::Kind::sync) {
        FileState& state = files_[request.file];
        const auto covered = static_cast<std::uint64_t>(sync_covers_);
        state.last_durable = std::max(state.last_durable, covered);
        if (owner_ != nullptr) owner_->on_durable(request.file, WriteNumber{state.last_durable});
    }
    if (request.waiter) request.waiter->resolve(Outcome::done);
    serve_next();
}

void Disk::forget(FileId file) { files_.erase(file); }

std::vector<std::pair<FileId, WriteNumber>> Disk::lose_unsynced() {
    completion_->cancel();
    queue_.clear();
    std::vector<std::pair<FileId, WriteNumber>> losses;
    for (auto& [file, state] : files_) {
        state.dirty_bytes = 0;
        if (state.last_durable == state.last_write) continue;
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
        if (state.last_durable != state.last_write)
            state.dirty_bytes = std::max<std::uint64_t>(state.dirty_bytes, 1);
    }
    queue_.clear();
}

void Disk::drain() {
    process_ended();
    for (auto& [file, state] : files_) {
        state.dirty_bytes = 0;
        if (state.last_durable == state.last_write) continue;
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
