#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes model.onnx (conv, relu, conv), calibration.npz with one spike of 300 and one of -250 in 96 samples, and
test.npz, which has none: twoSpikes.py FOLDER."""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def main():
    folder = sys.argv[1]
    rng = np.random.default_rng(15)
    x = rng.standard_normal((128, 3, 8, 8)).astype(np.float32)
    x[3, 0, 2, 2], x[40, 1, 5, 5] = 300, -250
    np.savez(os.path.join(folder, "calibration.npz"), x=x[:96])
    np.savez(os.path.join(folder, "test.npz"), x=x[96:])
    weights = {"a": (rng.standard_normal((8, 3, 3, 3)) * 0.3).astype(np.float32),
               "b": (rng.standard_normal((4, 8, 1, 1)) * 0.3).astype(np.float32)}
    nodes = [helper.make_node("Conv", ["x", "a"], ["c"], name="c", pads=[1] * 4),
             helper.make_node("Relu", ["c"], ["r"], name="r"), helper.make_node("Conv", ["r", "b"], ["y"], name="y")]
    values = [[helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, c, 8, 8])] for n, c in (("x", 3), ("y", 4))]
    graph = helper.make_graph(nodes, "spikes", *values, [numpy_helper.from_array(w, n) for n, w in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(model.SerializeToString())


if __name__ == "__main__":
    main()
