// SPDX-License-Identifier: Apache-2.0
// A machine's disk: one arm, one queue, and a write-back cache in the machine's memory. A write
// goes to the cache at once; sync() waits until everything written before it is on the platter. The
// disk knows how long things take and what is durable; what the files contain is kept by their
// owner, who is told what has become durable and what a power loss took (DiskFile).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/operation.h"
#include "sim/time.h"

namespace sim {

class Engine;
class Host;

struct DiskOptions {
    std::uint64_t capacity = 160'000'000'000;  // bytes
    Duration seek = std::chrono::milliseconds{8};
    std::uint64_t bandwidth = 40'000'000;  // bytes/s
    // A sync also walks through all of the file at this speed, bytes/s, as in Linux 2.2; 0: it does
    // not.
    std::uint64_t sync_walk = 0;
};

// A file on a disk; numbered by its owner.
enum class FileId : std::uint64_t {};

// The writes to one file are counted 1, 2, 3, ...
enum class WriteNumber : std::uint64_t {};

// Learns what happens to the writes of the machine's files, also when no process runs.
class DiskOwner {
  public:
    // All writes to `file` up to and including `last` are durable.
    virtual void on_durable(FileId file, WriteNumber last) = 0;

  protected:
    ~DiskOwner() = default;
};

class Disk {
  public:
    enum class Outcome : std::uint8_t { done, failed };

  private:
    struct Request {
        enum class Kind : std::uint8_t { read, sync } kind;
        FileId file;
        std::uint64_t offset;
        std::uint64_t bytes;
        WaiterRef<Outcome> waiter;  // empty: whoever asked is gone
    };
    struct FileState {
        std::uint64_t last_write = 0;
        std::uint64_t last_durable = 0;
        std::uint64_t dirty_bytes = 0;
        std::uint64_t dirty_offset = 0;  // where the dirty bytes begin
        std::uint64_t size = 0;
    };

    auto start(Request::Kind kind, FileId file, std::uint64_t offset, std::uint64_t bytes) {
        return wait_for<Outcome>(host_, [this, kind, file, offset, bytes](Waiter<Outcome>& waiter) {
            enqueue({kind, file, offset, bytes, WaiterRef<Outcome>(waiter)});
        });
    }

  public:

    Disk(Engine& engine, Host& host, const DiskOptions& options);
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    ~Disk();

    // Who is told about durability; may be none. Not owned, outlives the disk or is reset.
    void set_owner(DiskOwner* owner) { owner_ = owner; }

    // Puts `bytes` at `offset` of `file` into the cache: no time passes. Says the write's number.
    WriteNumber write(FileId file, std::uint64_t offset, std::uint64_t bytes);

    // co_await disk.sync(file): all writes so far are durable when it ends with `done`.
    auto sync(FileId file) { return start(Request::Kind::sync, file, 0, 0); }

    // co_await disk.read(file, offset, bytes): from the platter; what is in the write-back cache
    // costs no time.
    auto read(FileId file, std::uint64_t offset, std::uint64_t bytes) {
        return start(Request::Kind::read, file, offset, bytes);
    }

    // The file is gone: its cached writes are forgotten.
    void forget(FileId file);

    // The sync that is being served, and how much of it is on the platter by now.
    struct SyncInService {
        FileId file;
        WriteNumber covers;           // all writes up to this one will be durable when it ends
        std::uint64_t bytes_written;  // of their bytes, in the order of the writes
    };
    std::optional<SyncInService> sync_in_service() const;

    // The machine lost power: what was not durable is gone, requests in the queue with it. Says the
    // last durable write of every file that lost something.
    std::vector<std::pair<FileId, WriteNumber>> lose_unsynced();
    // The process ended: its requests in the queue are given up; the cache stays and is written
    // back by nobody until the next sync.
    void process_ended();

    // The process ended in good order: all it wrote becomes durable, with its machine.
    void drain();

    // ---- capacity, kept by the owner of the files ----
    std::uint64_t capacity() const { return options_.capacity; }
    std::uint64_t used() const { return used_; }
    bool reserve(std::uint64_t bytes);  // false: the disk is full
    void release(std::uint64_t bytes);

    // ---- faults ----
    // Service times are multiplied by numerator/denominator.
    void set_slowness(std::uint64_t numerator, std::uint64_t denominator);

    Duration busy() const { return busy_; }  // in all, since the start

  private:
    class Completion;

    void enqueue(Request request);
    void serve_next();
    void finish();
    Duration service_time(const Request& request);
    Duration walk_time(const Request& request) const;
    Duration slowed(Duration time) const;

    Engine& engine_;
    Host& host_;
    DiskOptions options_;
    DiskOwner* owner_ = nullptr;
    std::deque<Request> queue_;  // the first is being served
    std::unique_ptr<Completion> completion_;
    std::map<FileId, FileState> files_;
    WriteNumber sync_covers_{};  // of the sync being served
    std::uint64_t transfer_bytes_ = 0;  // of the request being served, ...
    Duration transfer_time_{0};         // ... which take so long, ...
    Time served_at_{};                  // ... until then
    FileId head_file_{};         // where the arm is
    std::uint64_t head_offset_ = 0;
    std::uint64_t used_ = 0;
    std::uint64_t slow_numerator_ = 1;
    std::uint64_t slow_denominator_ = 1;
    Duration busy_{0};
};

}  // namespace sim
