#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs with the command line of an executable artefact, for measure.test: makeFakes.py FOLDER."""
import json
import pathlib
import sys

import numpy as np

PROGRAM = """#!/bin/sh
for word; do
  case "$word" in
  --info) echo '{info}'; exit 0 ;;
  --bench) echo 'median {ms} ms, min 1.0 ms'; exit 0 ;;
  y=*) cp '{scores}' "${{word#y=}}" ;;
  esac
done
"""
folder = pathlib.Path(sys.argv[1])
labels = np.array([3, 1, 0, 2])
np.save(folder / "labels.npy", labels)
np.save(folder / "images.npy", np.zeros((4, 1, 2, 2), np.float32))
for name, answers, ms, macs, weights in (("one", labels, 2.5, {"int8": 0, "f32": 100}, 1000),
                                         ("two", np.array([3, 1, 0, 0]), 1.25, {"int8": 90, "f32": 10}, 250)):
    scores = folder / f"{name}-scores.npy"
    np.save(scores, np.eye(4, dtype=np.float32)[answers])
    info = json.dumps({"macs": macs, "weight_bytes": weights, "levels": ["x86-64-v3"]})
    (folder / name).write_text(PROGRAM.format(info=info, ms=ms, scores=scores), encoding="utf-8")
(folder / "three").write_text("#!/bin/sh\necho 'three: error: nothing works here' >&2\nexit 1\n", encoding="utf-8")
for name in ("one", "two", "three"):
    (folder / name).chmod(0o755)
