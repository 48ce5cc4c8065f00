// SPDX-License-Identifier: Apache-2.0
// The program as its users meet it: what it answers, and with which exit status.

#include <string>

#include "tests/scenarios/cli/program.h"

namespace {

using namespace program;

TEST_CASE("gfsim run: a good scenario passes and leaves its files", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer = folder.gfsim("run hello.json");
    CHECK(answer.status == 0);
    CHECK(contains(answer, "verdict  passed"));
    for (const char* const name : {"manifest.json", "events.ndjson", "result.json", "summary.txt"})
        CHECK(folder.has(std::string("runs/latest/") + name));
    CHECK_FALSE(folder.has("runs/latest/events.ndjson.part"));
}

TEST_CASE("gfsim run: the same inputs give the same bytes", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("run hello.json --out one").status == 0);
    CHECK(folder.gfsim("run hello.json --out two").status == 0);
    for (const char* const name : {"events.ndjson", "result.json", "summary.txt"}) {
        const std::string file = std::string("/latest/") + name;
        CHECK(folder.read("one" + file) == folder.read("two" + file));
        CHECK_FALSE(folder.read("one" + file).empty());
    }
}

TEST_CASE("gfsim run: the same inputs again find the folder and compare", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK_FALSE(contains(folder.gfsim("run hello.json"), "already done"));
    const std::string manifest = folder.read("runs/latest/manifest.json");
    CHECK(contains(folder.gfsim("run hello.json"), "already done, digest equal"));
    CHECK(folder.read("runs/latest/manifest.json") == manifest);
    CHECK_FALSE(folder.has("runs/latest/events.ndjson.part"));
    CHECK_FALSE(contains(folder.gfsim("run hello.json --force"), "already done"));
    CHECK_FALSE(contains(folder.gfsim("run hello.json --seed 2"), "already done"));
    // A folder that lacks a file is no earlier run.
    CHECK(folder.gfsim("run hello.json --force").status == 0);
    shell("rm " + folder.path() + "/runs/latest/events.ndjson");
    CHECK_FALSE(contains(folder.gfsim("run hello.json"), "already done"));
    CHECK(folder.has("runs/latest/events.ndjson"));
    // Nor is a run that was interrupted.
    shell("sed -i 's/\"verdict\": \"passed\"/\"verdict\": \"interrupted\"/' " + folder.path() +
          "/runs/latest/manifest.json");
    CHECK_FALSE(contains(folder.gfsim("run hello.json"), "already done"));
}

TEST_CASE("gfsim run: one that needs too much memory is given up, and has no digest", "[cli]") {
    const Folder folder;
    folder.write("big.json", R"({"gfsim": 1, "cluster": {"chunkservers": 3},
        "dataset": {"/d": {"chunks": 1000000, "fill": "1kB"}},
        "workload": {"a": {"script": [{"op": "mkdir", "file": "/e"}]}},
        "stop": {"max_memory": "100MB"}})");
    for (const char* const command : {"run big.json", "run big.json", "verify big.json"}) {
        const Answer answer = folder.gfsim(command);
        CHECK(answer.status == 6);
        CHECK(contains(answer, "it needs more memory than 100 MB (/stop/max_memory)"));
        CHECK(contains(answer, "digest   none"));
    }
    const Answer sweep = folder.gfsim("sweep big.json --seeds 1..2 --verify-ratio 1 -j 1");
    CHECK(sweep.status == 6);
    CHECK(contains(sweep, "2 at a limit"));
    CHECK(contains(sweep, "the limit of memory (/stop/max_memory)"));
}

TEST_CASE("gfsim run: -v shows the invariants, -q the verdict only", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(contains(folder.gfsim("run hello.json -v"), "one_primary_per_chunk"));
    const Answer plain = folder.gfsim("run hello.json");
    CHECK_FALSE(contains(plain, "one_primary_per_chunk"));
    CHECK(contains(plain, "append"));
    const Answer quiet = folder.gfsim("run hello.json -q");
    CHECK_FALSE(contains(quiet, "append"));
    CHECK(contains(quiet, "verdict  passed"));
}

TEST_CASE("gfsim verify: over a range of seeds", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer = folder.gfsim("verify hello.json --seeds 3..5");
    CHECK(answer.status == 0);
    for (const char* const seed : {"seed 3", "seed 4", "seed 5"}) CHECK(contains(answer, seed));
    CHECK(folder.gfsim("verify hello.json --seeds 5..3").status == 2);
    CHECK(folder.gfsim("verify hello.json --seeds 3").status == 2);
}

