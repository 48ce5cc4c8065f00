// SPDX-License-Identifier: Apache-2.0
// What a fault does at later times of its life; nothing of it happens when the fault has gone.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "sim/engine.h"

namespace gfs::faults {

class Later {
  public:
    void after(sim::Engine& engine, sim::Duration delay, std::function<void()> action) const {
        engine.after(delay, [alive = std::weak_ptr<bool>(alive_), action = std::move(action)] {
            if (!alive.expired()) action();
        });
    }
    void cancel() { alive_.reset(); }

  private:
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gfs::faults
