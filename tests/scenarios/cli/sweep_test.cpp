// SPDX-License-Identifier: Apache-2.0
// gfsim sweep and gfsim merge as their users meet them.

#include <algorithm>
#include <string>

#include "tests/scenarios/cli/program.h"

namespace {

using namespace program;

// Appends under a fault that makes a client try again; with `tries` = 0 that is a failure.
const std::string swept = R"({ "gfsim": 1, "cluster": { "chunkservers": 4 },
  "params": { "tries": { "default": 0 } },
  "workload": { "a": { "clients": 2, "ops": 4, "mix": { "append": 1 }, "files": "/x",
                       "size": "4KiB" } },
  "faults": { "lose": { "do": "drop", "message": "ApplyMutation", "at": "0s", "nth": 3 } },
  "expect": { "quick": { "assert": "metric", "metric": "retry.count", "stat": "count",
                         "le": "${tries}" } },
  "sweep": { "seeds": "1..6", "params": { "tries": [0, 9] } } })";

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

TEST_CASE("gfsim sweep: one thread and two give the same output, byte for byte", "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    const Answer one = folder.gfsim("sweep s.json -j1 --out a --junit a.xml 2>/dev/null");
    const Answer two = folder.gfsim("sweep s.json -j2 --out b --junit b.xml 2>/dev/null");
    CHECK(one.status == two.status);
    CHECK(one.text.substr(0, one.text.find("files ")) ==
          two.text.substr(0, two.text.find("files ")));
    for (const char* const name : {"runs.csv", "summary.txt", "result.json", "manifest.json"}) {
        const std::string file = std::string("/latest/") + name;
        CHECK(folder.read("a" + file) == folder.read("b" + file));
        CHECK_FALSE(folder.read("a" + file).empty());
    }
    CHECK(folder.read("a.xml") == folder.read("b.xml"));
    CHECK(count_of(folder.read("a.xml"), "<testcase ") == 12);
    CHECK(count_of(folder.read("a/latest/runs.csv"), "\r\n") == 13);
}

TEST_CASE("gfsim sweep: failures are grouped by cause, and the line that repeats one does",
          "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    const Answer answer = folder.gfsim("sweep s.json 2>/dev/null");
    CHECK(answer.status == 1);
    CHECK(contains(answer, "tries  runs  pass  fail"));
    CHECK(contains(answer, "0         6     0     6"));
    CHECK(contains(answer, "9         6     6     0"));
    CHECK(contains(answer, "6 x violated: expectation `quick` failed  (s.json:"));
    CHECK(count_of(answer.text, "repro: ") == 1);
    CHECK(contains(answer, "12 of 12 runs: 6 passed, 6 failed"));
    const std::string repro = after(answer.text, "repro: gfsim ");
    const Answer again = folder.gfsim(repro);
    CHECK(again.status == 1);
    // The same digest, too.
    const std::string digest = after(again.text, "digest   ").substr(0, 16);
    CHECK(folder.read("runs/latest/result.json").find(digest) != std::string::npos);
    const Answer json = folder.gfsim("sweep s.json --json 2>/dev/null");
    CHECK(contains(json, digest));
}

TEST_CASE("gfsim sweep: seeds and values of the command line take the place of the scenario's",
          "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    const Answer listed = folder.gfsim("sweep s.json --seeds 3,8..9 --param tries=7,8 --list");
    CHECK(listed.status == 0);
    CHECK(count_of(listed.text, "s.json") == 6);
    CHECK(contains(listed, "6     9  s.json    tries=8"));
    CHECK_FALSE(folder.has("runs"));
    folder.write("hello.json", hello);
    const Answer both = folder.gfsim("sweep hello.json s.json --seeds 1 --param tries=9");
    CHECK(both.status == 2);  // hello.json has no such parameter
    CHECK(contains(both, "E0133"));
    const Answer two = folder.gfsim("sweep hello.json s.json --seeds 1 2>/dev/null");
    CHECK(contains(two, "hello.json"));
    CHECK(contains(two, "3 of 3 runs"));
}

TEST_CASE("gfsim sweep: --stop-after ends with the same run whatever the number of threads",
          "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    for (const char* const threads : {"1", "2", "3"}) {
        const Answer answer = folder.gfsim(std::string("sweep s.json --stop-after 4 -j") + threads);
        CHECK(answer.status == 1);
        CHECK(
            contains(answer, "4 of 12 runs: 0 passed, 4 failed; ended early: enough runs failed"));
    }
}

