# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""checkFront.py QC-SOLVE PROBLEM FRONT RESOURCE: points are in order; some of them are what the problem gives whose
budgets, of all resources, are their costs."""
import json
import sys
from fractions import Fraction

from problems import run


def exact_costs(problem, choices, name):
    index = {group["name"]: [choice["name"] for choice in group["choices"]].index(choices[group["name"]])
             for group in problem["groups"]}
    total = sum(Fraction(group["choices"][index[group["name"]]]["costs"][name]) for group in problem["groups"])
    for edge in problem["edges"]:
        a, b = edge["between"]
        if name in edge["costs"]:
            total += Fraction(edge["costs"][name][index[a]][index[b]])
    return total


def round_up(value):
    number = float(value)
    while Fraction(number) < value:
        number *= 1 + 2.0 ** -52
    return number


def main():
    tool, problem_path, front_path, name = sys.argv[1:]
    with open(problem_path, encoding="utf-8") as file:
        problem = json.load(file)
    with open(front_path, encoding="utf-8") as file:
        points = json.load(file)["points"]
    for before, after in zip(points, points[1:]):
        assert before["loss"] > after["loss"] and before["costs"][name] < after["costs"][name]
    again = points[3::8]
    for point in again:
        for resource in problem["resources"]:
            resource["budget"] = round_up(exact_costs(problem, point["choices"], resource["name"]))
        status, answer = run(tool, problem)
        assert status == 0 and answer["choices"] == point["choices"], (answer, point)
    print(f"{len(points)} points, each within its budget; {len(again)} of them solved again")


main()
