#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weights rounded together, and corrected biases, against rationals (docs/Numerics.md).

  checkBiases.py make FOLDER           model.onnx and data.npz: contractions of inputs, no two of as many channels
  checkBiases.py check MODULE          whether the codes of MODULE, behind quantize, are right: says how many moved

Data are multiples of 2^-8, so that sums of one sample are exact in f64; everything else is computed in rationals and
rounded where the definition rounds, or in f64 in its order."""
import itertools
import os
import re
import struct
import sys
from fractions import Fraction

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "oracle"))
import ieee  # noqa: E402

SAMPLES = 5
# name: output channels, groups, kernel, strides, dilations, pads, whether there is a bias.
# Inputs have 4 channels of 7 x 6.
CONVS = {
    "padded": (3, 1, (3, 3), (2, 2), (1, 1), (1, 0, 2, 1), False),
    "grouped": (6, 2, (3, 2), (2, 1), (1, 2), (0, 2, 1, 1), True),
    "depthwise": (4, 4, (3, 3), (1, 1), (2, 1), (2, 1, 2, 1), False),
}
ROWS, DEPTH = 3, 11
PRODUCTS = {"gemm": (5, True), "matmul": (7, False)}


def weights(name):
    rng = np.random.default_rng(sum(map(ord, name)))
    if name in CONVS:
        channels, groups, kernel, *_, has_bias = CONVS[name]
        w = rng.standard_normal((channels, 4 // groups, *kernel)) * 0.3
    else:
        channels, has_bias = PRODUCTS[name]
        w = rng.standard_normal((channels, DEPTH)) * 0.3
    b = rng.standard_normal(channels) if has_bias else None
    return w.astype(np.float32), None if b is None else b.astype(np.float32)


def data():
    rng = np.random.default_rng(3)
    whole = lambda shape: (rng.integers(-200, 600, shape) / 256).astype(np.float32)  # noqa: E731
    return {"x": whole((SAMPLES, 4, 7, 6)), "m": whole((SAMPLES, ROWS, DEPTH))}


def make(folder):
    from onnx import TensorProto, helper, numpy_helper, save, shape_inference
    nodes, constants = [], []
    for name in [*CONVS, *PRODUCTS]:
        w, b = weights(name)
        if name == "matmul":
            w = w.T
        constants += [numpy_helper.from_array(np.ascontiguousarray(w), name + ".w")]
        constants += [] if b is None else [numpy_helper.from_array(b, name + ".b")]
        inputs = ["x" if name in CONVS else "m" if name == "matmul" else "rows", name + ".w"]
        inputs += [] if b is None else [name + ".b"]
        if name in CONVS:
            _, group, kernel, strides, dilations, pads, _ = CONVS[name]
            nodes.append(helper.make_node("Conv", inputs, [name], name=name, group=group, kernel_shape=kernel,
                                          strides=strides, dilations=dilations, pads=pads))
        elif name == "gemm":
            nodes.append(helper.make_node("Gemm", inputs, [name], name=name, transB=1))
        else:
            nodes.append(helper.make_node("MatMul", inputs, [name], name=name))
    constants.append(numpy_helper.from_array(np.array([ROWS, DEPTH]), "shape"))
    nodes.insert(0, helper.make_node("Reshape", ["m", "shape"], ["rows"], name="rows"))
    values = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 7, 6]),
              helper.make_tensor_value_info("m", TensorProto.FLOAT, [1, ROWS, DEPTH])]
    outputs = [helper.make_empty_tensor_value_info(name) for name in [*CONVS, *PRODUCTS]]
    model = helper.make_model(helper.make_graph(nodes, "biases", values, outputs, constants),
                              opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    save(shape_inference.infer_shapes(model), os.path.join(folder, "model.onnx"))
    np.savez(os.path.join(folder, "data.npz"), **data())


def means(name, samples):
    """E_k, by going through every position of the result."""
    if name in PRODUCTS:
        reads = [[[Fraction(float(row[k])) for row in sample] for sample in samples] for k in range(DEPTH)]
        count = SAMPLES * ROWS
    else:
        _, _, kernel, strides, dilations, pads, _ = CONVS[name]
        out = [(size + pads[i] + pads[i + 2] - (kernel[i] - 1) * dilations[i] - 1) // strides[i] + 1
               for i, size in enumerate(samples.shape[2:])]
        reads = []
        for channel, ky, kx in itertools.product(range(4), range(kernel[0]), range(kernel[1])):
            per_sample = []
            for sample in samples:
                seen = []
                for oy, ox in itertools.product(range(out[0]), range(out[1])):
                    y, x = oy * strides[0] + ky * dilations[0] - pads[0], ox * strides[1] + kx * dilations[1] - pads[1]
                    inside = 0 <= y < sample.shape[1] and 0 <= x < sample.shape[2]
                    seen.append(Fraction(float(sample[channel, y, x])) if inside else Fraction(0))
                per_sample.append(seen)
            reads.append(per_sample)
        count = SAMPLES * out[0] * out[1]
    return [ieee.f32(ieee.f64(ieee.f64(sum(ieee.f32(sum(seen)) for seen in per_k)) / count)) for per_k in reads]


def mean_square(samples):
    """By the centres of bins of 2^18 patterns of f32."""
    total, real = 0.0, lambda bits: struct.unpack("<f", struct.pack("<I", bits))[0]
    bits = samples.astype(np.float32).view(np.uint32)
    bins = np.where(bits >> 31, -1 - ((bits & 0x7fffffff) >> 18).astype(np.int64), (bits >> 18).astype(np.int64))
    for own, count in zip(*np.unique(bins, return_counts=True)):
        index = int(-1 - own if own < 0 else own)
        centre = 0.0 if index == 0 else (real(index << 18) + real((index + 1) << 18)) / 2
        total += float(count) * (centre * centre)
    return total / samples.size


def round_together(codes, row, scale, own, square):
    """f64 in the written order."""
    errors = [float(q) - float(x) / float(scale) for q, x in zip(codes, row)]
    own, total = [float(e) for e in own], 0.0
    for d, e in zip(errors, own):
        total += d * e
    for _ in range(64):
        best, most = None, 0.0
        for k, (q, d, e) in enumerate(zip(codes, errors, own)):
            step = -1.0 if d > 0 else 1.0
            if abs(d) > 0.5 or abs(q + step) > 127:
                continue
            moved, sum_moved = d + step, total + step * e
            gain = square * (d * d - moved * moved) + 9 * (total * total - sum_moved * sum_moved)
            if gain > most:
                best, most = k, gain
        if best is None:
            break
        step = -1 if errors[best] > 0 else 1
        total += step * own[best]
        errors[best] += step
        codes[best] += step
    return codes


def expected(name, samples):
    """(codes of weights by channel, bias codes, codes without correction, how many weights are not the nearest)."""
    w, b = weights(name)
    low, high = min(Fraction(0), Fraction(float(samples.min()))), Fraction(float(samples.max()))
    step = ieee.f32(ieee.f64(ieee.f64(high - low) / 255))
    per_channel = w.reshape(len(w), -1)
    all_means, groups = means(name, samples), CONVS[name][1] if name in CONVS else 1
    corrected, plain, together, flips = [], [], [], 0
    for channel, row in enumerate(per_channel):
        row = [Fraction(float(x)) for x in row]
        scale = ieee.f32(ieee.f64(max(map(abs, row)) / 127))
        codes = [max(-127, min(127, ieee.round_half_even(x / scale))) for x in row]
        own = all_means[channel * groups // len(w) * len(row):][:len(row)]
        nearest = list(codes)
        codes = round_together(codes, row, scale, own, mean_square(samples))
        flips += sum(a != b for a, b in zip(nearest, codes))
        together.append(codes)
        bias = Fraction(0) if b is None else Fraction(float(b[channel]))
        error = sum((scale * q - x) * e for q, x, e in zip(codes, row, own))
        corrected.append((bias - error) / (step * scale))
        plain.append(ieee.round_half_even(bias / (step * scale)))
        assert abs(corrected[-1] - corrected[-1].__floor__() - Fraction(1, 2)) > Fraction(1, 10**6), "a tie"
    return together, [ieee.round_half_even(x) for x in corrected], plain, flips


def check(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # Resources, behind 4 bytes of alignment.
    blobs = {bytes.fromhex(blob[8:]) for blob in re.findall(r': "0x([0-9A-F]+)"', text)}
    inputs, moved, flipped = data(), 0, 0
    for name in [*CONVS, *PRODUCTS]:
        weight, wanted, plain, flips = expected(name, inputs["x" if name in CONVS else "m"])
        weight = np.array(weight).T if name in PRODUCTS else np.array(weight)
        assert weight.astype(np.int8).tobytes() in blobs, f"{name}: no weights {weight.tolist()}"
        flipped += flips
        found = re.findall(rf"dense<\[([-0-9, ]+)\]> : tensor<{len(wanted)}xi32>", text)
        assert len(found) == 1, f"{name}: {len(found)} biases"
        got = [int(x) for x in found[0].split(",")]
        assert got == wanted, f"{name}: {got}, expected {wanted}"
        moved += sum(x != y for x, y in zip(wanted, plain))
    print(f"{flipped} weights and {moved} bias codes moved")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
