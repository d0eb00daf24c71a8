#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes, beside what makeNet.py wrote to FOLDER/net, more inputs in several files: makeKept.py FOLDER.

FOLDER/ext/m.onnx, h.onnx       mlp.onnx with external data in m.weights, and in h.h
FOLDER/sets/test_data_set_0     a sample of mlp.onnx with its output
FOLDER/sets/list                a list of mlp.onnx's data files
"""
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper


def main():
    folder = sys.argv[1]
    for name, location in ("m", "m.weights"), ("h", "h.h"):
        model = onnx.load(os.path.join(folder, "net", "mlp.onnx"))
        onnx.save_model(model, os.path.join(folder, "ext", name + ".onnx"), save_as_external_data=True,
                        location=location, size_threshold=0)
    tests = os.path.join(folder, "sets", "test_data_set_0")
    os.makedirs(tests)
    for name, shape in ("input_0", (1, 8)), ("output_0", (1, 4)):
        with open(os.path.join(tests, name + ".pb"), "wb") as file:
            file.write(numpy_helper.from_array(np.ones(shape, np.float32)).SerializeToString())
    with open(os.path.join(folder, "sets", "list"), "w", encoding="utf-8") as file:
        file.write("../net/data/a.npy\n\n../net/data/b.npy\n")


if __name__ == "__main__":
    main()
