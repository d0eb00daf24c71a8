#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weights of 4 bits rounded by covariances (docs/Numerics.md, Weights rounded together), written once more.

  checkInt4.py make FOLDER             model.onnx, data.npz, flat.npz and rules.json: contractions of different sizes
  checkInt4.py check MODULE            whether the weights of MODULE, behind quantize, are those that are expected
  checkInt4.py check MODULE nearest [NAME,...]      the same without covariances

Data are multiples of 2^-6, so that all sums of products are exact in f32; what follows is f32 and f64 in the written
order."""
import itertools
import json
import os
import re
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "oracle"))
import parameters_oracle  # noqa: E402

SAMPLES, ROWS, DEPTH, CHANNELS, SIZE = 6, 20, 40, 32, (5, 4)
# name: the shape of the weights, by output channel.
CONTRACTIONS = {"padded": (3, CHANNELS, 3, 3), "grouped": (6, CHANNELS // 2, 3, 3), "pooled": (7, CHANNELS),
                "gemm": (5, DEPTH), "matmul": (9, DEPTH)}
STRIDES, PADS = (2, 1), (1, 0, 2, 1)


def weights(name):
    rng = np.random.default_rng(sum(map(ord, name)))
    return (rng.standard_normal(CONTRACTIONS[name]) * 0.3).astype(np.float32)


def data():
    """Elements that vary together."""
    rng = np.random.default_rng(5)
    whole = lambda x: (np.round(x * 24) / 64).astype(np.float32)  # noqa: E731
    x = rng.standard_normal((SAMPLES, CHANNELS, *SIZE)) + 2 * rng.standard_normal((SAMPLES, 1, *SIZE)) + 1
    m = rng.standard_normal((SAMPLES, ROWS, 6)) @ rng.standard_normal((6, DEPTH)) / 2 + 0.5
    return {"x": whole(x), "m": whole(m + rng.standard_normal(m.shape) / 2)}


def flat_data():
    """Elements that hardly vary: what is left of their products are roundings."""
    rng = np.random.default_rng(6)
    x = np.broadcast_to(np.linspace(0, 2, CHANNELS).reshape(1, -1, 1, 1), (SAMPLES, CHANNELS, *SIZE))
    m = np.linspace(3, 103, DEPTH) + 1e-3 * rng.standard_normal((SAMPLES, ROWS, DEPTH))
    return {"x": x.astype(np.float32), "m": m.astype(np.float32)}


def make(folder):
    from onnx import TensorProto, helper, numpy_helper, save, shape_inference
    constants = [numpy_helper.from_array(np.array([ROWS, DEPTH]), "shape")]
    for name in CONTRACTIONS:
        own = weights(name).T if name == "matmul" else weights(name)
        constants.append(numpy_helper.from_array(np.ascontiguousarray(own), name + ".w"))
    conv = {"kernel_shape": (3, 3), "strides": STRIDES, "pads": PADS}
    nodes = [helper.make_node("Reshape", ["m", "shape"], ["rows"], name="rows"),
             helper.make_node("Conv", ["x", "padded.w"], ["padded"], name="padded", **conv),
             helper.make_node("Conv", ["x", "grouped.w"], ["grouped"], name="grouped", group=2, **conv),
             helper.make_node("GlobalAveragePool", ["x"], ["mean"], name="mean"),
             helper.make_node("Flatten", ["mean"], ["flat"], name="flat"),
             helper.make_node("Gemm", ["flat", "pooled.w"], ["pooled"], name="pooled", transB=1),
             helper.make_node("Gemm", ["rows", "gemm.w"], ["gemm"], name="gemm", transB=1),
             helper.make_node("MatMul", ["m", "matmul.w"], ["matmul"], name="matmul")]
    values = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, CHANNELS, *SIZE]),
              helper.make_tensor_value_info("m", TensorProto.FLOAT, [1, ROWS, DEPTH])]
    outputs = [helper.make_empty_tensor_value_info(name) for name in CONTRACTIONS]
    model = helper.make_model(helper.make_graph(nodes, "int4", values, outputs, constants),
                              opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    save(shape_inference.infer_shapes(model), os.path.join(folder, "model.onnx"))
    np.savez(os.path.join(folder, "data.npz"), **data())
    np.savez(os.path.join(folder, "flat.npz"), **flat_data())
    with open(os.path.join(folder, "rules.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "rules": [{"name": "*", "assign": "w4a8"}]}, file)


def rows_of(name):
    """What the K of a contraction varies with: [positions, K]."""
    if name in ("gemm", "matmul"):
        return data()["m"].reshape(-1, DEPTH).astype(np.float64)
    x = data()["x"].astype(np.float64)
    if name == "pooled":  # what is averaged
        return x.transpose(0, 2, 3, 1).reshape(-1, CHANNELS)
    x = np.pad(x, ((0, 0), (0, 0), (PADS[0], PADS[2]), (PADS[1], PADS[3])))
    out = [(x.shape[2 + i] - 3) // STRIDES[i] + 1 for i in range(2)]
    return np.stack([sample[:, y * STRIDES[0]:y * STRIDES[0] + 3, c * STRIDES[1]:c * STRIDES[1] + 3].reshape(-1)
                     for sample in x for y, c in itertools.product(*map(range, out))])


def positions(name):
    """How often each channel, or index of K, was seen."""
    return SAMPLES * ROWS if name in ("gemm", "matmul") else SAMPLES * SIZE[0] * SIZE[1]


def damped(own, means, seen):
    """The matrix of the descent; sums in order."""
    sizes = np.sqrt(np.diag(own) + means * means)
    variances = np.diag(own) + 2.0**-18 * (sizes * sum(sizes.tolist()))
    mean = sum(variances.tolist()) / len(own)
    matrix = own / mean
    np.fill_diagonal(matrix, variances / mean + (1 + 3 * len(own) / seen))
    return matrix.astype(np.float32)


def means_of(rows):
    return (rows.sum(0) / len(rows)).astype(np.float32).astype(np.float64)


def covariances(rows):
    means = means_of(rows)
    found = (rows.T @ rows / len(rows) - means[:, None] * means[None]).astype(np.float32).astype(np.float64)
    np.fill_diagonal(found, np.maximum(np.diag(found), 0))
    return found


def group_places(name):
    """The positions of a channel's weights, group by group."""
    if len(CONTRACTIONS[name]) == 2:
        places = list(range(CONTRACTIONS[name][1]))
        return [places[i:i + 32] for i in range(0, len(places), 32)]
    channels = CONTRACTIONS[name][1]
    return [[channel * 9 + tap for channel in range(channels)] for tap in range(9)]


