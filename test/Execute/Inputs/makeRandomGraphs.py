#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes seeded random ONNX graphs over every operator that qc has, with inputs and expected outputs.

Interpreter: Debian's python3 with python3-onnx and python3-numpy. Expected outputs are computed here in float64.

  makeRandomGraphs.py OUT FIRST COUNT

For each seed from FIRST on, a folder OUT/<seed> with model.onnx, data/<i>.npz (samples to calibrate and to run on) and
expected/<i>.npz (outputs by name).

The graphs of a seed are frozen: test/Inputs/hashes-*.txt holds hashes of what they compute. New operators are drawn in
another file.
"""
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLES = 3


def window_dims(size, kernel, stride, begin, end, dilation, ceil):
    """Output size of a pool: the last window must start inside the input or its begin padding."""
    span = dilation * (kernel - 1) + 1
    free = size + begin + end - span
    if free < 0:
        return 0
    out = (-(-free // stride) if ceil else free // stride) + 1
    if ceil and (out - 1) * stride >= size + begin:
        out -= 1
    return out


def conv(x, w, b, strides, pads, dilations, group):
    spatial = x.ndim - 2
    x = np.pad(x, [(0, 0), (0, 0)] + [(pads[d], pads[spatial + d]) for d in range(spatial)])
    kernel = w.shape[2:]
    out = [(x.shape[2 + d] - (dilations[d] * (kernel[d] - 1) + 1)) // strides[d] + 1 for d in range(spatial)]
    m, per_group = w.shape[0], w.shape[1]
    y = np.zeros((x.shape[0], m, *out))
    for k in np.ndindex(*kernel):
        taps = x[(slice(None), slice(None)) + tuple(
            slice(k[d] * dilations[d], k[d] * dilations[d] + (out[d] - 1) * strides[d] + 1, strides[d])
            for d in range(spatial))]
        for g in range(group):
            part = taps[:, g * per_group:(g + 1) * per_group]
            rows = slice(g * (m // group), (g + 1) * (m // group))
            y[:, rows] += np.einsum("nc...,mc->nm...", part, w[(rows, slice(None)) + k])
    return y if b is None else y + b.reshape((1, -1) + (1,) * spatial)


def pool(x, kernel, strides, pads, dilations, ceil, average, include_pad):
    spatial = x.ndim - 2
    out = [window_dims(x.shape[2 + d], kernel[d], strides[d], pads[d], pads[spatial + d], dilations[d], ceil)
           for d in range(spatial)]
    y = np.zeros((*x.shape[:2], *out))
    for p in np.ndindex(*out):
        inside, counted = [], 1
        for d in range(spatial):
            at = [p[d] * strides[d] - pads[d] + k * dilations[d] for k in range(kernel[d])]
            inside.append([a for a in at if 0 <= a < x.shape[2 + d]])
            counted *= sum(a < x.shape[2 + d] + pads[spatial + d] for a in at) if include_pad else len(inside[-1])
        values = x[np.ix_(range(x.shape[0]), range(x.shape[1]), *inside)].reshape(*x.shape[:2], -1)
        if average:
            y[(slice(None), slice(None)) + p] = values.sum(-1) / counted if counted else 0
        else:
            y[(slice(None), slice(None)) + p] = values.max(-1) if values.shape[-1] else -np.inf
    return y


class Graph:
    """A graph in the making: values are float64 arrays per sample beside their ONNX names."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.initializers, self.values = [], [], {}
        self.uses, self.opset = {}, int(self.rng.choice([11, 13, 14, 17]))
        self.count = 0

    def name(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def constant(self, array, stem="w", dtype=np.float32):
        name = self.name(stem)
        array = np.asarray(array, dtype)
        if self.rng.random() < 0.15:
            self.nodes.append(helper.make_node("Constant", [], [name], name=name,
                                               value=numpy_helper.from_array(array, name)))
        else:
            self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def emit(self, kind, inputs, function, **attributes):
        """One node; `function` computes its value from those of the computed inputs."""
        output = self.name(kind.lower())
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        computed = [i for i in inputs if i in self.values]
        for i in computed:
            self.uses[i] = self.uses.get(i, 0) + 1
        with np.errstate(all="ignore"):
            self.values[output] = [function(*(self.values[i][s] for i in computed)) for s in range(SAMPLES)]
        return output

    def shape(self, value):
        return self.values[value][0].shape

    def weights(self, shape, fan_in):
        w = self.rng.standard_normal(shape) / np.sqrt(max(fan_in, 1))
        if self.rng.random() < 0.5:  # channels of very different size
            w *= np.exp2(self.rng.integers(-6, 3, shape[:1])).reshape((-1,) + (1,) * (len(shape) - 1))
        if self.rng.random() < 0.2:
            w[int(self.rng.integers(shape[0]))] = 0  # an all-zero filter
        return w.astype(np.float32)

    # Operators. Each takes a value of the rank it needs and returns a value.

    def add_conv(self, x, m=None):
        n, c, *size = self.shape(x)
        spatial, rng = len(size), self.rng
        style = rng.choice(["plain", "point", "depthwise", "group"], p=[0.35, 0.25, 0.25, 0.15])
        group = c if style == "depthwise" else 1
        if style == "group":
            group = int(rng.choice([g for g in range(1, c + 1) if c % g == 0]))
        if m is None:
            m = int(rng.integers(1, 68))
            m = max(1, m // group) * group if group > 1 else m
            if style == "depthwise":
                m = c * int(rng.choice([1, 1, 1, 2]))
        elif m % group or c % group:
            group = 1
        kernel = [1] * spatial if style == "point" else [int(rng.integers(1, 1 + min(5, s + 2))) for s in size]
        dilations = [int(rng.integers(1, 3)) if k > 1 and rng.random() < 0.3 else 1 for k in kernel]
        strides = [int(rng.integers(1, 4)) if rng.random() < 0.4 else 1 for _ in size]
        pads = [int(rng.integers(0, k)) for k in kernel] + [int(rng.integers(0, k)) for k in kernel]
        for d in range(spatial):  # at least one window
            span = dilations[d] * (kernel[d] - 1) + 1
            missing = span - size[d] - pads[d] - pads[spatial + d]
            pads[spatial + d] += max(0, missing)
        w = self.weights((m, c // group, *kernel), c // group * np.prod(kernel))
        b = None if rng.random() < 0.3 else rng.standard_normal(m).astype(np.float32)
        inputs = [x, self.constant(w)] + ([] if b is None else [self.constant(b, "b")])
        return self.emit("Conv", inputs, lambda v: conv(v, w.astype(float), b, strides, pads, dilations, group),
                         kernel_shape=kernel, strides=strides, pads=pads, dilations=dilations, group=group)

    def add_pool(self, x):
        rng, size = self.rng, self.shape(x)[2:]
        spatial = len(size)
        average = rng.random() < 0.5
        kernel = [int(rng.integers(1, 1 + min(4, s))) for s in size]
        strides = [int(rng.integers(1, 4)) for _ in size]
        pads = [int(rng.integers(0, k)) for k in kernel] + [int(rng.integers(0, k)) for k in kernel]
        ceil = bool(rng.random() < 0.4)
        include = bool(average and rng.random() < 0.5)
        dilations = [1 if average or rng.random() < 0.7 else 2 for _ in size]
        for d in range(spatial):
            if window_dims(size[d], kernel[d], strides[d], pads[d], pads[spatial + d], dilations[d], ceil) < 1:
                dilations[d] = 1
        attributes = dict(kernel_shape=kernel, strides=strides, pads=pads, ceil_mode=int(ceil))
        attributes.update(dict(count_include_pad=int(include)) if average else dict(dilations=dilations))
        return self.emit("AveragePool" if average else "MaxPool", [x],
                         lambda v: pool(v, kernel, strides, pads, dilations, ceil, average, include), **attributes)

    def add_global_pool(self, x):
        axes = tuple(range(2, len(self.shape(x))))
        return self.emit("GlobalAveragePool", [x], lambda v: v.mean(axes, keepdims=True))

    def add_batch_norm(self, x):
        c, rng = self.shape(x)[1], self.rng
        scale, bias, mean = (rng.standard_normal(c).astype(np.float32) for _ in range(3))
        var = rng.uniform(0.2, 2, c).astype(np.float32)
        expand = (1, -1) + (1,) * (len(self.shape(x)) - 2)
        names = [self.constant(a, "bn") for a in (scale, bias, mean, var)]
        s, b, m, v = (a.astype(float).reshape(expand) for a in (scale, bias, mean, var))
        return self.emit("BatchNormalization", [x, *names],
                         lambda value: (value - m) / np.sqrt(v + np.float64(np.float32(1e-5))) * s + b, epsilon=1e-5)

    def add_unary(self, x):
        kind = self.rng.choice(["relu", "clip", "hardsigmoid", "hardswish", "hardswish_parts", "identity", "dropout"])
        if kind == "relu":
            return self.emit("Relu", [x], lambda v: np.maximum(v, 0))
        if kind == "identity":
            return self.emit("Identity", [x], lambda v: v)
        if kind == "dropout":
            return self.emit("Dropout", [x], lambda v: v)
        if kind == "clip":
            lo, hi = sorted(self.rng.standard_normal(2).astype(np.float32) * 2)
            bounds = self.rng.choice(["both", "min", "max"])
            names = [x, self.constant(lo, "lo") if bounds != "max" else "",
                     self.constant(hi, "hi") if bounds != "min" else ""]
            lo = -np.inf if bounds == "max" else lo
            hi = np.inf if bounds == "min" else hi
            return self.emit("Clip", names[:2] if bounds == "min" else names, lambda v: np.clip(v, lo, hi))
        if kind == "hardsigmoid":
            alpha, beta = np.float32(self.rng.uniform(0.1, 0.5)), np.float32(self.rng.uniform(0, 1))
            return self.emit("HardSigmoid", [x], lambda v: np.clip(float(alpha) * v + float(beta), 0, 1),
                             alpha=float(alpha), beta=float(beta))
        sixth = float(np.float32(1 / 6))
        if kind == "hardswish" and self.opset >= 14:
            return self.emit("HardSwish", [x], lambda v: v * np.clip(sixth * v + 0.5, 0, 1))
        h = self.emit("HardSigmoid", [x], lambda v: np.clip(sixth * v + 0.5, 0, 1), alpha=sixth, beta=0.5)
        return self.emit("Mul", [x, h], lambda a, b: a * b)

    def add_binary(self, x):
        """With another value of the same shape, a convolution of the right shape, a constant, or itself."""
        rng, shape = self.rng, self.shape(x)
        kind, function = (("Add", np.add) if rng.random() < 0.6 else ("Mul", np.multiply))
        same = [v for v in self.values if self.shape(v) == shape and v != x]
        choice = rng.choice(["same", "constant", "self", "broadcast"], p=[0.5, 0.3, 0.05, 0.15])
        if choice == "self":
            return self.emit(kind, [x, x], lambda a, b: function(a, b))
        if choice == "same" and same:
            other = same[int(rng.integers(len(same)))]
            order = [x, other] if rng.random() < 0.5 else [other, x]
            return self.emit(kind, order, lambda a, b: function(a, b))
        if choice == "broadcast" and len(shape) > 2:
            squeezed = self.add_global_pool(x)
            return self.emit(kind, [x, squeezed], lambda a, b: function(a, b))
        full = [d if rng.random() < 0.5 else 1 for d in shape]
        if len(shape) > 1 and rng.random() < 0.5:
            full = [1, shape[1]] + [1] * (len(shape) - 2)  # one per channel
        c = rng.standard_normal(full).astype(np.float32)
        while c.ndim > 0 and c.shape[0] == 1 and rng.random() < 0.5:
            c = c[0]
        return self.emit(kind, [x, self.constant(c, "c")], lambda a: function(a, c.astype(float)))

    def add_concat(self, x):
        rng, shape = self.rng, self.shape(x)
        axis = int(rng.integers(1, len(shape))) if len(shape) > 1 else 0
        fits = [v for v in self.values if len(self.shape(v)) == len(shape)
                and all(a == b for d, (a, b) in enumerate(zip(self.shape(v), shape)) if d != axis)]
        others = [fits[int(rng.integers(len(fits)))] for _ in range(int(rng.integers(1, 3)))]
        if sum(self.shape(o)[axis] for o in others) + shape[axis] > 130:
            return x
        return self.emit("Concat", [x, *others], lambda *vs: np.concatenate(vs, axis), axis=axis)

    def add_move(self, x):
        rng, shape = self.rng, self.shape(x)
        if len(shape) > 2 and rng.random() < 0.4:
            perm = [0] + [int(p) + 1 for p in rng.permutation(len(shape) - 1)]
            return self.emit("Transpose", [x], lambda v: v.transpose(perm), perm=perm)
        if len(shape) > 2 and rng.random() < 0.5:
            axis = int(rng.integers(1, 3))
            rows = int(np.prod(shape[:axis]))
            return self.emit("Flatten", [x], lambda v: v.reshape(rows, -1), axis=axis)
        target = [shape[0], -1] if len(shape) != 2 else [shape[0], shape[1], 1, 1]
        name = self.constant(np.array(target), "shape", np.int64)
        return self.emit("Reshape", [x, name], lambda v: v.reshape(target))

    def add_product(self, x):
        """Gemm or MatMul on a matrix; MatMul on the last two dimensions of anything else."""
        rng, shape = self.rng, self.shape(x)
        if len(shape) > 2 and rng.random() < 0.4:  # two activations
            perm = list(range(len(shape) - 2)) + [len(shape) - 1, len(shape) - 2]
            if np.prod(shape) * shape[-2] > 200000:
                return x
            t = self.emit("Transpose", [x], lambda v: v.transpose(perm), perm=perm)
            scale = np.float32(1 / np.sqrt(shape[-1]))
            y = self.emit("MatMul", [x, t], np.matmul)
            return self.emit("Mul", [y, self.constant(scale, "c")], lambda v: v * float(scale))
        k, n = shape[-1], int(rng.integers(1, 68))
        if k > 1500:
            return x
        w = self.weights((n, k), k).T.copy()
        bias = rng.standard_normal(n).astype(np.float32)
        if len(shape) != 2 or rng.random() < 0.4:
            y = self.emit("MatMul", [x, self.constant(w)], lambda v: v @ w.astype(float))
            return y if rng.random() < 0.5 else self.emit("Add", [y, self.constant(bias, "b")], lambda v: v + bias)
        trans_a, trans_b = bool(rng.random() < 0.2), bool(rng.random() < 0.5)
        alpha, beta = np.float32([1, 1] if rng.random() < 0.6 else rng.uniform(0.5, 2, 2))
        a = self.emit("Transpose", [x], lambda v: v.T, perm=[1, 0]) if trans_a else x
        c = rng.choice(["none", "row", "scalar", "column", "full"])
        cs = {"row": bias, "scalar": bias[:1], "column": rng.standard_normal((shape[0], 1)).astype(np.float32),
              "full": rng.standard_normal((shape[0], n)).astype(np.float32)}
        inputs = [a, self.constant(w.T if trans_b else w)] + ([self.constant(cs[c], "b")] if c != "none" else [])
        plus = float(beta) * cs[c].astype(float) if c != "none" else 0.0

        def gemm(v):
            return float(alpha) * ((v.T if trans_a else v) @ w.astype(float)) + plus

        return self.emit("Gemm", inputs, gemm, alpha=float(alpha), beta=float(beta), transA=int(trans_a),
                         transB=int(trans_b))

    def add_softmax(self, x):
        def softmax(v, axis):
            e = np.exp(v - v.max(axis, keepdims=True))
            return e / e.sum(axis, keepdims=True)
        shape = self.shape(x)
        if self.opset >= 13:
            axis = int(self.rng.integers(len(shape)))
            return self.emit("Softmax", [x], lambda v: softmax(v, axis), axis=axis)
        axis = 1
        rows = int(np.prod(shape[:axis]))
        return self.emit("Softmax", [x], lambda v: softmax(v.reshape(rows, -1), 1).reshape(shape), axis=axis)


def choose(graph, x):
    """The next operator after x."""
    rank, rng = len(graph.shape(x)), graph.rng
    if rank < 3:
        steps = [graph.add_product] * 4 + [graph.add_unary] * 2 + [graph.add_binary] * 2
        steps += [graph.add_softmax, graph.add_concat, graph.add_move]
    else:
        steps = [graph.add_conv] * 8 + [graph.add_unary] * 5 + [graph.add_binary] * 4 + [graph.add_pool] * 3
        steps += [graph.add_batch_norm] * 2 + [graph.add_concat] * 2 + [graph.add_global_pool, graph.add_move]
        steps += [graph.add_product, graph.add_softmax] if rng.random() < 0.4 else []
    return steps[int(rng.integers(len(steps)))](x)


def is_usable(graph, value):
    arrays = graph.values[value]
    return all(a.size and np.isfinite(a).all() and np.abs(a).max() < 1e4 for a in arrays) and arrays[0].size < 60000


def build(seed):
    graph = Graph(seed)
    rng = graph.rng
    rank = int(rng.choice([2, 3, 4, 5], p=[0.15, 0.15, 0.6, 0.1]))
    shape = [int(rng.choice([1, 1, 2, 3])), int(rng.integers(1, 68))]
    shape += [int(rng.integers(1, {3: 40, 4: 15, 5: 7}[rank])) for _ in range(rank - 2)]
    graph.values["x"] = [rng.standard_normal(shape).astype(np.float32).astype(float) for _ in range(SAMPLES)]
    inputs = ["x"]
    if rng.random() < 0.15:  # a second input
        graph.values["x2"] = [rng.uniform(-1, 3, shape).astype(np.float32).astype(float) for _ in range(SAMPLES)]
        inputs.append("x2")
    x = "x"
    for _ in range(int(rng.integers(2, 10))):
        before = len(graph.nodes)
        names = set(graph.values)
        y = choose(graph, x)
        made = [v for v in graph.values if v not in names]
        if not all(is_usable(graph, v) for v in made):
            del graph.nodes[before:]
            for v in made:
                del graph.values[v]
            continue
        live = [v for v in graph.values if len(graph.shape(v)) >= 2]
        x = y if rng.random() < 0.8 else live[int(rng.integers(len(live)))]
    read = {i for node in graph.nodes for i in node.input}
    made = {o for node in graph.nodes for o in node.output}
    outputs = [v for v in graph.values if v in made and v not in read]
    outputs += [v for v in graph.values if v in made and v in read and rng.random() < 0.1]
    return graph, inputs, outputs, shape


def write(folder, seed):
    for attempt in range(100):
        graph, inputs, outputs, _ = build(seed * 100 + attempt)
        if outputs:
            break
    os.makedirs(os.path.join(folder, "data"), exist_ok=True)
    os.makedirs(os.path.join(folder, "expected"), exist_ok=True)

    def info(name):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(graph.shape(name)))

    known = {t.name for t in graph.initializers} & {i for node in graph.nodes for i in node.input}
    model = helper.make_model(
        helper.make_graph(graph.nodes, f"random_{seed}", [info(i) for i in inputs], [info(o) for o in outputs],
                          [t for t in graph.initializers if t.name in known]),
        opset_imports=[helper.make_opsetid("", graph.opset)])
    model.ir_version = 7
    onnx.save(model, os.path.join(folder, "model.onnx"))
    for s in range(SAMPLES):
        np.savez(os.path.join(folder, "data", f"{s}.npz"),
                 **{i: graph.values[i][s].astype(np.float32) for i in inputs})
        np.savez(os.path.join(folder, "expected", f"{s}.npz"),
                 **{o: graph.values[o][s].astype(np.float32) for o in outputs})


def main():
    out, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first, first + count):
        write(os.path.join(out, str(seed)), seed)


if __name__ == "__main__":
    main()
