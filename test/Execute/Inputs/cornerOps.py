# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Corner cases of single operations: their limits, special values, ranges of one point. Importing it adds them to
cornerModels.CASES."""
import numpy as np

from cornerModels import MOVES, Case, case, f32, node, one, softmax
from makeRandomGraphs import conv, pool

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
        "softmax": one("Softmax", (2, 5), softmax, reason="probabilities", axis=1),
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
         reason="probabilities"),
        "softmax_one": one("Softmax", (3, 1), lambda x: np.ones_like(x), reason="probabilities"),
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
        "softmax": one("Softmax", shape, softmax, axis=3, special=special, reason="probabilities"),
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
