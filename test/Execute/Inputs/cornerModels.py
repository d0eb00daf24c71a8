# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tables of corner cases (cornerGraphs, cornerOps, cornerWindows) are written with; cornerCases runs them."""
import numpy as np
from onnx import helper

CASES = {}  # by name, "function/name"
MOVES = "moves a model input"  # what moves an input that nothing quantized reads stays float


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
