#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same scenarios have the same digests whatever compiled the program. Builds it, and nothing
# else, with a compiler and a level in a directory of its own, and compares with the golden file:
#
#   digests_agree.sh DIRECTORY COMPILER LEVEL      e.g. build/variants/clang-O0 clang++ -O0
#   digests_agree.sh PROGRAM                       compares a program that is there
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)

if [[ $# -eq 3 ]]; then
    directory=$1 compiler=$2 level=$3
    if ! command -v "$compiler" >/dev/null; then
        echo "$compiler is not installed"
        exit 77 # ctest counts it as skipped
    fi
    # Assertions of the library are on at -O0 and off at -O3: they must not make a difference.
    definitions=()
    [[ $level == -O0 ]] || definitions+=(-DNDEBUG)
    cmake -S "$top" -B "$directory" -G Ninja -DCMAKE_BUILD_TYPE=None \
        -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$level ${definitions[*]:-}" \
        -DGFSIM_TESTS=OFF -DGFSIM_BENCH=OFF
    ninja -C "$directory" gfsim
    program=$directory/gfsim
else
    program=${1:?which program?}
fi

# What a reader of the README compares with.
agreed=$(sed -n 's|.*basics/hello.json": "\([0-9a-f]*\)".*|\1|p' "$top/tests/golden/digests.json")
if ! grep -q "^digest   $agreed " "$top/README.md"; then
    echo "the README's digest of hello is not $agreed"
    exit 1
fi

if "$here/digests.sh" "$program" | diff -u "$top/tests/golden/digests.json" -; then
    echo "all digests agree"
else
    echo "digests differ: '-' is what is agreed on, '+' what $program made of it"
    exit 1
fi
