// SPDX-License-Identifier: Apache-2.0
// Outcomes of operations. codes.def says for each whether it is definite.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "sim/assert.h"

namespace gfs {

enum class Code : std::uint8_t {
#define GFS_CODE(name, definite, sentence) name,
#include "core/common/codes.def"
#undef GFS_CODE
};

struct CodeInfo {
    std::string_view name;
    bool definite;  // the operation certainly did not happen
    std::string_view sentence;
};

std::span<const CodeInfo> all_codes();
const CodeInfo& info(Code code);
std::optional<Code> find_code(std::string_view name);

// Stands for "nothing to return but the outcome".
struct Done {};

// A value, or the code that says why there is none. Never both, never neither.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(Code code) : code_(code) { SIM_ASSERT(code != Code::ok); }
    Result(T value) : value_(std::move(value)) {}

    bool ok() const { return code_ == Code::ok; }
    Code code() const { return code_; }
    // REQUIRES: ok().
    const T& value() const {
        SIM_ASSERT(ok());
        return *value_;
    }
    T& value() {
        SIM_ASSERT(ok());
        return *value_;
    }
    const T& operator*() const { return value(); }
    const T* operator->() const { return &value(); }

  private:
    Code code_ = Code::ok;
    std::optional<T> value_;
};

}  // namespace gfs
