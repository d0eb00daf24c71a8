#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a model whose integer form has to know counts of values over symbolic sizes, and data of several sizes.

Interpreter: Debian's python3 with python3-onnx and python3-numpy.

  makeBoundedCounts.py OUT

OUT/model.onnx has the input x of shape [1, 3, H, W]: a convolution with stride 2, squeeze-excitation (a global pool,
two 1x1 convolutions, a product with what was pooled), a product of two activations over floor((W + 1) / 2), and a
global pool over floor((H + 1) / 2)^2 values. OUT/calibration holds samples of several sizes. OUT/runs/<i>.npz are
inputs: at the ends of the ranges H=1:40 and W=1:48, between them, and, the last OUTSIDE, beyond them.
"""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

RUNS = [(1, 1), (40, 48), (1, 48), (40, 1), (2, 3), (7, 30), (23, 31), (16, 16), (41, 16), (16, 49), (0, 16)]
OUTSIDE = 3


def make_model(rng):
    constants, nodes = [], []

    def constant(*shape):
        name = f"c{len(constants)}"
        constants.append(numpy_helper.from_array((rng.standard_normal(shape) * 0.4).astype(np.float32), name))
        return name

    def add(op, output, *inputs, **attributes):
        nodes.append(helper.make_node(op, list(inputs), [output], name=output, **attributes))

    add("Conv", "features", "x", constant(8, 3, 3, 3), constant(8), strides=[2, 2], pads=[1, 1, 1, 1])
    add("Relu", "active", "features")
    add("GlobalAveragePool", "squeezed", "active")
    add("Conv", "reduced", "squeezed", constant(4, 8, 1, 1), constant(4))
    add("Relu", "narrow", "reduced")
    add("Conv", "expanded", "narrow", constant(8, 4, 1, 1), constant(8))
    add("HardSigmoid", "gate", "expanded")
    add("Mul", "gated", "active", "gate")
    add("Conv", "query", "gated", constant(5, 8, 1, 1), constant(5))
    add("Transpose", "turned", "query", perm=[0, 1, 3, 2])
    add("HardSigmoid", "key", "turned")
    add("MatMul", "scores", "query", "key")
    add("Relu", "y", "scores")
    add("GlobalAveragePool", "z", "y")
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "H", "W"])
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5, None, None]),
               helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 5, 1, 1])]
    graph = helper.make_graph(nodes, "boundedCounts", [x], outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    out = sys.argv[1]
    rng = np.random.default_rng(1)
    os.makedirs(out + "/calibration")
    os.makedirs(out + "/runs")
    save(make_model(rng), out + "/model.onnx")

    def sample(h, w):
        return rng.standard_normal((1, 3, h, w)).astype(np.float32)

    for i, (h, w) in enumerate(RUNS[:-OUTSIDE]):
        np.save(f"{out}/calibration/{i}.npy", sample(h, w))
    for i, (h, w) in enumerate(RUNS):
        np.savez(f"{out}/runs/{i}.npz", x=sample(h, w))


if __name__ == "__main__":
    main()