def descend(row, scale, steps, codes, matrix):
    """Codes of one channel: `row` in f32, `steps` multipliers."""
    least = [-min(8, 126 // abs(k)) for k in steps]
    gradient = np.zeros(len(row), np.float32)
    for k, (w, step, code) in enumerate(zip(row, steps, codes)):
        gradient += np.float32(float(step) * float(code) - float(w) / float(scale)) * matrix[k]
    for _ in range(3):
        changed = False
        for k, step in enumerate(steps):
            target = float(codes[k]) - float(gradient[k]) / (float(matrix[k, k]) * float(step))
            best = min(max(round(target), least[k]), 7)
            if best != codes[k]:
                gradient += np.float32(step * (best - codes[k])) * matrix[k]
                codes[k], changed = best, True
        if not changed:
            break
    return codes


def expected(name, is_nearest):
    """The i8 weights by output channel, and the sums' squared error as a share of that of the nearest codes."""
    found, places = [], group_places(name)
    order = list(itertools.chain(*places))
    own = covariances(rows_of(name)) if name != "grouped" else None
    errors = np.zeros(2)
    if own is not None:
        matrix = damped(own, means_of(rows_of(name)), positions(name))
    for row in weights(name).reshape(CONTRACTIONS[name][0], -1):
        scale, multipliers, sorted_codes = parameters_oracle.int4_choice(
            [float(w) for w in row[order]], [len(group) for group in places], 0.0)
        steps, codes = [0] * len(row), [0] * len(row)
        for place, step in zip(order, itertools.chain(*([k] * len(group) for k, group in zip(multipliers, places)))):
            steps[place] = step
        for place, code in zip(order, sorted_codes):
            codes[place] = code
        plain = [step * code for step, code in zip(steps, codes)]
        if own is not None and not is_nearest:
            codes = descend(row, scale, steps, codes, matrix)
        found.append([step * code for step, code in zip(steps, codes)])
        if own is not None:
            for i, w8 in enumerate((found[-1], plain)):
                error = np.array(w8) * float(scale) - row
                errors[i] += error @ own @ error
    return np.array(found), errors[0] / errors[1] if own is not None else 1.0


def check(path, mode="", names=",".join(CONTRACTIONS)):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # Resources, behind 4 bytes of alignment.
    blobs = {bytes.fromhex(blob[8:]) for blob in re.findall(r': "0x([0-9A-F]+)"', text)}
    for name in names.split(","):
        wanted, share = expected(name, mode == "nearest")
        wanted = wanted.T if len(CONTRACTIONS[name]) == 2 else wanted
        assert wanted.astype(np.int8).tobytes() in blobs, f"{name}: no weights {wanted.tolist()}"
        print(f"{name}: {share:.2f} of the error")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
