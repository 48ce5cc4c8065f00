// SPDX-License-Identifier: Apache-2.0
// gfsim sweep --process-per-run: each run in a process of its own, so that one that is killed, by
// a fault of gfsim or by an operating system short of memory, is one failed run and not the end of
// the sweep.
//
// A program with threads had better not fork. So before there are any, each thread to come gets a
// starter: a process with one thread that forks once for each run.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "scenarios/run/sweep.h"

namespace gfs::cli {

class RunProcesses {
  public:
    // Forks `count` starters; what `run_one` refers to, they have as it is now.
    // REQUIRES: the program has one thread.
    RunProcesses(unsigned count, const run::RunOne& run_one);
    RunProcesses(const RunProcesses&) = delete;
    RunProcesses& operator=(const RunProcesses&) = delete;
    ~RunProcesses();

    // By any of `count` threads at once. A process that ends otherwise than by itself is an
    // internal error of its run.
    results::SweptRun run(const run::PlannedRun& planned, bool twice,
                          const std::atomic<bool>* interrupt);

  private:
    struct Starter {
        pid_t pid = 0;
        int line = -1;  // to and from it
    };
    Starter take();
    void give_back(const Starter& starter);

    std::mutex mutex_;
    std::vector<Starter> free_;
    std::vector<Starter> all_;
};

}  // namespace gfs::cli
