// SPDX-License-Identifier: Apache-2.0
// A hash of a set of names, which stands for them in the stream of events (FNV-1a, 64 bits).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace gfs {

inline std::uint64_t digest_of(std::vector<std::string> names) {
    std::stable_sort(names.begin(), names.end());
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325U;
    const auto add = [&hash](unsigned char byte) {
        hash ^= byte;
        hash *= 0x0000'0100'0000'01b3U;
    };
    for (const std::string& name : names) {
        for (const char c : name) add(static_cast<unsigned char>(c));
        add(0);  // no name contains it, so that {"ab"} and {"a", "b"} differ
    }
    return hash;
}

}  // namespace gfs