TEST_CASE("gfsim sweep: a time limit that has passed lets no run begin", "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    const Answer answer = folder.gfsim("sweep s.json --seeds 1..200000 --time 1ms -j1");
    CHECK(contains(answer, "ended early: the time is over"));
    CHECK(folder.gfsim("sweep s.json --time soon").status == 2);
}

TEST_CASE("gfsim merge: the shards of a sweep make the whole", "[sweep][merge]") {
    const Folder folder;
    folder.write("s.json", swept);
    folder.gfsim("sweep s.json --out whole");
    folder.gfsim("sweep s.json --shard 1/2 --out part");
    const std::string first = "part/$(readlink part/latest)";
    const Answer alone = folder.gfsim("merge " + first + " -o x.csv");
    CHECK(alone.status == 3);
    CHECK(contains(alone, "6 runs are there, 12 were expected; missing: 2, 4, 6"));
    CHECK(folder.gfsim("merge " + first + " -o x.csv --expect-runs 6").status == 1);
    folder.gfsim("sweep s.json --shard 2/2 --out part");
    const Answer all = folder.gfsim("merge part/*of2 -o all.csv --junit all.xml");
    CHECK(all.status == 1);
    CHECK(contains(all, "12 of 12 runs: 6 passed, 6 failed"));
    CHECK(folder.read("all.csv") == folder.read("whole/latest/runs.csv"));
    CHECK(count_of(folder.read("all.xml"), "<testcase ") == 12);
}

TEST_CASE("gfsim sweep --shard auto/N: the environment says which job this is", "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    const auto list = [&](const std::string& environment, const std::string& shard) {
        return shell("cd " + folder.path() + " && env -i " + environment + " " + GFSIM_PROGRAM +
                     " sweep s.json --list --shard " + shard);
    };
    const Answer third = list("", "3/4");
    CHECK(third.status == 0);
    for (const char* const job :
         {"CI_NODE_INDEX=3", "CIRCLE_NODE_INDEX=2", "BUILDKITE_PARALLEL_JOB=2",
          "JOB_COMPLETION_INDEX=2", "SLURM_ARRAY_TASK_ID=3", "PBS_ARRAY_INDEX=3"}) {
        INFO(job);
        CHECK(list(job, "auto/4").text == third.text);
    }
    const Answer nobody = list("", "auto/4");
    CHECK(nobody.status == 2);
    CHECK(contains(nobody, "needs one of these in the environment: CI_NODE_INDEX, "));
    for (const char* const job : {"CI_NODE_INDEX=0", "CI_NODE_INDEX=x", "CI_NODE_INDEX=-1"}) {
        const Answer wrong = list(job, "auto/4");
        CHECK(wrong.status == 2);
        CHECK(contains(wrong, "no number of a job"));
    }
    const Answer more = list("CI_NODE_INDEX=5", "auto/4");
    CHECK(more.status == 2);
    CHECK(contains(more, "this is job 5 (the environment says), and there are 4 shards"));
    for (const char* const text : {"auto", "auto/", "auto/x", "auto/0", "3", "/4", "3/", ""}) {
        INFO(text);
        CHECK(list("CI_NODE_INDEX=1", std::string("'") + text + "'").status ==
              (*text == '\0' ? 0 : 2));
    }
}

TEST_CASE("gfsim merge: parts that do not belong together are refused", "[sweep][merge]") {
    const Folder folder;
    folder.write("s.json", swept);
    folder.gfsim("sweep s.json --shard 1/2");
    folder.gfsim("sweep s.json --seeds 1..4 --shard 2/2");
    const Answer mixed = folder.gfsim("merge runs/*of2 -o x.csv");
    CHECK(mixed.status == 2);
    CHECK(contains(mixed, "C0606"));
    CHECK(contains(folder.gfsim("merge . -o x.csv"), "is not the folder of a sweep"));
    // The same run with another digest.
    folder.gfsim("sweep s.json --seeds 1..2 --out one");
    shell("cd " + folder.path() +
          " && cp -r one/s-sweep* two && sed -i '2s/,[0-9a-f]*,gfsim/,00,gfsim/' two/runs.csv");
    const Answer differs = folder.gfsim("merge one/s-sweep* two -o x.csv");
    CHECK(differs.status == 4);
    CHECK(contains(differs, "run 1 came out differently"));
}

