# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the parts of scripts/check-loads on small things: loadParts.py SCRIPTS FOLDER."""
import pathlib
import sys

import numpy as np
from onnx import helper, numpy_helper

scripts, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(scripts))
sys.dont_write_bytecode = True
from loads import files, images, measure, ocr  # noqa: E402

# A U (one region), a diagonal pair (one, by 8 neighbours), a dot.
mask = np.array([[1, 0, 1, 0, 0, 0, 1], [1, 0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0]], bool)
print("regions:", len(ocr.label_runs(mask)))

# A region of 6 x 30, grown by 180 * 1.6 / 72 = 4; one that is too low, one too faint.
probabilities = np.zeros((40, 60))
probabilities[6:10, 5:35] = 0.9
probabilities[5:11, 20:30] = 0.9
probabilities[20:23, 5:30] = 0.9
probabilities[30:38, 5:30] = 0.4
print("boxes:", ocr.find_boxes(probabilities))

scores = np.eye(3)[[0, 1, 1, 0, 1, 2, 2, 0]]
print("decoded:", ocr.decode(scores, ["a", "b"]))

a, b = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 3.0])
nan = np.array([1.0, np.nan, 3.0])
print("errors:", measure.measure_error(a, b), measure.measure_error(nan, b), measure.measure_error(b, nan),
      measure.measure_error(nan, nan))
print("dB:", round(measure.measure_sqnr(np.array([1.1, 0.0]), np.array([1.0, 0.0])), 1),
      measure.measure_sqnr(a, a), measure.measure_sqnr(nan, b))

weights = {"one": np.arange(6, dtype=np.float32).reshape(2, 3), "two": np.full(2, 7, np.float32),
           "three": np.arange(4, dtype=np.float32)}
arrays = {"two": weights["two"], "one.T": weights["one"].T.copy(), "x": weights["two"], "three": weights["three"]}
graph = helper.make_graph([], "g", [], [], [numpy_helper.from_array(array, name) for name, array in arrays.items()])
files.detach_weights(graph, {"one.T", "two", "three"}, "all.weights")
folder.mkdir(parents=True, exist_ok=True)
files.attach_weights(graph, weights, folder)
data = (folder / "all.weights").read_bytes()
places = {tensor.name: int(next(entry.value for entry in tensor.external_data if entry.key == "offset"))
          for tensor in graph.initializer if tensor.external_data}
same = all((np.frombuffer(data, np.float32, arrays[name].size, place) == arrays[name].ravel()).all()
           for name, place in places.items())
print(f"weights: {'equal' if same and len(places) == 3 else 'different'}, {len(data)} bytes")

made = images.make_images(3, 2, 40, 24)
print("images:", made.shape, abs(round(float(made[0].mean()), 4)), round(float(made[1].std()), 4))
