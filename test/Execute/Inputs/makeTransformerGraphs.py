#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes seeded random ONNX graphs of transformers: attention with one or several heads, keys shared by groups of
heads, scores that are scaled before or behind, with a bias or a mask (a constant that is added, a choice, what follows
from the input and from conditions) or neither, softmaxes along any axis and read once
or twice; layer norms in front of blocks or behind them, and norms of channels; means over what a mask shows.

  makeTransformerGraphs.py OUT FIRST COUNT

The files are those of makeRandomGraphs.py; expected outputs are computed here in float64."""
import numpy as np

import makeRandomGraphs as base


def softmax(v, axis):
    e = np.exp(v - v.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


class TransformerGraph(base.Graph):
    def __init__(self, seed):
        super().__init__(seed)
        self.masked = set()
        self.opset = int(self.rng.choice([13, 14, 17]))

    def numbers(self, values):
        return self.constant(np.array(values, np.int64), "i", np.int64)

    def matmul(self, a, b):
        return self.emit("MatMul", [a, b], np.matmul)

    def transpose(self, x, perm):
        return self.emit("Transpose", [x], lambda v: v.transpose(perm), perm=perm)

    def reshape(self, x, shape):
        return self.emit("Reshape", [x, self.numbers(shape)], lambda v: v.reshape(shape))

    def project(self, x, n):
        w = self.weights((n, self.shape(x)[-1]), self.shape(x)[-1]).T.copy()
        y = self.emit("MatMul", [x, self.constant(w)], lambda v: v @ w.astype(float))
        if self.rng.random() < 0.5:
            return y
        bias = self.rng.standard_normal(n).astype(np.float32)
        return self.emit("Add", [y, self.constant(bias, "b")], lambda v: v + bias)

    def scale(self, x, factor):
        factor, divisor = np.float32(factor), np.float32(1 / factor)
        if self.rng.random() < 0.5:
            return self.emit("Mul", [x, self.constant(factor, "c")], lambda v: v * float(factor))
        return self.emit("Div", [x, self.constant(divisor, "c")], lambda v: v / float(divisor))

    def bias(self, scores):
        """What is added to scores: nothing, a bias of positions, or a mask of those to come."""
        n, m = self.shape(scores)[-2:]
        kind = self.rng.choice(["none", "none", "none", "bias", "mask", "choice", "computed"])
        if kind == "none":
            return scores
        if kind == "choice":
            return self.choose_shown(scores)
        if kind == "computed":
            return self.hide_computed(scores)
        added = self.rng.standard_normal((n, m)).astype(np.float32)
        if kind == "mask":
            added = np.where(np.arange(m)[None] > np.arange(n)[:, None], np.float32(-1e9), np.float32(0))
        y = self.emit("Add", [scores, self.constant(added, "b")], lambda v: v + added)
        if kind == "mask":
            self.masked.add(y)
        return y

    def mask(self, op, operands, compute, **attributes):
        """A value that may be as low as masks are."""
        y = self.emit(op, operands, compute, **attributes)
        self.masked.add(y)
        return y

    def choose_shown(self, scores):
        """Where: those to come, and some others, are -infinity or very low. Each row shows its own position."""
        n, m = self.shape(scores)[-2:]
        shown = np.arange(m)[None] <= np.arange(n)[:, None]
        shown = shown & (self.rng.random((n, m)) < 0.8) | np.eye(n, m, dtype=bool)
        low = np.float32(self.rng.choice([-np.inf, -3.4e38, -1e4]))
        if self.rng.random() < 0.5:
            condition, hidden = self.constant(shown, "m", bool), self.constant(low, "c")
            return self.mask("Where", [condition, scores, hidden], lambda v: np.where(shown, v, low))
        condition, hidden = self.constant(~shown, "m", bool), self.constant(low, "c")
        return self.mask("Where", [condition, hidden, scores], lambda v: np.where(shown, v, low))

    def hide_computed(self, scores):
        """(1 - m) * c, m being where the input's first channel is not below its mean: never nowhere."""
        batch, m, rank = self.shape("x")[0], self.shape("x")[1], len(self.shape(scores))
        first = self.mask("Gather", ["x", self.numbers(0)], lambda v: v[..., 0], axis=2)
        mean = self.mask("ReduceMean", [first], lambda v: v.mean(1, keepdims=True), axes=[1])
        shown = self.mask("Not", [self.mask("Less", [first, mean], np.less)], np.logical_not)
        shape = [batch] + [1] * (rank - 2) + [m]
        spread = self.mask("Reshape", [shown, self.numbers(shape)], lambda v: v.reshape(shape))
        number = self.mask("Cast", [spread], lambda v: v.astype(float), to=1)
        hidden = self.mask("Sub", [self.constant(np.float32(1), "c"), number], lambda v: 1 - v)
        low = np.float32(self.rng.choice([-3.4e38, -1e4]))
        added = self.mask("Mul", [hidden, self.constant(low, "c")], lambda v: v * float(low))
        return self.mask("Add", [scores, added], np.add)

    def attend(self, q, k, v):
        """q [.., n, d], k [.., m, d], v [.., m, e], all of one rank."""
        rng, rank = self.rng, len(self.shape(q))
        factor = float(rng.uniform(0.5, 4)) / np.sqrt(self.shape(q)[-1])
        early = rng.random() < 0.4
        q = self.scale(q, factor) if early else q
        scores = self.matmul(q, self.transpose(k, [*range(rank - 2), rank - 1, rank - 2]))
        scores = self.bias(scores if early else self.scale(scores, factor))
        axis = rank - 1 if rng.random() < 0.85 else int(rng.integers(rank))
        named = axis - rank if rng.random() < 0.5 else axis
        weights = self.emit("Softmax", [scores], lambda s: softmax(s, axis), axis=named)
        y = self.matmul(weights, v)
        if rng.random() < 0.15:  # another reader
            y = self.emit("Add", [y, self.matmul(weights, v)], np.add)
        return self.emit("Relu", [y], lambda x: np.maximum(x, 0)) if rng.random() < 0.1 else y

    def add_block(self, x):
        rng, (batch, n, width) = self.rng, self.shape(x)
        stream = x
        x = self.add_norm(x) if rng.random() < 0.5 else x
        heads, d, e = int(rng.choice([1, 1, 2, 4])), int(rng.integers(1, 20)), int(rng.integers(1, 20))
        groups = int(rng.choice([g for g in (1, heads) if heads % g == 0]))  # heads that share keys and values

        def split(value, size, count):
            return self.transpose(self.reshape(value, [batch, n, count, size]), [0, 2, 1, 3])
        if heads == 1:
            y = self.attend(self.project(x, d), self.project(x, d), self.project(x, e))
        else:
            shared = heads // groups  # 1: each has its own; else one, which broadcasts
            q, k, v = self.project(x, heads * d), self.project(x, shared * d), self.project(x, shared * e)
            y = self.attend(split(q, d, heads), split(k, d, shared), split(v, e, shared))
            y = self.reshape(self.transpose(y, [0, 2, 1, 3]), [batch, n, heads * e])
        y = self.project(y, width)
        y = y if rng.random() < 0.3 else self.emit("Add", [stream, y], np.add)
        return self.add_norm(y) if rng.random() < 0.3 else y

    def add_norm(self, x):
        """Over the last dimension: one operation, or what exporters write; or per channel over all others."""
        rng, shape = self.rng, self.shape(x)
        channelwise = rng.random() < 0.2
        count = shape[1] if channelwise else shape[-1]
        gain = (rng.standard_normal(count) * (1 if rng.random() < 0.7 else 0)).astype(np.float32)
        shift = (rng.standard_normal(count) * (1 if rng.random() < 0.8 else 0)).astype(np.float32)
        epsilon = np.float32(rng.choice([1e-5, 1e-3, 1.0]))
        axis = tuple(range(2, len(shape))) if channelwise else -1
        spread = (count,) + (1,) * (len(shape) - 2 if channelwise else 0)

        def norm(v):
            d = v - v.mean(axis, keepdims=True)
            y = d / np.sqrt((d * d).mean(axis, keepdims=True) + float(epsilon))
            return y * gain.astype(float).reshape(spread) + shift.reshape(spread)
        numbers = [self.constant(gain, "g"), self.constant(shift, "b")]
        if channelwise:
            return self.emit("InstanceNormalization", [x, *numbers], norm, epsilon=float(epsilon))
        if self.opset >= 17 and rng.random() < 0.5:
            return self.emit("LayerNormalization", [x, *numbers], norm, epsilon=float(epsilon), axis=-1)
        mean = self.emit("ReduceMean", [x], lambda v: v.mean(-1, keepdims=True), axes=[-1])
        d = self.emit("Sub", [x, mean], np.subtract)
        square = self.emit("Pow", [d, self.constant(np.float32(2), "c")], lambda v: v * v)
        variance = self.emit("ReduceMean", [square], lambda v: v.mean(-1, keepdims=True), axes=[-1])
        moved = self.emit("Add", [variance, self.constant(epsilon, "c")], lambda v: v + float(epsilon))
        y = self.emit("Div", [d, self.emit("Sqrt", [moved], np.sqrt)], np.divide)
        y = self.emit("Mul", [y, numbers[0]], lambda v: v * gain.astype(float))
        return self.emit("Add", [y, numbers[1]], lambda v: v + shift)

    def add_softmax(self, x):
        """One that is given out, or read element by element."""
        axis = int(self.rng.integers(len(self.shape(x))))
        y = self.emit("Softmax", [x], lambda v: softmax(v, axis), axis=axis)
        return y if self.rng.random() < 0.5 else self.emit("Mul", [y, x], np.multiply)

    def add_pooled(self, x):
        """The mean over what a computed mask shows, as text encoders end; 0 where nothing is shown."""
        rng, limit, keeps = self.rng, float(self.rng.choice([-9, 0, 1])), bool(self.rng.random() < 0.5)

        def total(v):
            return v.sum(1, keepdims=keeps)
        first = self.mask("Gather", ["x", self.numbers([0])], lambda v: v[..., :1], axis=2)
        shown = self.mask("Less", [first, self.constant(np.float32(limit), "c")], lambda v: v < limit)
        number = self.mask("Cast", [shown], lambda v: v.astype(float), to=1)
        product = self.emit("Mul", [x, number] if rng.random() < 0.5 else [number, x], np.multiply)
        # One list of axes for both, as exporters write it.
        axes = self.numbers([1])
        numerator = self.emit("ReduceSum", [product, axes], total, keepdims=int(keeps))
        count = self.mask("ReduceSum", [number, axes], total, keepdims=int(keeps))
        least = self.constant(np.float32(rng.choice([1e-9, 1])), "c")
        kind = str(rng.choice(["Clip", "Max"]))
        count = self.mask(kind, [count, least], lambda v: np.maximum(v, 1e-9))
        return self.emit("Div", [numerator, count], np.divide)