TEST_CASE("gfsim sweep: --resume makes the runs that are missing and keeps the others", "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    folder.gfsim("sweep s.json");
    const std::string whole = folder.read("runs/latest/runs.csv");
    // Runs 3 and 7 are lost, the last line is cut, and run 1 bears a mark.
    shell("cd " + folder.path() +
          "/runs/latest && sed -i -e '/^[37],/d' -e '2s/,violated,/,vacuous,/' runs.csv && "
          "head -c -20 runs.csv > x && mv x runs.csv");
    const Answer answer = folder.gfsim("sweep s.json --resume");
    CHECK(contains(answer, "12 of 12 runs: 6 passed, 5 failed, 1 vacuous"));
    std::string marked = whole;
    marked.replace(marked.find(",violated,"), 10, ",vacuous,");
    CHECK(folder.read("runs/latest/runs.csv") == marked);
    shell("cd " + folder.path() +
          R"(/runs/latest && sed -i 's/"gfsim [0-9]/"gfsim 99/' manifest.json)");
    const Answer other = folder.gfsim("sweep s.json --resume");
    CHECK(other.status == 2);
    CHECK(contains(other, "C0606"));
}

TEST_CASE("gfsim sweep: an interrupt keeps what is finished", "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    // As soon as two runs are on the disk.
    const Answer answer = shell("cd " + folder.path() + " && (" + GFSIM_PROGRAM +
                                " sweep s.json --seeds 1..90000 -q & p=$!; while [ \"$(cat "
                                "runs/*/runs.csv 2>/dev/null | wc "
                                "-l)\" -lt 3 ]; do sleep 0.05; done; kill -INT $p; wait $p)");
    CHECK(answer.status == 130);
    CHECK(contains(answer, "of 180000 runs"));
    CHECK(contains(answer, "ended early: interrupted"));
    CHECK(count_of(folder.read("runs/latest/runs.csv"), "\r\n") >= 3);
}

TEST_CASE("gfsim sweep: with a process for each run the output is the same, byte for byte",
          "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    folder.gfsim("sweep s.json -j2 --out a --verify-ratio 1");
    folder.gfsim("sweep s.json -j2 --out b --verify-ratio 1 --process-per-run");
    CHECK_FALSE(folder.read("a/latest/runs.csv").empty());
    CHECK(folder.read("a/latest/runs.csv") == folder.read("b/latest/runs.csv"));
}

TEST_CASE("gfsim sweep: a run whose process is killed is one failed run, and the others go on",
          "[sweep]") {
    const Folder folder;
    std::string slow = swept;
    slow.replace(slow.find("\"ops\": 4"), 8, "\"ops\": 4000");
    folder.write("s.json", slow);
    // The process of the first run is the child of the child of the sweep.
    const Answer answer = shell(
        "cd " + folder.path() + " && (" + GFSIM_PROGRAM +
        " sweep s.json --seeds 1..3 --param tries=9999 -j1 --process-per-run 2>/dev/null & p=$!; "
        "child() { cut -d' ' -f1 /proc/$1/task/$1/children 2>/dev/null; }; "
        "until s=$(child $p) && [ -n \"$s\" ] && r=$(child $s) && [ -n \"$r\" ]; do :; done; "
        "kill -SEGV $r; wait $p)");
    CHECK(answer.status == 70);
    const std::string csv = folder.read("runs/latest/runs.csv");
    INFO(csv);
    CHECK(count_of(csv, "ended by signal 11") == 1);
    CHECK(count_of(csv, "internal error") >= 1);
    CHECK(count_of(csv, "\r\n") == 4);
}

TEST_CASE("gfsim sweep: excused runs are counted, and are failures only with --strict",
          "[sweep][excuse]") {
    const Folder folder;
    const std::string scenario = std::string(GFSIM_SOURCE_DIR) +
                                 "/scenarios/library/faults/excused_every_copy_wiped.json";
    const Answer answer = folder.gfsim("sweep --seeds 1..2 " + scenario);
    CHECK(answer.status == 0);
    CHECK(contains(answer, "2 excused"));
    CHECK(folder.gfsim("sweep --strict --seeds 1..2 " + scenario).status == 5);
    CHECK(folder.gfsim("run " + scenario).status == 0);
    const Answer strict = folder.gfsim("run --strict " + scenario);
    CHECK(strict.status == 5);
    CHECK(contains(strict, "fault `third` (wipe) destroyed it (0 left)"));
}

