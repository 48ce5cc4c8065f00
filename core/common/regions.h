// SPDX-License-Identifier: Apache-2.0
// Regions of the namespace and what is different in them: the replication goal and the reclamation
// policy (GFS 2.3), owners, permissions and quotas (GFS 7). A name lies in every region whose
// directory it is or lies below; of those that say something, the smallest counts. A deleted file
// lies where it was before.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/common/config.h"

namespace gfs {

bool lies_in(const Region& region, std::string_view path);

std::uint32_t replication_at(const Config& config, std::string_view path);
Duration delete_grace_at(const Config& config, std::string_view path);
Mode mode_at(const Config& config, std::string_view path);
// Nothing: whoever creates the name owns it.
std::optional<UserId> owner_at(const Config& config, std::string_view path);

// The regions with a quota in which the name lies, by their places in Config::regions.
std::vector<std::size_t> quotas_at(const Config& config, std::string_view path);

}  // namespace gfs