TEST_CASE("gfsim explain: the whole interaction of an operation", "[cli][gfs-5.3]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("run hello.json").status == 0);
    CHECK(contains(folder.gfsim("explain runs/latest"), "no operation failed or was retried"));
    const Answer append = folder.gfsim("explain runs/latest --op a.1#2");
    CHECK(append.status == 0);
    // In the order in which one thing led to the other, whatever machine it was on.
    std::size_t at = 0;
    for (const char* const part :
         {"append /x by a.1; it succeeded", "-> master: FindLeaseHolder", "master.log_appended",
          "GrantLease", "master.log_flushed", "FindLeaseHolderReply", "PushData", "RecordAppend",
          "mutation.ordered", "ApplyMutation", "mutation.acknowledged", "RecordAppendReply",
          "client.op_ok"}) {
        INFO(part);
        const std::size_t found = append.text.find(part, at);
        CHECK(found != std::string::npos);
        if (found != std::string::npos) at = found;
    }
    CHECK(contains(append, ", there after "));
    CHECK_FALSE(contains(append, "HeartBeat"));
    CHECK(folder.gfsim("explain runs/latest --op a.1#9").status == 2);
    CHECK(contains(folder.gfsim("explain runs/latest a.1#1"), "create /x by a.1"));
    CHECK(folder.gfsim("run hello.json --trace none").status == 0);
    CHECK(contains(folder.gfsim("explain runs/latest --op a.1#2"), "--trace full"));
}

TEST_CASE("gfsim explain: the regions of a file, as its replicas are at the end",
          "[cli][gfs-2.7]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("run hello.json").status == 0);
    const Answer regions = folder.gfsim("explain runs/latest --file /x");
    CHECK(regions.status == 0);
    CHECK(contains(regions, "chunk 0 of the file (handle 1), on cs1 cs2 cs3"));
    CHECK(contains(regions, "             0             2  defined       1"));
    const Answer other = folder.gfsim("explain runs/latest --file /y");
    CHECK(other.status == 2);
    CHECK(contains(other, "did you mean `/x`?"));
}

TEST_CASE("gfsim export: histories for other checkers", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("run hello.json").status == 0);
    const Answer history = folder.gfsim("export runs/latest --to history");
    CHECK(history.status == 0);
    CHECK(contains(history, R"("type":"invoke","process":0,"f":"create","value":{"file":"/x"})"));
    CHECK(contains(history, R"("type":"ok","process":0,"f":"append")"));
    CHECK(folder.gfsim("export runs/latest --to registers -o names.ndjson").status == 0);
    CHECK(folder.read("names.ndjson").starts_with(R"({"path":"/x","operations":[{)"));
    CHECK(contains(folder.gfsim("export runs/latest --to records"), R"("type":"ok","ended":)"));
    CHECK(contains(folder.gfsim("export runs/latest --to histroy"), "did you mean `history`?"));
    CHECK(contains(folder.gfsim("export runs/latest --to shiviz"),
                   "not supported yet: export to `shiviz`"));
    CHECK(folder.gfsim("export runs/latest").status == 2);
    CHECK(folder.gfsim("export runs/none --to history").status == 2);
    CHECK(folder.gfsim("export runs/latest --to history -o no/such/folder").status == 74);
}

TEST_CASE("gfsim run: reports come by the scenario and by the command line, the same bytes twice",
          "[cli][reports]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const std::string line =
        R"(run hello.json --html --export openmetrics --set '/record/outputs=["csv"]')";
    CHECK(folder.gfsim(line + " --out one").status == 0);
    CHECK(folder.gfsim(line + " --out two").status == 0);
    for (const char* const name : {"report.html", "metrics.csv", "metrics.openmetrics"}) {
        INFO(name);
        const std::string file = std::string("/latest/") + name;
        CHECK(folder.read("one" + file).size() > 200);
        CHECK(folder.read("one" + file) == folder.read("two" + file));
    }
    CHECK(folder.gfsim("run hello.json --out three").status == 0);
    CHECK_FALSE(folder.has("three/latest/report.html"));
    const Answer unknown = folder.gfsim("run hello.json --export pdf");
    CHECK(unknown.status == 2);
    CHECK(contains(unknown, "openmetrics"));
}

TEST_CASE("gfsim run: a misspelt field is shown with the nearest correct word", "[cli]") {
    const Folder folder;
    folder.write("bad.json", R"({ "gfsim": 1, "clustr": { "chunkservers": 3 }, "workload": {} })");
    const Answer answer = folder.gfsim("run bad.json");
    CHECK(answer.status == 2);
    CHECK(contains(answer, "unknown field `clustr`"));
    CHECK(contains(answer, "did you mean `cluster`?"));
    CHECK(contains(answer, "bad.json:1:15"));
    CHECK(contains(answer, "nothing was run"));
    CHECK_FALSE(folder.has("runs"));
}

TEST_CASE("gfsim run: a wrong unit says what to write", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer = folder.gfsim("run hello.json --set /gfs/chunk_size=64M");
    CHECK(answer.status == 2);
    CHECK(contains(answer, "64MiB"));
}

TEST_CASE("gfsim run: a file that does not exist is said to be missing", "[cli]") {
    const Folder folder;
    const Answer answer = folder.gfsim("run nosuch.json");
    CHECK(answer.status == 2);
    CHECK(contains(answer, "cannot read `nosuch.json`"));
}