TEST_CASE("gfsim fuzz: without a scenario there is nothing that --set and --param could change",
          "[fuzz]") {
    const Folder folder;
    for (const char* const option : {"--set /gfs/lease=5s", "--param x=1"}) {
        const Answer answer = folder.gfsim(std::string("fuzz --seeds 1 ") + option);
        CHECK(answer.status == 2);
        CHECK(contains(answer, "changes a SCENARIO, and there is none"));
    }
}

TEST_CASE("gfsim fuzz: what a large seed draws loads and has the same digest", "[fuzz]") {
    const Folder folder;
    folder.write("hello.json", hello);
    for (const char* const drawn : {"", "hello.json "}) {
        const Answer fuzzed =
            folder.gfsim(std::string("fuzz ") + drawn +
                         "--seeds 9007199254740992 --faults gentle --emit e.json");
        CHECK(fuzzed.status == 0);
        CHECK(folder.read("e.json").find(R"("seed": "0x20000000000000")") != std::string::npos);
        const Answer again = folder.gfsim("run e.json");
        CHECK(again.status == 0);
        CHECK(after(again.text, "digest   ").substr(0, 16) ==
              after(fuzzed.text, "digest   ").substr(0, 16));
    }
}

TEST_CASE("gfsim fuzz: as JSON it is one document, with the causes and how to repeat them",
          "[fuzz]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer good = folder.gfsim("fuzz hello.json --seeds 1..3 --faults gentle --json");
    CHECK(good.status == 0);
    CHECK(good.text.starts_with("{"));
    CHECK(contains(good, R"("planned": 3,)"));
    CHECK(contains(good, R"("passed": 3,)"));
    CHECK(contains(good, R"("faults": "gentle")"));
    CHECK_FALSE(contains(good, "drawn: "));
    std::string judged = hello;
    judged.insert(judged.rfind('}'),
                  R"(, "expect": { "no": { "assert": "never", "event": "file.created" } })");
    folder.write("bad.json", judged);
    const Answer bad = folder.gfsim("fuzz bad.json --seeds 5 --faults gentle --json");
    CHECK(bad.status == 1);
    CHECK(contains(bad, R"("status": 1,)"));
    CHECK(contains(bad, R"("cause": "expectation `no` failed")"));
    CHECK(contains(bad, "gfsim fuzz bad.json --faults gentle --seeds 5..5"));
}

TEST_CASE("gfsim sweep: random faults are those that gfsim fuzz draws from the same seed",
          "[sweep][campaign]") {
    const Folder folder;
    folder.write("s.json", swept);
    folder.gfsim("sweep s.json --seeds 3..5 --param tries=2 --random-faults gentle");
    const std::string csv = folder.read("runs/latest/runs.csv");
    const Answer fuzzed = folder.gfsim("fuzz s.json --seeds 3..5 --param tries=2 --faults gentle");
    std::size_t at = 0;
    for (int seed = 3; seed <= 5; ++seed) {  // each line begins with the digest
        const std::string digest = fuzzed.text.substr(at, 16);
        INFO(fuzzed.text);
        CHECK(count_of(csv, digest) == 1);
        at = fuzzed.text.find('\n', at) + 1;
    }
    folder.gfsim("sweep s.json --seeds 3..5 --param tries=2");
    CHECK(folder.read("runs/latest/runs.csv") != csv);
    CHECK(folder.gfsim("sweep s.json --random-faults mild").status == 2);
    CHECK(folder.gfsim("sweep s.json --random-faults rough --crash-each-step").status == 2);
}

TEST_CASE("gfsim sweep: what is wrong on the command line is said, and nothing runs", "[sweep]") {
    const Folder folder;
    folder.write("s.json", swept);
    for (const char* const wrong :
         {"--seeds 5..3", "--seeds x", "--shard 3/2", "--shard 0/2", "--verify-ratio 5%",
          "--verify-ratio 1.5", "-j 0", "--param tries", "--stop-after 0"}) {
        INFO(wrong);
        CHECK(folder.gfsim(std::string("sweep s.json ") + wrong).status == 2);
    }
    CHECK(folder.gfsim("sweep").status == 2);
    CHECK(folder.gfsim("sweep -").status == 2);
    CHECK(folder.gfsim("sweep s.json --shard 13/13").status == 6);  // nothing selected
    CHECK(contains(folder.gfsim("help sweep"), "--verify-ratio"));
}

}  // namespace
