# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes texts with one engine, and prints the ms of each token as a JSON list, by position, the median of three texts:
tokens.py qc|ONNX MODEL COUNT. Runs in build/venv, for benchmarks/compare-tokens."""
import ctypes
import json
import pathlib
import sys
import time

import numpy as np
import onnxruntime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scripts"))

from loads.tokens import Handle  # pylint: disable=wrong-import-position


class Qc:
    def __init__(self, path):
        self.handle = Handle(ctypes.CDLL(path), "decoder")

    def reset(self):
        self.handle.reset()

    def step(self, token):
        return self.handle.step([token])[1]


class OnnxRuntime:
    """One thread; caches stay in the engine's own buffers from run to run."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.outputs = [value.name for value in self.session.get_outputs()]
        self.shapes = {value.name: value.shape for value in self.session.get_inputs() if value.name != "token"}
        self.kept = {}

    def reset(self):
        for name, shape in self.shapes.items():
            empty = np.zeros([1, shape[1], 0, shape[3]], np.float32)
            self.kept[name] = onnxruntime.OrtValue.ortvalue_from_numpy(empty)

    def step(self, token):
        binding = self.session.io_binding()
        binding.bind_cpu_input("token", np.array([[token]], np.int64))
        for name, value in self.kept.items():
            binding.bind_ortvalue_input(name, value)
        for name in self.outputs:
            binding.bind_output(name)
        self.session.run_with_iobinding(binding)
        found = dict(zip(self.outputs, binding.get_outputs()))
        self.kept = {name: found[name.replace("past", "present")] for name in self.kept}
        return int(found["next_token"].numpy()[0, 0])


def write(engine, count):
    """ms of each token of one text."""
    engine.reset()
    token, times = ord("T"), []
    for _ in range(count):
        begin = time.perf_counter()
        token = engine.step(token)
        times.append(1e3 * (time.perf_counter() - begin))
    return times


def main():
    kind, path, count = sys.argv[1:]
    engine = {"qc": Qc, "ONNX": OnnxRuntime}[kind](path)
    write(engine, int(count))
    print(json.dumps(np.median([write(engine, int(count)) for _ in range(3)], axis=0).tolist()))


if __name__ == "__main__":
    main()
