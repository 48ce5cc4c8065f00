#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program on mutated scenario files and reports every end that is not in its list.

usage: tests/fuzz/hostile.py [--program build/gfsim] [--runs N] [--seed N] [--keep DIR]

Each run takes a scenario of the library (or two, crossed), changes some of its values, keys and
structure, sometimes its bytes, and gives it to `gfsim run -`. A run may end with 0, 1, 2, 3, 5 or 6.
A signal, 70, more than 1 GB or more than 20 s of a core is a finding: the file is kept, with its seed.
A slow campaign: not part of ./dev test.
"""

import argparse
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOWED = {0, 1, 2, 3, 5, 6}  # 6: the limit of events that is set below
SECONDS = 20
EVENTS = 100_000
BYTES = 1_000_000_000

STRANGE = [
    None, True, False, 0, 1, -1, 2, 3, 16, 17, 255, 65536, 2**31, 2**53, 2**63, 2**64, 1e308, -0.0, 0.5, 1.5,
    "", " ", "0", "0s", "1ns", "1s", "10m", "1d", "-1s", "1.5s", "99999999d", "1e9s", "5", "5%", "40%", "1B",
    "64K", "64KiB", "1MiB", "0B", "9EiB", "1Mbps", "1/s", "0/s", "1000000/s", "100Mbit/s", "/", "/a", "/a/b",
    "//", "/../x", "/{i}", "/**", "*", "@x", "@old", "master", "cs1", "cs*", "rack:r1", "role:client",
    "role:chunkserver", "${x}", "\u0000", "\ud83d\ude00", "a" * 3000, [], {}, [[]], {"": {}},
]


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], path + (key,))
    elif isinstance(value, list):
        for i in range(len(value)):
            yield from paths(value[i], path + (i,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


class Mutator:
    def __init__(self, files):
        self.draws = random.Random()
        self.scenarios = [json.loads(file.read_text()) for file in files]
        self.pieces = [at(s, p) for s in self.scenarios for p in paths(s) if p]
        self.values = {}  # by key: what the library has under it
        for scenario in self.scenarios:
            for path in paths(scenario):
                if path and isinstance(path[-1], str):
                    self.values.setdefault(path[-1], []).append(at(scenario, path))
        self.keys = sorted({p[-1] for s in self.scenarios for p in paths(s) if p and isinstance(p[-1], str)})

    def nearby(self, key, value):
        """A value of the same sort: still plausible, so that the run gets far."""
        draws = self.draws
        if key in self.values and draws.random() < 0.5:
            return draws.choice(self.values[key])
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return draws.choice([value + 1, value - 1, value * 2, value * 10, value // 2, 0, 1, value])
        if isinstance(value, str) and value[:1].isdigit():
            digits = value.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/%")
            unit = value[len(digits):]
            return draws.choice(["0", "1", "2", "7", "10", "100", digits + "0"]) + unit
        return draws.choice(self.values.get(key, self.pieces))

    def change(self, scenario, last_kind):
        draws = self.draws
        places = [p for p in paths(scenario) if p]
        if not places:
            return scenario
        path = draws.choice(places)
        owner, last = at(scenario, path[:-1]), path[-1]
        kind = draws.randrange(last_kind + 1)
        if kind <= 3:
            owner[last] = copy.deepcopy(self.nearby(last, owner[last]))
        elif kind == 4:
            owner[last] = copy.deepcopy(draws.choice(STRANGE))
        elif kind == 5:
            owner[last] = copy.deepcopy(draws.choice(self.pieces))
        elif kind == 6:
            del owner[last]
        elif kind == 7 and isinstance(owner, dict):
            owner[draws.choice(self.keys)] = copy.deepcopy(draws.choice(self.pieces))
        elif kind == 8 and isinstance(owner, list):
            owner.insert(draws.randrange(len(owner) + 1), copy.deepcopy(draws.choice(owner)))
        else:
            other = draws.choice(self.scenarios)
            for key in draws.sample(sorted(other), min(len(other), 2)):
                scenario[key] = copy.deepcopy(other[key])
        return scenario

    def text(self):
        draws = self.draws
        scenario = copy.deepcopy(draws.choice(self.scenarios))
        gentle = draws.random() < 0.4  # most of these are still scenarios, and run
        for _ in range(draws.choice([1, 1, 1, 2, 2, 3, 5, 9])):
            scenario = self.change(scenario, 3 if gentle else 9)
        text = json.dumps(scenario, ensure_ascii=draws.random() < 0.5)
        data = bytearray(text.encode("utf-8", "surrogatepass"))
        if draws.random() < 0.1:
            for _ in range(draws.randrange(1, 4)):
                place = draws.randrange(len(data))
                data[place:place + draws.randrange(3)] = bytes(draws.randrange(256) for _ in range(draws.randrange(3)))
        return bytes(data)


def run(program, data, folder):
    # prlimit sets the limits and becomes the program, which is quicker than a fork of this process.
    command = ["prlimit", f"--as={BYTES}", f"--cpu={SECONDS}", "--core=0", program, "run", "-",
               "--set", "/record/trace=none", "--set", f"/stop/max_events={EVENTS}"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=30 * SECONDS, cwd=folder, check=False)
    except subprocess.TimeoutExpired:
        return "hang", b""
    return done.returncode, done.stdout + done.stderr


def told(ends):
    return ", ".join(f"{end}: {count}" for end, count in sorted(ends.items(), key=str))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/gfsim"))
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("hostile-findings"))
    arguments = parser.parse_args()

    files = sorted((ROOT / "scenarios/library").rglob("*.json"))
    program = str(pathlib.Path(arguments.program).resolve())
    mutator = Mutator(files)
    ends, findings = {}, 0
    for number in range(arguments.runs):
        seed = arguments.seed + number
        mutator.draws = random.Random(seed)
        data = mutator.text()
        with tempfile.TemporaryDirectory() as folder:
            end, output = run(program, data, folder)
        ends[end] = ends.get(end, 0) + 1
        if (number + 1) % 10_000 == 0:
            print(f"{number + 1} runs: {told(ends)}", flush=True)
        if end in ALLOWED:
            continue
        findings += 1
        arguments.keep.mkdir(parents=True, exist_ok=True)
        (arguments.keep / f"{seed}.json").write_bytes(data)
        (arguments.keep / f"{seed}.txt").write_bytes(str(end).encode() + b"\n" + output[-4000:])
        print(f"seed {seed}: {end}", flush=True)
    print(f"{arguments.runs} runs, {findings} findings: {told(ends)}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
