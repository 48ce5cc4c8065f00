// SPDX-License-Identifier: Apache-2.0

#include "core/common/policies.h"

#include <utility>

#include "core/policy/placement.h"
#include "core/policy/re_replication.h"
#include "core/policy/rebalancing.h"
#include "core/policy/replica_choice.h"
#include "core/policy/retry.h"
#include "core/policy/timeout.h"
#include "sim/assert.h"

namespace gfs {
namespace {

// Calls `visit` with a null pointer of the interface behind each field.
template <typename Visit>
void for_each_field(Visit visit) {
    visit("placement", static_cast<PlacementPolicy*>(nullptr));
    visit("re_replication", static_cast<ReReplicationPolicy*>(nullptr));
    visit("rebalancing", static_cast<RebalancingPolicy*>(nullptr));
    visit("replica_choice", static_cast<ReplicaChoice*>(nullptr));
    visit("retry", static_cast<RetryPolicy*>(nullptr));
    visit("timeout", static_cast<TimeoutPolicy*>(nullptr));
}

}  // namespace

std::vector<PolicyInfo> all_policies() {
    std::vector<PolicyInfo> all;
    for_each_field([&]<typename Policy>(std::string_view field, Policy*) {
        for (const auto* entry : sim::Registry<Policy>::all()) {
            // The constructor says which parameters it reads.
            const sim::Params params;
            const auto made = entry->make(params);
            SIM_ASSERT(made != nullptr);
            all.push_back({field, entry->name, entry->sentence, params.known()});
        }
    });
    return all;
}

std::vector<sim::Params::Problem> policy_problems(std::string_view field, const PolicySpec& spec) {
    std::vector<sim::Params::Problem> problems;
    for_each_field([&]<typename Policy>(std::string_view name, Policy*) {
        if (name != field) return;
        const auto* const entry = sim::Registry<Policy>::find(spec.kind);
        SIM_ASSERT(entry != nullptr);
        std::vector<sim::Params::Given> given;
        for (const PolicySpec::Parameter& parameter : spec.parameters)
            given.push_back({parameter.name, parameter.value});
        const sim::Params params(std::move(given));
        const auto made = entry->make(params);
        problems = params.problems();
    });
    return problems;
}

}  // namespace gfs
