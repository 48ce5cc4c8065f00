// SPDX-License-Identifier: Apache-2.0
// The only file that is compiled again when the revision changes.

#include "scenarios/run/version.h"

#include <fmt/format.h>

#include "revision.h"  // written by every build

namespace gfs::run {
namespace {

#if defined(__clang__)
constexpr std::string_view compiler = "clang++ " __clang_version__;
#else
constexpr std::string_view compiler = "g++ " __VERSION__;
#endif

constexpr Version this_version{
    .number = GFSIM_VERSION,
    .revision = GFSIM_REVISION,
    .compiler = compiler.substr(0, compiler.find(' ', compiler.find(' ') + 1)),
    .build = GFSIM_BUILD_TYPE,
    .libraries = GFSIM_LIBRARIES,
};

}  // namespace

const Version& version() noexcept {
    return this_version;
}

std::string version_line() {
    const std::string_view revision =
        this_version.revision.empty() ? "no revision" : this_version.revision;
    return fmt::format("gfsim {} ({}, {}, {})", this_version.number, revision,
                       this_version.compiler, this_version.build);
}

}  // namespace gfs::run
