// SPDX-License-Identifier: Apache-2.0
// Switches on cooperative fault points in the code of the actors, of all processes of the cluster:
// rare paths are taken more often. What the points are is in core/common/fault_sites.def.

#include "core/common/buggify.h"
#include "faults/fault.h"
#include "sim/assert.h"

namespace gfs::faults {
namespace {

class Buggify final : public Fault {
  public:
    explicit Buggify(const FaultSpec& spec) : spec_(spec) {
        for (const SiteInfo& info : all_sites())
            if (spec.sites.empty()) sites_.push_back(info.site);
        for (const std::string& name : spec.sites) {
            const auto site = find_site(name);
            SIM_ASSERT(site.has_value());
            sites_.push_back(*site);
        }
    }

    void apply(FaultContext& context) override {
        context.fired();
        for (const Site site : sites_)
            context.engine().fault_points().switch_on(static_cast<std::size_t>(site),
                                                      spec_.site_probability);
    }
    void heal(FaultContext& context) override {
        for (const Site site : sites_)
            context.engine().fault_points().switch_off(static_cast<std::size_t>(site),
                                                       spec_.site_probability);
    }

  private:
    const FaultSpec& spec_;
    std::vector<Site> sites_;
};

SIM_REGISTER(Fault, "buggify", "rare paths inside the protocol code are taken more often", Buggify)

}  // namespace
}  // namespace gfs::faults
