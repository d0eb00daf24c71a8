#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden vectors of the normalization of codes: `normalize_oracle.py OUT [--count N] [--seed S] [--roots | --errors]`.

Columns: length n, sum, sum of squares, epsilon, one code x less its zero point, root, normalized number.
Rows of equal codes, of one that differs, of random ones, of codes at both ends, of zeros; n = 1 to 32,768; codes of 8
and 16 bits, less a zero point or not; the sums are those of whole rows of so many of two or three different codes.

--roots: w (below 2^63), m, e. Every bit length, powers of two, squares, and what is beside them.
--errors: n, sum, squares, epsilon, x, and 2^32 times the exact (n x - sum) / sqrt(w), rounded to nearest.
"""

import argparse
import math
import random
from fractions import Fraction

from ieee import round_half_even
from vectors import VectorFile

LONGEST = 32768


def reciprocal_root(w):
    j = 0
    while 4 ** (j + 1) * w < 2**64:
        j += 1
    return 2**55 // math.isqrt(4**j * w), 55 - j


def draw_row(rng):
    """Counts of up to three codes, less a zero point: {code: count}."""
    n = rng.choice([1, 2, 3, 16, 64, 197, 768, 4096, LONGEST, rng.randrange(1, LONGEST + 1)])
    high = rng.choice([255, 255, 65535])
    zero = rng.choice([0, high, high // 2, rng.randrange(high + 1)])
    kind = rng.randrange(5)
    if kind == 0:
        codes = [rng.choice([0, high, zero, rng.randrange(high + 1)])]
    elif kind == 1:
        codes = [0, high]
    else:
        codes = [rng.randrange(high + 1) for _ in range(rng.randrange(1, 4))]
    if kind == 2:
        codes = codes[:1] + [min(high, codes[0] + 1)]
    codes = codes[:n]
    counts = [1] * len(codes)
    counts[rng.randrange(len(codes))] += n - len(codes) if kind == 2 or rng.randrange(2) else 0
    while sum(counts) < n:
        i = rng.randrange(len(codes))
        counts[i] += rng.randrange(1, n - sum(counts) + 1)
    row = {}
    for code, count in zip(codes, counts):
        row[code - zero] = row.get(code - zero, 0) + count
    return n, row


def draw_sums(rng):
    n, row = draw_row(rng)
    total = 0 if rng.randrange(4) == 0 else sum(code * count for code, count in row.items())  # not centered: 0
    squares = sum(code * code * count for code, count in row.items())
    epsilon = rng.choice([0, 1, 5, n * n, int(2 ** rng.uniform(0, 60)), 2**60 if rng.randrange(50) == 0 else 3])
    return n, total, squares, epsilon, rng.choice(list(row))


def write_vectors(file, count, rng):
    for _ in range(count):
        n, total, squares, epsilon, x = draw_sums(rng)
        m, e = reciprocal_root(max(n * squares - total * total + epsilon, 1))
        y = ((n * x - total) * m + 2 ** (e - 17)) // 2 ** (e - 16)
        file.add([n, total, squares, epsilon, x, 64 * m + e, y])


def write_roots(file, count, rng):
    ends = {w for bit in range(63) for w in (2**bit - 1, 2**bit, 2**bit + 1)}
    ends |= {r * r + d for r in (3, 1000, 2**16 - 1, 2**31 - 1, 3037000499) for d in (-1, 0, 1)}
    ends = sorted(w for w in ends if 1 <= w < 2**63)
    for i in range(count):
        w = ends[i] if i < len(ends) else rng.randrange(1, 2 ** rng.randrange(1, 64))
        file.add([w, *reciprocal_root(w)])


def write_errors(file, count, rng):
    for _ in range(count):
        n, total, squares, epsilon, x = draw_sums(rng)
        w = max(n * squares - total * total + epsilon, 1)
        # The root with 40 bits more than it has: its error is below 2^-39 of it.
        root = Fraction(math.isqrt(w << 160), 2**80)
        file.add([n, total, squares, epsilon, x, round_half_even(Fraction(n * x - total) / root * 2**32)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--roots", action="store_true")
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    columns, write = 7, write_vectors
    if arguments.roots:
        columns, write = 3, write_roots
    elif arguments.errors:
        columns, write = 6, write_errors
    with VectorFile(arguments.out, columns) as file:
        write(file, arguments.count, random.Random(arguments.seed))


if __name__ == "__main__":
    main()
