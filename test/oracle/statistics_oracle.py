# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden vectors of exact sums and of ranges from histograms: `statistics_oracle.py FOLDER [--count N] [--seed S]`
writes FOLDER/<kind>.vec for every kind. The columns of each kind stand at its function; floats are bits (vectors.py).
"""

import argparse
import bisect
import math
import os
import random
import struct
from fractions import Fraction

import ieee
from ieee import f32_bits, f64_bits, from_f32_bits
from vectors import VectorFile

ADDENDS, BINS = 24, 16


def random_bits(rng):
    """Bits of a finite f32: any, one of few exponents (cancellation), or an extreme one."""
    pick = rng.random()
    sign = rng.getrandbits(1) << 31
    if pick < 0.3:
        return sign | rng.choice((0, 1, 0x007FFFFF, 0x00800000, 0x7F7FFFFF, 0x3F800000))
    exponent = rng.randint(0, 254) if pick < 0.7 else rng.randint(120, 132)
    return sign | exponent << 23 | rng.getrandbits(23)


def exact_sums(rng, count, file):
    """count of addends; the addends; the sum as f64."""
    for _ in range(count):
        n = rng.randint(0, ADDENDS)
        bits = [random_bits(rng) for _ in range(n)]
        if n > 4 and rng.random() < 0.5:  # most of it cancels
            bits[n // 2:] = [b ^ 1 << 31 for b in bits[:n - n // 2]]
            rng.shuffle(bits)
        total = sum((from_f32_bits(b) for b in bits), Fraction(0))
        file.add([n] + bits + [0] * (ADDENDS - n) + [f64_bits(ieee.f64(total))])


# ---- ranges ----


def edge(index):
    """The smallest magnitude of bin `index`."""
    exponent, mantissa = index >> 5, index & 31
    return math.ldexp(mantissa, -131) if exponent == 0 else math.ldexp(32 + mantissa, exponent - 132)


def centre(index):
    return 0.0 if index == 0 else (edge(index) + edge(index + 1)) / 2


def as_f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def percentile(bins, low, high):
    """99.99 % of the elements by magnitude, in rationals."""
    counts = {}
    for number, count in bins:
        index = number if number >= 0 else -1 - number
        counts[index] = counts.get(index, 0) + count
    total = sum(counts.values())
    left = total - total // 10000
    for index in sorted(counts):
        if left <= counts[index]:
            part = ieee.f64(Fraction(left, counts[index]))
            width = ieee.f64(Fraction(edge(index + 1)) - Fraction(edge(index)))
            magnitude = ieee.f64(Fraction(edge(index)) + ieee.f64(width * part))
            break
        left -= counts[index]
    return [ieee.f32(min(max(x, Fraction(low)), Fraction(high))) for x in (-magnitude, magnitude)]


class MseSide:
    """What one sign adds to the error."""

    def __init__(self, counts, most):
        self.ends = [min(edge(i), most) for i in range(len(counts))] + [most]
        self.counts = counts
        self.number, self.square = [0.0], [0.0]
        for i, n in enumerate(counts):
            self.number.append(self.number[-1] + n)
            self.square.append(self.square[-1] + n * (centre(i) * centre(i)))
        self.above = [(0.0, 0.0, 0.0)]
        for i in range(len(counts) - 1, -1, -1):
            n0, n1, n2 = self.above[-1]
            c, n = centre(i), counts[i]
            self.above.append((n0 + n, n1 + n * c, n2 + n * (c * c)))
        self.above.reverse()

    def error(self, index, step, small):
        small = min(small, index)
        n0, n1, n2 = self.above[index]
        end = self.ends[index]
        inside = self.square[small] + (self.number[index] - self.number[small]) * (step * step / 12)
        return inside + max(n2 - 2 * end * n1 + end * end * n0, 0.0)


def mse(bins, low, high):
    """Coordinate descent over the edges of bins, in f64 as Numerics.md writes it."""
    sides = []
    for negative in (True, False):
        own = {(-1 - b if negative else b): n for b, n in bins if (b < 0) == negative}
        counts = [float(own.get(i, 0)) for i in range(max(own) + 1)] if own else []
        sides.append(MseSide(counts, max(-low, 0.0) if negative else max(high, 0.0)))
    centres = [centre(i) for i in range(max(len(s.ends) for s in sides))]

    def cost(at):
        step = (sides[1].ends[at[1]] + sides[0].ends[at[0]]) / 255
        if not step > 0:
            return math.inf
        small = bisect.bisect_left(centres, step / 2)
        return sides[0].error(at[0], step, small) + sides[1].error(at[1], step, small)

    best = [len(s.ends) - 1 for s in sides]
    least, changed = cost(best), True
    while changed:
        changed = False
        for side in (1, 0):
            for end in range(len(sides[side].ends) - 1, -1, -1):
                at = list(best)
                at[side] = end
                found = cost(at)
                if found < least:
                    best, least, changed = at, found, True
    return [-as_f32(sides[0].ends[best[0]]), as_f32(sides[1].ends[best[1]])]


def random_bins(rng, low, octaves):
    """(bin, count) ascending, and a range that fits."""
    numbers = set()
    for _ in range(rng.randint(1, BINS)):
        number = low + rng.randint(0, 32 * octaves)
        numbers.add(-1 - number if rng.random() < 0.4 else number)
    if rng.random() < 0.3:
        numbers = {n for n in numbers if n >= 0} or {low}
    scale = rng.choice((1, 100, 10**6))
    middle = low + 16 * octaves if rng.random() < 0.7 else 0  # what lies above is rare
    bins = [(n, rng.randint(1, 3 if max(n, -1 - n) > middle > 0 else 100 * scale)) for n in sorted(numbers)]

    def pick(number):  # an element of that bin, which may be its edge
        index = number if number >= 0 else -1 - number
        value = from_f32_bits(index << 18 | rng.choice((0, rng.getrandbits(18))))
        return float(value if number >= 0 else -value)

    first, last = pick(bins[0][0]), pick(bins[-1][0])
    if len(bins) == 1:
        last = first
    return bins, min(first, last), max(first, last)


def ranges(rng, count, file):
    """number of bins; (bin, count) of each; min, max; percentile min, max; mse min, max."""
    for i in range(count):
        low, octaves = (rng.randint(0, 300), rng.randint(1, 12)) if i % 40 else (rng.choice((3900, 4064, 8000)), 4)
        bins, least, most = random_bins(rng, low, octaves)
        flat = [x for pair in bins for x in pair]
        results = [*map(float, percentile(bins, least, most)), *mse(bins, least, most)]
        file.add([len(bins)] + flat + [0] * (2 * BINS - len(flat)) + [f32_bits(x) for x in [least, most] + results])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for kind, make, columns, count in (("exact_sum", exact_sums, ADDENDS + 2, args.count),
                                       ("range", ranges, 2 * BINS + 7, args.count // 10)):
        with VectorFile(os.path.join(args.folder, kind + ".vec"), columns) as file:
            make(random.Random(args.seed), count, file)


if __name__ == "__main__":
    main()
