// SPDX-License-Identifier: Apache-2.0
// The long help of each command.

#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string_view>

#include "scenarios/cli/arguments.h"
#include "scenarios/cli/command_table.h"

namespace gfs::cli {
namespace {

struct Page {
    std::string_view command;
    std::string_view text;
};

constexpr std::array pages{
    Page{"run", R"(gfsim run SCENARIO|- [OPTIONS]

Runs one scenario and judges it. Prints the seed and what chance decided, one line a fault, the
expectations with what was measured, a table of the operations, the verdict and the digest; writes
manifest.json, events.ndjson, result.json and summary.txt to runs/<scenario>-s<seed>-<hash>/.

  --seed N               instead of the scenario's; an integer or 0x...
  --set POINTER=VALUE    change a field: --set /gfs/lease=5s (VALUE is JSON, or a bare text)
  --param NAME=VALUE     give a parameter of /params another value
  --until DURATION       stop at this virtual time
  --trace full|messages|ops|none   what goes into events.ndjson
  --html                 also write report.html: verdict, faults and charts on one page
  --export FORMAT,...    also write these: html, csv (metrics.csv), openmetrics (metrics.openmetrics)
  --verify               run again with disturbed memory and compare the digests
  --out DIR              where the folder of the run goes; default runs, or GFSIM_OUT
  --strict               an excused run does not count as passed
  --bisect               for git bisect run: 125 for what is neither good nor bad
  --force                replace what an earlier run of the same inputs has left
  -v                     all invariants, with how often each had something to check
  -q                     the verdict only

A run of the same inputs that finds its folder compares the digests: if they are equal, the files stay
as they are; if they differ and the program is the same, that is status 4.

Status: 0 passed, 1 violated, 2 bad input, 3 vacuous, 4 not deterministic, 5 excused (--strict),
6 limit, 70 internal error, 74 cannot write, 130 interrupted.
)"},
    Page{"fuzz", R"(gfsim fuzz [SCENARIO] [--seeds A..B] [--faults PROFILE] [--emit FILE] [--strict]

Draws a cluster, a workload and faults from each seed, writes them out as a plain scenario, runs
that, ends all faults, waits until everything has come right, and checks. With a SCENARIO it keeps
the cluster and the workload and adds faults. One seed prints the scenario and the whole judgement;
several print a line each and a summary by cause.

  --seeds A..B           or one number; default 1
  --faults PROFILE       gentle, rough (default), swarm, lease_edges or thrasher
  --emit FILE            write the scenario; `gfsim run FILE` gives the same digest. With several
                         seeds the name needs {seed}: --emit 'dir/{seed}.json'
  --strict               an excused run does not count as passed
  --set, --param         change the SCENARIO; refused without one
  -q                     only what went wrong, and the summary
  --json                 at the end one document, that of `gfsim sweep --json`: the verdicts, the causes
                         with the shortest run of each, and the states that the faults met

Status: that of the worst run, in the order 70, 4, 1, 6, 3, 5, 0; see `gfsim help run`.
)"},
    Page{"verify", R"(gfsim verify SCENARIO... [--seed N | --seeds A..B] [--set ...] [--param ...]

Runs each scenario twice in one process, the second time with disturbed memory, and compares the
digests. If they differ, shows the first event that does, with ten before it; status 4.
)"},
    Page{"sweep", R"(gfsim sweep SCENARIO... [OPTIONS]

Runs each scenario with every seed and every combination of parameters of /sweep, on all cores, and
prints a table by parameters, the failures grouped by cause, and for each group the run with the
fewest events and the command that repeats it. Writes runs.csv, summary.txt, result.json and
manifest.json to runs/<scenario>-sweep-<hash>/. The number of threads changes nothing in them.

  --seeds A..B           instead of those of /sweep; also 3,5,8..10
  --param NAME=V1,V2     values of a parameter, instead of or beside those of /sweep
  --set POINTER=VALUE    change a field in all runs
  --until DURATION       stop each run at this virtual time
  --list                 print the runs with their numbers, run nothing
  -j, --jobs N           threads; default one for each core, or GFSIM_JOBS
  --shard K/N            only every Nth run, from the Kth; gfsim merge puts the shards together;
                         auto/N: the Kth is the number that GitLab, CircleCI, Buildkite, Kubernetes,
                         Slurm or PBS has given this job
  --process-per-run      each run in a process of its own: one that is killed is a failed run, and
                         the others go on
  --stop-after F         end with the Fth run that fails
  --time DURATION        begin no run after so much real time
  --out DIR              where the folder of the sweep goes; default runs, or GFSIM_OUT
  --resume               make only the runs that the folder does not have
  --verify-ratio SHARE   so many of the runs are made twice, the second time with disturbed memory,
                         and compared; default 0.05
  --junit FILE           the runs as JUnit XML
  --strict               an excused run does not count as passed
  --plain, --markdown    tables with tabs; the table only, as Markdown
  --random-faults NAME   beside the scenario's faults, in each run those that `gfsim fuzz SCENARIO
                         --faults NAME` draws from its seed: gentle, rough, swarm, ...
  --crash-each-step      run the scenario as it is, then once for each step of the protocol that it
                         reaches and each host involved, which crashes there and comes back. A client
                         does not do its work again: a run in which an expectation has then nothing
                         to check is shown as vacuous and has no part in the status
  --delay-each-message   ... or once for each single message and each of three moments past which
                         it is held back: the client's retry, the end of a lease, and the time when a
                         silent server is declared dead
  --steps A,B            only these steps: events, event:message and event:kind, and any of them as
                         the table has it, such as master.log_flushed,message.sent:ApplyMutation or
                         'message.sent:Create (to)'; one that never occurs is status 3
  --occurrences K        of each step and host the first K, default 1; of the messages of one kind
                         between two hosts the first K, default all
  --down DURATION        from a crash to the restart; default 5s
  -q                     the last line only

Ctrl-C ends the runs at once and keeps what is finished (status 130). p50 and p99 are the medians,
over the runs, of the quantiles of all operations' latency. The interval is Wilson's, of the share of
runs that pass. Of a run over steps that did not pass, the scenario with the fault that was added is
written to run-N.json in the folder: `gfsim run` of it repeats the run.

Status: that of the worst run, in the order 70, 4, 1, 6, 3, 5, 0; 2 bad input.
)"},
    Page{"merge",
         R"(gfsim merge DIR... -o FILE [--expect-runs N] [--junit FILE] [--plain] [--strict]

Puts the folders of a sweep's shards together: FILE gets the runs of all of them as CSV. Refuses
parts of different sweeps or from different versions of the program, and runs that came out
differently in two of them (status 4). Runs that are missing are named (status 3); --expect-runs
says how many there should be. Otherwise the status is that of the sweep.
)"},
    Page{"check",
         R"(gfsim check SCENARIO... [--resolved] [--strict] [--format human|short|json|sarif]

Finds all mistakes of scenario files in one pass and runs nothing. --resolved prints the scenario
with every default and where each value came from; --strict counts warnings as errors. short: one
line each, for editors; json and sarif: one document for all files. `validate` is the same command.
)"},
    Page{"fmt", R"(gfsim fmt FILE... [--check] [--strict]

Puts scenario files into their usual form. --check changes nothing and fails (1) if it would.
--strict drops comments, so that every JSON tool reads the file.
)"},
    Page{"init", R"(gfsim init [NAME] [--from hello|crash|partition] [--vscode] [--force]

Writes NAME.json, a scenario to start from. --vscode also writes settings for completion.
)"},
    Page{"list", R"(gfsim list WHAT [PART] [--json | --plain] [--library DIR] [--out DIR]

Lists the names that a scenario can use: events, messages, faults, checkers, invariants, metrics,
profiles, fields and more; `gfsim list` alone says which lists there are. PART keeps the names with
it; --plain puts tabs between the columns. `list scenarios` shows the library (--library, if it is
not at scenarios/library), `list runs` what is in runs/ (or --out).
)"},
    Page{"schema", R"(gfsim schema [scenario|events|result|manifest] [-o FILE]

Prints the JSON Schema (draft-07) of a scenario file, for editors; of a line of events.ndjson; of
result.json; of manifest.json.
)"},
    Page{"explain",
         R"(gfsim explain RUN [--op OPERATION | --file PATH]
gfsim explain CODE | field POINTER | fault KIND | checker NAME | events [NAME]

RUN is the folder of a run, such as runs/latest: what came of it, and which operations failed or were
retried. With an operation, everything that was done for it on all machines: requests matched to
their replies, retries, mutations with their serial numbers, log records. OPERATION is the number
that events have, writers.1#3 for the third of that client, or #812 for the one of event 812. With
a file of the cluster, the regions of its chunks as the replicas hold them at the end: defined,
undefined, inconsistent, padding (Table 1 of the paper).

What an error code means, with a bad and a good example; what a field, a fault kind, a checker, an
event, or any other name of `gfsim list` is: gfsim explain metric op.latency, gfsim explain HeartBeat.
gfsim explain E0104   gfsim explain field /gfs/lease   gfsim explain events append.ok
gfsim explain runs/latest --op writers.1#3   gfsim explain runs/latest --file /log
)"},
    Page{"export", R"(gfsim export RUN --to history|registers|records [-o FILE]

Writes what happened in a run for other people's checkers, from the events in its folder, to FILE or
to standard output. docs/formats/histories.md describes the formats.

  history    what clients called and were told, in the shape of Jepsen's histories
  registers  the calls about each path of the namespace, in the shape of Porcupine's operations
  records    for each file what was appended, what was acknowledged, and what readers met
)"},
    Page{"bench", R"(gfsim bench checks [--library DIR] [--json]

Switches every mechanism of /gfs/without off in turn, in the scenario that shows best what it is
for, and says which checks notice. Fails (1) when one is not caught: when its check does not fail,
or another one does. --library: if the scenarios are not at scenarios/library.
)"},
    Page{"completion", R"(gfsim completion bash|zsh|fish

Prints a script that lets the shell complete commands, options and the words of scenarios:
  source <(gfsim completion bash)        gfsim completion fish | source
)"},
    Page{"doctor", R"(gfsim doctor [--out DIR] [--json]

Tries what gfsim needs of this machine: runs a scenario twice, writes a file where runs go, looks at
limits and at the terminal. Fails (1) when something is bad.
)"},
    Page{"version", R"(gfsim version [--json] [--cite]

The program's version, the revision of its sources and its compiler.
)"},
    Page{"help", R"(gfsim help [COMMAND]

This help.
)"},
};

}  // namespace

std::optional<std::string> command_help(const std::string& command) {
    const std::string wanted = command == "validate" ? "check" : command;
    for (const Page& page : pages)
        if (page.command == wanted) return std::string(page.text);
    return std::nullopt;
}

std::string program_help() {
    std::ostringstream text;
    text << "gfsim - a deterministic simulator of the Google File System\n\n"
            "  gfsim run hello.json                      run one scenario\n"
            "  gfsim run lease-expiry.json --seed 17     ... with another seed\n"
            "  gfsim sweep lease-expiry.json --seeds 1..1000\n"
            "  gfsim check hello.json --resolved         the scenario with all its defaults\n"
            "  gfsim explain E0104                       what an error means\n\n"
            "Usage: gfsim [OPTIONS] COMMAND\n\n";
    std::string_view group;
    for (const Command& command : commands) {
        if (!command.built) continue;
        const std::string_view heading = command.group == group ? "" : command.group;
        group = command.group;
        text << fmt::format("{:<12}{:<12}{}\n", heading, command.name, command.sentence);
    }
    text << "\nOptions of all commands: -h/--help, -V/--version, -q, -v, --format FORMAT, --json,\n"
            "--color auto|always|never. `gfsim help COMMAND` says more about one.\n";
    return text.str();
}

}  // namespace gfs::cli
