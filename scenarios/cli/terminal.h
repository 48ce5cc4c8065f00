// SPDX-License-Identifier: Apache-2.0
// Standard output and standard error of the program: colour only where it is seen, a full disk is
// an error, and a reader who has gone away is none.
#pragma once

#include <atomic>
#include <string>

#include "scenarios/cli/arguments.h"

namespace gfs::cli {

// Thrown when output cannot be written (exit status 74).
class CannotWrite {
  public:
    explicit CannotWrite(std::string what) : what_(std::move(what)) {}
    const std::string& what() const { return what_; }

  private:
    std::string what_;
};

// Whether standard output (or error) gets colour: asked for, or a terminal that has not said no
// (NO_COLOR, TERM=dumb).
bool colour_on_stdout(Colour wish);
bool colour_on_stderr(Colour wish);
bool is_terminal_on_stderr();

// Writes all of `text`. Throws CannotWrite; ends the program quietly when nobody reads any more.
void print(const std::string& text);
void print_error(const std::string& text);
// Flushes standard output. Throws CannotWrite.
void finish_output();

// Set by SIGINT and SIGTERM; the second signal ends the program at once.
const std::atomic<bool>& interrupted();
// 130 or 143, by the signal that came.
int interrupt_status();
void catch_signals();

}  // namespace gfs::cli
