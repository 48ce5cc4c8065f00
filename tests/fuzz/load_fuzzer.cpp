// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a scenario. Build with clang++ and -DGFSIM_FUZZ=ON, then
//   build/tests/fuzz/load_fuzzer -dict=tests/fuzz/scenario.dict -max_len=4096 FOUND
//       tests/fuzz/corpus tests/format/annotated tests/scenarios/bad
// where FOUND is an empty folder for what it finds.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/load_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    gfs::format::check_loading({reinterpret_cast<const char*>(data), size});
    return 0;
}
