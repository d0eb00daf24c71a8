#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes seeded random ONNX graphs in which elements move: slices, splits, pads, tiles, gathers, resizes to nearest
positions, blocks to channels and back, and transposed convolutions, between what computes.

  makeMoveGraphs.py OUT FIRST COUNT

The files are those of makeRandomGraphs.py; expected outputs are computed here in float64."""
import numpy as np
from onnx import helper

import makeRandomGraphs as base


def conv_transpose(x, w, b, strides, pads, padding, group):
    """Every element of x, times all weights of its group, where they fall."""
    n, c, *size = x.shape
    kernel, spatial = w.shape[2:], len(size)
    full = [strides[d] * (size[d] - 1) + kernel[d] + padding[d] for d in range(spatial)]
    y = np.zeros((n, group * w.shape[1], *full))
    per = c // group
    for k in np.ndindex(*kernel):
        at = tuple(slice(k[d], k[d] + strides[d] * (size[d] - 1) + 1, strides[d]) for d in range(spatial))
        for g in range(group):
            rows = slice(g * per, (g + 1) * per)
            part = np.einsum("nc...,cm->nm...", x[:, rows], w[(rows, slice(None)) + k])
            y[(slice(None), slice(g * w.shape[1], (g + 1) * w.shape[1])) + at] += part
    inside = tuple(slice(pads[d], full[d] - pads[spatial + d]) for d in range(spatial))
    y = y[(slice(None), slice(None)) + inside]
    return y if b is None else y + b.reshape((1, -1) + (1,) * spatial)


class MoveGraph(base.Graph):
    def numbers(self, values, stem="i"):
        return self.constant(np.array(values, np.int64), stem, np.int64)

    def add_slice(self, x):
        rng, shape = self.rng, self.shape(x)
        axes = [d for d in range(len(shape)) if rng.random() < 0.5] or [len(shape) - 1]
        starts, ends, steps, index = [], [], [], [slice(None)] * len(shape)
        for d in axes:
            step = int(rng.choice([1, 1, 1, 2, -1, -2]))
            start = int(rng.integers(0, shape[d]))
            end = int(rng.integers(start + 1, shape[d] + 1)) if step > 0 else -1000
            starts.append(start - shape[d] if rng.random() < 0.3 else start)
            ends.append(end)
            steps.append(step)
            index[d] = slice(start, end if step > 0 else None, step)
        names = [self.numbers(v) for v in (starts, ends, axes, steps)]
        return self.emit("Slice", [x, *names], lambda v: v[tuple(index)])

    def add_split(self, x):
        """Two parts, of which one is read on."""
        rng, shape = self.rng, self.shape(x)
        axis = int(rng.integers(len(shape)))
        if shape[axis] < 2:
            return x
        first = int(rng.integers(1, shape[axis]))
        sizes = [first, shape[axis] - first]
        outputs = [self.name("split"), self.name("split")]
        inputs = [x] if self.opset < 13 else [x, self.numbers(sizes)]
        attributes = {"split": sizes} if self.opset < 13 else {}
        self.nodes.append(helper.make_node("Split", inputs, outputs, name=outputs[0], axis=axis, **attributes))
        for output, part in zip(outputs, (0, 1)):
            self.values[output] = [np.split(v, [first], axis)[part] for v in self.values[x]]
        return outputs[int(rng.integers(2))]

    def add_pad(self, x):
        rng, shape = self.rng, self.shape(x)
        mode = str(rng.choice(["constant", "edge", "reflect"]))
        most = [min(2, n - 1) if mode == "reflect" else 2 for n in shape]
        begins = [int(rng.integers(0, m + 1)) if rng.random() < 0.5 else 0 for m in most]
        ends = [int(rng.integers(0, m + 1)) if rng.random() < 0.5 else 0 for m in most]
        value = np.float32(0 if rng.random() < 0.7 else rng.standard_normal())
        inputs = [x, self.numbers(begins + ends)]
        more = {} if mode != "constant" else {"constant_values": float(value)}
        if mode == "constant":
            inputs.append(self.constant(value, "v"))
        return self.emit("Pad", inputs, lambda v: np.pad(v, list(zip(begins, ends)), mode, **more), mode=mode)

    def add_tile(self, x):
        repeats = [int(self.rng.choice([1, 1, 2, 3])) for _ in self.shape(x)]
        return self.emit("Tile", [x, self.numbers(repeats)], lambda v: np.tile(v, repeats))

    def add_gather(self, x):
        rng, shape = self.rng, self.shape(x)
        axis = int(rng.integers(len(shape)))
        if rng.random() < 0.3:
            index = rng.integers(-shape[axis], shape[axis], [int(rng.integers(1, n + 1)) for n in shape])
            region = tuple(slice(0, index.shape[d] if d != axis else n) for d, n in enumerate(shape))
            return self.emit("GatherElements", [x, self.numbers(index)],
                             lambda v: np.take_along_axis(v[region], index, axis), axis=axis)
        index = rng.integers(-shape[axis], shape[axis], int(rng.integers(1, 9)))
        return self.emit("Gather", [x, self.numbers(index)], lambda v: np.take(v, index, axis), axis=axis)

    def add_resize(self, x):
        scales = [1.0, 1.0] + [float(self.rng.choice([1, 2, 3])) for _ in self.shape(x)[2:]]
        mode = str(self.rng.choice(["asymmetric", "half_pixel"]))
        nearest = "floor" if mode == "asymmetric" else "round_prefer_floor"

        def resize(v):
            for d, scale in enumerate(scales):
                v = np.repeat(v, int(scale), d)
            return v

        return self.emit("Resize", [x, "", self.constant(np.array(scales), "scales")], resize, mode="nearest",
                         coordinate_transformation_mode=mode, nearest_mode=nearest)

    def add_blocks(self, x):
        n, c, *size = self.shape(x)
        if len(size) != 2:
            return x
        h, w = size
        if h % 2 == 0 and w % 2 == 0:
            return self.emit("SpaceToDepth", [x], lambda v: v.reshape(n, c, h // 2, 2, w // 2, 2).transpose(
                0, 3, 5, 1, 2, 4).reshape(n, 4 * c, h // 2, w // 2), blocksize=2)
        if c % 4:
            return x
        if self.rng.random() < 0.5:
            return self.emit("DepthToSpace", [x], lambda v: v.reshape(n, 2, 2, c // 4, h, w).transpose(
                0, 3, 4, 1, 5, 2).reshape(n, c // 4, 2 * h, 2 * w), blocksize=2, mode="DCR")
        return self.emit("DepthToSpace", [x], lambda v: v.reshape(n, c // 4, 2, 2, h, w).transpose(
            0, 1, 4, 2, 5, 3).reshape(n, c // 4, 2 * h, 2 * w), blocksize=2, mode="CRD")

    def add_conv_transpose(self, x):
        rng, (_, c, *size) = self.rng, self.shape(x)
        group = int(rng.choice([g for g in (1, 1, 2, c) if c % g == 0]))
        m, spatial = group * int(rng.integers(1, 9)), len(size)
        kernel = [int(rng.integers(1, 5)) for _ in size]
        strides = [int(rng.integers(1, 4)) for _ in size]
        padding = [int(rng.integers(0, s)) for s in strides]
        pads = [int(rng.integers(0, k)) for k in kernel] + [0] * spatial
        for d in range(spatial):  # at least one position
            pads[d] = min(pads[d], strides[d] * (size[d] - 1) + kernel[d] + padding[d] - 1)
        w = self.weights((c, m // group, *kernel), c // group * np.prod(kernel) / np.prod(strides))
        b = None if rng.random() < 0.4 else rng.standard_normal(m).astype(np.float32)
        inputs = [x, self.constant(w)] + ([] if b is None else [self.constant(b, "b")])
        return self.emit("ConvTranspose", inputs,
                         lambda v: conv_transpose(v, w.astype(float), b, strides, pads, padding, group),
                         kernel_shape=kernel, strides=strides, pads=pads, output_padding=padding, group=group)


def choose(graph, x):
    """The next operator after x: as often a move as something else."""
    rank, rng = len(graph.shape(x)), graph.rng
    moves = [graph.add_slice, graph.add_split, graph.add_pad, graph.add_tile, graph.add_gather]
    others = [graph.add_product, graph.add_unary, graph.add_binary, graph.add_concat]
    if rank > 2:
        moves += [graph.add_resize, graph.add_blocks, graph.add_conv_transpose, graph.add_conv_transpose]
        others = [graph.add_conv] * 3 + [graph.add_unary] * 2
        others += [graph.add_binary, graph.add_pool, graph.add_concat, graph.add_move]
    steps = moves if rng.random() < 0.5 else others
    return steps[int(rng.integers(len(steps)))](x)


if __name__ == "__main__":
    base.Graph, base.choose = MoveGraph, choose
    base.main()
