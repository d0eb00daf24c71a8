# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random problems, and their answers by trying everything. Shares no code with qc: docs/Search.md is what both follow.

A problem here is the JSON form. Numbers are Fractions or integers, so that nothing is rounded by accident.
"""
import itertools
import json
import math
import random
import subprocess
import sys
from fractions import Fraction

import numpy

RANK_BITS = 30


def measures(problem):
    return ["loss"] + [resource["name"] for resource in problem["resources"]]


def value_of(choice, measure):
    return choice["loss"] if measure == "loss" else choice["costs"][measure]


def table_of(edge, measure):
    return edge.get("loss") if measure == "loss" else edge.get("costs", {}).get(measure)


def bound_of(problem, measure):
    if measure == "loss":
        return problem.get("loss_bound")
    return next(resource for resource in problem["resources"] if resource["name"] == measure).get("budget")


def exact_tables(problem, measure):
    """([values of each group], {(first, second): [[values]]}) as Fractions; edges of the same groups are one."""
    index = {group["name"]: i for i, group in enumerate(problem["groups"])}
    groups = [[Fraction(value_of(choice, measure)) for choice in group["choices"]] for group in problem["groups"]]
    pairs = {}
    for edge in problem.get("edges", []):
        a, b = (index[name] for name in edge["between"])
        table = table_of(edge, measure)
        if a > b:
            a, b, table = b, a, table and [list(column) for column in zip(*table)]
        total = pairs.setdefault((a, b), [[Fraction(0)] * len(groups[b]) for _ in groups[a]])
        if table:
            for row, entries in zip(total, table):
                for j, entry in enumerate(entries):
                    row[j] += Fraction(entry)
    return groups, pairs


def rank_tables(groups, pairs):
    """The same tables in ranks: multiples, rounded down, of the least power of two for which the greatest absolute
    values of all tables sum to less than 2^30, or of a greater one that divides all values."""
    values = [value for table in groups for value in table]
    values += [value for table in pairs.values() for row in table for value in row]
    total = sum(max(abs(value) for value in table) for table in groups)
    total += sum(max(abs(value) for row in table for value in row) for table in pairs.values())
    if total == 0:
        return groups, pairs
    exponent = math.frexp(float(total))[1] - RANK_BITS - 2
    while total >= Fraction(2) ** (exponent + RANK_BITS):
        exponent += 1
    while all((value / Fraction(2) ** (exponent + 1)).denominator == 1 for value in values):
        exponent += 1
    unit = Fraction(2) ** exponent

    def rank(value):
        return math.floor(value / unit)

    return ([[rank(value) for value in table] for table in groups],
            {pair: [[rank(value) for value in row] for row in table] for pair, table in pairs.items()})


def totals(tables, grid):
    """(totals, common): totals / common of all assignments, which are columns of `grid`; int64 where that is enough."""
    groups, pairs = tables
    common = 1
    for value in itertools.chain(*groups, *itertools.chain(*pairs.values())):
        common = math.lcm(common, Fraction(value).denominator)
    def whole(values):
        return numpy.array([[int(Fraction(value) * common) for value in row] for row in values], dtype=object)
    arrays = [whole([table])[0] for table in groups] + [whole(table) for table in pairs.values()]
    size = sum(max(abs(value) for value in array.flat) for array in arrays)
    if size < 2**62:
        arrays = [array.astype(numpy.int64) for array in arrays]
    result = 0
    for array, choices in zip(arrays, grid):
        result = result + array[choices]
    for array, (a, b) in zip(arrays[len(groups):], pairs):
        result = result + array[grid[a], grid[b]]
    return result, common


def brute(problem):
    """{group: choice} of the best assignment, or None."""
    names = measures(problem)
    groups = problem["groups"]
    pins = problem.get("pins", {})
    allowed = [[j for j, choice in enumerate(group["choices"])
                if pins.get(group["name"], choice["name"]) == choice["name"]] for group in groups]
    grid = numpy.array(list(itertools.product(*allowed))).T
    keep = numpy.ones(grid.shape[1], dtype=bool)
    ranks = {}
    for measure in names:
        exact = exact_tables(problem, measure)
        ranks[measure] = totals(rank_tables(*exact), grid)[0]
        if bound_of(problem, measure) is not None:
            sums, common = totals(exact, grid)
            keep &= sums <= math.floor(Fraction(bound_of(problem, measure)) * common)
    first = problem.get("objective", "loss")
    for measure in [first] + [name for name in names if name != first]:
        if not keep.any():
            return None
        keep &= ranks[measure] == ranks[measure][keep].min()
    best = numpy.flatnonzero(keep)[0] # product is in the order of choices
    return {group["name"]: group["choices"][c]["name"] for group, c in zip(groups, grid[:, best])}


def plain(value):
    """For json: Fractions here are f64 values."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return float(value) if isinstance(value, Fraction) else value


