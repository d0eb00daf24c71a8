# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""breakProblem.py QC-SOLVE: a problem with one mistake after the other; prints what qc-solve says of each."""
import copy
import json
import subprocess
import sys

GOOD = {
    "version": 1, "objective": "loss", "loss_bound": 3, "pins": {"b": "i8"},
    "resources": [{"name": "bytes", "unit": "B", "budget": 20}],
    "groups": [{"name": name, "choices": [{"name": "f32", "loss": 0, "costs": {"bytes": 8}},
                                          {"name": "i8", "loss": 0.5, "costs": {"bytes": 2}}]} for name in "ab"],
    "edges": [{"between": ["a", "b"], "loss": [[0, 1], [1, 0]], "costs": {"bytes": [[0, 1], [1, 0]]}}],
}
MISTAKES = [
    lambda p: p.update(version=2),
    lambda p: p.update(colour=1),
    lambda p: p.update(objective="size"),
    lambda p: p.update(objective=3),
    lambda p: p.update(loss_bound="low"),
    lambda p: p.pop("groups"),
    lambda p: p.update(groups=[]),
    lambda p: p.update(resources={}),
    lambda p: p["resources"].append({"name": "bytes"}),
    lambda p: p["resources"][0].update(budget=-1),
    lambda p: p["resources"][0].update(budget=2**53 + 1),
    lambda p: p["resources"][0].update(unit=8),
    lambda p: p["groups"].append("c"),
    lambda p: p["groups"][1].update(name="a"),
    lambda p: p["groups"][1].update(name=""),
    lambda p: p["groups"][1].update(choices=[]),
    lambda p: p["groups"][0].update(choices="all"),
    lambda p: p["groups"][0]["choices"][1].update(name="f32"),
    lambda p: p["groups"][0]["choices"][1].pop("loss"),
    lambda p: p["groups"][0]["choices"][1].update(loss=1e31),
    lambda p: p["groups"][0]["choices"][1].pop("costs"),
    lambda p: p["groups"][0]["choices"][1]["costs"].update(ms=1),
    lambda p: p["groups"][0]["choices"][1]["costs"].update(bytes=-0.5),
    lambda p: p["groups"][0]["choices"][1]["costs"].update(bytes=None),
    lambda p: p["edges"][0].update(between=["a", "c"]),
    lambda p: p["edges"][0].update(between=["a", "a"]),
    lambda p: p["edges"][0].update(between=["a"]),
    lambda p: p["edges"][0].update(loss=[[0, 1]]),
    lambda p: p["edges"][0].update(loss=[[0, 1], [1]]),
    lambda p: p["edges"][0].update(loss=[[0, 1], [1, -2e30]]),
    lambda p: p["edges"][0]["costs"].update(ms=[[0, 1], [1, 0]]),
    lambda p: p["edges"][0]["costs"].update(bytes=[[0, 1], [-1, 0]]),
    lambda p: p["edges"][0]["costs"].update(bytes=[[0, "1"], [1, 0]]),
    lambda p: p.update(pins=[]),
    lambda p: p.update(pins={"c": "i8"}),
    lambda p: p.update(pins={"a": "i4"}),
]


def run(text):
    done = subprocess.run([sys.argv[1], "-"], input=text, capture_output=True, text=True, check=False)
    print(done.returncode, (done.stderr or done.stdout).strip().replace("\n", " "))


def main():
    run(json.dumps(GOOD))
    for mistake in MISTAKES:
        problem = copy.deepcopy(GOOD)
        mistake(problem)
        run(json.dumps(problem))
    for text in ["", "[1]", "{", '{"version": 1, "version": 1}', "[" * 1001, json.dumps(GOOD).replace("20", "1e999"),
                 json.dumps(GOOD).replace("bytes", "loss")]:
        run(text)


main()
