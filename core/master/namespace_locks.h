// SPDX-License-Identifier: Apache-2.0
// One read-write lock for each pathname that is in use (GFS 4.1). An operation takes all its locks
// before it looks at anything:
//     NamespaceLocks::Plan plan;
//     plan.write("/data/user/foo");       // and read locks on /data and /data/user
//     const NamespaceLocks::Guard guard = co_await locks.enter(plan);
// They are taken in one total order, by level and then by name, so that no two operations wait for
// each other in a circle. Each lock is first come first served; it is handed over through the
// event queue.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "sim/operation.h"

namespace gfs {

using sim::Task;

class NamespaceLocks {
  public:
    enum class Mode : std::uint8_t { read, write };
    struct Lock {
        std::string path;
        Mode mode;
    };

    // Which locks an operation needs. For one name, write includes read.
    class Plan {
      public:
        void read(std::string_view path) { add(path, Mode::read); }
        void write(std::string_view path) { add(path, Mode::write); }
        std::vector<Lock> in_order() const;
        const std::vector<Lock>& as_asked() const { return locks_; }

      private:
        void add(std::string_view path, Mode mode);
        void add_one(std::string path, Mode mode);
        std::vector<Lock> locks_;
    };

    // Holds the locks of one operation until it goes.
    class [[nodiscard]] Guard {
      public:
        Guard() = default;
        explicit Guard(NamespaceLocks& locks) : locks_(&locks) {}
        Guard(Guard&& other) noexcept
            : locks_(std::exchange(other.locks_, nullptr)), held_(std::move(other.held_)) {}
        Guard& operator=(Guard&& other) noexcept;
        ~Guard() { release(); }
        void release();

      private:
        friend class NamespaceLocks;
        NamespaceLocks* locks_ = nullptr;
        std::vector<Lock> held_;
    };

    // Not owned: both.
    NamespaceLocks(sim::Host& host, const Config& config) : host_(host), config_(config) {}
    NamespaceLocks(const NamespaceLocks&) = delete;
    NamespaceLocks& operator=(const NamespaceLocks&) = delete;

    Task<Guard> enter(Plan plan);

    // Names that somebody holds or waits for: nothing else takes room.
    std::size_t in_use() const { return nodes_.size(); }

  private:
    struct Token {};
    struct Waiting {
        Mode mode;
        sim::WaiterRef<Token> waiter;
    };
    struct NodeLock {
        std::size_t readers = 0;
        bool writer = false;
        std::list<Waiting> line;  // takes no memory while nobody waits
    };

    static bool admits(const NodeLock& node, Mode mode);
    static void take(NodeLock& node, Mode mode);
    Task<void> lock(Lock wanted);
    void unlock(const Lock& lock);

    sim::Host& host_;
    const Config& config_;
    std::map<std::string, NodeLock> nodes_;
};

}  // namespace gfs
