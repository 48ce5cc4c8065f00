// SPDX-License-Identifier: Apache-2.0
// What banned_symbols.cmake must catch: compiled, never linked.

#include <chrono>
#include <cstdlib>

namespace house {

long long caught() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}
int caught_too() {
    return std::rand();
}

}  // namespace house
