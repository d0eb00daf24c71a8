# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a load is."""
from loads import files
from loads.files import Missing

MIN_SQNR = 15  # dB
CALIBRATION = 1000  # seeds from here on are for calibration


class Load:
    """`make_feeds(first seed)` gives what float is compared on, `make_calibration()` what ranges are taken from: lists
    of {input: array}. `tolerance`: the greatest difference from ONNX Runtime, as a share of an output's range.
    `batch`: rows of a feed are computed at once. `int8`: what the int8 form must reach, dB, and where that is below
    MIN_SQNR what the loss comes from. `states`: pairs of input and output that are state; feeds are sequences then,
    steps first. `options`: what qc-compile is given besides."""

    def __init__(self, name, path, feeds, calibration, tolerance=1e-5, package=None, batch=False, note="",
                 int8=(MIN_SQNR, ""), states=(), options=()):
        self.name, self.path, self.package, self.tolerance = name, path, package, tolerance
        self.make_feeds, self.make_calibration, self.batch, self.note = feeds, calibration, batch, note
        self.min_sqnr, self.loss = int8
        self.states = list(states)
        self.options = [*options, *(f"--state={a}={b}" for a, b in states)]

    def find(self):
        """The model file. Raises Missing."""
        if self.package:
            files.fetch(self.package)
        path = self.path() if callable(self.path) else self.path
        if not path.exists():
            raise Missing(f"'{path.name}' is not there; {self.note}")
        return path
