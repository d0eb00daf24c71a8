# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of thousands of operations: manyOperations.py QC-COMPILE OUTDIR. Each compiles in a time that a step quadratic
in the number of operations exceeds several times (measured in time of the processor, so that other work does not
count), and gives the values that it has to give."""
import os
import resource
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

COMPILE, OUT = sys.argv[1:]
SECONDS = 40
FEATURES = 16


def tensor(name, width=FEATURES):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, width])


def scalar(name, value):
    return helper.make_tensor(name, TensorProto.FLOAT, [], [value])


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs, [output], name=output, **attributes)


def clips(count):
    """One chain of equal operations."""
    nodes = [node("Clip", [f"v{i}", "low", "high"], f"v{i + 1}") for i in range(count)]
    return nodes, [tensor("v0")], [tensor(f"v{count}")], [scalar("low", -0.5), scalar("high", 0.75)], \
        lambda x: np.clip(x, np.float32(-0.5), np.float32(0.75))


def changing(count):
    """One chain of operations that differ, each with a number of its own."""
    nodes, numbers = [], []
    for i in range(count):
        kind = ("Add", "Mul", "Relu", "Add", "HardSigmoid")[i % 5]
        inputs = [f"v{i}"]
        if kind in ("Add", "Mul"):
            numbers.append(scalar(f"k{i}", 1 - i / (2 * count) if kind == "Mul" else i / count))
            inputs.append(f"k{i}")
        nodes.append(node(kind, inputs, f"v{i + 1}"))
    return nodes, [tensor("v0")], [tensor(f"v{count}")], numbers, None


def read_again(count):
    """Every value is read by the next operation and by one far behind."""
    nodes = [node("Relu", ["v0"], "v1")]
    for i in range(1, count):
        nodes.append(node("Mul", [f"v{i}", f"v{i // 2}"], f"m{i}"))
        nodes.append(node("Clip", [f"m{i}", "low", "high"], f"v{i + 1}"))
    return nodes, [tensor("v0")], [tensor(f"v{count}")], [scalar("low", 0), scalar("high", 1)], None


def branches(count):
    """As many operations side by side, their results in one concatenation."""
    nodes = [node("Relu", ["v0"], f"v{i + 1}") for i in range(count)]
    nodes.append(node("Concat", [f"v{i + 1}" for i in range(count)], "y", axis=1))
    return nodes, [tensor("v0")], [tensor("y", count * FEATURES)], [], \
        lambda x: np.tile(np.maximum(x, 0), (1, count))


def outputs(count):
    """As many outputs."""
    nodes = [node("Relu", ["v0"], f"v{i + 1}") for i in range(count)]
    return nodes, [tensor("v0")], [tensor(f"v{i + 1}") for i in range(count)], [], None


def slices(count):
    """Parts of a dimension whose size is known when the model runs, in one concatenation: all places are computed."""
    begins = [i % 7 for i in range(count)]
    numbers = [helper.make_tensor(f"k{i}", TensorProto.INT64, [1], [i]) for i in range(11)]
    nodes = [node("Slice", ["v0", f"k{i}", f"k{i + 1 + i % 3}", "k1"], f"v{n + 1}") for n, i in enumerate(begins)]
    nodes.append(node("Concat", [f"v{i + 1}" for i in range(count)], "y", axis=1))
    return nodes, [tensor("v0", "W")], [tensor("y", "L")], numbers, \
        lambda x: np.concatenate([x[:, i:i + 1 + i % 3] for i in begins], 1)


def refused(count):
    """Products that have no integer form with the ranges of the data: each is refused for itself."""
    nodes = [node("Mul", ["v0", "w"], f"v{i + 1}") for i in range(count)]
    nodes.append(node("Concat", [f"v{i + 1}" for i in range(count)], "y", axis=1))
    return nodes, [tensor("v0"), tensor("w")], [tensor("y", count * FEATURES)], [], None


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def check(make, count, data):
    """Compiles the model of `make(count)` in float, or, with `data`, quantized, runs it, and compares where a function
    is known."""
    nodes, inputs, results, numbers, expected = make(count)
    model = helper.make_model(helper.make_graph(nodes, make.__name__, inputs, results, numbers),
                              opset_imports=[helper.make_opsetid("", 15)])
    model.ir_version = 8
    stem = os.path.join(OUT, make.__name__)
    onnx.save(model, stem + ".onnx")
    options = ["--float"]
    if data:
        np.savez(stem + ".npz", **data)
        options = ["--calibration-data", stem + ".npz"]
    done = subprocess.run([COMPILE, stem + ".onnx", *options, "--quiet", "-o", stem], preexec_fn=limit, text=True,
                          stderr=subprocess.PIPE)
    if done.returncode != 0:
        return f"qc-compile gave {done.returncode}: {done.stderr[:300]}"
    if expected is None:
        return ""
    x = np.linspace(-2, 2, FEATURES, dtype=np.float32).reshape(1, FEATURES)
    np.save(stem + "-x.npy", x)
    output = results[0].name
    subprocess.run([stem, "--input", f"v0={stem}-x.npy", "--output", f"{output}={stem}-y.npy"], check=True,
                   stdout=subprocess.DEVNULL)
    return "" if np.array_equal(np.load(stem + "-y.npy"), expected(x)) else "wrong values"


os.makedirs(OUT, exist_ok=True)
small = {"v0": np.linspace(-1, 1, 2 * FEATURES, dtype=np.float32).reshape(2, FEATURES)}
# Wherever one operand is large the other one is zero.
pair = {"v0": np.tile(np.array([0, 1], np.float32), (2, FEATURES // 2)),
        "w": np.tile(np.array([1e30, 1e-7], np.float32), (2, FEATURES // 2))}
for make, count, data in [(clips, 4000, None), (changing, 4000, None), (read_again, 2000, None),
                          (branches, 16000, None), (outputs, 4000, None), (slices, 4000, None),
                          (read_again, 2000, small), (refused, 4000, pair)]:
    problem = check(make, count, data)
    print(f"{make.__name__} {'int8' if data else 'float'}: {problem or 'ok'}")
