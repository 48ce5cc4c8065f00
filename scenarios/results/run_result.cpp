// SPDX-License-Identifier: Apache-2.0

#include "scenarios/results/run_result.h"

#include <fmt/format.h>

namespace gfs::results {

const char* name(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return "passed";
        case Verdict::violated:
            return "violated";
        case Verdict::vacuous:
            return "vacuous";
        case Verdict::excused:
            return "excused";
        case Verdict::limit:
            return "limit";
        case Verdict::interrupted:
            return "interrupted";
        case Verdict::not_deterministic:
            return "not deterministic";
        case Verdict::internal_error:
            return "internal error";
    }
    return "";
}

int exit_status(Verdict verdict, bool strict) {
    switch (verdict) {
        case Verdict::passed:
            return 0;
        case Verdict::violated:
            return 1;
        case Verdict::vacuous:
            return 3;
        case Verdict::not_deterministic:
            return 4;
        case Verdict::excused:
            return strict ? 5 : 0;
        case Verdict::limit:
            return 6;
        case Verdict::internal_error:
            return 70;
        case Verdict::interrupted:
            return 130;
    }
    return 70;
}

std::string to_text(const Place& place) {
    if (place.line == 0) return {};
    return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

const char* name(ExpectationOutcome::State state) {
    using State = ExpectationOutcome::State;
    switch (state) {
        case State::held:
            return "held";
        case State::failed:
            return "failed";
        case State::warned:
            return "warned";
        case State::vacuous:
            return "vacuous";
        case State::failed_as_expected:
            return "failed as expected";
        case State::unexpectedly_held:
            return "unexpectedly held";
    }
    return "";
}

}  // namespace gfs::results
