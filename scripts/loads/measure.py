# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How far outputs lie apart. Runs are lists of {output: array}."""
import difflib

import numpy as np

from loads.engines import Failed


def join(runs, name):
    """One output of all runs, flat, f64."""
    return np.concatenate([run[name].ravel().astype(np.float64) for run in runs])


def check_shapes(found, expected):
    for i, (a, b) in enumerate(zip(found, expected)):
        for name in b:
            if a[name].shape != b[name].shape or a[name].dtype != b[name].dtype:
                raise Failed(f"input {i}: output '{name}' is {a[name].dtype} {list(a[name].shape)}, expected "
                             f"{b[name].dtype} {list(b[name].shape)}")


def measure_error(a, b):
    """The greatest difference as a share of the range of b; infinite where only one has a NaN or an infinity."""
    finite = np.isfinite(b)
    if not (np.isfinite(a) == finite).all() or not ((a == b) | (np.isnan(a) & np.isnan(b)))[~finite].all():
        return np.inf
    a, b = a[finite], b[finite]
    return np.abs(a - b).max() / max(b.max() - b.min(), 1e-30)


def measure_rms(a, b):
    """The root mean square of the difference as a share of the range of b."""
    return np.sqrt(((a - b) ** 2).mean()) / max(b.max() - b.min(), 1e-30)


def measure_sqnr(a, b):
    """The power of b over that of the difference, dB."""
    noise, power = ((a - b) ** 2).sum(), (b ** 2).sum()
    if not np.isfinite(noise):
        return -np.inf
    return np.inf if noise == 0 else 10 * np.log10(power / noise) if power > 0 else -np.inf


def find_difference(found, expected):
    """Where bytes differ: the first input and output, or None."""
    for i, (a, b) in enumerate(zip(found, expected)):
        for name in b:
            same = a[name].dtype == b[name].dtype and a[name].shape == b[name].shape
            if not same or a[name].tobytes() != b[name].tobytes():
                return f"input {i}, output '{name}'"
    return None


def similarity(found, truth):
    """How much of the letters of pages was read, 0 to 1; spaces do not count."""
    a, b = ("".join(line.replace(" ", "") for page in pages for line in page) for pages in (found, truth))
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
