#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes seeded random ONNX graphs with symbolic dimensions, and inputs of several sizes.

Interpreter: Debian's python3 with python3-onnx and python3-numpy.

  makeSymbolicGraphs.py OUT FIRST COUNT

For each seed from FIRST on, a folder OUT/<seed> with model.onnx, whose inputs have the dimensions N and W (and
sometimes one more, M, that must equal W or be 1), and data/<i>.npz: inputs of one assignment of sizes each, among them
0 and 1. Some assignments break the model (windows that do not fit, M that is neither W nor 1): whoever runs them has
to be told.
"""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

ASSIGNMENTS = 4


class Graph:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.constants, self.count = [], [], 0

    def name(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def constant(self, array):
        name = self.name("c")
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def floats(self, *shape):
        return self.constant((self.rng.standard_normal(shape) * 0.5).astype(np.float32))

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def add(self, op, inputs, **attributes):
        output = self.name(op.lower())
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output


# Values are (name, channels, width) of shape [N, channels, width]; width is a text: equal texts are equal sizes.

def conv(g, x, width):
    name, channels, w = x
    kernel, stride, pad = int(g.rng.integers(1, 4)), int(g.rng.integers(1, 3)), int(g.rng.integers(0, 2))
    depthwise = g.rng.random() < 0.3
    outputs = channels if depthwise else int(g.rng.integers(1, 7))
    weights = g.floats(outputs, 1 if depthwise else channels, kernel)
    y = g.add("Conv", [name, weights, g.floats(outputs)], strides=[stride], pads=[pad, pad],
              group=channels if depthwise else 1)
    return y, outputs, f"conv({w},{kernel},{stride},{pad})"


def pool(g, x, width):
    name, channels, w = x
    op = ["MaxPool", "AveragePool"][int(g.rng.integers(2))]
    kernel, stride = int(g.rng.integers(2, 4)), int(g.rng.integers(1, 3))
    y = g.add(op, [name], kernel_shape=[kernel], strides=[stride], pads=[1, 1])
    return y, channels, f"conv({w},{kernel},{stride},1)"


def unary(g, x, width):
    return (g.add(["Relu", "HardSwish"][int(g.rng.integers(2))], [x[0]]),) + x[1:]


def softmax(g, x, width):
    return (g.add("Softmax", [x[0]], axis=int(g.rng.integers(1, 3))),) + x[1:]


def channel_affine(g, x, width):
    y = g.add("Mul", [x[0], g.floats(x[1], 1)])
    return (g.add("Add", [y, g.floats(1)]),) + x[1:]


def gate(g, x, width):
    pooled = g.add("GlobalAveragePool", [x[0]])
    return (g.add("Mul", [x[0], pooled]),) + x[1:]


def residual(g, x, width):
    name, channels, w = x
    y = g.add("Conv", [name, g.floats(channels, channels, 3), g.floats(channels)], pads=[1, 1])
    return (g.add("Relu", [g.add("Add", [y, name])]),) + x[1:]


def join(g, x, width):
    name, channels, w = x
    if g.rng.random() < 0.5:
        y = g.add("Concat", [name, g.add("Relu", [name])], axis=1)
        return y, 2 * channels, w
    y = g.add("Concat", [name, g.add("HardSwish", [name]), name], axis=2)
    return y, channels, f"3*({w})"


def rows(g, x, width):
    """Transpose, a product with constant weights, back."""
    name, channels, w = x
    columns = int(g.rng.integers(1, 9))
    y = g.add("MatMul", [g.add("Transpose", [name], perm=[0, 2, 1]), g.floats(channels, columns)])
    return g.add("Transpose", [y], perm=[0, 2, 1]), columns, w


def attention(g, x, width):
    """A product of two activations over the symbolic width, and one over channels."""
    name, channels, w = x
    turned = g.add("Transpose", [name], perm=[0, 2, 1])
    scores = g.add("Softmax", [g.add("MatMul", [turned, name])], axis=2)
    return g.add("MatMul", [name, scores]), channels, w


def regroup(g, x, width):
    """[N, C, W] to [N, C * W] by a chain that ends in -1, and back by the shape itself."""
    name, channels, w = x
    shape = g.add("Shape", [name])
    flat = g.add("Reshape", [name, g.add("Concat", [g.add("Shape", [name], start=0, end=1), g.ints(-1)], axis=0)])
    flat = g.add("Relu", [flat])
    # A size of 0 is a size here, not a dimension to copy.
    return g.add("Reshape", [flat, shape], allowzero=1), channels, w


def expand(g, x, width):
    name, channels, w = x
    y = g.add("Expand", [g.floats(channels, 1), g.add("Shape", [name])])
    return g.add("Add", [y, name]), channels, w


def normalize(g, x, width):
    name, channels, w = x
    if g.rng.random() < 0.5:
        return (g.add("InstanceNormalization", [name, g.floats(channels), g.floats(channels)]),) + x[1:]
    turned = g.add("Transpose", [name], perm=[0, 2, 1])
    y = g.add("LayerNormalization", [turned, g.floats(channels), g.floats(channels)])
    return g.add("Transpose", [y], perm=[0, 2, 1]), channels, w


def reduce(g, x, width):
    """Over channels, over the symbolic width, over the symbolic batch: back by broadcasting."""
    op = ["ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"][int(g.rng.integers(4))]
    axes = [[1], [2], [0], [1, 2], [0, 2]][int(g.rng.integers(5))]
    reduced = g.add("Clip", [g.add(op, [x[0]], axes=axes), g.constant(np.float32(-8)), g.constant(np.float32(8))])
    return (g.add("Add", [x[0], reduced]),) + x[1:]


def along(g, x, width):
    axis = int(g.rng.integers(0, 3))
    if g.rng.random() < 0.5:
        return (g.add("LogSoftmax", [x[0]], axis=max(axis, 1)),) + x[1:]
    return (g.add("CumSum", [x[0], g.ints(axis)], reverse=int(g.rng.integers(2))),) + x[1:]


def part_of_shape(g, name, first, end):
    return g.add("Shape", [name], start=first, end=end)


def resize(g, x, width):
    """To the width of the input, stretched or thinned, by all coordinates and roundings; or by a constant fraction."""
    name, channels, w = x
    modes = {"mode": "nearest",
             "coordinate_transformation_mode": str(g.rng.choice(
                 ["half_pixel", "pytorch_half_pixel", "tf_half_pixel_for_nn", "half_pixel_symmetric", "asymmetric",
                  "align_corners"])),
             "nearest_mode": str(g.rng.choice(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]))}
    if g.rng.random() < 0.3:
        scales = g.constant(np.array([1, 1, g.rng.choice([0.5, 0.75, 1.5, 2])], np.float32))
        return (g.add("Resize", [name, "", scales], **modes), channels, "resized")
    times, plus, by = int(g.rng.integers(1, 4)), int(g.rng.integers(0, 3)), int(g.rng.integers(1, 4))
    size = g.add("Add", [g.add("Mul", [part_of_shape(g, "x", 2, 3), g.ints(times)]), g.ints(plus)])
    size = g.add("Cast", [g.add("Div", [size, g.ints(by)])], to=TensorProto.FLOAT)
    size = g.add("Cast", [size], to=TensorProto.INT64)
    sizes = g.add("Concat", [part_of_shape(g, name, 0, 2), size], axis=0)
    return (g.add("Resize", [name, "", "", sizes], **modes), channels, "resized")


def pad(g, x, width):
    """To a multiple of some number, before or behind."""
    name, channels, w = x
    number = g.ints(int(g.rng.integers(2, 9)))
    rest = g.add("Mod", [part_of_shape(g, name, 2, 3), number])
    amount = g.add("Mod", [g.add("Sub", [number, rest]), number])
    none, isBefore = g.ints(0), g.rng.random() < 0.5
    pads = [none, none, amount if isBefore else none, none, none, none if isBefore else amount]
    mode = str(g.rng.choice(["constant", "constant", "edge", "reflect"]))
    return (g.add("Pad", [name, g.add("Concat", pads, axis=0)], mode=mode), channels, "padded")


def tile(g, x, width):
    """As often as there are samples."""
    name, channels, w = x
    repeats = g.add("Concat", [g.ints(1, 1), part_of_shape(g, "x", 0, 1)], axis=0)
    return (g.add("Tile", [name, repeats]), channels, "tiled")


def split(g, x, width):
    """In two by computed sizes, the second one in front."""
    name, channels, w = x
    whole, by = part_of_shape(g, name, 2, 3), g.ints(int(g.rng.integers(2, 5)))
    first = g.add("Div", [whole, by])
    sizes = g.add("Concat", [first, g.add("Sub", [whole, first])], axis=0)
    parts = [g.name("part"), g.name("part")]
    g.nodes.append(helper.make_node("Split", [name, sizes], parts, name=parts[0], axis=2))
    return (g.add("Concat", parts[::-1], axis=2), channels, w)


def halves(g, x, width):
    """Of two equal parts, of what has twice the width; sometimes of what may not be even."""
    name, channels, w = x
    double = name if g.rng.random() < 0.2 else g.add("Concat", [name, name], axis=2)
    parts = [g.name("part"), g.name("part")]
    g.nodes.append(helper.make_node("Split", [double], parts, name=parts[0], axis=2))
    return (g.add("Add", parts), channels, w)


STEPS = [conv, conv, pool, unary, softmax, channel_affine, gate, residual, join, rows, attention, regroup, expand,
         normalize, reduce, along, resize, resize, pad, tile, split, halves]


def make_graph(seed):
    g = Graph(seed)
    channels = int(g.rng.integers(1, 6))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", channels, "W"])]
    x = ("x", channels, "W")
    if g.rng.random() < 0.5:
        inputs.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, channels, "M"]))
        x = (g.add("Add", ["x", "z"]), channels, "broadcast")
    outputs = []
    for step in range(int(g.rng.integers(3, 9))):
        x = STEPS[int(g.rng.integers(len(STEPS)))](g, x, None)
        if g.rng.random() < 0.15:
            outputs.append(x[0])
    outputs.append(x[0])
    outputs = list(dict.fromkeys(outputs))
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", None, None]) for name in outputs]
    graph = helper.make_graph(g.nodes, f"symbolic{seed}", inputs, infos, g.constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), channels, len(inputs)


def make_sizes(rng):
    n = int(rng.choice([0, 1, 1, 2, 3]))
    w = int(rng.choice([0, 1, 2, 3, 5, 8, 17, 40, 130]))
    m = int(rng.choice([w, w, 1, 1, w + 1]))
    return n, w, m


def write(folder, seed):
    os.makedirs(folder + "/data")
    model, channels, count = make_graph(seed)
    save(model, folder + "/model.onnx")
    rng = np.random.default_rng(seed + 1000000)
    for i in range(ASSIGNMENTS):
        n, w, m = make_sizes(rng)
        arrays = {"x": rng.standard_normal((n, channels, w)).astype(np.float32)}
        if count > 1:
            arrays["z"] = rng.standard_normal((1, channels, m)).astype(np.float32)
        np.savez(f"{folder}/data/{i}.npz", **arrays)


def main():
    out, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first, first + count):
        write(f"{out}/{seed}", seed)


if __name__ == "__main__":
    main()
