// SPDX-License-Identifier: Apache-2.0
// Quotas of regions of the namespace (GFS 7: quotas came in rudimentary form).
//
// Choice (not in GFS): what counts is what the master knows, files and chunks. A chunk counts with
// its full size, once, whatever its replicas hold and however many there are. A deleted file does
// not count any more. A quota is of a whole region, the smaller regions in it included.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/common/codes.h"
#include "core/common/config.h"

namespace gfs {

// What the regions with a quota hold, by their places in Config::regions.
struct Usage {
    std::uint64_t files = 0;
    std::uint64_t chunks = 0;
};
using Usages = std::map<std::size_t, Usage>;

// Room that operations have been promised whose records are not flushed yet: of two that ask for
// the last place at the same time, one is refused.
class QuotaPromises {
  public:
    // Keeps what was promised until it goes: when the change has been applied, or was given up.
    class [[nodiscard]] Promise {
      public:
        Promise() = default;
        Promise(QuotaPromises& promises, Usages more)
            : promises_(&promises), more_(std::move(more)) {}
        Promise(Promise&& other) noexcept
            : promises_(std::exchange(other.promises_, nullptr)), more_(std::move(other.more_)) {}
        Promise& operator=(Promise&&) = delete;
        ~Promise();

      private:
        QuotaPromises* promises_ = nullptr;
        Usages more_;
    };

    // Not owned: config.
    explicit QuotaPromises(const Config& config) : config_(config) {}
    QuotaPromises(const QuotaPromises&) = delete;
    QuotaPromises& operator=(const QuotaPromises&) = delete;

    // Whether `more` has room beside what is there and what is promised.
    bool has_room(const Usages& there, const Usages& more) const;
    Promise promise(Usages more);

  private:
    const Config& config_;
    Usages promised_;
};

}  // namespace gfs
