#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Crashes every host at every step of the scenarios in scenarios/library/steps/, and prints what
# was covered, as docs/crash_each_step.md has it:
#
#   tests/house/crash_each_step.sh build/gfsim > docs/crash_each_step.md
#
# Fails when a run does not pass. With a second argument, it compares with that file instead.
set -euo pipefail
export LC_ALL=C

program=$(realpath "${1:?which program?}")
page=${2:+$(realpath "$2")}
library=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../scenarios/library")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" # a sweep leaves its results where it is started

{
    cat <<'TEXT'
# Crash at every step

Each scenario of `scenarios/library/steps/` ran once as it is, and then once for every step of the protocol that it reaches and every
host involved in it: the host's process crashes at the first occurrence of the step and starts again five seconds later, when the
others have long taken it for dead. All guarantees are watched, and the data must be whole and repaired at the end.

A step is a kind of event, with its message or its kind of record. `(to)` and the like say that it is not the host whose event it is
that crashes; `--steps` takes the names as they are here. The numbers are the runs; all of them pass unless a cell says otherwise.

A client that crashes takes its work with it, and its new process has nothing to do. Where nobody then gets anything acknowledged, an
expectation about what was acknowledged has nothing to check: such runs are `vacuous`. They are shown, all guarantees are watched in
them as in the others, and they do not fail the sweep.

`tests/house/crash_each_step.sh` writes this page, and a test compares. One scenario by hand:
`gfsim sweep --crash-each-step scenarios/library/steps/write.json`.
TEXT
    for scenario in "$library"/steps/*.json; do
        name=$(basename "$scenario" .json)
        printf '\n## %s\n\n' "${name//_/ }"
        "$program" sweep --crash-each-step "$scenario" --markdown 2>"errors-$name.txt" || {
            status=$?
            printf '%s: exit status %d\n' "$name" "$status" >&2
            cat "errors-$name.txt" runs/"$name"-sweep-*/summary.txt >&2 || true
            exit 1
        }
    done
} >page.md

if [[ -z $page ]]; then
    cat page.md
elif ! diff -u "$page" page.md; then
    printf 'other steps than the page says; tests/house/crash_each_step.sh writes it anew\n' >&2
    exit 1
fi
