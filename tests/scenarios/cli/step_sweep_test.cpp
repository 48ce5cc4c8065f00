// SPDX-License-Identifier: Apache-2.0
// gfsim sweep --crash-each-step and --delay-each-message.

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/scenarios/cli/program.h"

namespace {

using namespace program;

// Passes unless the master crashes.
const std::string fragile = R"({ "gfsim": 1, "cluster": { "chunkservers": 3 },
  "workload": { "a": { "script": [ { "op": "create", "file": "/x" },
                                   { "op": "append", "file": "/x", "data": "hi" } ] } },
  "expect": { "up": { "assert": "never", "event": "master.crashed" } } })";

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("crash each step: a failing run is a scenario that repeats it to the same digest",
          "[sweep][steps]") {
    const Folder folder;
    folder.write("f.json", fragile);
    const Answer answer =
        folder.gfsim("sweep --crash-each-step f.json --steps master.log_flushed --out o");
    CHECK(answer.status == 1);
    CHECK(contains(answer, "master.log_flushed  1, 1 violated"));
    CHECK(contains(answer, "1 of 1 runs: 0 passed, 1 failed"));
    const Answer again = folder.gfsim(after(answer.text, "repro: gfsim "));
    CHECK(again.status == 1);
    CHECK(contains(again, "master.crashed"));
    const std::string digest = after(again.text, "digest   ").substr(0, 16);
    CHECK(folder.read("o/latest/runs.csv").find(digest) != std::string::npos);
}

TEST_CASE("crash each step: every host involved crashes, and what they cover is a table",
          "[sweep][steps]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer answer = folder.gfsim("sweep --crash-each-step hello.json 2>/dev/null");
    CHECK(answer.status == 0);
    // Three replicas apply, two hear of it from the primary; the log goes to two machines.
    CHECK(contains(answer, "mutation.applied:append"));
    CHECK(contains(answer, "message.delivered:ApplyMutation (to)"));
    CHECK(contains(answer, "master.log_appended:version_reserved"));
    const Answer listed =
        folder.gfsim("sweep --crash-each-step hello.json --steps mutation.applied --list");
    CHECK(lines_of(listed.text) == 4);
    for (const char* const host : {"cs1", "cs2", "cs3"})
        CHECK(contains(listed, std::string("host=") + host));
    const Answer twice = folder.gfsim(
        "sweep --crash-each-step hello.json --steps message.sent:HeartBeat --occurrences 2 --list");
    CHECK(contains(twice, "nth=2"));
    const Answer page = folder.gfsim("sweep --crash-each-step hello.json --markdown 2>/dev/null");
    CHECK(page.text.starts_with("| step |"));
}

TEST_CASE("crash each step: a step that was asked for and never occurred is told",
          "[sweep][steps]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer none = folder.gfsim("sweep --crash-each-step hello.json --steps clone.started");
    CHECK(none.status == 3);
    CHECK(contains(none, "vacuous: step `clone.started` never occurred"));
    const Answer one = folder.gfsim(
        "sweep --crash-each-step hello.json --steps master.log_flushed,mutation.applied:pad");
    CHECK(one.status == 3);
    CHECK(contains(one, "step `mutation.applied:pad` never occurred"));
    CHECK(contains(one, "1 of 1 runs: 1 passed"));
    const Answer wrong = folder.gfsim("sweep --crash-each-step hello.json --steps clone.startd");
    CHECK(wrong.status == 2);
    CHECK(contains(wrong, "did you mean `clone.started`?"));
    // A client takes steps as well.
    const Answer client = folder.gfsim("sweep --crash-each-step hello.json --steps client.op_ok");
    CHECK(client.status == 0);
    CHECK(contains(client, "client.op_ok:append  1"));
}

TEST_CASE("crash each step: steps that do not exist are refused, with the nearest word",
          "[sweep][steps]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const auto refused = [&](const std::string& step) {
        const Answer answer =
            folder.gfsim("sweep --crash-each-step hello.json --steps '" + step + "'");
        CHECK(answer.status == 2);
        return answer;
    };
    CHECK(contains(refused("message.sent:AplyMutation"), "did you mean `ApplyMutation`?"));
    CHECK(contains(refused("message.sent:AplyMutationReply"), "`ApplyMutationReply`?"));
    CHECK(contains(refused("master.log_appended:file_creatd"), "did you mean `file_created`?"));
    CHECK(contains(refused("mutation.applied:padd"), "did you mean `pad`?"));
    CHECK(contains(refused("message.sent:Create (too)"), "did you mean `to`?"));
    CHECK(contains(refused("read.ok:x"), "nothing follows its name"));
    CHECK(contains(refused(""), "--steps needs names of steps"));
}

