#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Crashes every server at every step of the scenarios in scenarios/library/steps/, and prints what
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
server involved in it: the server's process crashes at the first occurrence of the step and starts again five seconds later, when the
others have long taken it for dead. All guarantees are watched, and the data must be whole and repaired at the end.

A step is a kind of event, with its message or its kind of record. `(to)` and the like say that it is not the server whose event it is
that crashes. The numbers are the runs; all of them pass unless a cell says otherwise.

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
