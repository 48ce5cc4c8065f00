// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/run_processes.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "scenarios/cli/terminal.h"
#include "scenarios/reports/runs_csv.h"

namespace gfs::cli {
namespace {

// What goes over a line: an order to a starter, and then `begun`, perhaps `result` or
// `interrupted`, and `ended`.
struct Order {
    run::PlannedRun planned;
    bool twice = false;
};
enum class Word : char { begun = 'B', result = 'R', interrupted = 'I', ended = 'E' };
constexpr std::size_t longest_message = 1 << 16;

void send_message(int line, Word word, const std::string& text) {
    std::string message(1, static_cast<char>(word));
    message += text.substr(0, longest_message - 1);
    while (::send(line, message.data(), message.size(), MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

// Empty: the other end is closed.
std::string receive_message(int line) {
    std::string buffer(longest_message, '\0');
    ssize_t got = -1;
    do {
        got = ::recv(line, buffer.data(), buffer.size(), 0);
    } while (got < 0 && errno == EINTR);
    buffer.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return buffer;
}

// The process of one run.
[[noreturn]] void make_run(const run::RunOne& run_one, const Order& order, int line) {
    const results::SweptRun run = run_one(order.planned, order.twice, &interrupted());
    const auto params = reports::param_names({run.params});
    if (run.verdict == results::Verdict::interrupted)
        send_message(line, Word::interrupted, "");
    else
        send_message(line, Word::result,
                     reports::runs_csv_header(params) + reports::runs_csv_line(run, params));
    ::_exit(0);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// A starter's whole life.
[[noreturn]] void serve(const run::RunOne& run_one, int line) {
    for (;;) {
        const std::string message = receive_message(line);
        if (message.size() != sizeof(Order)) ::_exit(0);
        Order order;
        std::memcpy(&order, message.data(), sizeof order);
        const pid_t child = ::fork();
        if (child == 0) make_run(run_one, order, line);
        send_message(line, Word::begun, std::to_string(child));
        const int status = child < 0 ? -1 : wait_for(child);
        send_message(line, Word::ended, std::to_string(status));
    }
}

results::SweptRun not_made(const run::PlannedRun& planned, results::Verdict verdict,
                           const std::string& why) {
    results::SweptRun run;
    run.number = planned.number;
    run.seed = planned.seed;
    run.verdict = verdict;
    run.cause = {"internal error", why};
    return run;
}

std::string how_it_ended(const std::string& status_text) {
    const int status = status_text.empty() ? -1 : std::stoi(status_text);
    if (status < 0) return "no process could be started";
    if (WIFSIGNALED(status))
        return fmt::format("its process was ended by signal {} ({})", WTERMSIG(status),
                           ::strsignal(WTERMSIG(status)));
    return fmt::format("its process ended with status {}", WEXITSTATUS(status));
}

// Nothing for text that is no result.
std::optional<results::SweptRun> read_result(const std::string& text) {
    std::string why;
    const auto runs = reports::read_runs_csv(text, why);
    if (!runs || runs->size() != 1) return std::nullopt;
    return runs->front();
}

}  // namespace

RunProcesses::RunProcesses(unsigned count, const run::RunOne& run_one) {
    for (unsigned i = 0; i < count; ++i) {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
            throw std::runtime_error("no line to a process of its own");
        const pid_t pid = ::fork();
        if (pid < 0) throw std::runtime_error("no process of its own");
        if (pid == 0) {
            // Were it to hold others' lines, they would never be closed.
            ::close(ends[0]);
            for (const Starter& earlier : all_) ::close(earlier.line);
            serve(run_one, ends[1]);
        }
        ::close(ends[1]);
        all_.push_back({pid, ends[0]});
    }
    free_ = all_;
}

RunProcesses::~RunProcesses() {
    for (const Starter& starter : all_) ::close(starter.line);
    for (const Starter& starter : all_) wait_for(starter.pid);
}

RunProcesses::Starter RunProcesses::take() {
    const std::lock_guard lock(mutex_);
    const Starter starter = free_.at(free_.size() - 1);
    free_.pop_back();
    return starter;
}

void RunProcesses::give_back(const Starter& starter) {
    const std::lock_guard lock(mutex_);
    free_.push_back(starter);
}

results::SweptRun RunProcesses::run(const run::PlannedRun& planned, bool twice,
                                    const std::atomic<bool>* interrupt) {
    const Starter starter = take();
    const Order order{planned, twice};
    results::SweptRun run =
        not_made(planned, results::Verdict::internal_error, "its starter has ended");
    if (::send(starter.line, &order, sizeof order, MSG_NOSIGNAL) != sizeof order) return run;
    std::optional<pid_t> process;
    bool has_result = false;
    bool told = false;
    const auto is_interrupted = [&] { return interrupt != nullptr && interrupt->load(); };
    for (;;) {
        constexpr int look_again_ms = 50;
        pollfd wait{starter.line, POLLIN, 0};
        const int ready = ::poll(&wait, 1, look_again_ms);
        if (process && !told && is_interrupted()) {
            told = true;  // a second time would end it at once
            ::kill(*process, SIGINT);
        }
        if (ready <= 0) continue;
        const std::string message = receive_message(starter.line);
        if (message.empty()) return run;  // without a starter: nobody is to use it again
        const std::string text = message.substr(1);
        const Word word{message.front()};
        if (word == Word::begun) process = static_cast<pid_t>(std::stol(text));
        if (word == Word::interrupted) {
            has_result = true;
            run = not_made(planned, results::Verdict::interrupted, "");
        }
        if (word == Word::result) {
            if (auto result = read_result(text)) {
                has_result = true;
                run = std::move(*result);
            }
        }
        if (word != Word::ended) continue;
        if (!has_result)
            run = not_made(planned,
                           is_interrupted() ? results::Verdict::interrupted
                                            : results::Verdict::internal_error,
                           how_it_ended(text));
        give_back(starter);
        return run;
    }
}

}  // namespace gfs::cli
