// SPDX-License-Identifier: Apache-2.0
// The subcommands of gfsim. Each returns the exit status of the program.
#pragma once

#include <string>
#include <vector>

#include "scenarios/cli/arguments.h"

namespace gfs::cli {

int run_command(const Arguments& arguments);
int verify_command(const Arguments& arguments);
int sweep_command(const Arguments& arguments);
int merge_command(const Arguments& arguments);
int fuzz_command(const Arguments& arguments);
int check_command(const Arguments& arguments);
int fmt_command(const Arguments& arguments);
int init_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int schema_command(const Arguments& arguments);
int explain_command(const Arguments& arguments);
// The part of explain_command that is about the folder of a run.
bool is_run_folder(const std::string& path);
int explain_run(const Arguments& arguments);
int export_command(const Arguments& arguments);
int help_command(const Arguments& arguments);
int version_command(const Arguments& arguments);
int completion_command(const Arguments& arguments);
int doctor_command(const Arguments& arguments);
int bench_command(const Arguments& arguments);

// What can follow `gfsim list`, `schema`, `bench` and `explain`.
std::vector<std::string> listable();
std::vector<std::string> schema_names();
std::vector<std::string> bench_suites();
std::vector<std::string> explainable_codes();

// Exit statuses that do not come from a verdict.
inline constexpr int status_ok = 0;
inline constexpr int status_bad_input = 2;
inline constexpr int status_incomplete = 3;
inline constexpr int status_not_deterministic = 4;
inline constexpr int status_nothing_selected = 6;
inline constexpr int status_cannot_write = 74;

}  // namespace gfs::cli
