// SPDX-License-Identifier: Apache-2.0

#include "scenarios/cli/templates.h"

#include <array>
#include <string_view>

namespace gfs::cli {
namespace {

struct Template {
    std::string_view name;
    std::string_view text;
};

constexpr std::array templates{
    Template{"hello", R"({
    "gfsim": 1,
    "title": "Hello, GFS: one append, one read",
    "paper": ["2.4", "3.3"],
    "cluster": { "chunkservers": 3 },
    "workload": {
        "alice": {
            "script": [
                { "op": "create", "file": "/hello" },
                { "op": "append", "file": "/hello", "data": "hi" },
                { "op": "read", "file": "/hello", "offset": 0, "size": "2B", "equals": "hi" }
            ]
        }
    },
    "expect": {
        "content": { "assert": "content", "file": "/hello", "records": ["hi"] },
        "three-replicas": { "assert": "check", "checker": "gfs_consistency", "files": "/hello" }
    }
}
)"},
    Template{"crash", R"({
    "gfsim": 1,
    "title": "A primary crashes between two appends",
    "paper": ["3.1", "4.5"],
    "cluster": { "chunkservers": 5 },
    "gfs": { "lease": "10s", "heartbeat": "1s", "dead_after": "5s" },
    "workload": {
        "writers": {
            "clients": 2,
            "ops": 50,
            "think": "100ms",
            "mix": { "append": 1 },
            "files": "/log",
            "size": "64KiB"
        }
    },
    "targets": { "primary": { "role": "chunkserver", "holds": "/log#0", "as": "primary" } },
    "faults": {
        "kill": {
            "do": "crash",
            "target": "@primary",
            "when": { "event": "append.ok", "nth": 10 },
            "for": "30s"
        }
    },
    "expect": {
        "at-least-once": { "assert": "check", "checker": "append_at_least_once", "files": "/log" },
        "all-done": {
            "assert": "eventually",
            "state": "all_ops_done",
            "within": "5m",
            "since": "kill"
        }
    }
}
)"},
    Template{"partition", R"({
    "gfsim": 1,
    "title": "One chunkserver is cut off from the master for a while",
    "paper": ["4.3", "4.5"],
    "cluster": {
        "racks": { "r1": { "master": true, "chunkservers": 3 }, "r2": { "chunkservers": 3 } }
    },
    "gfs": { "heartbeat": "1s", "dead_after": "5s" },
    "workload": {
        "writer": {
            "rate": "5/s",
            "stop": "60s",
            "mix": { "append": 1 },
            "files": "/log",
            "size": "64KiB"
        }
    },
    "targets": { "one": { "role": "chunkserver", "holds": "/log#0" } },
    "faults": {
        "cut": { "do": "partition", "between": ["@one", "master"], "at": "10s", "for": "20s" }
    },
    "expect": {
        "no-loss": { "assert": "check", "checker": "no_data_loss" },
        "whole-again": {
            "assert": "eventually",
            "state": "fully_replicated",
            "within": "3m",
            "since": "cut"
        }
    }
}
)"},
};

}  // namespace

std::optional<std::string> scenario_template(const std::string& name) {
    for (const Template& one : templates)
        if (one.name == name) return std::string(one.text);
    return std::nullopt;
}

std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const Template& one : templates) names.emplace_back(one.name);
    return names;
}

std::string editor_settings() {
    return R"({
    "json.schemas": [
        { "fileMatch": ["*.json"], "url": "./.vscode/scenario-1.schema.json" }
    ]
}
)";
}

}  // namespace gfs::cli
