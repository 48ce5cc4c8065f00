// SPDX-License-Identifier: Apache-2.0
// A machine's disk: one arm, one queue, and a write-back cache in the machine's memory. A write
// goes to the cache at once; sync() waits until everything written before it is on the platter. The
// disk knows how long things take and what is durable; what the files contain is kept by their
// owner, who is told what has become durable and what a power loss took (DiskOwner). What faults do
// to a disk is in disk_trouble.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/operation.h"
#include "sim/random.h"
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

enum class DiskOperation : std::uint8_t { read, write, sync };

// What becomes of one request: a write to the cache, or a read or a sync whose turn has come.
struct DiskFate {
    static constexpr std::uint64_t as_fast = 1'000'000;
    std::uint64_t slowness_ppm = as_fast;  // read, sync: what its service time is multiplied by
    bool waits = false;      // read, sync: the disk stands still until a trouble ends
    bool fails = false;
    Ratio kept{0, 1};  // of the writes that a failed sync covers, the first so many are durable
};

// What a disk is asked to do.
struct DiskRequest {
    HostId host;  // whose disk it is
    DiskOperation operation;
    std::optional<FileId> file;  // of a read or a sync; whoever writes does not say it yet
};

// Something wrong with a disk: asked about each request, in the order in which troubles came.
class DiskTrouble {
  public:
    virtual void on_request(const DiskRequest& request, DiskFate& fate) = 0;

  protected:
    ~DiskTrouble() = default;
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
        bool failed = false;             // a sync did: no later one can make it good
        bool is_durable() const { return last_durable == last_write; }
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
    // REQUIRES: the disk has just been asked, with refusal().
    WriteNumber write(FileId file, std::uint64_t offset, std::uint64_t bytes);
    // Whether the next write is taken, which may be left to chance: to be asked once for a write.
    enum class Refusal : std::uint8_t { none, full, read_only, failed };
    Refusal refusal(bool file_grows);

    // co_await disk.sync(file): all writes so far are durable when it ends with `done`. When it has
    // failed, some of them are, nobody knows which, and every later sync of the file fails as well.
    auto sync(FileId file) { return start(Request::Kind::sync, file, 0, 0); }

    // co_await disk.read(file, offset, bytes): from the platter; what is in the write-back cache
    // costs no time.
    auto read(FileId file, std::uint64_t offset, std::uint64_t bytes) {
        return start(Request::Kind::read, file, offset, bytes);
    }

    // The file is gone: its cached writes are forgotten.
    void forget(FileId file);
    // A sync of the file failed, so that no later one of it will succeed.
    bool has_failed(FileId file) const;

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
    // What the machine would say is left.
    std::uint64_t free() const {
        return full_ || read_only_ ? 0 : options_.capacity - used_;
    }
    bool reserve(std::uint64_t bytes);  // false: the disk is full
    void release(std::uint64_t bytes);

    // ---- faults ----
    // Service times are multiplied by numerator/denominator.
    void set_slowness(std::uint64_t numerator, std::uint64_t denominator);
    // Others have taken all the room: no file grows, and none is made.
    void set_full(bool full) { full_ = full; }
    bool full() const { return full_; }
    // Takes no write, and a sync that has something to write fails.
    void set_read_only(bool read_only) { read_only_ = read_only; }
    bool read_only() const { return read_only_; }
    // A sync answers at once, and nothing becomes durable; when the lies end, all of it does.
    void set_lying(bool lying);
    bool lying() const { return lying_; }
    // Not owned; what is added is removed before it ends.
    void add_trouble(DiskTrouble& trouble);
    void remove_trouble(DiskTrouble& trouble);

    Duration busy() const { return busy_; }  // in all, since the start

  private:
    class Completion;

    void enqueue(Request request);
    void serve_next();
    void finish();
    void make_all_durable();

    // disk_trouble.cpp
    void decide_fate(const Request& request);
    void end_sync(FileId file);
    Duration troubled(Duration time) const;
    Duration service_time(const Request& request);
    Duration walk_time(const Request& request) const;
    Duration slowed(Duration time) const;

    Engine& engine_;
    Host& host_;
    DiskOptions options_;
    DiskOwner* owner_ = nullptr;
    std::deque<Request> queue_;  // the first is being served
    std::unique_ptr<Completion> completion_;
    DiskFate fate_;      // of the request being served
    bool lies_ = false;  // it is a sync that does nothing
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
    std::vector<DiskTrouble*> troubles_;
    bool full_ = false;
    bool read_only_ = false;
    bool lying_ = false;
    Duration busy_{0};
};

}  // namespace sim
