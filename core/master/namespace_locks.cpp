// SPDX-License-Identifier: Apache-2.0
// Locking in the namespace: GFS 4.1.

#include "core/master/namespace_locks.h"

#include <algorithm>
#include <tuple>

#include "core/master/path.h"

namespace gfs {

// Read locks on all ancestors, and the lock asked for on the name itself. A read lock on a
// directory keeps it from being deleted, renamed or snapshotted; so creating files in one directory
// needs no write lock on it, and many can do it at once.
void NamespaceLocks::Plan::add(std::string_view path, Mode mode) {
    for (std::string& ancestor : ancestors_of(path)) add_one(std::move(ancestor), Mode::read);
    add_one(std::string(path), mode);
}

void NamespaceLocks::Plan::add_one(std::string path, Mode mode) {
    for (Lock& lock : locks_) {
        if (lock.path != path) continue;
        if (mode == Mode::write) lock.mode = Mode::write;
        return;
    }
    locks_.push_back({std::move(path), mode});
}

std::vector<NamespaceLocks::Lock> NamespaceLocks::Plan::in_order() const {
    std::vector<Lock> ordered = locks_;
    const auto comes_before = [](const Lock& a, const Lock& b) {
        return std::tuple(level_of(a.path), std::string_view(a.path)) <
               std::tuple(level_of(b.path), std::string_view(b.path));
    };
    std::stable_sort(ordered.begin(), ordered.end(), comes_before);
    return ordered;
}

NamespaceLocks::Guard& NamespaceLocks::Guard::operator=(Guard&& other) noexcept {
    if (this == &other) return *this;
    release();
    locks_ = std::exchange(other.locks_, nullptr);
    held_ = std::move(other.held_);
    return *this;
}

void NamespaceLocks::Guard::release() {
    if (locks_ == nullptr) return;
    NamespaceLocks& locks = *std::exchange(locks_, nullptr);
    for (auto lock = held_.rbegin(); lock != held_.rend(); ++lock) locks.unlock(*lock);
    held_.clear();
}

Task<NamespaceLocks::Guard> NamespaceLocks::enter(Plan plan) {
    Guard guard(*this);
    if (!config_.has(Mechanism::namespace_locks)) co_return guard;
    const bool ordered = config_.has(Mechanism::namespace_lock_order);
    const std::vector<Lock> wanted = ordered ? plan.in_order() : plan.as_asked();
    for (const Lock& each : wanted) {
        co_await lock(each);
        guard.held_.push_back(each);
    }
    co_return guard;
}

// First come first served: whoever would fit beside the holders still stands behind those who wait,
// so that a writer is not passed by one reader after the other.
bool NamespaceLocks::admits(const NodeLock& node, Mode mode) {
    if (node.writer) return false;
    return mode == Mode::read || node.readers == 0;
}

void NamespaceLocks::take(NodeLock& node, Mode mode) {
    SIM_ASSERT(admits(node, mode));
    if (mode == Mode::write)
        node.writer = true;
    else
        ++node.readers;
}

Task<void> NamespaceLocks::lock(Lock wanted) {
    NodeLock& node = nodes_[wanted.path];
    if (node.line.empty() && admits(node, wanted.mode)) {
        take(node, wanted.mode);
        co_return;
    }
    const auto stand_in_line = [&node, &wanted](sim::Waiter<Token>& waiter) {
        node.line.push_back({wanted.mode, sim::WaiterRef<Token>(waiter)});
    };
    // Whoever unlocks takes the lock for us; when this wakes up, it is ours.
    co_await sim::wait_for<Token>(host_, stand_in_line);
}

void NamespaceLocks::unlock(const Lock& lock) {
    const auto found = nodes_.find(lock.path);
    SIM_ASSERT(found != nodes_.end());
    NodeLock& node = found->second;
    if (lock.mode == Mode::write) {
        SIM_ASSERT(node.writer);
        node.writer = false;
    } else {
        SIM_ASSERT(node.readers > 0);
        --node.readers;
    }
    while (!node.line.empty()) {
        Waiting& first = node.line.front();
        if (first.waiter) {
            if (!admits(node, first.mode)) return;
            take(node, first.mode);
            first.waiter->resolve({});
        }
        node.line.pop_front();  // who waited no longer has gone with the process
    }
    if (node.readers == 0 && !node.writer) nodes_.erase(found);
}

}  // namespace gfs
