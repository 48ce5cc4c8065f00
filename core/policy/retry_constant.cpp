// SPDX-License-Identifier: Apache-2.0
// Always the same wait: clients that failed together come back together, and a server that is
// swamped stays so. The strawman which exponential waits with a drawn part improve on.

#include <algorithm>

#include "core/policy/retry.h"
#include "core/policy/share.h"

namespace gfs {
namespace {

class ConstantRetry final : public RetryPolicy {
  public:
    explicit ConstantRetry(const sim::Params& params)
        : wait_(params.ratio("wait", {1, 8}, "each wait, as a share of client_timeout")),
          attempts_(params.count("attempts", 0, "tries in a row that fail at most; 0: no limit")) {}

    std::optional<Duration> wait(const Failures& failures, sim::Random&) override {
        if (attempts_ > 0 && failures.in_a_row + 1 >= attempts_) return std::nullopt;
        return std::max(share_of(failures.timeout, wait_), Duration{1});
    }

  private:
    sim::Ratio wait_;
    std::uint64_t attempts_;
};

SIM_REGISTER(RetryPolicy, "constant", "always the same wait", ConstantRetry)

}  // namespace
}  // namespace gfs
