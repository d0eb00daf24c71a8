# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compareFronts.py QC-SOLVE COUNT: fronts of random problems against every assignment at every budget."""
import random
import sys
from fractions import Fraction

from problems import add_bounds, bound_of, brute, draw_problem, exact_tables, run


def cost_of(problem, choices, measure):
    groups, pairs = exact_tables(problem, measure)
    index = [[choice["name"] for choice in group["choices"]].index(choices[group["name"]])
             for group in problem["groups"]]
    total = sum(table[c] for table, c in zip(groups, index))
    return total + sum(table[index[a]][index[b]] for (a, b), table in pairs.items())


def front(problem, resource, points):
    """The answers at whole budgets between the two ends; the resource comes first among resources, as the front's ties
    ask for."""
    resources = sorted(problem["resources"], key=lambda entry: entry["name"] != resource)
    problem = dict(problem, resources=[dict(entry) for entry in resources], objective="loss")
    best = brute(problem)
    if best is None:
        return None
    greatest = cost_of(problem, best, resource)
    least = cost_of(problem, brute(dict(problem, objective=resource)), resource)
    answers = []
    for i in range(points):
        # Costs here are integers, so that a budget's fraction does not matter.
        problem["resources"][0]["budget"] = least + Fraction((greatest - least) * i, points - 1)
        answer = brute(problem)
        if answer not in answers:
            answers.append(answer)
    return answers


def main():
    tool, count = sys.argv[1], int(sys.argv[2])
    met = 0
    for seed in range(count):
        rng = random.Random(seed)
        size = rng.randrange(2, 8)
        edges = [tuple(rng.sample(range(size), 2)) for _ in range(rng.randrange(2 * size))]
        problem = add_bounds(rng, draw_problem(rng, ["ties", "integers"][seed % 2], size, edges))
        if not problem["resources"]:
            continue
        resource = rng.choice(problem["resources"])["name"]
        if bound_of(problem, resource) is not None and rng.random() < 0.5:
            del next(entry for entry in problem["resources"] if entry["name"] == resource)["budget"]
        expected = front(problem, resource, 9)
        status, answer = run(tool, problem, "--front=9", f"--resource={resource}")
        got = None if status == 2 else [point["choices"] for point in answer["points"]]
        if got != expected:
            sys.exit(f"seed {seed}: expected {expected}, got {got}\n{problem}")
        met += len(expected or [])
    print(f"{count} problems: {met} points")


main()
