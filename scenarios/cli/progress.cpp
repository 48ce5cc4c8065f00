// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/progress.h"

#include <fmt/format.h>

#include "scenarios/cli/terminal.h"

namespace gfs::cli {
namespace {

std::string line_of(const std::string& what, const run::SweepProgress& progress) {
    using Seconds = std::chrono::duration<double>;
    const double elapsed = std::chrono::duration_cast<Seconds>(progress.elapsed).count();
    std::string line = fmt::format("{} {}/{}", what, progress.done, progress.all);
    if (progress.failed > 0) line += fmt::format("  {} failed", progress.failed);
    if (elapsed <= 0 || progress.done == 0) return line;
    const double speed = static_cast<double>(progress.done) / elapsed;
    line += fmt::format("  {:.0f} runs/s", speed);
    if (progress.done < progress.all)
        line +=
            fmt::format("  eta {:.0f}s", static_cast<double>(progress.all - progress.done) / speed);
    return line;
}

}  // namespace

Progress::Progress(std::string what, const Arguments& arguments)
    : what_(std::move(what)), quiet_(arguments.quiet), terminal_(is_terminal_on_stderr()) {}

void Progress::show(const run::SweepProgress& progress) {
    constexpr std::chrono::milliseconds tenth_of_a_second{100};
    if (quiet_ || progress.all == 0) return;
    if (terminal_) {
        if (shown_ && progress.elapsed - last_ < tenth_of_a_second) return;
        last_ = progress.elapsed;
        shown_ = true;
        print_error("\r\x1b[K" + line_of(what_, progress));
        return;
    }
    const std::uint64_t tenth = progress.done * 10 / progress.all;
    if (tenth == last_tenth_) return;
    last_tenth_ = tenth;
    print_error(line_of(what_, progress) + "\n");
}

void Progress::clear() {
    if (terminal_ && shown_) print_error("\r\x1b[K");
    shown_ = false;
}

}  // namespace gfs::cli
