#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small text encoder with seeded weights, as exporters write them: embeddings, positions sliced from a table of 32,
one layer of attention with a mask, the mean of what the mask shows, its L2 normalization.

  textEncoder.py OUT          writes OUT/model.onnx, OUT/calibration/<i>.npz, OUT/padded/<i>.npz and OUT/alone/<i>.npz:
                              the same sentences with padding and without
  textEncoder.py OUT PROGRAM  runs PROGRAM on both: outputs must be equal, byte for byte, where the mask shows something
"""
import pathlib
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

WIDTH, HEADS, TABLE, WORDS = 24, 3, 32, 40


class Builder:
    def __init__(self):
        self.rng, self.nodes, self.weights = np.random.default_rng(7), [], []

    def constant(self, array, dtype=np.float32):
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array, dtype), name))
        return name

    def numbers(self, *values):
        return self.constant(values, np.int64)

    def node(self, kind, name, *inputs, **attributes):
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def project(self, name, x):
        weights = self.rng.standard_normal((WIDTH, WIDTH)) / WIDTH ** 0.5
        return self.node("MatMul", name, x, self.constant(weights))

    def norm(self, name, x):
        gain, shift = 1 + 0.2 * self.rng.standard_normal(WIDTH), 0.2 * self.rng.standard_normal(WIDTH)
        return self.node("LayerNormalization", name, x, self.constant(gain), self.constant(shift), axis=-1,
                         epsilon=1e-12)


def add_embeddings(b):
    words = b.node("Gather", "words", b.constant(b.rng.standard_normal((WORDS, WIDTH))), "ids")
    length = b.node("Gather", "length", b.node("Shape", "shape", "ids"), b.numbers(1), axis=0)
    places = b.node("Slice", "places", b.constant([range(TABLE)], np.int64), b.numbers(0), length, b.numbers(1))
    positions = b.node("Gather", "positions", b.constant(b.rng.standard_normal((TABLE, WIDTH))), places)
    return b.norm("embedded", b.node("Add", "summed", words, positions))


def add_attention(b, x):
    def split(name):
        rows = b.node("Reshape", name + "_rows", b.project(name, x), b.numbers(0, 0, HEADS, WIDTH // HEADS))
        return b.node("Transpose", name + "_heads", rows, perm=[0, 2, 1, 3])
    keys = b.node("Transpose", "k_columns", split("k"), perm=[0, 1, 3, 2])
    scores = b.node("MatMul", "scores", split("q"), keys)
    scaled = b.node("Div", "scaled", scores, b.constant(np.sqrt(WIDTH / HEADS)))
    number = b.node("Cast", "shown", b.node("Unsqueeze", "mask4", "mask", b.numbers(1, 2)), to=TensorProto.FLOAT)
    hidden = b.node("Sub", "hidden", b.constant(1), number)
    low = b.node("Mul", "low", hidden, b.constant(np.finfo(np.float32).min))
    weights = b.node("Softmax", "weights", b.node("Add", "masked", scaled, low), axis=-1)
    heads = b.node("Transpose", "heads", b.node("MatMul", "attended", weights, split("v")), perm=[0, 2, 1, 3])
    return b.project("projected", b.node("Reshape", "joined", heads, b.numbers(0, 0, WIDTH)))


def add_mean(b, x):
    column = b.node("Unsqueeze", "column", "mask", b.numbers(2))
    wide = b.node("Cast", "wide", b.node("Expand", "wide_mask", column, b.node("Shape", "hidden_shape", x)),
                  to=TensorProto.FLOAT)
    total = b.node("ReduceSum", "total", b.node("Mul", "visible", x, wide), b.numbers(1), keepdims=0)
    count = b.node("Clip", "count", b.node("ReduceSum", "shown_count", wide, b.numbers(1), keepdims=0),
                   b.constant(1e-9))
    mean = b.node("Div", "mean", total, count)
    length = b.node("ReduceL2", "norm", mean, axes=[1], keepdims=1)
    least = b.node("Clip", "least", length, b.constant(1e-12))
    return b.node("Div", "sentence", mean, b.node("Expand", "spread", least, b.node("Shape", "mean_shape", mean)))


def make_model():
    b = Builder()
    x = add_embeddings(b)
    x = b.norm("last", b.node("Add", "stream", x, add_attention(b, x)))
    add_mean(b, x)
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in ("ids", "mask")]
    outputs = [helper.make_tensor_value_info("last", TensorProto.FLOAT, ["batch", "length", WIDTH]),
               helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["batch", WIDTH])]
    graph = helper.make_graph(b.nodes, "encoder", inputs, outputs, b.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def write(folder, feeds):
    folder.mkdir()
    for i, feed in enumerate(feeds):
        np.savez(folder / f"{i:03}.npz", **feed)


def make_files(out):
    (out / "model.onnx").write_bytes(make_model().SerializeToString())
    rng = np.random.default_rng(8)

    def sentence(length, shown):
        return {"ids": rng.integers(0, WORDS, (1, length)), "mask": (np.arange(length)[None] < shown).astype(np.int64)}
    write(out / "calibration", [sentence(n, int(rng.integers(1, n + 1))) for n in rng.integers(1, TABLE + 1, 64)])
    padded = [sentence(int(shown + rng.integers(1, TABLE + 1 - shown)), shown) for shown in (1, 2, 5, 16, 31)]
    write(out / "padded", padded)
    write(out / "alone", [{name: array[:, :feed["mask"].sum()] for name, array in feed.items()} for feed in padded])


def run(program, feed, out):
    command = [program]
    for name, array in feed.items():
        np.save(out / f"{name}.npy", array)
        command += ["--input", f"{name}={out / name}.npy"]
    for name in ("last", "sentence"):
        command += ["--output", f"{name}={out / name}.npy"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(result.stderr)
    return np.load(out / "last.npy"), np.load(out / "sentence.npy")


def check(out, program):
    count = 0
    for path in sorted((out / "padded").iterdir()):
        padded, alone = (dict(np.load(out / kind / path.name)) for kind in ("padded", "alone"))
        # Two rows: the padded sentence, and one of which nothing is shown.
        both = {name: np.concatenate([array, 0 * array]) for name, array in padded.items()}
        last, sentence = run(program, both, out)
        expected_last, expected = run(program, alone, out)
        shown = alone["mask"].size
        assert last[:1, :shown].tobytes() == expected_last.tobytes(), "a row depends on padding"
        assert sentence[:1].tobytes() == expected.tobytes(), "a sentence depends on padding"
        assert not sentence[1].any(), "nothing is shown, and the mean is not 0"
        count += 1
    print(f"{count} sentences: the same bytes with padding and without, 0 of nothing")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    if len(sys.argv) > 2:
        check(folder, sys.argv[2])
    else:
        make_files(folder)
