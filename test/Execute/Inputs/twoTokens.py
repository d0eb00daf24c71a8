#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The example of docs/IntegerTransformer.md: a transformer block of two tokens of width 4, computed here in Python's
integers by the formulas of that page, with the numbers of the integer module.

  twoTokens.py OUT                 writes OUT/model.onnx, OUT/calibration.npz and OUT/x.npy
  twoTokens.py OUT MODULE PROGRAM  computes MODULE, the module behind integer as text, and prints each step;
                                   PROGRAM must give the same floats
  twoTokens.py OUT MODULE PROGRAM PAGE  PAGE must show what is printed
"""
import math
import pathlib
import re
import struct
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

WIDTH = 4
TOKENS = [[1, -0.5, 0.25, 2], [-1, 0.75, 0.5, 0]]


def make_model():
    rng, nodes, weights = np.random.default_rng(1), [], []

    def constant(name, values):
        weights.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def node(kind, name, *inputs, **attributes):
        nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def project(name, x):
        return node("MatMul", name, x, constant("w_" + name, np.round(rng.standard_normal((WIDTH, WIDTH)) * 4) / 8))
    for name in "qkv":
        project(name, "x")
    node("MatMul", "scores", "q", node("Transpose", "columns", "k", perm=[0, 2, 1]))
    node("Softmax", "weights", node("Mul", "scaled", "scores", constant("half", 0.5)), axis=-1)
    node("Add", "stream", "x", project("projected", node("MatMul", "attended", "weights", "v")))
    node("LayerNormalization", "normed", "stream", constant("gain", [1, 0.5, 1, 2]),
         constant("shift", [0, 0.25, 0, -0.25]), axis=-1, epsilon=1e-5)
    project("hidden", "normed")
    erf = node("Erf", "erf", node("Div", "part", "hidden", constant("root", math.sqrt(2))))
    twice = node("Mul", "twice", "hidden", node("Add", "one", erf, constant("unit", 1)))
    project("y", node("Mul", "gelu", twice, constant("halved", 0.5)))
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 2, WIDTH]) for n in "xy")
    graph = helper.make_graph(nodes, "two_tokens", [x], [y], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def make_files(out):
    (out / "model.onnx").write_bytes(make_model().SerializeToString())
    np.savez(out / "calibration.npz", x=np.random.default_rng(2).standard_normal((32, 2, WIDTH)).astype(np.float32))
    np.save(out / "x.npy", np.array([TOKENS], np.float32))


class Module:
    """The text of a module: its operations in order, its tables."""
    LINE = re.compile(r"\s*%(\d+) = (\w+\.\w+) (.*?)(?: \{(.*?)\})? : \(?.*\)? -> tensor<.*x(\w+)> loc\(#loc(\d*)\)$")

    def __init__(self, text):
        self.blobs = dict(re.findall(r'(w_\w+): "0x([0-9A-F]+)"', text))
        self.names = dict(re.findall(r'#loc(\d+) = loc\("([^"]+)"\)', text))
        self.constants, self.operations = {}, []
        for line in text.split("\n"):
            constant = re.match(r"\s*%(\d+) = qc.constant (.*) : tensor<(?:(.*)x)?(\w+)> loc", line)
            if constant:
                self.constants[constant[1]] = self.read(*constant.groups()[1:])
            elif match := self.LINE.match(line):
                self.operations.append(match.groups())

    def read(self, text, dims, element):
        kinds = {"f32": "<f4", "i8": "<i1", "ui8": "<u1", "i32": "<i4"}
        if text.startswith("dense_resource"):
            data = np.frombuffer(bytes.fromhex(self.blobs[text[15:-1]])[4:], kinds[element])
        else:
            data = np.array([float(word) for word in re.findall(r"[-+.\deE]+", text[5:])]).astype(kinds[element])
        data = data.astype(np.float32 if element == "f32" else object)
        return data.reshape([int(d) for d in dims.split("x")]) if dims else data.reshape(())

    def table(self, attributes):
        return self.read(re.search(r"table = (dense_resource<\w+>)", attributes)[1], "256", "ui8")


def numbers(attributes, name):
    """An attribute that is an integer, or a list of them."""
    found = re.search(rf"\b{name} = (?:array<i(?:32|64)(?:: ([^>]*))?>|(-?\d+))", attributes)
    if found is None or found[2] is not None:
        return None if found is None else int(found[2])
    return [int(word) for word in found[1].split(", ")] if found[1] else []


def rounded(product, shift):
    return (product + (1 << shift - 1)) >> shift


def clamp(value, attributes):
    return min(max(value + numbers(attributes, "zero_point"), numbers(attributes, "lo")), numbers(attributes, "hi"))


def requant(terms, attributes):
    y = np.empty(terms[0].shape, object)
    zeros, shifts = numbers(attributes, "term_zero_points"), numbers(attributes, "shifts")
    multipliers = [numbers(attributes, "multipliers"), numbers(attributes, "multipliers1")]
    for place in np.ndindex(*y.shape):
        channel = place[-1] if len(shifts) > 1 else 0
        total = sum((np.broadcast_to(x, y.shape)[place] - zero) * m[channel]
                    for x, zero, m in zip(terms, zeros, multipliers))
        y[place] = clamp(rounded(total, shifts[channel]), attributes)
    return y


def requant_rows(x, rows, attributes):
    y = np.empty(x.shape, object)
    for place in np.ndindex(*y.shape):
        m = rounded(rows[place[:-1]][0] * numbers(attributes, "multiplier"), 31)
        y[place] = clamp(rounded(x[place] * m, numbers(attributes, "shift")), attributes)
    return y


def row_root(x, total, attributes):
    x = x - numbers(attributes, "x_zero_point")
    roots = []
    for row, s in zip(x.reshape(-1, x.shape[-1]), total.reshape(-1)):
        w = max(len(row) * sum(v * v for v in row) - s * s + numbers(attributes, "epsilon"), 1)
        j = (64 - w.bit_length()) // 2
        roots.append(64 * (2 ** 55 // math.isqrt(4 ** j * w)) + 55 - j)
    return np.array(roots, object).reshape(total.shape)


def normalize(x, root, total, attributes):
    y = np.empty(x.shape, object)
    for place in np.ndindex(*y.shape):
        row = place[:-1] + (0,)
        c = x.shape[-1] * (x[place] - numbers(attributes, "x_zero_point")) - total[row]
        m, e = divmod(root[row], 64)
        y[place] = rounded(c * m, e - 16)
    return y


def quantize(x, scale, zero):
    q = [[round(float(np.float32(v) / scale)) for v in row] for row in x[0]]  # round: ties to even
    return np.clip(np.array([q], object) + int(zero), 0, 255)


def compute(module, kind, inputs, attributes):
    """One operation of the page; `inputs`: its operands."""
    a = attributes or ""
    if kind == "quantize":
        return quantize(*inputs)
    if kind == "matmul":
        x, w, *bias = inputs
        sums = np.matmul(x - numbers(a, "a_zero_point"), w - numbers(a, "b_zero_point"))
        return sums + bias[0] if bias else sums
    if kind == "dequantize":
        return (inputs[0].astype(np.float32) * inputs[1]).astype(np.float32)
    steps = {"requant": lambda *terms: requant(terms, a), "requant_rows": lambda x, r: requant_rows(x, r, a),
             "lut": lambda x: module.table(a)[x.astype(int)],
             "lut_below": lambda x, top: module.table(a)[(top - x).astype(int)],
             "row_max": lambda x: x.max(-1, keepdims=True),
             "row_reciprocal": lambda p: np.array(
                 [min(2 ** 38 // d, 2 ** 31 - 1) if d else 0 for d in p.sum(-1).reshape(-1)], object
             ).reshape(p.shape[:-1] + (1,)),
             "row_sum": lambda x: (x - numbers(a, "x_zero_point")).sum(-1, keepdims=True),
             "row_root": lambda x, s: row_root(x, s, a), "normalize": lambda x, r, s: normalize(x, r, s, a),
             "transpose": lambda x: x.transpose(numbers(a, "perm"))}
    return steps[kind](*inputs)


def show(value):
    rows = [" ".join(f"{v:g}" if isinstance(v, np.floating) else str(v) for v in row) for row in value[0]]
    return " | ".join(rows)


def evaluate(module, x):
    """Prints each step, a row for each token; the result."""
    values, lines, result = dict(module.constants), [], None
    for number, operation, operands, attributes, _, place in module.operations:
        kind = operation.split(".")[1]
        names = re.findall(r"%(\w+)", operands)
        inputs = [x if name.startswith("arg") else values[name] for name in names]
        values[number] = result = compute(module, kind, inputs, attributes)
        lines.append(f"{module.names.get(place, ''):10}{kind:15}{show(result)}")
    return result, lines


def main():
    out = pathlib.Path(sys.argv[1])
    if len(sys.argv) == 2:
        return make_files(out)
    result, lines = evaluate(Module(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")), np.load(out / "x.npy"))
    subprocess.run([sys.argv[3], "--input", f"x={out / 'x.npy'}", "--output", f"y={out / 'y.npy'}"], check=True)
    assert result.tobytes() == np.load(out / "y.npy").tobytes(), "the program gives other bytes"
    print("\n".join(lines))
    if len(sys.argv) > 4:
        page = pathlib.Path(sys.argv[4]).read_text(encoding="utf-8")
        missing = [line for line in lines if line not in page]
        assert not missing, f"the page does not show: {missing}"
        print(f"{len(lines)} steps, as on the page; the program gives the same bytes")
    return None


if __name__ == "__main__":
    main()
