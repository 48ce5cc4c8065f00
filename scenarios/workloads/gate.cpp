// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/gate.h"

#include <utility>

#include "sim/assert.h"

namespace gfs::workloads {
namespace {

void wake(std::vector<sim::WaiterRef<Opened>> waiting) {
    for (sim::WaiterRef<Opened>& waiter : waiting)
        if (waiter) waiter->resolve({});
}

}  // namespace

void Gate::open() {
    if (open_) return;
    open_ = true;
    wake(std::exchange(waiting_, {}));
}

bool Barrier::arrive_last() {
    forget_the_gone();
    SIM_ASSERT(waiting_.size() < members_);
    if (waiting_.size() + 1 < members_) return false;
    release();
    return true;
}

void Barrier::leave() {
    SIM_ASSERT(members_ > 0);
    --members_;
    forget_the_gone();
    if (members_ > 0 && waiting_.size() == members_) release();
}

// Whoever crashed or lost patience is no longer here.
void Barrier::forget_the_gone() {
    std::erase_if(waiting_, [](const sim::WaiterRef<Opened>& waiter) { return !waiter; });
}

void Barrier::release() {
    wake(std::exchange(waiting_, {}));
}

}  // namespace gfs::workloads
