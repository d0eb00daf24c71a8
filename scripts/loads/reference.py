#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime on one thread, its optimizations on or off: reference.py on|off MODEL.onnx INPUTS.npz OUTPUTS.npz

Runs in build/venv. Arrays are keyed by the number of the run and the name: `0/x`.
"""
import sys

import numpy as np
import onnxruntime


def main():
    optimizations, path, inputs, outputs = sys.argv[1:]
    options = onnxruntime.SessionOptions()
    if optimizations == "off":
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names, runs = [output.name for output in session.get_outputs()], {}
    with np.load(inputs) as file:
        for key in file.files:
            number, _, name = key.partition("/")
            runs.setdefault(number, {})[name] = file[key]
    found = {}
    for number, feed in runs.items():
        for name, array in zip(names, session.run(names, feed)):
            found[f"{number}/{name}"] = array
    np.savez(outputs, **found)


if __name__ == "__main__":
    main()
