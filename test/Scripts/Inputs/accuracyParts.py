# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the parts of benchmarks/accuracy on small things: accuracyParts.py ROOT."""
import pathlib
import sys

import numpy as np

root = pathlib.Path(sys.argv[1]).resolve()
sys.path[:0] = [str(root / "scripts"), str(root / "benchmarks")]
sys.dont_write_bytecode = True
import metrics  # noqa: E402
import subjects  # noqa: E402


def value(measure, found, expected):
    numbers = metrics.measure_samples(measure, [np.float32(x) for x in found], [np.float32(x) for x in expected])
    estimate = metrics.estimate(measure, numbers, range(len(numbers)))
    return f"{measure.title}: {estimate.value:.{measure.digits}f}"


# Two runs of one row and one of two; half of the rows have the same greatest class.
found, expected = [[[1, 2]], [[3, 0]], [[0, 1], [0, 1]]], [[[0, 1]], [[0, 1]], [[2, 1], [0, 3]]]
print(value(metrics.AGREEMENT, found, expected))
clean = value(metrics.SQNR, [[[1, 1]]], [[[1, 1]]]).split()[-1]
print(f"{value(metrics.SQNR, [[[1.1, -0.9]]], [[[1, -1]]])}, without noise {clean}")
print(value(metrics.DIVERGENCE, [[np.log([1, 3])]], [[[7, 7]]])) # (1/2) ln 2 + (1/2) ln (2/3)
print(value(metrics.MOVED, [[[[0.5, 0.5], [1, 0]]]], [[[[0, 1], [1, 0]]]]))
masks = [[[0.9, 0.2, 0.4, 0.1]]], [[[0.9, 0.1, 0.3, 0.2]]]
same = [[[0.31, 0.5, 0.0, 0.0]]], [[[0.9, 0.9, 0.3, 0.2]]]
pair = [masks[0][0], same[0][0]], [masks[1][0], same[1][0]]
print(f"{value(metrics.OVERLAP, *pair)}, {value(metrics.WORST_OVERLAP, *pair)}")
print(value(metrics.COSINE, [[[1, 1]]], [[[3, 0]]]))
texts = metrics.Measure("same text", 3, metrics.compare_texts(["a", "b"]), metrics.mean)
print(value(texts, [[np.eye(3)[[1, 1, 0]], np.eye(3)[[1, 2, 0]]]], [[np.eye(3)[[0, 1, 1]], np.eye(3)[[1, 1, 0]]]]))

# Of n zeros and ones the mean has the deviation 1 / (2 sqrt(n)); four that are always equal count for one.
rng = np.random.default_rng(1)
coins = rng.permutation(np.repeat([0.0, 1.0], 200))[:, None]
lone = metrics.estimate(metrics.AGREEMENT, coins, np.arange(400)).error
fours = np.repeat(rng.permutation(np.repeat([0.0, 1.0], 50)), 4)[:, None]
grouped = metrics.estimate(metrics.AGREEMENT, fours, np.repeat(np.arange(100), 4)).error
print(f"standard error of 400 samples {'as in theory' if abs(lone / 0.025 - 1) < 0.1 else lone}; of 100 groups of 4 "
      f"{'twice as large' if abs(grouped / 0.05 - 1) < 0.1 else grouped}")
itself = metrics.estimate(metrics.AGREEMENT, coins, np.arange(400), coins)
other = metrics.estimate(metrics.AGREEMENT, coins + 0.5, np.arange(400), coins)
print(f"difference from itself {itself.difference} +-{itself.difference_error}, from another {other.difference} "
      f"+-{round(other.difference_error, 9)}")
print("stacked:", [len(feed["x"]) for feed in subjects.stack([{"x": np.zeros((1, 3))}] * 5, 2)])

# What searches minimise: of logits, of probabilities, of values, whose third sample has next to no power.
losses = lambda found, expected: [round(float(x), 4) for x in metrics.measure_losses(
    [np.float32(x) for x in found], [np.float32(x) for x in expected])[:, 0]]
print("losses:", losses([[np.log([1, 3])]], [[[7, 7]]]), losses([[[0.25, 0.75]]], [[[0.5, 0.5]]]),
      losses([[[[2.0]]], [[[11.0]]], [[[1.0]]]], [[[[1.0]]], [[[10.0]]], [[[0.0]]]]))
print(f"rank correlations: {metrics.correlate([1, 2, 3, 4], [1, 4, 9, 90]):.2f} "
      f"{metrics.correlate([1, 2, 2, 4], [3, 2, 2, 1]):.2f} {metrics.correlate([1, 2, 3], [5, 5, 5])}")
# Losses that are the same in all samples could be predicted perfectly; of a single group, and of noise, halves say
# nothing.
same = [np.full((8, 1), value) for value in (1.0, 2.0, 3.0, 4.0)]
noise = [np.random.default_rng(i).random((8, 1)) for i in range(4)]
limits = [metrics.estimate_limit(*case) for case in ((same, range(8)), (same, [0] * 8), (noise, range(8)),
                                                     ([a + 2 * b for a, b in zip(same, noise)], range(8)))]
print("limits:", *(f"{limit:.2f}" for limit in limits))
