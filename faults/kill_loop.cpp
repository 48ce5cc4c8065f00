// SPDX-License-Identifier: Apache-2.0
// A process dies and comes back, again and again: a server that flaps. Each host has rounds of its
// own; how long it is down and up may be drawn anew in each.

#include "faults/fault.h"
#include "faults/later.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

class KillLoop final : public Fault {
  public:
    explicit KillLoop(const FaultSpec& spec) : spec_(spec) {}

    void apply(FaultContext& context) override {
        context_ = &context;
        for (const HostId id : context.hosts(*spec_.target)) {
            if (!context.host(id).up()) {
                context.refused(id, "is down");
                continue;
            }
            loops_.push_back({id});
            context.fired(id);
        }
        for (std::size_t i = 0; i < loops_.size(); ++i) kill(i);
    }

    // Starts those that it has killed and that nobody has touched since.
    void heal(FaultContext& context) override {
        later_.cancel();
        for (Loop& loop : loops_)
            if (is_ours(context, loop)) context.machines().restart(loop.host);
    }

  private:
    struct Loop {
        HostId host;
        std::uint64_t rounds = 0;
        std::uint32_t killed = 0;  // incarnation; 0: not by us, or started again
        bool done = false;
    };

    static bool is_ours(FaultContext& context, const Loop& loop) {
        const sim::Host& host = context.host(loop.host);
        return loop.killed != 0 && !host.up() && host.incarnation() == loop.killed;
    }

    // A round in which somebody else has it down already passes without us.
    void kill(std::size_t i) {
        Loop& loop = loops_[i];
        const sim::Host& host = context_->host(loop.host);
        loop.killed = host.up() ? host.incarnation() : 0;
        if (host.up()) context_->machines().crash(loop.host);
        later_.after(context_->engine(), draw(spec_.down), [this, i] { start(i); });
    }
    void start(std::size_t i) {
        Loop& loop = loops_[i];
        if (is_ours(*context_, loop)) context_->machines().restart(loop.host);
        loop.killed = 0;
        ++loop.rounds;
        if (spec_.rounds && loop.rounds == *spec_.rounds) {
            loop.done = true;
            if (all_done()) context_->is_finished();
            return;
        }
        later_.after(context_->engine(), draw(spec_.up), [this, i] { kill(i); });
    }
    bool all_done() const {
        for (const Loop& loop : loops_)
            if (!loop.done) return false;
        return true;
    }

    sim::Duration draw(const sim::Distribution& length) {
        const sim::Duration drawn{length.draw(context_->random())};
        SIM_ASSERT(drawn >= sim::Duration{0});
        sim::Engine& engine = context_->engine();
        if (length.kind() != sim::Distribution::Kind::constant)
            engine.emit(sim::no_host, sim::event::choice,
                        {engine.text("fault." + spec_.name), drawn});
        return drawn;
    }

    const FaultSpec& spec_;
    FaultContext* context_ = nullptr;
    std::vector<Loop> loops_;
    Later later_;
};

SIM_REGISTER(Fault, "kill_loop", "a process dies and comes back again and again", KillLoop)

}  // namespace
}  // namespace gfs::faults
