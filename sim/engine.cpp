// SPDX-License-Identifier: Apache-2.0

#include "sim/engine.h"

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace sim {
namespace {

// An action of Engine::at, owned by the queue until it fires.
class Action final : public QueueItem {
  public:
    explicit Action(std::function<void()> action) : action_(std::move(action)) {}
    void fire() override {
        const std::unique_ptr<Action> self(this);
        action_();
    }
    void discard() noexcept override { delete this; }

  private:
    std::function<void()> action_;
};

constexpr std::uint64_t interrupt_check_period = 1024;  // dispatches; a power of two

}  // namespace

Engine::Engine(const EngineOptions& options)
    : seed_(options.seed),
      events_(*options.events),
      max_dispatches_(options.max_dispatches),
      context_(1),
      fault_points_(options.seed) {
    if (options.disturb_memory) pool_.disturb(options.seed);
}

void Engine::shut_down() {
    for (const auto& host : hosts_)
        if (host->up()) host->kill();
    queue_.discard_all();
}

void Engine::emit(HostId actor, EventKind kind, std::initializer_list<Field> fields) {
    SIM_ASSERT(fields.size() == events_[kind].fields.size());
    Event event{.time = now(),
                .sequence = emitted_++,
                .actor = actor,
                .kind = kind,
                .field_count = static_cast<std::uint8_t>(fields.size()),
                .fields = {}};
    std::size_t next = 0;
    for (const Field& field : fields) event.fields[next++] = field.bits();
    if (delivering_) {
        nested_.push_back(event);
        return;
    }
    delivering_ = true;
    deliver(event);
    for (std::size_t i = 0; i < nested_.size(); ++i) {
        const Event follower = nested_[i];  // a copy: observers may emit more
        deliver(follower);
    }
    nested_.clear();
    delivering_ = false;
}

void Engine::deliver(const Event& event) {
    digest_.add_event(event, events_[event.kind].word);
    for (EventObserver* const observer : observers_) observer->on_event(event);
}

void Engine::at(Time t, std::function<void()> action) {
    SIM_ASSERT(t >= now());
    queue_.insert(*new Action(std::move(action)), t);
}

Host& Engine::add_host(std::string name, std::uint32_t rack) {
    const HostId id{static_cast<std::uint32_t>(hosts_.size())};
    hosts_.push_back(std::make_unique<Host>(*this, id, std::move(name), rack));
    return *hosts_.back();
}

StopReason Engine::run(Time limit, const InterruptFlag* interrupt) {
    auto reason = StopReason::idle;
    std::exception_ptr failure;
    // From inside a handler of an io_context, so that Asio recycles coroutine frames per thread.
    asio::post(context_, [&] {
        try {
            reason = dispatch_all(limit, interrupt);
        } catch (...) {
            failure = std::current_exception();
        }
    });
    context_.restart();
    context_.run();
    delivering_ = false;
    if (failure) std::rethrow_exception(failure);
    return reason;
}

StopReason Engine::dispatch_all(Time limit, const InterruptFlag* interrupt) {
    stop_ = false;
    while (!queue_.empty()) {
        QueueItem* const item = queue_.pop(limit);
        if (item == nullptr) return StopReason::time_limit;
        ++dispatched_;
        item->fire();
        if (stop_) return StopReason::stopped;
        if (dispatched_ >= max_dispatches_) return StopReason::dispatch_limit;
        if (interrupt != nullptr && dispatched_ % interrupt_check_period == 0 &&
            interrupt->load(std::memory_order_relaxed))
            return StopReason::interrupted;
    }
    return StopReason::idle;
}

}  // namespace sim
