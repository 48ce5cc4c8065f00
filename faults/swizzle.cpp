// SPDX-License-Identifier: Apache-2.0
// Hosts are clogged one by one in the first half of the fault's time, and let go one by one in the
// second, in another order: so each pair of them is parted and joined at a time of its own. From
// FoundationDB's simulation, where it found more than any other fault of the network.

#include "faults/clog_fault.h"
#include "faults/later.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

class Swizzle final : public ClogFault {
  public:
    using ClogFault::ClogFault;

    void apply(FaultContext& context) override {
        std::vector<HostId> hosts = context.hosts(*spec().target);
        if (hosts.empty()) return;
        SIM_ASSERT(spec().duration.has_value());
        if (hosts.size() > 1) draw_order(context, hosts);
        const auto count = static_cast<std::int64_t>(hosts.size());
        const sim::Duration step = *spec().duration / (2 * count);
        const sim::Duration half = *spec().duration / 2;
        for (std::int64_t i = 0; i < count; ++i) {
            const HostId host = hosts[static_cast<std::size_t>(i)];
            if (i == 0)
                clog(context, host);
            else
                later_.after(context.engine(), step * i,
                             [this, &context, host] { clog(context, host); });
            // The last one is let go by the heal.
            if (i + 1 < count)
                later_.after(context.engine(), half + step * (i + 1),
                             [this, &context] { unclog_next(context); });
        }
    }
    void heal(FaultContext& context) override {
        later_.cancel();
        ClogFault::heal(context);
    }

  private:
    void draw_order(FaultContext& context, std::vector<HostId>& hosts) const {
        context.random().shuffle(hosts);
        const sim::TextId stream = context.engine().text("fault." + spec().name);
        for (const HostId host : hosts)
            context.engine().emit(sim::no_host, sim::event::choice, {stream, host});
    }

    Later later_;
};

SIM_REGISTER(Fault, "swizzle", "hosts are clogged one by one and let go in another order", Swizzle)

}  // namespace
}  // namespace gfs::faults
