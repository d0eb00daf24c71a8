#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes model.onnx (two matrix products; of what lies between them one channel is 1,000 times as large as the others,
and not read), good.onnx (where it is not), calibration.npz and test.npz: largeChannel.py FOLDER."""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def write(path, first, second):
    nodes = [helper.make_node("MatMul", ["x", "a"], ["h"], name="h"),
             helper.make_node("MatMul", ["h", "b"], ["y"], name="y")]
    values = [[helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, size])] for n, size in (("x", 8), ("y", 4))]
    constants = [numpy_helper.from_array(first, "a"), numpy_helper.from_array(second, "b")]
    model = helper.make_model(helper.make_graph(nodes, "channels", *values, constants),
                              opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def main():
    folder = sys.argv[1]
    rng = np.random.default_rng(4)
    x = rng.standard_normal((96, 8)).astype(np.float32)
    np.savez(os.path.join(folder, "calibration.npz"), x=x[:64])
    np.savez(os.path.join(folder, "test.npz"), x=x[64:])
    first = rng.standard_normal((8, 8)).astype(np.float32)
    second = rng.standard_normal((8, 4)).astype(np.float32)
    second[3] = 0
    write(os.path.join(folder, "good.onnx"), first, second)
    first[:, 3] *= 1000
    write(os.path.join(folder, "model.onnx"), first, second)


if __name__ == "__main__":
    main()
