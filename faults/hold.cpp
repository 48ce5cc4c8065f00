// SPDX-License-Identifier: Apache-2.0
// Exactly the nth message of a type waits, for a time or for an event, and then goes on its way.
// Messages behind it on the same connection overtake it.

#include <utility>

#include "faults/later.h"
#include "faults/message_fault.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

class Hold final : public MessageFault {
  public:
    using MessageFault::MessageFault;

    bool over() const override { return let_go_ || (counted_all() && waiting_ == 0 && timed()); }
    void heal(FaultContext& context) override {
        MessageFault::heal(context);
        let_go();
    }
    void on_event(const sim::Event& event) override {
        if (!event_ || !event_->see(event)) return;
        later_.after(context().engine(), spec().until_event->delay, [this] { let_go(); });
    }

  private:
    bool timed() const { return spec().until_time.has_value(); }

    void strike(sim::Fate& fate) override {
        if (let_go_) return;
        fate.keeper = &filter();
        sim::Engine& engine = context().engine();
        if (!timed() && !event_)
            event_.emplace(engine, context().targets(), spec().until_event->event);
        if (!timed()) return;
        ++waiting_;
        later_.after(context().engine(), *spec().until_time, [this] {
            --waiting_;
            release_first();
            if (over()) context().is_over();
        });
    }
    void keep(sim::KeptMessage kept) override { kept_.push_back(std::move(kept)); }

    // One message, with its copies: they were kept in the order in which they were hit.
    void release_first() {
        if (kept_.empty()) return;  // it was lost when it was sent
        const std::uint64_t call = kept_.front().packet.call;
        const sim::MessageType type = kept_.front().packet.type;
        while (!kept_.empty() && kept_.front().packet.call == call &&
               kept_.front().packet.type == type)
            release_one();
    }
    void release_one() {
        SIM_ASSERT(!kept_.empty());
        sim::KeptMessage kept = std::move(kept_.front());
        kept_.erase(kept_.begin());
        context().network().release(std::move(kept));
    }
    // For good: what is hit from now on is not kept any more.
    void let_go() {
        let_go_ = true;
        while (!kept_.empty()) release_one();
        context().is_over();
    }

    std::vector<sim::KeptMessage> kept_;
    std::optional<EventCounter> event_;  // from the first hit on
    std::uint64_t waiting_ = 0;          // messages that wait for a time
    bool let_go_ = false;
    Later later_;
};

SIM_REGISTER(Fault, "hold", "exactly the nth message of a type waits for an event or a time", Hold)

}  // namespace
}  // namespace gfs::faults
