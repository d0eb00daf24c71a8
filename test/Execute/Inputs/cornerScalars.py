# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operations of the scalar kind: as tables, beside constants, after a contraction, in integers and bools. Importing it
adds them to cornerModels.CASES."""
import itertools
import math

import numpy as np
from onnx import TensorProto

from cornerModels import Case, case, f32, node, one, softmax

IMAGE = (1, 3, 4, 5)
erf = np.vectorize(math.erf)
sigmoid = lambda x: 1 / (1 + np.exp(-x))
softplus = lambda x: np.log1p(np.exp(x))

# name: (operator, function, opset, attributes)
FUNCTIONS = {
    "abs": ("Abs", np.abs, 13, {}),
    "ceil": ("Ceil", np.ceil, 13, {}),
    "celu": ("Celu", lambda x: np.where(x > 0, x, 1.5 * np.expm1(x / 1.5)), 13, {"alpha": 1.5}),
    "elu": ("Elu", lambda x: np.where(x > 0, x, 0.7 * np.expm1(x)), 13, {"alpha": 0.7}),
    "erf": ("Erf", erf, 13, {}),
    "cos": ("Cos", np.cos, 13, {}),
    "exp": ("Exp", np.exp, 13, {}),
    "floor": ("Floor", np.floor, 13, {}),
    "gelu": ("Gelu", lambda x: x * (1 + erf(x / np.sqrt(2))) / 2, 20, {}),
    "gelu_tanh": ("Gelu", lambda x: x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2, 20,
                  {"approximate": "tanh"}),
    "leaky_relu": ("LeakyRelu", lambda x: np.where(x < 0, 0.3 * x, x), 13, {"alpha": 0.3}),
    "mish": ("Mish", lambda x: x * np.tanh(softplus(x)), 18, {}),
    "neg": ("Neg", lambda x: -x, 13, {}),
    "round": ("Round", np.round, 13, {}),
    "selu": ("Selu", lambda x: 1.1 * np.where(x > 0, x, 0.9 * np.expm1(x)), 13, {"alpha": 0.9, "gamma": 1.1}),
    "sigmoid": ("Sigmoid", sigmoid, 13, {}),
    "sign": ("Sign", np.sign, 13, {}),
    "sin": ("Sin", np.sin, 13, {}),
    "softplus": ("Softplus", softplus, 13, {}),
    "softsign": ("Softsign", lambda x: x / (1 + np.abs(x)), 13, {}),
    "tanh": ("Tanh", np.tanh, 13, {}),
}
# Steps move where the codes round: a step of the function is a step of the result.
STEPS = {"ceil", "floor", "round", "sign"}


@case
def functions(rng):
    return {name: one(op, IMAGE, f, opset=opset, tolerance=1.01 if name in STEPS else 0.02, **attributes)
            for name, (op, f, opset, attributes) in FUNCTIONS.items()}


# Positive values only.
@case
def positive(rng):
    data = lambda s: np.abs(f32(rng, 2, 5)) + np.float32(0.5)
    make = lambda op, f: Case([node(op, ["x"], "y")], {"x": (2, 5)}, {"y": (2, 5)}, lambda v: {"y": f(v["x"])},
                              data=data, tolerance=0.05)
    return {"log": make("Log", np.log), "sqrt": make("Sqrt", np.sqrt),
            "reciprocal": make("Reciprocal", lambda x: 1 / x)}


# Two values, and a value beside a constant.
@case
def binary(rng):
    c = f32(rng, 3, 1, 1)
    two = np.float32(2)
    return {
        "sub": one("Sub", IMAGE, lambda x: x - c, {"c": c}),
        "sub_from": one("Sub", IMAGE, lambda x: c - x, {"c": c}, inputs=["c", "x"]),
        "div": one("Div", IMAGE, lambda x: x / two, {"c": two}),
        "pow": one("Pow", IMAGE, lambda x: x**2, {"c": two}),
        "pow_integer": one("Pow", IMAGE, lambda x: x**3, {"c": np.int64(3)}, tolerance=0.03),
        "max": one("Max", IMAGE, lambda x: np.maximum(x, np.float32(0.2)), {"c": np.float32(0.2)}),
        "min_many": one("Min", IMAGE, lambda x: np.minimum(x, np.float32(-0.3)),
                        {"c": np.float32(-0.1), "d": np.float32(-0.3)}, inputs=["x", "c", "d"]),
        "prelu": one("PRelu", IMAGE, lambda x: np.where(x < 0, c * x, x), {"c": c}, reason="one element"),
        "div_computed": Case([node("Div", ["x", "z"], "y")], {"x": (2, 3), "z": (3,)}, {"y": (2, 3)},
                             lambda v: {"y": v["x"] / v["z"]}, reason="one element"),
    }


# A table behind a contraction, a chain of tables, silu by its parts; scalars with unknown fellows.
@case
def chains(rng):
    w = f32(rng, 4, 4)
    half = np.float32(0.5)
    return {
        "behind_matmul": Case([node("MatMul", ["x", "w"], "m"), node("Tanh", ["m"], "y")], {"x": (3, 4)}, {"y": (3, 4)},
                              lambda v: {"y": np.tanh(v["x"] @ w)}, {"w": w}, tolerance=0.05),
        "chain": Case([node("Div", ["x", "c"], "d"), node("Exp", ["d"], "e"), node("Neg", ["e"], "y")], {"x": (3, 4)},
                      {"y": (3, 4)}, lambda v: {"y": -np.exp(v["x"] / half)}, {"c": half}, tolerance=0.05),
        "silu": Case([node("Sigmoid", ["x"], "s"), node("Mul", ["x", "s"], "y")], {"x": (3, 4)}, {"y": (3, 4)},
                     lambda v: {"y": v["x"] * sigmoid(v["x"])}, tolerance=0.02),
        "scaled": Case([node("MatMul", ["x", "w"], "m"), node("Mul", ["m", "c"], "y")], {"x": (3, 4)}, {"y": (3, 4)},
                       lambda v: {"y": (v["x"] @ w) * half}, {"w": w, "c": half}, tolerance=0.05),
    }


# Comparisons, choices and integers between floats: islands with a reason.
@case
def choices(rng):
    zero = np.float32(0)
    i64, boolean, real = TensorProto.INT64, TensorProto.BOOL, TensorProto.FLOAT
    return {
        "where": Case([node("Greater", ["x", "c"], "g"), node("Not", ["g"], "n"), node("Where", ["n", "c", "x"], "y")],
                      {"x": (2, 3)}, {"y": (2, 3)}, lambda v: {"y": np.maximum(v["x"], 0)}, {"c": zero},
                      reason="no integer form"),
        "count": Case([node("Mul", ["x", "t"], "s"), node("Cast", ["s"], "i", to=i64), node("Mod", ["i", "n"], "m"),
                       node("Cast", ["m"], "y", to=real)], {"x": (2, 3)}, {"y": (2, 3)},
                      lambda v: {"y": (v["x"] * np.float32(10)).astype(np.int64) % 3},
                      {"n": np.int64(3), "t": np.float32(10)}, reason="no integer form", tolerance=1.01),
        "logic": Case([node("Less", ["x", "c"], "l"), node("Cast", ["x"], "b", to=boolean),
                       node("And", ["l", "b"], "a"), node("Xor", ["a", "b"], "o"), node("Cast", ["o"], "y", to=real)],
                      {"x": (2, 3)}, {"y": (2, 3)}, lambda v: {"y": (v["x"] >= 0).astype(np.float32)}, {"c": zero},
                      reason="no integer form"),
    }


# A mask stays float, -infinity and all, and what it is added to stays int8; one that is a condition leaves a softmax
# that is float for being alone.
@case
def masks(rng):
    w, low = f32(rng, 4, 4), np.zeros((3, 4), np.float32)
    low[:, 1], low[2, 3] = -np.inf, -3e38
    calls = itertools.count()

    def draw(_):  # x, then the mask
        if next(calls) % 2 == 0:
            return f32(rng, 3, 4)
        mask = np.zeros((3, 4), np.float32)
        mask[np.arange(3), rng.integers(4, size=3)] = -np.inf
        return mask

    nodes = lambda mask: [node("MatMul", ["x", "w"], "m"), node("Add", ["m", mask], "s"),
                          node("Softmax", ["s"], "y", axis=1)]
    expected = lambda x, mask: {"y": softmax((x @ w + mask).astype(np.float32))}
    return {
        "constant": Case(nodes("low"), {"x": (3, 4)}, {"y": (3, 4)}, lambda v: expected(v["x"], low),
                         {"w": w, "low": low}, reason="probabilities as codes are coarse"),
        "input": Case(nodes("mask"), {"x": (3, 4), "mask": (3, 4)}, {"y": (3, 4)},
                      lambda v: expected(v["x"], v["mask"]), {"w": w}, data=draw, reason="mask"),
    }
