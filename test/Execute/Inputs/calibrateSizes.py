# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model of symbolic width whose values are computed in their places of one output, calibrated with data of several
widths: calibrateSizes.py QC-COMPILE OUTDIR. The extremes that qc writes down are those of numpy."""
import os
import re
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

COMPILE, OUT = sys.argv[1:]
WIDTHS = (3, 17, 8)


def make_model(path):
    nodes = [helper.make_node("Concat", ["x", "x"], ["wide"], "wide", axis=0),
             helper.make_node("Abs", ["x"], ["a"], "a"), helper.make_node("Neg", ["a"], ["n"], "n"),
             helper.make_node("Concat", ["a", "wide", "n"], ["y"], "y", axis=0)]
    tensors = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, "W"])] for name in "xy"]
    graph = helper.make_graph(nodes, "g", *tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)


def read_statistics(text):
    """{value: (min, max)}"""
    found = {}
    for line in text.splitlines():
        if "qc.stats" in line:
            number = {key: float(re.search(key + r" = ([^ ]+) : f32", line)[1]) for key in ("min", "max")}
            found[re.search(r'of = "([^"]+)"', line)[1]] = (number["min"], number["max"])
    return found


def main():
    os.makedirs(OUT + "/data", exist_ok=True)
    make_model(OUT + "/model.onnx")
    rng = np.random.default_rng(0)
    data = [rng.standard_normal((2, width)).astype(np.float32) for width in WIDTHS]
    for i, array in enumerate(data):
        np.save(f"{OUT}/data/{i}.npy", array)
    command = [COMPILE, OUT + "/model.onnx", "--calibration-data", OUT + "/data", "--to=calibrate", "-o", "-"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    x = np.concatenate([array.reshape(-1) for array in data])
    expected = {"x": x, "wide": x, "a": abs(x), "n": -abs(x), "y": np.concatenate([x, abs(x), -abs(x)])}
    found = read_statistics(text)
    for name, (low, high) in found.items():
        values = expected[name]
        if not (np.isclose(low, values.min(), rtol=1e-6) and np.isclose(high, values.max(), rtol=1e-6)):
            sys.exit(f"{name}: observed {low} to {high}, is {values.min()} to {values.max()}")
    print(f"{len(found)} values observed over {len(WIDTHS)} sizes: equal")


main()
