// SPDX-License-Identifier: Apache-2.0
// Each wait is longer than the one before, up to a limit, and a part of it is drawn, so that
// clients that failed together do not come back together.
//
// Choice (not in GFS): by default from 1/64 of `client_timeout` doubling up to all of it, half of
// it drawn, until the operation runs into its limit (rule U14).

#include <algorithm>

#include "core/policy/retry.h"
#include "core/policy/share.h"

namespace gfs {
namespace {

class ExponentialRetry final : public RetryPolicy {
  public:
    explicit ExponentialRetry(const sim::Params& params)
        : base_(params.ratio("base", {1, 64}, "the first wait, as a share of client_timeout")),
          factor_(params.count("factor", 2, "how much longer each wait is than the one before")),
          max_(params.ratio("max", {1, 1}, "the longest wait, as a share of client_timeout")),
          attempts_(params.count("attempts", 0, "tries in a row that fail at most; 0: no limit")),
          jitter_(static_cast<Jitter>(
              params.word("jitter", "equal", "full equal none",
                          "how much of a wait is drawn: all of it, half of it, or nothing"))) {}

    std::optional<Duration> wait(const Failures& failures, sim::Random& random) override {
        if (attempts_ > 0 && failures.in_a_row + 1 >= attempts_) return std::nullopt;
        const std::int64_t longest = longest_ns(failures);
        SIM_ASSERT(longest > 0);
        switch (jitter_) {
            case Jitter::full:
                return Duration{random.between(1, longest)};
            case Jitter::equal:
                return Duration{std::max(random.between(longest / 2, longest), std::int64_t{1})};
            case Jitter::none:
                break;
        }
        return Duration{longest};
    }

  private:
    enum class Jitter : std::uint8_t { full, equal, none };

    std::int64_t longest_ns(const Failures& failures) const {
        const std::int64_t most =
            std::max(share_of(failures.timeout, max_).count(), std::int64_t{1});
        std::int64_t longest = std::max(share_of(failures.timeout, base_).count(), std::int64_t{1});
        const auto factor = static_cast<std::int64_t>(std::min<std::uint64_t>(factor_, 1000));
        for (std::uint32_t i = 0; i < failures.in_a_row && longest < most && factor > 1; ++i)
            longest = longest > most / factor ? most : longest * factor;
        return std::min(longest, most);
    }

    sim::Ratio base_;
    std::uint64_t factor_;
    sim::Ratio max_;
    std::uint64_t attempts_;
    Jitter jitter_;
};

SIM_REGISTER(RetryPolicy, "exponential",
             "waits that grow up to a limit, in part drawn, so that clients part company",
             ExponentialRetry)

}  // namespace
}  // namespace gfs
