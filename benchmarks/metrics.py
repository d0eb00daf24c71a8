# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How near a quantized model's outputs are to the float model's, with standard errors by the bootstrap."""
import collections

import numpy as np

from loads import ocr

# `compare(found, expected)`: some numbers of one sample, a tuple. `combine(means)`: what their means over samples
# say, [..., numbers] to [...]; None: the least number is what counts, and has no error.
Measure = collections.namedtuple("Measure", "title digits compare combine")
# A value, its standard error, and those of its difference from the first row's: floats; None where there is none.
Estimate = collections.namedtuple("Estimate", "value error difference difference_error")
DRAWS, SPLITS, SEED = 1000, 100, 20261202


def mean(means):
    return means[..., 0]


def decibel(means):
    with np.errstate(divide="ignore"):
        return 10 * np.log10(means[..., 0] / means[..., 1])


def compare_power(found, expected):
    expected = expected.astype(np.float64)
    return (expected ** 2).sum(), ((found - expected) ** 2).sum()


def log_softmax(logits):
    logits = logits.astype(np.float64) - logits.max()
    return logits - np.log(np.exp(logits).sum())


def compare_distributions(found, expected):
    """The divergence of Kullback and Leibler of what logits say, from float, nats."""
    p, q = log_softmax(expected), log_softmax(found)
    return ((np.exp(p) * (p - q)).sum(),)


def compare_probabilities(found, expected):
    """The probability that went from some classes to others, the mean over steps: half the sum of what is between."""
    return (np.abs(found.astype(np.float64) - expected).sum(-1).mean() / 2,)


def compare_masks(found, expected):
    """What both call text as a share of what one of them does."""
    found, expected = found > ocr.THRESHOLD, expected > ocr.THRESHOLD
    either = (found | expected).sum()
    return ((found & expected).sum() / either if either else 1.0,)


def compare_directions(found, expected):
    a, b = found.astype(np.float64).ravel(), expected.astype(np.float64).ravel()
    return (a @ b / max(np.sqrt((a @ a) * (b @ b)), 1e-300),)


def compare_texts(characters):
    return lambda found, expected: (ocr.decode(found, characters) == ocr.decode(expected, characters),)


AGREEMENT = Measure("same arg-max", 3, lambda found, expected: (found.argmax() == expected.argmax(),), mean)
SQNR = Measure("SQNR, dB", 2, compare_power, decibel)
DIVERGENCE = Measure("KL, nats", 4, compare_distributions, mean)
MOVED = Measure("probability moved", 4, compare_probabilities, mean)
OVERLAP = Measure("IoU", 4, compare_masks, mean)
WORST_OVERLAP = Measure("worst IoU", 4, compare_masks, None)
COSINE = Measure("cosine", 4, compare_directions, mean)


def measure_samples(measure, found, expected):
    """The numbers of all samples, [samples, numbers]: rows of the outputs of all runs."""
    return np.array([measure.compare(a, b) for x, y in zip(found, expected) for a, b in zip(x, y)], np.float64)


def find_kind(expected):
    """What lib/Trial (Loss.h) takes outputs for: probabilities, logits or values. Rows of outputs of all runs."""
    rows = np.concatenate([run.reshape(-1, run.shape[-1]) for run in expected]) if expected[0].ndim > 1 else None
    if rows is None or rows.shape[-1] < 2 or any(run.shape[-1] != rows.shape[-1] for run in expected):
        return "values"
    if rows.min() >= 0 and rows.max() <= 1 and np.abs(rows.sum(-1) - 1).max() <= 1e-3:
        return "probabilities"
    return "logits" if expected[0].ndim == 2 else "values"


def compare_losses(kind, found, expected):
    """Of one sample; of values the squared error, not yet relative."""
    if kind == "values":
        return compare_power(found, expected)[1]
    if kind == "logits":
        return compare_distributions(found, expected)[0]
    p, q = (np.log(np.maximum(x.astype(np.float64), 2.0 ** -40)) for x in (expected, found))
    return max((expected * (p - q)).sum(-1).mean(), 0.0)


def measure_losses(found, expected):
    """What searches minimise, of all samples, [samples, 1]."""
    kind = find_kind(expected)
    losses = np.array([compare_losses(kind, a, b) for x, y in zip(found, expected) for a, b in zip(x, y)], np.float64)
    if kind == "values":
        powers = np.array([(sample.astype(np.float64) ** 2).sum() for run in expected for sample in run])
        losses /= np.maximum(powers, np.sort(powers)[len(powers) // 2] / 100)
    return losses[:, None]


def find_ranks(values):
    """Ranks from 0, equals in the middle of theirs."""
    values = np.asarray(values, np.float64)
    return np.array([(values < v).sum() + ((values == v).sum() - 1) / 2 for v in values])


def correlate(a, b):
    """Spearman's rank correlation; not a number where one of them is constant."""
    a, b = find_ranks(a), find_ranks(b)
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else float("nan")


def estimate_limit(losses, groups):
    """What the rank correlation of a perfect prediction with measured losses would be, about, as far as they agree with
    themselves: halves of the data that correlate at r say that all of it would correlate with another as large at
    2 r / (1 + r) (Spearman and Brown), and with what is true at the root of that. r is the mean over SPLITS drawn
    halves of the groups; not a number where there are no halves, or they do not agree. `losses`: [samples, 1] of each
    candidate."""
    kinds, index = np.unique(groups, return_inverse=True)
    if len(kinds) < 2:
        return float("nan")
    random, found = np.random.default_rng(SEED), []
    for _ in range(SPLITS):
        first = np.isin(index, random.permutation(len(kinds))[:len(kinds) // 2])
        found.append(correlate(*([values[first == half].mean() for values in losses] for half in (True, False))))
    r = float(np.mean(found))
    return (2 * r / (1 + r)) ** 0.5 if r > 0 else float("nan")


def draw_values(measure, numbers, groups):
    """What DRAWS other choices of groups of samples, as many as there are, would have said."""
    kinds, index = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(kinds), numbers.shape[1] + 1))
    np.add.at(sums, index, np.column_stack([numbers, np.ones(len(numbers))]))
    counts = np.random.default_rng(SEED).multinomial(len(kinds), np.full(len(kinds), 1 / len(kinds)), DRAWS)
    totals = counts @ sums
    return measure.combine(totals[:, :-1] / totals[:, -1:])


def deviation(draws):
    """Not a number where some of them are infinite."""
    return float(draws.std()) if np.isfinite(draws).all() else float("nan")


def estimate(measure, numbers, groups, first=None):
    """`first`: the numbers of the row that others are compared with. Samples of one group are not independent."""
    if measure.combine is None:
        value = float(numbers.min())
        return Estimate(value, None, None if first is None else value - float(first.min()), None)
    value, draws = float(measure.combine(numbers.mean(0))), draw_values(measure, numbers, groups)
    if first is None:
        return Estimate(value, deviation(draws), None, None)
    # The same choices: what both lose in common is gone.
    difference = deviation(draws - draw_values(measure, first, groups))
    return Estimate(value, deviation(draws), value - float(measure.combine(first.mean(0))), difference)
