# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compareChains.py QC-SOLVE COUNT: chains of up to 60 groups against a dynamic program over groups and whole costs."""
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy

from problems import run

NEVER = 1 << 60


def draw(seed):
    """Small costs and, of every third chain, few different losses, so that there are ties."""
    rng = random.Random(seed)
    count = rng.randrange(2, 61)
    loss = (lambda: rng.randrange(-1, 6)) if seed % 3 == 0 else (lambda: rng.randrange(-1000, 1 << 20))
    groups = [{"name": f"g{i}", "choices": [{"name": f"c{j}", "loss": loss(), "costs": {"bytes": rng.randrange(20)}}
                                            for j in range(rng.randrange(1, 5))]} for i in range(count)]
    edges = []
    for a, b in zip(groups, groups[1:]):
        shape = range(len(a["choices"])), range(len(b["choices"]))
        edge = {"between": [a["name"], b["name"]], "costs": {"bytes": [[rng.randrange(6) for _ in shape[1]]
                                                                       for _ in shape[0]]}}
        if rng.random() < 0.5:
            edge["loss"] = [[rng.randrange(3) for _ in shape[1]] for _ in shape[0]]
        edges.append(edge)
    budget = rng.randrange(5 * count, 14 * count)
    return {"version": 1, "resources": [{"name": "bytes", "budget": budget}], "groups": groups, "edges": edges}


def least_losses(problem):
    """[group][choice][cost]: the least loss of this group and all behind it, edges included, where they cost this."""
    groups, edges = problem["groups"], problem["edges"]
    size = 26 * len(groups)
    table = [[numpy.full(size, NEVER) for _ in group["choices"]] for group in groups]
    for i in range(len(groups) - 1, -1, -1):
        for c, choice in enumerate(groups[i]["choices"]):
            rest = numpy.full(size, NEVER)
            if i + 1 == len(groups):
                rest[0] = 0
            else:
                for d, behind in enumerate(table[i + 1]):
                    cost, loss = edge_of(edges[i], c, d)
                    rest[cost:] = numpy.minimum(rest[cost:], behind[:size - cost] + loss)
            cost = choice["costs"]["bytes"]
            table[i][c][cost:] = rest[:size - cost] + choice["loss"]
    return table


def edge_of(edge, c, d):
    return edge["costs"]["bytes"][c][d], edge.get("loss", [[0] * (d + 1)] * (c + 1))[c][d]


def solve(problem):
    """{group: choice}, or None: least loss, then least cost, then the first choices."""
    table = least_losses(problem)
    groups, budget = problem["groups"], problem["resources"][0]["budget"]
    loss, cost = min((int(losses[:budget + 1].min()), int(losses[:budget + 1].argmin())) for losses in table[0])
    if loss >= NEVER // 2:
        return None
    choices = [next(c for c, losses in enumerate(table[0]) if losses[cost] == loss)]
    for i in range(1, len(groups)):
        last = groups[i - 1]["choices"][choices[-1]]
        loss, cost = loss - last["loss"], cost - last["costs"]["bytes"]
        for c, losses in enumerate(table[i]):
            between = edge_of(problem["edges"][i - 1], choices[-1], c)
            if cost >= between[0] and losses[cost - between[0]] == loss - between[1]:
                loss, cost = loss - between[1], cost - between[0]
                choices.append(c)
                break
    return {group["name"]: group["choices"][c]["name"] for group, c in zip(groups, choices)}


def compare(tool, seed):
    problem = draw(seed)
    expected = solve(problem)
    status, answer = run(tool, problem)
    if (status == 2) != (expected is None) or answer.get("choices") != expected:
        sys.exit(f"seed {seed}: expected {expected}, got {answer}\n{problem}")
    return expected is not None


def main():
    tool, count = sys.argv[1], int(sys.argv[2])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        solved = sum(pool.map(lambda seed: compare(tool, seed), range(count)))
    print(f"{count} chains: solved {solved}, infeasible {count - solved}")


main()
