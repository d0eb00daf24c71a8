# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Corner cases of how a graph is put together: readers, sizes, outputs, names. Importing it adds them to
cornerModels.CASES."""
import numpy as np
from onnx import numpy_helper

from cornerModels import MOVES, Case, case, f32, node, one, softmax
from makeRandomGraphs import conv

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
                reason="probabilities", tolerance=0.06)


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
            "softmax": one("Softmax", (0, 3), lambda x: x, reason="probabilities", axis=1),
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


# L2 normalization: as PyTorch writes it, with rows of zeros, infinity and NaN; and of parts, over channels.

@case
def l2_normalize(rng):
    rows = f32(rng, 4, 8)
    rows[0], rows[1, 3], rows[2, 5] = 0, np.inf, np.nan

    def expected(v, least):
        x = v["x"].astype(float)
        with np.errstate(all="ignore"):
            return {"y": x / np.maximum(np.sqrt((x * x).sum(1, keepdims=True)), least)}

    torch = [node("ReduceL2", ["x"], "l", axes=[1]), node("Clip", ["l", "least"], "c"), node("Shape", ["x"], "s"),
             node("Expand", ["c", "s"], "e"), node("Div", ["x", "e"], "y")]
    parts = [node("Pow", ["x", "two"], "p"), node("ReduceSum", ["p", "axes"], "q"), node("Sqrt", ["q"], "r"),
             node("Div", ["x", "r"], "y")]
    return {
        "torch": Case(torch, {"x": (4, 8)}, {"y": (4, 8)}, lambda v: expected(v, 1e-12), {"least": np.float32(1e-12)},
                      data=lambda sample: f32(np.random.default_rng(sample), 4, 8) * np.float32([[1], [1], [0], [2]]),
                      special=rows),
        "parts": Case(parts, {"x": (2, 6, 3)}, {"y": (2, 6, 3)}, lambda v: expected(v, 0),
                      {"two": np.float32(2), "axes": np.int64([1])}),
    }
