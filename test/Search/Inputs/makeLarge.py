# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""makeLarge.py SEED [GROUPS EDGES]: a problem as a network has it, to standard output: 60 groups of four formats, losses
and costs over several powers of ten, and 80 edges that cost time."""
import json
import random
import sys

BITS = [32, 16, 8, 4]


def make_group(rng, index):
    size, sensitivity = 10 ** rng.uniform(3, 7), 10 ** rng.uniform(-3, 1)
    choices = [{"name": f"w{bits}",
                "loss": sensitivity * 2.0 ** -bits * rng.uniform(0.5, 2) if bits < 32 else 0.0,
                "costs": {"bytes": int(size * bits / 8), "time": size * 1e-6 * bits / 8 * rng.uniform(0.7, 1.3)}}
               for bits in BITS]
    return {"name": f"g{index}", "choices": choices}


def make_edge(rng, a, b):
    conversion = 10 ** rng.uniform(-3, 0)
    return {"between": [f"g{a}", f"g{b}"],
            "costs": {"time": [[0 if i == j else conversion * rng.uniform(0.5, 1.5) for j in range(len(BITS))]
                               for i in range(len(BITS))]}}


def main():
    seed, groups, edges = [int(argument) for argument in (sys.argv[1:] + ["60", "80"][len(sys.argv) - 2:])]
    rng = random.Random(seed)
    pairs = {(i, i + 1) for i in range(groups - 1)}
    while len(pairs) < edges:
        a = rng.randrange(groups - 1)
        pairs.add((a, min(groups - 1, a + rng.randrange(1, 6))))
    problem = {"version": 1,
               "resources": [{"name": "bytes", "unit": "B"}, {"name": "time", "unit": "ms"}],
               "groups": [make_group(rng, i) for i in range(groups)],
               "edges": [make_edge(rng, a, b) for a, b in sorted(pairs)]}
    json.dump(problem, sys.stdout)


main()