def run(tool, problem, *options):
    """(exit status, answer) of qc-solve; what it prints beside the answer is an error."""
    done = subprocess.run([tool, "-", *options], input=json.dumps(plain(problem)), capture_output=True, text=True,
                          check=False)
    if done.stderr or done.returncode not in (0, 2):
        sys.exit(f"qc-solve: status {done.returncode}: {done.stderr}\n{json.dumps(plain(problem))}")
    return done.returncode, json.loads(done.stdout)


def draw_value(rng, kind, negative=False):
    """ties: few integers; integers: below 2^20; fixed: multiples of 2^-40, more bits than ranks have; real: f64 of all
    sizes."""
    if kind == "ties":
        value = rng.randrange(4)
    elif kind == "integers":
        value = rng.randrange(1 << 20)
    elif kind == "fixed":
        value = Fraction(rng.randrange(1 << 48), 1 << 40)
    else:
        value = Fraction(rng.random() * 2.0 ** rng.randrange(-20, 20))
    return -value if negative and rng.random() < 0.2 else value


def draw_problem(rng, kind, count, edges):
    """`count` groups, `edges` edges (indices); budgets at random places, now and then below what is possible."""
    names = ["bytes", "time"][:rng.randrange(3)]
    groups = []
    for i in range(count):
        choices = [{"name": f"c{j}", "loss": draw_value(rng, kind, negative=True),
                    "costs": {name: draw_value(rng, kind) for name in names}} for j in range(rng.randrange(1, 4))]
        if i > 0 and rng.random() < 0.2: # groups that are alike
            choices = json.loads(json.dumps(groups[-1]["choices"], default=lambda value: {"f": float(value)}),
                                 object_hook=lambda entry: Fraction(entry["f"]) if "f" in entry else entry)
        groups.append({"name": f"g{i}", "choices": choices})
    problem = {"version": 1, "groups": groups, "resources": [{"name": name} for name in names], "edges": []}
    for a, b in edges:
        shape = [len(groups[a]["choices"]), len(groups[b]["choices"])]
        table = lambda negative=False: [[draw_value(rng, kind, negative) if i != j else 0 for j in range(shape[1])]
                                        for i in range(shape[0])]
        edge = {"between": [f"g{a}", f"g{b}"], "costs": {name: table() for name in names if rng.random() < 0.7}}
        if rng.random() < 0.3:
            edge["loss"] = table(negative=True)
        problem["edges"].append(edge)
    problem["pins"] = {group["name"]: rng.choice(group["choices"])["name"] for group in groups if rng.random() < 0.1}
    return problem


def add_bounds(rng, problem):
    """Bounds between the least and the greatest total of each measure by groups alone, or a total that occurs."""
    picked = [rng.randrange(len(group["choices"])) for group in problem["groups"]]
    for measure in measures(problem):
        values = [[value_of(choice, measure) for choice in group["choices"]] for group in problem["groups"]]
        least, greatest = sum(map(min, values)), sum(map(max, values))
        bound = Fraction(float(least + (greatest - least) * Fraction(rng.randrange(-2, 11), 10)))
        if rng.random() < 0.3: # exactly what some assignment costs, where f64 holds that
            groups, pairs = exact_tables(problem, measure)
            exact = sum(table[c] for table, c in zip(groups, picked))
            exact += sum(table[picked[a]][picked[b]] for (a, b), table in pairs.items())
            bound = Fraction(float(exact))
        if measure == "loss":
            if rng.random() < 0.3:
                problem["loss_bound"] = bound
        elif rng.random() < 0.8:
            next(resource for resource in problem["resources"] if resource["name"] == measure)["budget"] = max(bound, 0)
    if problem["resources"] and rng.random() < 0.3:
        problem["objective"] = rng.choice(problem["resources"])["name"]
    return problem
