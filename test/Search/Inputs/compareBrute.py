# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compareBrute.py QC-SOLVE COUNT: random problems against every assignment; prints what was met."""
import collections
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor

from problems import add_bounds, brute, draw_problem, plain, run

KINDS = ["ties", "ties", "integers", "fixed", "real"]


def draw(seed):
    rng = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    count = rng.randrange(1, 8 if kind == "real" else 11)
    possible = [(a, b) for a in range(count) for b in range(count) if a != b]
    edges = [rng.choice(possible) for _ in range(rng.randrange(2 * count))] if possible else []
    return kind, add_bounds(rng, draw_problem(rng, kind, count, edges))


def compare(tool, seed):
    kind, problem = draw(seed)
    expected = brute(problem)
    status, answer = run(tool, problem)
    if (status == 2) != (expected is None) or answer.get("choices") != expected:
        sys.exit(f"seed {seed}, {kind}: expected {expected}, got {answer}\n{plain(problem)}")
    return kind if expected else "infeasible"


def main():
    tool, count = sys.argv[1], int(sys.argv[2])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        met = collections.Counter(pool.map(lambda seed: compare(tool, seed), range(count)))
    print(f"{count} problems:", ", ".join(f"{name} {number}" for name, number in sorted(met.items())))


main()
