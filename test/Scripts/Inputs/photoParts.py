# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Crops out of pictures of one colour each, and of one whose colours tell the place: photoParts.py SCRIPTS."""
import pathlib
import sys

import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(sys.argv[1]).resolve()))
sys.dont_write_bytecode = True
from loads import files, lite, photos  # noqa: E402

pictures = [Image.new("RGB", (300 + i, 250 + 3 * i), (10 * i, 255 - 10 * i, 7)) for i in range(20)]
sets = photos.make_sets(pictures)
for name, (pixels, numbers) in sets.items():
    colours = np.stack([10 * numbers, 255 - 10 * numbers, np.full(len(numbers), 7)], 1)
    same = (pixels == colours[:, None, None, :]).all()
    print(f"{name}: {pixels.dtype} {pixels.shape}, of {len(set(numbers.tolist()))} pictures, each crop in "
          f"{'the colour of its own' if same else 'another colour'}")
print("pictures in both:", len(set(sets["calibration"][1].tolist()) & set(sets["test"][1].tolist())))
again = photos.make_sets(pictures)
print("again:", "the same" if all((sets[name][0] == again[name][0]).all() for name in sets) else "another")

# A ramp from left to right over 1024 columns: the difference of a crop's ends says how wide it was.
ramp = Image.fromarray(np.repeat(np.arange(1024)[None, :] // 4, 1024, 0).astype(np.uint8)).convert("RGB")
rng = np.random.default_rng(0)
shares = [(int(crop[0, -1, 0]) - int(crop[0, 0, 0])) / 255 for crop in (photos.cut(ramp, rng) for _ in range(400))]
print(f"sizes of crops: from {min(shares):.2f} to {max(shares):.2f}")
print("normalized:", *lite.normalize(np.uint8([0, 127, 255])))
try:
    photos.read("test")
except files.Missing as missing:
    print("missing:", missing)
