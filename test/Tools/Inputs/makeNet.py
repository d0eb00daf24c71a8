#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes what the tests of the tools work on: makeNet.py FOLDER.

FOLDER/mlp.onnx      gemm, relu, gemm: x [N, 8] -> y [N, 4]
FOLDER/two.onnx      two inputs and outputs with unusual names, in another order than their names'
FOLDER/anonymous.onnx  a sum of inputs whose first dimensions have no name
FOLDER/softmax.onnx  a gemm and a softmax, which stays float
FOLDER/image.onnx    a relu: x [N, 2, 3, 4] -> y
FOLDER/clip.onnx     mlp.onnx with a clip to a bound of NaN, "c", instead of the relu: y is always NaN
FOLDER/norm.onnx     the same with a batch normalization of infinite scale and bias, "c", behind a relu
FOLDER/data          16 samples of mlp.onnx's x, in two files
FOLDER/batch.npy     the same as one array; FOLDER/labels.npy: the arg-max of mlp.onnx on them
FOLDER/two.npz       2 samples of two.onnx
"""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def save(folder, name, nodes, inputs, outputs, tensors):
    infos = [[helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in part] for part in (inputs, outputs)]
    inits = [numpy_helper.from_array(value, key) for key, value in tensors.items()]
    graph = helper.make_graph(nodes, name, infos[0], infos[1], inits)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs, [output], name=output, **attributes)


def main():
    folder = sys.argv[1]
    os.makedirs(os.path.join(folder, "data"), exist_ok=True)
    rng = np.random.default_rng(7)
    f32 = lambda *shape: rng.standard_normal(shape).astype(np.float32)
    w1, b1, w2, b2 = f32(8, 16), f32(16), f32(16, 4), f32(4)
    save(folder, "mlp", [node("Gemm", ["x", "w1", "b1"], "h"), node("Relu", ["h"], "a"),
                         node("Gemm", ["a", "w2", "b2"], "y")],
         [("x", ["N", 8])], [("y", ["N", 4])], {"w1": w1, "b1": b1, "w2": w2, "b2": b2})
    save(folder, "softmax", [node("Gemm", ["x", "w1", "b1"], "h"), node("Softmax", ["h"], "y", axis=1)],
         [("x", [1, 8])], [("y", [1, 16])], {"w1": w1, "b1": b1})
    save(folder, "two", [node("Add", ["b=1", "a"], "s/2"), node("Relu", ["a"], "a=b")],
         [("b=1", [1, 3]), ("a", [1, 3])], [("s/2", [1, 3]), ("a=b", [1, 3])], {})
    save(folder, "anonymous", [node("Add", ["b=1", "a"], "z")], [("b=1", [None, 3]), ("a", [None, 3])],
         [("z", [None, 3])], {})
    last = node("Gemm", ["c", "w2", "b2"], "y")
    save(folder, "clip", [node("Gemm", ["x", "w1", "b1"], "h"), node("Clip", ["h", "nan"], "c"), last], [("x", [1, 8])],
         [("y", [1, 4])], {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "nan": np.float32(np.nan).reshape(())})
    save(folder, "norm", [node("Gemm", ["x", "w1", "b1"], "h"), node("Relu", ["h"], "a"),
                          node("BatchNormalization", ["a", "s", "t", "m", "v"], "c"), last], [("x", [1, 8])],
         [("y", [1, 4])], {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "s": np.full(16, np.inf, np.float32),
                           "t": np.full(16, -np.inf, np.float32), "m": np.zeros(16, np.float32),
                           "v": np.ones(16, np.float32)})
    image = ["N", 2, 3, 4]
    save(folder, "image", [node("Relu", ["x"], "y")], [("x", image)], [("y", image)], {})
    x = f32(16, 8)
    np.save(os.path.join(folder, "data", "a.npy"), x[:5])
    np.save(os.path.join(folder, "data", "b.npy"), x[5:])
    np.save(os.path.join(folder, "batch.npy"), x)
    y = np.maximum(x @ w1 + b1, 0) @ w2 + b2
    np.save(os.path.join(folder, "labels.npy"), np.argmax(y, axis=1).astype(np.int64))
    np.savez(os.path.join(folder, "two.npz"), **{"a": f32(2, 3), "b=1": f32(2, 3)})


if __name__ == "__main__":
    main()
