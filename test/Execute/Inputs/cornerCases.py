#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is easily forgotten: a table of small models, each compiled in float and in int8, run, and compared.

  cornerCases.py QC_COMPILE QC_VERIFY FOLDER [PATTERN]

For each case: the float library equals numpy and, byte for byte, the evaluator; the int8 library equals the evaluator
and lies near numpy; outputs that overlap the inputs, two threads, and a caller that flushes subnormals to zero change
no byte.
PATTERN: only the cases whose name holds it."""
import concurrent.futures
import ctypes
import json
import os
import shutil
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from makeRandomGraphs import conv, pool

COMPILE, VERIFY, ROOT = (os.path.abspath(a) for a in sys.argv[1:4])
CASES = {}
SAMPLES = 3
MOVES = "moves a model input"  # what moves an input that nothing quantized reads stays float
TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64}


class Case:
    """inputs, outputs: name -> shape; expected: arrays by name -> arrays by name; special: a sample with NaN and Inf.
    reason: the op stays float. refused: a part of the diagnostic that the compilation ends with."""

    def __init__(self, nodes, inputs, outputs, expected, inits=None, opset=13, data=None, special=None, reason=None,
                 refused=None, tolerance=0.04):
        self.nodes, self.inputs, self.outputs, self.expected = nodes, inputs, outputs, expected
        self.inits, self.opset, self.data, self.special = inits or {}, opset, data, special
        self.reason, self.refused, self.tolerance, self.twice = reason, refused, tolerance, None


def case(function):
    """Adds the cases that a function makes; it is given a generator of numbers seeded by its name."""
    seed = int.from_bytes(function.__name__.encode(), "little") % 2**32
    made = function(np.random.default_rng(seed))
    for name, one in made.items() if isinstance(made, dict) else ((None, made),):
        CASES[function.__name__ + (f"/{name}" if name else "")] = one


def node(kind, inputs, output, name=None, **attributes):
    return helper.make_node(kind, inputs, [output] if isinstance(output, str) else output,
                            name=output if name is None else name, **attributes)


def f32(rng, *shape):
    return rng.standard_normal(shape).astype(np.float32)


def one(kind, shape, function, inits=None, out=None, inputs=None, **more):
    """A model of a single op on x."""
    keys = ("opset", "special", "reason", "data", "tolerance")
    rest = {k: v for k, v in more.items() if k not in keys}
    out = function(np.zeros(shape, np.float32)).shape if out is None else out
    return Case([node(kind, inputs or ["x", *(inits or {})], "y", **rest)], {"x": shape}, {"y": out},
                lambda v: {"y": function(v["x"])}, inits, **{k: v for k, v in more.items() if k in keys})


def softmax(v, axis=-1):
    e = np.exp(v.astype(float) - v.max(axis, keepdims=True).astype(float))
    return e / e.sum(axis, keepdims=True)


# Zero-point padding. The data has its zero point in the middle, so a padding of code 0 would be seen.

def conv_case(rng, size, m, kernel, strides, pads, dilations, group=1, bias=True, shift=0.7, **more):
    spatial = len(kernel)
    w = f32(rng, m, size[1] // group, *kernel)
    b = f32(rng, m) if bias else None
    function = lambda x: conv(x.astype(float), w.astype(float), b, strides, pads, dilations, group)
    return one("Conv", size, function, {"w": w, **({"b": b} if bias else {})},
               data=lambda s: f32(rng, *size) + np.float32(shift), strides=strides, pads=pads, dilations=dilations,
               group=group, kernel_shape=kernel, **more) if spatial else None


@case
def conv_padding(rng):
    return {
        "stride": conv_case(rng, (1, 3, 9, 8), 5, [3, 3], [2, 3], [1, 0, 2, 1], [1, 1]),
        "dilation": conv_case(rng, (1, 4, 9, 9), 6, [3, 2], [1, 1], [2, 1, 2, 1], [2, 3]),
        "both": conv_case(rng, (2, 5, 11, 10), 7, [3, 3], [2, 2], [3, 2, 0, 4], [3, 2], shift=-0.9),
        "depthwise": conv_case(rng, (1, 6, 9, 9), 6, [3, 3], [2, 2], [2, 1, 1, 2], [2, 1], group=6),
        "depthwise_multiplier": conv_case(rng, (1, 3, 7, 7), 6, [5, 5], [1, 2], [2, 2, 2, 2], [1, 1], group=3),
        "grouped": conv_case(rng, (1, 6, 7, 7), 9, [3, 3], [2, 1], [1, 2, 1, 0], [1, 2], group=3),
        "all_padding": conv_case(rng, (1, 2, 1, 1), 3, [3, 3], [1, 1], [3, 3, 3, 3], [1, 1]),
        "stride_over_kernel": conv_case(rng, (1, 3, 10, 10), 4, [2, 1], [3, 4], [1, 0, 0, 1], [1, 1]),
        "one_dim": conv_case(rng, (1, 3, 12), 4, [4], [3], [2, 3], [2]),
        "three_dims": conv_case(rng, (1, 2, 5, 4, 6), 3, [2, 3, 2], [1, 2, 1], [1, 1, 0, 0, 1, 2], [1, 1, 3]),
    }


@case
def conv_auto_pad(rng):
    made = {}
    for mode, pads in (("SAME_UPPER", [0, 0, 1, 1]), ("SAME_LOWER", [1, 1, 0, 0]), ("VALID", [0, 0, 0, 0])):
        w = f32(rng, 4, 3, 3, 3)
        made[mode] = one("Conv", (1, 3, 8, 8), lambda x, w=w, pads=pads: conv(
            x.astype(float), w.astype(float), None, [2, 2], pads, [1, 1], 1), {"w": w}, strides=[2, 2], auto_pad=mode)
    return made


# Pools: the divisor varies by position; the padding of a max pool is below everything.

@case
def average_pool(rng):
    made = {}
    for include in (0, 1):
        for ceil in (0, 1):
            for kernel, strides, pads, size in (([3, 2], [2, 2], [1, 0, 1, 1], (1, 3, 8, 7)),
                                                ([2, 3], [3, 2], [0, 2, 1, 2], (1, 2, 7, 6)),
                                                ([3], [3], [1, 2], (2, 2, 11))):
                made[f"{include}{ceil}_{len(made)}"] = one(
                    "AveragePool", size, lambda x, k=kernel, s=strides, p=pads, c=ceil, i=include: pool(
                        x.astype(float), k, s, p, [1] * len(k), c, True, i), kernel_shape=kernel, strides=strides,
                    pads=pads, ceil_mode=ceil, count_include_pad=include)
    made["global"] = one("GlobalAveragePool", (1, 5, 3, 7), lambda x: x.mean((2, 3), keepdims=True))
    return made


@case
def max_pool(rng):
    below = lambda s: -np.abs(f32(rng, 1, 3, 8, 7)) - 1
    function = lambda x: pool(x.astype(float), [3, 3], [2, 2], [1, 1, 1, 1], [1, 2], 1, False, 0)
    return {"negative": one("MaxPool", (1, 3, 8, 7), function, data=below, kernel_shape=[3, 3], strides=[2, 2],
                            pads=[1, 1, 1, 1], dilations=[1, 2], ceil_mode=1, reason=MOVES)}


# Filters, biases.

@case
def zero_filter(rng):
    made = {}
    for name, channels, bias in (("one", [1], True), ("last", [4], False), ("all", range(5), True),
                                 ("all_no_bias", range(5), False)):
        w, b = f32(rng, 5, 3, 3, 3), f32(rng, 5)
        w[list(channels)] = 0
        b[1] = 0
        arrays = {"w": w, **({"b": b} if bias else {})}
        made[name] = one("Conv", (1, 3, 6, 6), lambda x, w=w, b=b if bias else None: conv(
            x.astype(float), w.astype(float), b, [1, 1], [1] * 4, [1, 1], 1), arrays, pads=[1] * 4)
    w = f32(rng, 6, 4)
    w[:, 2] = 0
    made["matmul"] = one("MatMul", (3, 6), lambda x: x @ w, {"w": w})
    return made


@case
def tiny_weights(rng):
    """A channel whose bias is far larger than its weights, and one of subnormal weights."""
    w, b = f32(rng, 4, 6), f32(rng, 4)
    w[1] *= np.float32(1e-12)
    w[2] *= np.float32(1e-41)
    return one("Gemm", (2, 6), lambda x: x @ w.T + b, {"w": w, "b": b}, transB=1)


@case
def shared_bias(rng):
    w1, w2, b = f32(rng, 4, 3, 1, 1), f32(rng, 4, 4, 3, 3) * 30, f32(rng, 4)

    def expected(v):
        h = conv(v["x"].astype(float), w1.astype(float), b, [1, 1], [0] * 4, [1, 1], 1)
        return {"h": h, "y": conv(h, w2.astype(float), b, [1, 1], [1] * 4, [1, 1], 1)}

    nodes = [node("Conv", ["x", "w1", "b"], "h"), node("Conv", ["h", "w2", "b"], "y", pads=[1] * 4)]
    return Case(nodes, {"x": (1, 3, 5, 5)}, {"y": (1, 4, 5, 5), "h": (1, 4, 5, 5)}, expected,
                {"w1": w1, "w2": w2, "b": b})


@case
def shared_weights(rng):
    """One filter, two convolutions of values in very different ranges."""
    w, b = f32(rng, 3, 3, 3, 3), f32(rng, 3)
    f = lambda x: conv(x.astype(float), w.astype(float), b, [1, 1], [1] * 4, [1, 1], 1)
    nodes = [node("Conv", ["x", "w", "b"], "h", pads=[1] * 4), node("Conv", ["h", "w", "b"], "y", pads=[1] * 4)]
    return Case(nodes, {"x": (1, 3, 5, 5)}, {"y": (1, 3, 5, 5)}, lambda v: {"y": f(f(v["x"]))}, {"w": w, "b": b})


@case
def missing_bias(rng):
    w, g = f32(rng, 4, 3, 1, 1), f32(rng, 5, 4)
    plain = lambda x: conv(x.astype(float), w.astype(float), None, [1, 1], [0] * 4, [1, 1], 1)
    return {"conv": one("Conv", (1, 3, 4, 4), plain, {"w": w}),
            "conv_empty_name": one("Conv", (1, 3, 4, 4), plain, {"w": w}, inputs=["x", "w", ""]),
            "gemm": one("Gemm", (2, 5), lambda x: x @ g, {"w": g}),
            "gemm_empty_name": one("Gemm", (2, 5), lambda x: x @ g, {"w": g}, inputs=["x", "w", ""])}


# Values with several readers.

@case
def int8_and_float(rng):
    w1, w2 = f32(rng, 4, 4), f32(rng, 4, 4)

    def expected(v):
        h = np.maximum(v["x"] @ w1, 0)
        return {"p": softmax(h), "y": h @ w2, "q": softmax(v["x"]), "h": h}

    nodes = [node("MatMul", ["x", "w1"], "m"), node("Relu", ["m"], "h"), node("Softmax", ["h"], "p", axis=1),
             node("MatMul", ["h", "w2"], "y"), node("Softmax", ["x"], "q", axis=1)]
    return Case(nodes, {"x": (3, 4)}, {k: (3, 4) for k in ("p", "y", "q", "h")}, expected, {"w1": w1, "w2": w2},
                reason="softmax", tolerance=0.06)


@case
def shared_consumers(rng):
    w = [f32(rng, 4, 3, 1, 1) * s for s in (1, 9)]
    f = lambda v, i: conv(v["x"].astype(float), w[i].astype(float), None, [1, 1], [0] * 4, [1, 1], 1)
    convs = [node("Conv", ["x", f"w{i}"], f"c{i}") for i in range(2)]
    inits, shape = {"w0": w[0], "w1": w[1]}, (1, 4, 5, 5)

    def make(nodes, outputs, expected):
        return Case(convs + nodes, {"x": (1, 3, 5, 5)}, outputs, expected, inits)

    def concat(v):
        a, b = f(v, 0), f(v, 1)
        return {"y": np.concatenate([a, b], 1), "r": np.maximum(a, 0), "c1": b}

    def add(v):
        a, b = f(v, 0), f(v, 1)
        return {"y": a + b, "r": np.maximum(a, 0), "t": b * (a + b)}

    def twice(v):
        a, b = f(v, 0), f(v, 1)
        return {"y": np.concatenate([a, b, a], 1), "z": np.concatenate([b, a], 1)}

    return {
        "concat": make([node("Concat", ["c0", "c1"], "y", axis=1), node("Relu", ["c0"], "r")],
                       {"y": (1, 8, 5, 5), "r": shape, "c1": shape}, concat),
        "add": make([node("Add", ["c0", "c1"], "y"), node("Relu", ["c0"], "r"), node("Mul", ["c1", "y"], "t")],
                    {"y": shape, "r": shape, "t": shape}, add),
        "two_concats": make([node("Concat", ["c0", "c1", "c0"], "y", axis=1),
                             node("Concat", ["c1", "c0"], "z", axis=1)],
                            {"y": (1, 12, 5, 5), "z": (1, 8, 5, 5)}, twice),
        "add_itself": make([node("Add", ["c0", "c0"], "y"), node("Add", ["c1", "y"], "z")], {"y": shape, "z": shape},
                           lambda v: {"y": 2 * f(v, 0), "z": f(v, 1) + 2 * f(v, 0)}),
        "mul_itself": make([node("Mul", ["c0", "c0"], "y"), node("Relu", ["c1"], "z")], {"y": shape, "z": shape},
                           lambda v: {"y": f(v, 0) ** 2, "z": np.maximum(f(v, 1), 0)}),
    }


# Scalars, empty tensors, sizes of zero.

@case
def scalars(rng):
    c = np.float32(-1.5)
    return {"relu": one("Relu", (), lambda x: np.maximum(x, 0)), "add": one("Add", (), lambda x: x + c, {"c": c}),
            "mul_tensor": Case([node("Mul", ["x", "s"], "y")], {"x": (2, 3), "s": ()}, {"y": (2, 3)},
                               lambda v: {"y": v["x"] * v["s"]}),
            "reshape": Case([node("Reshape", ["x", "shape"], "y")], {"x": (1, 1)}, {"y": ()},
                            lambda v: {"y": v["x"].reshape(())}, {"shape": np.zeros(0, np.int64)}, reason=MOVES),
            "one_element": one("Relu", (1,), lambda x: np.maximum(x, 0))}


@case
def zero_sizes(rng):
    w = f32(rng, 4, 3, 1, 1)
    g = f32(rng, 0, 3)
    both = {"x": (1, 0, 4), "z": (1, 3, 4)}
    return {"relu": one("Relu", (0, 3), lambda x: x), "add": one("Add", (2, 0), lambda x: x, {"c": np.float32(2)}),
            "conv_batch": one("Conv", (0, 3, 4, 4), lambda x: np.zeros((0, 4, 4, 4)), {"w": w}),
            "matmul_k": one("MatMul", (2, 0), lambda x: np.zeros((2, 3)), {"w": g}),
            "gemm_bias": one("Gemm", (2, 0), lambda x: np.zeros((2, 3)) + 2, {"w": g, "b": np.full(3, 2, np.float32)}),
            "concat": Case([node("Concat", ["x", "z"], "y", axis=1), node("Relu", ["y"], "r")], both,
                           {"y": (1, 3, 4), "r": (1, 3, 4)},
                           lambda v: {"y": v["z"], "r": np.maximum(v["z"], 0)}),
            "transpose": one("Transpose", (0, 2, 3), lambda x: x.transpose(2, 0, 1), perm=[2, 0, 1],
                             reason=MOVES),
            "softmax": one("Softmax", (0, 3), lambda x: x, reason="softmax", axis=1),
            "max_pool_batch": one("MaxPool", (0, 2, 4, 4), lambda x: np.zeros((0, 2, 2, 2)), kernel_shape=[2, 2],
                                  strides=[2, 2], reason=MOVES)}


# Outputs that are not what a node makes.

@case
def odd_outputs(rng):
    c = f32(rng, 2, 3)
    relu = node("Relu", ["x"], "y")
    both = {"y": (2, 3), "c": (2, 3)}
    return {
        "initializer": Case([relu], {"x": (2, 3)}, both, lambda v: {"y": np.maximum(v["x"], 0), "c": c}, {"c": c}),
        "used_initializer": Case([node("Add", ["x", "c"], "y")], {"x": (2, 3)}, both,
                                 lambda v: {"y": v["x"] + c, "c": c}, {"c": c}),
        "constant_node": Case([relu, node("Constant", [], "c", value=numpy_helper.from_array(c, "c"))], {"x": (2, 3)},
                              both, lambda v: {"y": np.maximum(v["x"], 0), "c": c}),
        "folded": Case([relu, node("Relu", ["k"], "c")], {"x": (2, 3)}, both,
                       lambda v: {"y": np.maximum(v["x"], 0), "c": np.maximum(c, 0)}, {"k": c}),
        "identity": Case([node("Identity", ["x"], "y")], {"x": (2, 3)}, {"y": (2, 3)}, lambda v: {"y": v["x"]}),
        "reshape": Case([node("Reshape", ["x", "s"], "y")], {"x": (2, 3)}, {"y": (3, 2)},
                        lambda v: {"y": v["x"].reshape(3, 2)}, {"s": np.array([3, 2])}, reason=MOVES),
        "input_itself": Case([relu], {"x": (2, 3)}, {"x": (2, 3), "y": (2, 3)},
                             lambda v: {"x": v["x"], "y": np.maximum(v["x"], 0)}),
        "same_value": Case([relu, node("Identity", ["y"], "z")], {"x": (2, 3)}, {"y": (2, 3), "z": (2, 3)},
                           lambda v: {"y": np.maximum(v["x"], 0), "z": np.maximum(v["x"], 0)}),
        "flattened_too": Case([node("MatMul", ["x", "w"], "m"), node("Flatten", ["m"], "y", axis=0)], {"x": (2, 3)},
                              {"m": (2, 2), "y": (1, 4)},
                              lambda v: {"m": v["x"] @ c.T, "y": (v["x"] @ c.T).reshape(1, 4)}, {"w": c.T.copy()}),
        "unused_input": Case([relu], {"x": (2, 3), "u": (2,)}, {"y": (2, 3)},
                             lambda v: {"y": np.maximum(v["x"], 0)}),
    }


# Models with one op.

@case
def one_op(rng):
    image = (1, 3, 4, 5)
    sixth = np.float32(1 / 6)
    c = f32(rng, 3, 1, 1)
    bn = [np.abs(f32(rng, 3)) + 0.5 for _ in range(4)]
    s, b, m, v = (a.reshape(1, 3, 1, 1).astype(float) for a in bn)

    lo, hi = np.float32(-0.5), np.float32(1)
    return {
        "relu": one("Relu", image, lambda x: np.maximum(x, 0)),
        "clip": one("Clip", image, lambda x: np.clip(x, lo, hi), {"lo": lo, "hi": hi}),
        "clip_nothing": one("Clip", image, lambda x: x),
        "clip_crossed": one("Clip", image, lambda x: np.full_like(x, lo), {"lo": hi, "hi": lo}),
        "hard_sigmoid": one("HardSigmoid", image, lambda x: np.clip(0.2 * x + 0.5, 0, 1)),
        "hard_swish": one("HardSwish", image, lambda x: x * np.clip(sixth * x + 0.5, 0, 1), opset=14),
        "add": one("Add", image, lambda x: x + c, {"c": c}), "mul": one("Mul", image, lambda x: x * c, {"c": c}),
        "softmax": one("Softmax", (2, 5), softmax, reason="softmax", axis=1),
        "batch_norm": one("BatchNormalization", image, lambda x: (x - m) / np.sqrt(v + 1e-5) * s + b,
                          dict(zip("sbmv", bn)), reason="cannot be folded"),
        "max_pool": one("MaxPool", image, lambda x: pool(x, [2, 2], [1, 1], [0] * 4, [1, 1], 0, False, 0),
                        kernel_shape=[2, 2], reason=MOVES),
        "concat": one("Concat", image, lambda x: np.concatenate([x, x], 1), inputs=["x", "x"], axis=1, reason=MOVES),
        "flatten": one("Flatten", image, lambda x: x.reshape(1, 60), reason=MOVES),
        "transpose": one("Transpose", image, lambda x: x.transpose(3, 2, 1, 0), reason=MOVES),
        "dropout": one("Dropout", image, lambda x: x),
        "matmul": Case([node("MatMul", ["x", "z"], "y")], {"x": (3, 5), "z": (5, 4)}, {"y": (3, 4)},
                       lambda v: {"y": v["x"] @ v["z"]}),
    }


# Names.

@case
def names(rng):
    w = f32(rng, 3, 3)
    relu = lambda x: np.maximum(x, 0)
    two = lambda name: [node("MatMul", ["x", "w"], "h", name=name), node("MatMul", ["h", "w"], "y", name=name)]
    product = lambda v: {"y": v["x"] @ w @ w}
    odd = "ein Name: mit = / und \"\u00e4\""
    return {
        "duplicate_nodes": Case(two("same"), {"x": (2, 3)}, {"y": (2, 3)}, product, {"w": w}),
        "unnamed_nodes": Case(two(""), {"x": (2, 3)}, {"y": (2, 3)}, product, {"w": w}),
        "node_like_tensor": Case([node("Relu", ["x"], "y", name="x")], {"x": (2, 3)}, {"y": (2, 3)},
                                 lambda v: {"y": relu(v["x"])}),
        "odd": Case([node("Relu", [odd], "1 y'")], {odd: (2, 3)}, {"1 y'": (2, 3)},
                    lambda v: {"1 y'": relu(v[odd])}),
        "long": Case([node("Relu", ["x" * 3000], "y" * 3000)], {"x" * 3000: (2,)}, {"y" * 3000: (2,)},
                     lambda v: {"y" * 3000: relu(v["x" * 3000])}),
        "equal_contents": Case([node("Add", ["x", "a"], "h"), node("Mul", ["h", "b"], "y")], {"x": (3, 3)},
                               {"y": (3, 3)}, lambda v: {"y": (v["x"] + w) * w}, {"a": w, "b": w.copy()}),
        "duplicate_value": Case([node("Relu", ["x"], "y"), node("Relu", ["x"], "y")], {"x": (2,)}, {"y": (2,)}, None,
                                refused="y"),
        "value_like_input": Case([node("Relu", ["x"], "x")], {"x": (2,)}, {"x": (2,)}, None, refused="x"),
    }


@case
def lists_with_duplicates(rng):
    """The same name twice in a list of the graph. Where the case is refused nothing else about it matters."""
    def twice(part):
        made = Case([node("Add", ["x", "c"], "y")], {"x": (2,)}, {"y": (2,)}, None, {"c": f32(rng, 2)}, refused="twice")
        made.twice = part
        return made
    return {part: twice(part) for part in ("input", "output", "initializer")}


# Operands and attributes at their limits.

@case
def limits(rng):
    w, c = f32(rng, 3, 4), f32(rng, 1, 3)
    inf = np.float32(np.inf)
    big = np.float32(3e38)
    zeros = lambda x: np.zeros_like(x)
    column = f32(rng, 4, 1)
    return {
        "concat_one": Case([node("Relu", ["x"], "r"), node("Concat", ["r"], "y", axis=0)], {"x": (2, 3)}, {"y": (2, 3)},
                           lambda v: {"y": np.maximum(v["x"], 0)}),
        "concat_constant": Case([node("Relu", ["x"], "r"), node("Concat", ["c", "r", "c"], "y", axis=-2)],
                                {"x": (2, 3)}, {"y": (4, 3)},
                                lambda v: {"y": np.concatenate([c, np.maximum(v["x"], 0), c])}, {"c": c}),
        "add_both_broadcast": one("Add", (1, 5), lambda x: x + column, {"c": column}),
        "add_zero": one("Add", (2, 3), lambda x: x, {"c": np.zeros(1, np.float32)}),
        "mul_zero": one("Mul", (2, 3), zeros, {"c": np.float32(0)}),
        "mul_tiny": one("Mul", (2, 3), lambda x: x.astype(float) * 1e-30, {"c": np.float32(1e-30)}, tolerance=1),
        "mul_huge": one("Mul", (2, 3), lambda x: x * np.float32(1e37), {"c": np.float32(1e37)}),
        "clip_inf": one("Clip", (2, 3), lambda x: x, {"lo": -inf, "hi": inf}),
        "clip_outside": one("Clip", (2, 3), lambda x: np.full_like(x, big), {"lo": big, "hi": inf}),
        "clip_point": one("Clip", (2, 3), zeros, {"lo": np.float32(0), "hi": np.float32(0)}),
        "clip_opset_11": one("Clip", (2, 3), lambda x: np.minimum(x, 1), {"hi": np.float32(1)}, opset=11,
                             inputs=["x", "", "hi"]),
        "hard_sigmoid_flat": one("HardSigmoid", (2, 3), lambda x: x * 0 + 0.5, alpha=0.0),
        "hard_sigmoid_falling": one("HardSigmoid", (2, 3), lambda x: np.clip(0.5 - 3 * x, 0, 1), alpha=-3.0),
        "gemm_alpha_zero": one("Gemm", (2, 3), lambda x: x @ w * 0 + w[0], {"w": w, "b": w[0]}, alpha=0.0),
        "gemm_beta_zero": one("Gemm", (2, 3), lambda x: x @ w, {"w": w, "b": w[0]}, beta=0.0),
        "matmul_vectors": Case([node("MatMul", ["x", "w"], "y"), node("MatMul", ["y", "v"], "s")], {"x": (3,)},
                               {"y": (4,), "s": ()}, lambda v: {"y": v["x"] @ w, "s": v["x"] @ w @ w[0]},
                               {"w": w, "v": w[0]}, tolerance=0.08),
        "softmax_opset_11": Case([node("Relu", ["x"], "r"), node("Softmax", ["r"], "y")], {"x": (2, 3, 2)},
                                 {"y": (2, 3, 2)}, lambda v: {"y": softmax(
                                     np.maximum(v["x"], 0).reshape(2, 6)).reshape(2, 3, 2)}, opset=11,
         reason="softmax"),
        "softmax_one": one("Softmax", (3, 1), lambda x: np.ones_like(x), reason="softmax"),
        "transpose_equal": Case([node("Transpose", ["x"], "t", perm=[1, 0]), node("Relu", ["t"], "y")], {"x": (1, 1)},
                                {"y": (1, 1)}, lambda v: {"y": np.maximum(v["x"], 0)}),
        "long_chain": Case([node("HardSwish" if i % 2 else "Relu", [f"v{i}" if i else "x"], f"v{i + 1}")
                            for i in range(30)] + [node("Identity", ["v30"], "y")], {"x": (2, 3)}, {"y": (2, 3)},
                           lambda v: {"y": chain(v["x"])}, opset=14),
    }


def chain(x):
    for i in range(30):
        x = x * np.clip(x / 6 + 0.5, 0, 1) if i % 2 else np.maximum(x, 0)
    return x


# NaN and Inf. Calibration sees ordinary samples, the artefact then also special ones.

@case
def special_values(rng):
    shape = (1, 2, 4, 4)
    special = f32(rng, *shape)
    special[0, 0, 0] = [np.nan, np.inf, -np.inf, -0.0]
    special[0, 1, 1, :3] = [np.inf, 1e-42, np.float32(3e38)]
    w, g = f32(rng, 3, 2, 3, 3), f32(rng, 4, 5)
    sixth = np.float32(1 / 6)
    lo, hi = np.float32(-0.5), np.float32(1)
    fine = lambda function: lambda x: function(x.astype(np.float32))
    maximum = lambda x: np.where(np.isnan(x), x, np.maximum(x, 0))
    return {
        "relu": one("Relu", shape, fine(maximum), special=special),
        "clip": one("Clip", shape, fine(lambda x: np.clip(x, lo, hi)), {"lo": lo, "hi": hi}, special=special),
        "hard_sigmoid": one("HardSigmoid", shape, fine(lambda x: np.clip(np.float32(0.2) * x + np.float32(0.5), 0, 1)),
                            special=special),
        "hard_swish": one("HardSwish", shape, fine(lambda x: x * np.clip(sixth * x + np.float32(0.5), 0, 1)),
                          opset=14, special=special),
        "add": one("Add", shape, fine(lambda x: x + x), inputs=["x", "x"], special=special),
        "mul": one("Mul", shape, fine(lambda x: x * lo), {"c": lo}, special=special),
        "conv": one("Conv", shape, lambda x: conv(x.astype(float), w.astype(float), None, [1, 1], [1] * 4, [1, 1], 1),
                    {"w": w}, pads=[1] * 4, special=special),
        "average_pool": one("AveragePool", shape, lambda x: pool(x.astype(float), [2, 2], [2, 2], [0] * 4, [1, 1], 0,
                                                                 True, 0), kernel_shape=[2, 2], strides=[2, 2],
                            special=special),
        "max_pool": one("MaxPool", shape, lambda x: pool(x.astype(float), [2, 2], [2, 2], [0] * 4, [1, 1], 0, False, 0),
                        kernel_shape=[2, 2], strides=[2, 2], special=special, reason=MOVES),
        "transpose": one("Transpose", shape, lambda x: x.transpose(0, 2, 3, 1), perm=[0, 2, 3, 1], special=special,
                         reason=MOVES),
        "softmax": one("Softmax", shape, softmax, axis=3, special=special, reason="softmax"),
        "matmul": one("MatMul", shape, lambda x: x.astype(float) @ g.astype(float), {"g": g}, special=special),
    }


@case
def constant_data(rng):
    """Ranges of one point: everything is zero, or one value."""
    w = f32(rng, 3, 4)
    zero, seven = (lambda s: np.zeros((2, 3), np.float32)), (lambda s: np.full((2, 3), 7, np.float32))
    return {"zero": one("MatMul", (2, 3), lambda x: x @ w, {"w": w}, data=zero),
            "seven": one("MatMul", (2, 3), lambda x: x @ w, {"w": w}, data=seven),
            "tiny": one("MatMul", (2, 3), lambda x: x @ w, {"w": w}, data=lambda s: np.full((2, 3), 1e-40, np.float32),
                        tolerance=1),  # a scale is at least 2^-64
            "huge": one("MatMul", (2, 3), lambda x: x @ w, {"w": w}, data=lambda s: f32(rng, 2, 3) * np.float32(1e30)),
            "relu_negative": one("Relu", (2, 3), lambda x: np.maximum(x, 0), data=lambda s: -np.abs(f32(rng, 2, 3)))}


# Running.

class Tensor(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p), ("bytes", ctypes.c_size_t),
                ("dtype", ctypes.c_int32), ("rank", ctypes.c_int32), ("dims", ctypes.c_void_p)]


class Desc(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("name", ctypes.c_char_p), ("dtype", ctypes.c_int32),
                ("rank", ctypes.c_int32), ("dims", ctypes.POINTER(ctypes.c_int64))]


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("threads", ctypes.c_int32), ("max_level", ctypes.c_char_p),
                ("observe", ctypes.c_void_p), ("observe_user", ctypes.c_void_p)]


class FlushingCaller:
    """Inside: subnormals flush to zero and rounding is towards zero, as a caller of a model may have it."""

    def __enter__(self):
        self.libm, self.saved = ctypes.CDLL("libm.so.6"), (ctypes.c_uint32 * 8)()
        self.libm.fegetenv(self.saved)
        hostile = (ctypes.c_uint32 * 8)(*self.saved)
        hostile[7] |= 0x8040 | 0x6000  # MXCSR is the last word
        self.libm.fesetenv(hostile)

    def __exit__(self, *_):
        now = (ctypes.c_uint32 * 8)()
        self.libm.fegetenv(now)
        self.libm.fesetenv(self.saved)
        assert now[7] & 0xe040 == 0xe040, "the caller's float modes are lost"


class Library:
    def __init__(self, file, threads):
        self.library = ctypes.CDLL(file)
        self.name = os.path.basename(file).split(".")[0]
        self.handle = ctypes.c_void_p()
        options = Options(size=ctypes.sizeof(Options), threads=threads)
        self.call("open", ctypes.byref(options), ctypes.byref(self.handle))
        self.inputs, self.outputs = self.describe(0), self.describe(1)

    def call(self, function, *arguments):
        status = getattr(self.library, f"{self.name}_{function}")(*arguments)
        assert status == 0, f"{function}: status {status}"

    def describe(self, direction):
        made = []
        while True:
            desc = Desc(size=ctypes.sizeof(Desc))
            io = getattr(self.library, f"{self.name}_io")
            if io(self.handle, direction, ctypes.c_size_t(len(made)), ctypes.byref(desc)) != 0:
                return made
            made.append((desc.name.decode(), TYPES[desc.dtype], tuple(desc.dims[i] for i in range(desc.rank))))

    def run(self, arrays, overlap=False):
        """Outputs by name; with overlap the outputs lie where the inputs lie."""
        sizes = [[int(np.prod(d)) * np.dtype(t).itemsize for _, t, d in part] for part in (self.inputs, self.outputs)]
        pad = lambda n: (n + 63) // 64 * 64
        room = [sum(map(pad, part)) for part in sizes]
        buffer = np.zeros(sum(room) + 64, np.uint8)
        begin, made = (-buffer.ctypes.data) % 64, []
        for part, start in ((0, begin), (1, begin if overlap else begin + room[0])):
            for size in sizes[part]:
                made.append(buffer[start:start + size])
                start += pad(size)
        count = len(self.inputs)
        for (name, kind, dims), target in zip(self.inputs, made):
            array = np.asarray(arrays[name], kind, order="C")
            assert array.shape == dims, f"{name}: {array.shape}, expected {dims}"
            target[:] = array.reshape(-1).view(np.uint8)
        tensors = [Tensor(size=ctypes.sizeof(Tensor), data=m.ctypes.data if m.size else None, bytes=m.size)
                   for m in made]
        size = ctypes.c_size_t()
        self.call("workspace", self.handle, None, ctypes.byref(size))
        workspace = np.full(size.value + 64, 0xcd, np.uint8)
        array_type = lambda n: Tensor * max(n, 1)
        self.call("run", self.handle, array_type(count)(*tensors[:count]),
                  array_type(len(tensors) - count)(*tensors[count:]), workspace.ctypes.data_as(ctypes.c_void_p))
        assert (workspace[size.value:] == 0xcd).all(), "written behind the workspace"
        return {name: m.copy().view(kind).reshape(dims)
                for (name, kind, dims), m in zip(self.outputs, made[count:])}

    def close(self):
        close = getattr(self.library, f"{self.name}_close")
        close.restype = None
        close(self.handle)


def run_tool(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, errors="replace")
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command[1:])[:300]}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def same_bytes(a, b):
    return all(a[k].tobytes() == b[k].tobytes() for k in a)


def check_runs(file, samples):
    """The outputs of all samples; every way of calling gives the same bytes."""
    results = []
    for threads in (1, 2):
        library = Library(file, threads)
        for index, sample in enumerate(samples):
            plain = library.run(sample)
            if threads == 1:
                results.append(plain)
            assert same_bytes(results[index], plain), "two threads differ"
            assert same_bytes(plain, library.run(sample, overlap=True)), "outputs over inputs differ"
            with FlushingCaller():
                flushed = library.run(sample)
            assert same_bytes(plain, flushed), "a caller with flush-to-zero changes the result"
        library.close()
    return results


def check_near(what, got, wanted, reach, tolerance):
    """Equal up to the tolerance, relative to the reach of the wanted values; NaN and Inf where they are wanted."""
    for name, array in wanted.items():
        with np.errstate(all="ignore"):
            array = np.asarray(array).astype(np.float32)
            assert got[name].shape == array.shape, f"{what} {name}: {got[name].shape}, expected {array.shape}"
            special = ~np.isfinite(array)
            ok = np.array_equal(got[name][special], array[special], equal_nan=True)
            worst = np.abs(got[name][~special].astype(float) - array[~special].astype(float)).max(initial=0)
        assert ok and worst <= tolerance * reach[name] + 1e-44, (
            f"{what} {name}: off by {worst} of {reach[name]}\n{got[name]}\n{array}")


def write_case(folder, case):
    info = lambda values: [helper.make_tensor_value_info(n, TensorProto.FLOAT, list(s)) for n, s in values.items()]
    graph = helper.make_graph(case.nodes, "corner", info(case.inputs), info(case.outputs),
                              [numpy_helper.from_array(np.asarray(a), n) for n, a in case.inits.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)], ir_version=8)
    if case.twice:
        values = getattr(model.graph, case.twice)
        values.append(values[0])
    for part in ("data", "special"):
        os.makedirs(os.path.join(folder, part))
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(model.SerializeToString())
    rng = np.random.default_rng(17)
    samples = [{n: case.data(s) if case.data else f32(rng, *shape) for n, shape in case.inputs.items()}
               for s in range(SAMPLES)]
    for index, sample in enumerate(samples):
        np.savez(os.path.join(folder, "data", f"{index}.npz"), **sample)
    if case.special is not None:
        np.savez(os.path.join(folder, "special", "0.npz"), x=case.special)
        samples.append({"x": case.special})
    return samples


def check_refused(model, case):
    command = [COMPILE, model, "--float", "-o", model + ".so"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 1 and case.refused in result.stderr, f"{result.returncode} {result.stderr}"
    assert len(result.stderr) < 1000 and "\n\n" not in result.stderr.strip(), result.stderr


def check_report(file, case):
    with open(file, encoding="utf-8") as text:
        for operation in json.load(text)["operations"]:
            if operation["assigned"] == "float":
                why = operation["reason"]
                known = case.reason and (case.reason in why or why == "its operand is float")
                assert known, f"stays float: {operation}"


def check_results(kind, results, samples, case):
    """What an int8 artefact makes of NaN and Inf is the evaluator's matter; all else is compared with numpy."""
    with np.errstate(all="ignore"):
        wanted = [case.expected(sample) for sample in samples]
    reach = {name: max(np.abs(np.asarray(w[name])[np.isfinite(w[name])]).max(initial=0) for w in wanted[:SAMPLES])
             for name in wanted[0]}
    for index in range(len(samples) if kind == "f" else SAMPLES):
        if index >= SAMPLES:
            finite = lambda a: np.abs(a[np.isfinite(a)]).max(initial=0)
            reach = {name: finite(np.asarray(array)) for name, array in wanted[index].items()}
        check_near(f"{'float' if kind == 'f' else 'int8'}, sample {index}", results[index], wanted[index], reach,
                   1e-5 if kind == "f" else case.tolerance)