TEST_CASE("gfsim run: a fault that never fires is no pass", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer = folder.gfsim(
        "run hello.json --set '/faults={\"kill\":{\"do\":\"crash\",\"target\":\"cs1\","
        "\"when\":{\"event\":\"append.ok\",\"nth\":9}}}'");
    CHECK(answer.status == 3);
    CHECK(contains(answer,
                   "vacuous[I0401]: fault `kill` never fired: event append.ok seen 1 time, "
                   "needed 9"));
    CHECK(contains(answer, "repro: gfsim run hello.json --seed 1"));
}

TEST_CASE("gfsim run: a broken promise is shown with a witness and a line that repeats it",
          "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer =
        folder.gfsim("run hello.json --set '/gfs/without=[\"log_before_reply\"]'");
    CHECK(answer.status == 1);
    CHECK(contains(answer, "ablation: without log_before_reply"));
    CHECK(contains(answer, "violated: log_before_reply (G2, GFS 2.6.3)"));
    CHECK(contains(answer, "repro: gfsim run hello.json --seed 1 --set "));
}

TEST_CASE("gfsim run: a full disk is an error of its own", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer full = folder.gfsim("run hello.json > /dev/full");
    CHECK(full.status == 74);
    CHECK(contains(full, "cannot write"));
    const Answer nowhere = folder.gfsim("run hello.json --out /dev/null/x");
    CHECK(nowhere.status == 74);
}

TEST_CASE("gfsim run: a reader who goes away is no error", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("list events | head -1").status == 0);
}

TEST_CASE("gfsim run: Ctrl-C ends it at once, with a result", "[cli]") {
    const Folder folder;
    folder.write("long.json",
                 R"({ "gfsim": 1, "cluster": { "chunkservers": 3 }, "record": { "trace": "none" },
  "workload": { "a": { "mix": { "append": 1 }, "files": "/x", "stop": "5000h" } } })");
    const Answer answer = folder.gfsim("run long.json & sleep 1; kill -INT $!; wait $!");
    CHECK(answer.status == 130);
    CHECK(contains(answer, "verdict  interrupted"));
}

TEST_CASE("gfsim: an unknown command gets the nearest one, and one to come is named", "[cli]") {
    const Folder folder;
    const Answer unknown = folder.gfsim("verfy x.json");
    CHECK(unknown.status == 2);
    CHECK(contains(unknown, "did you mean `verify`?"));
    const Answer later = folder.gfsim("serve x.json");
    CHECK(later.status == 2);
    CHECK(contains(later, "not supported yet: command `serve`"));
}

TEST_CASE("gfsim: an option that does not exist is refused", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    CHECK(folder.gfsim("run hello.json --frob").status == 2);
    CHECK(folder.gfsim("run hello.json --param nosuch=1").status == 2);
    CHECK(folder.gfsim("run hello.json --set gfs").status == 2);
    CHECK(folder.gfsim("run hello.json --seed minus").status == 2);
}

TEST_CASE("gfsim: help and version are there", "[cli]") {
    const Folder folder;
    CHECK(contains(folder.gfsim("--help"), "Usage: gfsim"));
    CHECK(contains(folder.gfsim("run --help"), "--seed N"));
    CHECK(contains(folder.gfsim("help verify"), "gfsim verify"));
    CHECK(contains(folder.gfsim("version"), "gfsim "));
    CHECK(contains(folder.gfsim("--version --json"), "\"scenario_format\": 1"));
}

TEST_CASE("gfsim verify: prints the digest that run prints", "[cli]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer verified = folder.gfsim("verify hello.json");
    CHECK(verified.status == 0);
    const std::string digest = verified.text.substr(0, 16);
    CHECK(contains(folder.gfsim("run hello.json"), "digest   " + digest));
}

TEST_CASE("gfsim init, check, fmt, schema, list, explain: the first hour", "[cli]") {
    const Folder folder;
    for (const char* const from : {"hello", "crash", "partition"}) {
        const std::string name(from);
        CHECK(folder.gfsim("init " + name + " --from " + name).status == 0);
        CHECK(folder.gfsim("check --strict " + name + ".json").status == 0);
        CHECK(folder.gfsim("fmt --check " + name + ".json").status == 0);
        CHECK(folder.gfsim("run " + name + ".json").status == 0);
    }
    CHECK(folder.gfsim("init hello").status == 2);
    CHECK(contains(folder.gfsim("check hello.json --resolved"), "\"lease\""));
    CHECK(contains(folder.gfsim("schema"), "draft-07"));
    CHECK(contains(folder.gfsim("list faults part"), "partition"));
    CHECK(folder.gfsim("list faults zzz").status == 6);
    CHECK(contains(folder.gfsim("explain E0104"), "64M"));
    CHECK(contains(folder.gfsim("explain field /gfs/lease"), "60s"));
    CHECK(contains(folder.gfsim("explain events lease.granted"), "GFS 3.1"));
    CHECK(folder.gfsim("explain fault parttition").status == 2);
}

}  // namespace
