// SPDX-License-Identifier: Apache-2.0
// A host's own clock: an offset from true time and a drift. Everything that a host decides about
// time (lease expiry, time-outs, the dead) it decides by this clock. Integer arithmetic only.
#pragma once

#include <cstdint>

#include "sim/assert.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace sim {

class LocalClock {
  public:
    // What the clock shows at true time `t`. REQUIRES: t is not before the last change.
    LocalTime read(Time t) const {
        SIM_ASSERT(t >= changed_);
        if (frozen_ > 0) return shown_;
        return shown_ + scale(t - changed_, million + drift_ppm_, million);
    }

    // The earliest true time, not before `from`, at which the clock shows `local` or more, if it is
    // not changed meanwhile. Of a clock that stands still: as if it went on at `from`.
    Time when(LocalTime local, Time from) const {
        if (read(from) >= local) return from;
        if (frozen_ > 0) return from + true_length(local - shown_);
        const Duration ahead = local - shown_;
        Time t = changed_ + scale(ahead, million, million + drift_ppm_);
        if (t < from) t = from;
        while (read(t) < local) t += Duration{1};  // the division rounded down: at most two steps
        return t;
    }

    // The clock runs fast (positive) or slow (negative) by this much from `t` on, without a jump.
    // REQUIRES: -1,000,000 < ppm < 1,000,000.
    void set_drift(Time t, std::int64_t ppm) {
        SIM_ASSERT(ppm > -million);
        SIM_ASSERT(ppm < million);
        shown_ = read(t);
        changed_ = t;
        drift_ppm_ = ppm;
    }

    // The clock jumps forward (positive) or back (negative) at `t`.
    void jump(Time t, Duration by) {
        shown_ = read(t) + by;
        changed_ = t;
    }

    // The clock stands still from `t` on, and goes on from where it stood after as many thaws. The
    // timers of its host run on: they are counted by another oscillator.
    void freeze(Time t) {
        shown_ = read(t);
        changed_ = t;
        ++frozen_;
    }
    // REQUIRES: frozen().
    void thaw(Time t) {
        SIM_ASSERT(frozen_ > 0);
        SIM_ASSERT(t >= changed_);
        changed_ = t;
        --frozen_;
    }
    bool frozen() const { return frozen_ > 0; }

    std::int64_t drift_ppm() const { return drift_ppm_; }

    // True time that passes while this clock counts `local`, rounded up.
    Duration true_length(Duration local) const {
        if (drift_ppm_ == 0) return local;
        const Duration t = scale(local, million, million + drift_ppm_);
        return scale(t, million + drift_ppm_, million) < local ? t + Duration{1} : t;
    }

  private:
    static constexpr std::int64_t million = 1'000'000;

    // d * numerator / denominator, rounded towards minus infinity, without overflow.
    static Duration scale(Duration d, std::int64_t numerator, std::int64_t denominator) {
        if (numerator == denominator) return d;
        const Wide product = static_cast<Wide>(d.count()) * numerator;
        Wide quotient = product / denominator;
        if (product % denominator < 0) --quotient;
        return Duration{static_cast<std::int64_t>(quotient)};
    }

    Time changed_{};
    LocalTime shown_{};
    std::int64_t drift_ppm_ = 0;
    std::int32_t frozen_ = 0;  // so many freezes last
};

}  // namespace sim