TEST_CASE("crash each step: a step is asked for as the table names it", "[sweep][steps]") {
    const Folder folder;
    folder.write("hello.json", hello);
    const Answer to = folder.gfsim(
        "sweep --crash-each-step hello.json --steps 'message.sent:Create (to)' --list");
    CHECK(lines_of(to.text) == 2);
    CHECK(contains(to, "part=to role=master host=master"));
    const Answer from = folder.gfsim(
        "sweep --crash-each-step hello.json --steps 'message.sent:Create(from)' --list");
    CHECK(lines_of(from.text) == 2);
    CHECK(contains(from, "part=from role=client host=a.1"));
    // Without a part, whoever is involved.
    const Answer both =
        folder.gfsim("sweep --crash-each-step hello.json --steps message.sent:Create --list");
    CHECK(lines_of(both.text) == 3);
}

TEST_CASE("crash each step: what a client's crash leaves without work has no part in the status",
          "[sweep][steps]") {
    const Folder folder;
    std::string judged = hello;
    judged.insert(judged.rfind('}'),
                  R"(, "expect": { "kept": { "assert": "check", "checker": "no_data_loss" },
                                   "up": { "assert": "never", "event": "server.crashed" } })");
    folder.write("j.json", judged);
    const Answer client = folder.gfsim(
        "sweep --crash-each-step j.json --steps 'message.sent:RecordAppend (from)'");
    CHECK(client.status == 0);
    CHECK(contains(client, "message.sent:RecordAppend  1, 1 vacuous"));
    CHECK(contains(client, "1 vacuous: a client crashed and took its work with it"));
    CHECK_FALSE(contains(client, "repro: "));
    // A server's crash excuses nothing.
    const Answer server =
        folder.gfsim("sweep --crash-each-step j.json --steps 'message.sent:RecordAppend (to)'");
    CHECK(server.status == 1);
    CHECK(contains(server, "1, 1 violated"));
}

TEST_CASE("options about steps are refused where they would be ignored", "[sweep][steps]") {
    const Folder folder;
    folder.write("hello.json", hello);
    for (const char* const option : {"--steps clone.started", "--occurrences 2", "--down 1s"}) {
        const Answer plain = folder.gfsim(std::string("sweep hello.json ") + option);
        CHECK(plain.status == 2);
        CHECK(contains(plain, "needs --crash-each-step or --delay-each-message"));
    }
    CHECK(folder.gfsim("sweep --delay-each-message hello.json --down 1s").status == 2);
    CHECK(folder.gfsim("sweep --delay-each-message hello.json --steps read.ok").status == 2);
    const Answer unit = folder.gfsim("sweep --crash-each-step hello.json --down 5x");
    CHECK(unit.status == 2);
    CHECK(contains(unit, "error[C0602]: --down: `5x` is not a duration"));
    CHECK(folder.gfsim("sweep --crash-each-step hello.json --down 0s").status == 2);
}

TEST_CASE("crash each step: a scenario that fails as it is goes no further", "[sweep][steps]") {
    const Folder folder;
    folder.write("f.json", R"({ "gfsim": 1, "cluster": { "chunkservers": 3 },
      "workload": { "a": { "script": [
        { "op": "create", "file": "/x", "outcome": "error" } ] } } })");
    const Answer answer = folder.gfsim("sweep --crash-each-step f.json");
    CHECK(answer.status == 1);
    CHECK(contains(answer, "does not pass as it is"));
    CHECK(contains(answer, "repro: gfsim run f.json"));
    CHECK(folder.gfsim("sweep --crash-each-step --delay-each-message f.json").status == 2);
}

TEST_CASE("delay each message: each single one is held back past three milestones",
          "[sweep][steps]") {
    const Folder folder;
    folder.write("hello.json", R"({ "gfsim": 1, "cluster": { "chunkservers": 3 },
      "workload": { "a": { "script": [
        { "op": "create", "file": "/x" },
        { "op": "append", "file": "/x", "data": "hi", "repeat": 2 } ] } } })");
    const std::string command =
        "sweep --delay-each-message hello.json --steps message.sent:ApplyMutation";
    const Answer answer = folder.gfsim(command + " 2>/dev/null");
    CHECK(answer.status == 0);
    CHECK(contains(answer, "messages  retry  lease_end  declared_dead"));
    CHECK(contains(answer, "message.sent:ApplyMutation  4 of 4    4"));
    CHECK(contains(answer, "12 of 12 runs: 12 passed"));  // two appends, to two secondaries
    // The table says so where only some are.
    const Answer first = folder.gfsim(command + " --occurrences 1 2>/dev/null");
    CHECK(first.status == 0);
    CHECK(contains(first, "message.sent:ApplyMutation  2 of 4    2"));
    CHECK(contains(first, "6 of 6 runs: 6 passed"));
}

TEST_CASE("crash each step: a sample of the library's steps passes", "[sweep][steps][library]") {
    const Folder folder;
    const std::string steps = std::string(GFSIM_SOURCE_DIR) + "/scenarios/library/steps";
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(steps)) {
        ++files;
        INFO(entry.path());
        const Answer answer = folder.gfsim("sweep --crash-each-step " + entry.path().string() +
                                           " --shard 1/16 --verify-ratio 0");
        UNSCOPED_INFO(answer.text);
        CHECK(answer.status == 0);
    }
    CHECK(files == 8);
}

}  // namespace
