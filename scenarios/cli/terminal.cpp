// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/terminal.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace gfs::cli {
namespace {

std::atomic<bool> interrupt_flag{false};
std::atomic<int> interrupt_signal{0};

bool wants_colour(Colour wish, int descriptor) {
    if (wish == Colour::always) return true;
    if (wish == Colour::never) return false;
    const char* const no_colour = std::getenv("NO_COLOR");
    if (no_colour != nullptr && *no_colour != '\0') return false;
    const char* const force = std::getenv("FORCE_COLOR");
    if (force != nullptr && *force != '\0') return true;
    const char* const term = std::getenv("TERM");
    if (term != nullptr && std::string_view(term) == "dumb") return false;
    return ::isatty(descriptor) == 1;
}

void write_all(std::FILE* stream, const std::string& text, const char* name) {
    if (std::fwrite(text.data(), 1, text.size(), stream) == text.size()) return;
    if (errno == EPIPE) std::_Exit(0);
    throw CannotWrite(std::string(name) + ": " + std::strerror(errno));
}

void on_signal(int number) {
    if (interrupt_flag.exchange(true)) std::_Exit(128 + number);
    interrupt_signal = number;
}

}  // namespace

bool colour_on_stdout(Colour wish) {
    return wants_colour(wish, STDOUT_FILENO);
}
bool colour_on_stderr(Colour wish) {
    return wants_colour(wish, STDERR_FILENO);
}

bool is_terminal_on_stderr() {
    return ::isatty(STDERR_FILENO) == 1;
}

void print(const std::string& text) {
    write_all(stdout, text, "standard output");
}
void print_error(const std::string& text) {
    write_all(stderr, text, "standard error");
}

void finish_output() {
    if (std::fflush(stdout) == 0) return;
    if (errno == EPIPE) std::_Exit(0);
    throw CannotWrite(std::string("standard output: ") + std::strerror(errno));
}

const std::atomic<bool>& interrupted() {
    return interrupt_flag;
}
int interrupt_status() {
    return 128 + interrupt_signal.load();
}

void catch_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    // A closed pipe is told by the write.
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace gfs::cli
