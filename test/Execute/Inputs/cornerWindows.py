# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Corner cases of convolutions and pools, of filters and biases. Importing it adds them to cornerModels.CASES."""
import numpy as np

from cornerModels import MOVES, Case, case, f32, node, one
from makeRandomGraphs import conv, pool

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
