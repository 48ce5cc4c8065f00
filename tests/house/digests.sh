#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the digest of every scenario of the library as a JSON object, run by the given program:
#
#   tests/house/digests.sh build/gfsim > tests/golden/digests.json
#
# writes the golden file anew. That is a visible change: say why in CHANGELOG.md.
set -euo pipefail
export LC_ALL=C

program=$(realpath "${1:?which program?}")
library=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../scenarios/library")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" # a run leaves its results where it is started

separator='{'
while IFS= read -r scenario; do
    # The verdict is another test's business; a run that has no digest is ours.
    status=0
    "$program" run --json "$library/$scenario" >result.json 2>errors.txt || status=$?
    digest=$(grep -o '"digest": *"[^"]*"' result.json | head -n 1 | sed 's/.*"\([^"]*\)"$/\1/') || true
    if [[ -z $digest ]]; then
        printf 'no digest from %s, exit status %d\n' "$scenario" "$status" >&2
        cat errors.txt >&2
        exit 1
    fi
    printf '%s\n  "%s": "%s"' "$separator" "$scenario" "$digest"
    separator=','
done < <(cd "$library" && find . -name '*.json' | sed 's|^\./||' | sort)
printf '\n}\n'