def choose(graph, x):
    if graph.shape(x) != graph.shape("x") or graph.rng.random() < 0.25:
        return [graph.add_unary, graph.add_binary, graph.add_softmax, graph.add_norm][int(graph.rng.integers(4))](x)
    return graph.add_block(x)


def build(seed):
    graph = TransformerGraph(seed)
    rng = graph.rng
    n = int(rng.choice([1, int(rng.integers(2, 20)), int(rng.integers(20, 90))], p=[0.1, 0.6, 0.3]))
    shape = [int(rng.choice([1, 1, 2])), n, int(rng.integers(1, 40))]
    graph.values["x"] = [rng.standard_normal(shape).astype(np.float32).astype(float) for _ in range(base.SAMPLES)]
    x = "x"
    for _ in range(int(rng.integers(1, 4))):
        before, names = len(graph.nodes), set(graph.values)
        y = choose(graph, x)
        made = [v for v in graph.values if v not in names]
        if all(v in graph.masked or base.is_usable(graph, v) for v in made):
            x = y
            continue
        del graph.nodes[before:]
        for v in made:
            del graph.values[v]
    if len(graph.shape(x)) == 3 and graph.shape(x)[:2] == tuple(shape[:2]) and rng.random() < 0.4:
        graph.add_pooled(x)
    read = {i for node in graph.nodes for i in node.input}
    made = {o for node in graph.nodes for o in node.output}
    outputs = [v for v in graph.values if v in made and v not in read]
    return graph, ["x"], outputs, shape


if __name__ == "__main__":
    base.Graph, base.choose, base.build = TransformerGraph, choose, build
    base.main()
