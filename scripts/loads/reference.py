#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime on one thread, its optimizations on or off:
reference.py on|off MODEL.onnx INPUTS.npz OUTPUTS.npz [STATE=NEXT...]

Runs in build/venv. Arrays are keyed by the number of the run and the name: `0/x`. With state, values of an output that
are an input of the next step, a run is a sequence: its arrays have steps first, or one step that counts for all.
"""
import sys

import numpy as np
import onnxruntime


def run_sequence(session, names, feed, states):
    """Steps of a sequence; state begins as zeros, empty where it grows."""
    shapes = {value.name: value for value in session.get_inputs()}
    sizes = {}
    for name, array in feed.items():
        sizes.update(zip(shapes[name].shape, array.shape[1:]))
    kept = {}
    for name in states:
        dims = [size if isinstance(size, int) else sizes.get(size, 0) for size in shapes[name].shape]
        kept[name] = np.zeros(dims, np.float32 if "float" in shapes[name].type else np.int64)
    steps, rows = max(len(array) for array in feed.values()), []
    for step in range(steps):
        now = {name: np.asarray(array[step if len(array) > 1 else 0]) for name, array in feed.items()}
        found = dict(zip(names, session.run(names, {**now, **kept})))
        kept = {name: found.pop(following) for name, following in states.items()}
        rows.append(found)
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def main():
    optimizations, path, inputs, outputs, *pairs = sys.argv[1:]
    states = dict(pair.split("=") for pair in pairs)
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
        run = run_sequence(session, names, feed, states) if states else dict(zip(names, session.run(names, feed)))
        for name, array in run.items():
            found[f"{number}/{name}"] = array
    np.savez(outputs, **found)


if __name__ == "__main__":
    main()