def check_case(name, case):
    folder = os.path.join(ROOT, name.replace("/", "_"))
    samples = write_case(folder, case)
    at = lambda file: os.path.join(folder, file)
    model, data = at("model.onnx"), ["--calibration-data", at("data"), "--quiet"]
    if case.refused:
        check_refused(model, case)
        return
    run_tool(COMPILE, model, "--float", "--quiet", "-o", at("f.so"))
    run_tool(COMPILE, model, "--float", "--to=prepare", "--quiet", "-o", at("f.mlir"))
    run_tool(COMPILE, model, *data, "--to=integer", "--report", at("q.json"), "-o", at("q.mlir"),
             *([] if case.reason else ["--integer-only"]))
    run_tool(COMPILE, at("q.mlir"), "--quiet", "-o", at("q.so"))
    check_report(at("q.json"), case)
    for kind in "fq":
        results = check_runs(at(f"{kind}.so"), samples)
        for part in ("data", "special")[:1 if case.special is None else 2]:
            run_tool(VERIFY, at(f"{kind}.mlir"), at(f"{kind}.so"), "--data", at(part), "--bit-exact")
        check_results(kind, results, samples, case)


def attempt(item):
    """An empty text, or what is wrong with a case."""
    try:
        check_case(*item)
        return ""
    except (AssertionError, KeyError, subprocess.TimeoutExpired) as error:
        return f"{item[0]}: {error}"


def main():
    pattern = sys.argv[4] if len(sys.argv) > 4 else ""
    chosen = [(name, one_case) for name, one_case in CASES.items() if pattern in name]
    shutil.rmtree(ROOT, ignore_errors=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool_of_threads:
        failures = [text for text in pool_of_threads.map(attempt, chosen) if text]
    print("\n".join(failures + [f"{len(chosen)} cases, {len(failures)} failed"]))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
