#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden vectors of the softmax of codes: `softmax_oracle.py OUT [--count N] [--seed S] [--tables | --errors]`.

Columns: sum D, factor M (f64 bits), x, zero point, type of y (0 i8, 1 ui8, 2 i16, 3 ui16), reciprocal, multiplier,
shift (0: there are none), multiplier of the row, y. D, M and x at the ends of what they may be, and between.

--tables: tables of exponentials: scale (f32 bits), 256 entries; with 40 decimal digits.
--errors: rows of exponentials and what they weigh, for the bound of the error. Columns: length n, factor M (f64 bits),
D, x, and 2^32 times the exact x / D * M, rounded to nearest. Flat and peaked rows, n = 1 to 65,793.
"""

import argparse
import decimal
import random
from fractions import Fraction

from ieee import clamp, f32_bits, f64_bits, from_f32_bits, round_half_even
from vectors import VectorFile

TYPES = [(-128, 127), (0, 255), (-32768, 32767), (0, 65535)]
LONGEST = 65793
decimal.getcontext().prec = 40


def choose(factor):
    """Multiplier of 31 bits and shift, 38 - 31 more than that of the factor alone; (0, 0) where there are none."""
    exponent = 0
    while factor >= Fraction(2) ** exponent:
        exponent += 1
    while factor < Fraction(2) ** (exponent - 1):
        exponent -= 1
    multiplier = round_half_even(factor / Fraction(2) ** exponent * 2**31)
    shift = 31 - exponent
    if multiplier == 2**31:
        multiplier, shift = 2**30, shift - 1
    shift += 7
    return (multiplier, shift) if 1 <= shift <= 62 else (0, 0)


def reciprocal(total):
    return min(2**38 // total, 2**31 - 1) if total else 0


def draw_sum(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice([0, 1, 127, 128, 129, 254, 255, 256, 255 * LONGEST, 255 * 2**23])
    if kind == 1:
        return rng.randrange(255, 1024)
    return int(2 ** rng.uniform(0, 24)) if kind == 2 else rng.randrange(255, 255 * LONGEST + 1)


def draw_factor(rng):
    if rng.randrange(8) == 0:
        return rng.choice([2.0**-24, 2.0**36, 2.0**-30, 2.0**37, 2.0**37 * (1 - 2**-53), 1.0, 255.0, 2.0 - 2**-52])
    return 2 ** rng.uniform(-25, 38) if rng.randrange(2) else rng.uniform(0.25, 300.0)


def draw_x(rng, total):
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice([-(2**31) + 1, 2**31 - 1, 0, 1, -1, 255])
    if kind == 1:
        return rng.randrange(256)
    most = min(255 * max(total, 1), 2**31 - 1)
    return rng.randrange(-most, most + 1)


def write_vectors(file, count, rng):
    for _ in range(count):
        total, factor, kind = draw_sum(rng), draw_factor(rng), rng.randrange(4)
        x, (low, high) = draw_x(rng, total), TYPES[kind]
        zero = rng.choice([low, high, rng.randrange(low, high + 1)])
        r, (multiplier, shift) = reciprocal(total), choose(Fraction(factor))
        row = (r * multiplier + 2**30) // 2**31
        y = clamp((x * row + 2 ** (shift - 1)) // 2**shift + zero, low, high) if shift else 0
        file.add([total, f64_bits(factor), x, zero, kind, r, multiplier, shift, row, y])


def write_tables(file, count, rng):
    for _ in range(count):
        bits = f32_bits(Fraction(2 ** rng.uniform(-12, 3)))
        scale = from_f32_bits(bits)
        exact = decimal.Decimal(scale.numerator) / decimal.Decimal(scale.denominator)
        file.add([bits] + [round_half_even(Fraction(255 * (-exact * d).exp())) for d in range(256)])


def write_errors(file, count, rng):
    for _ in range(count):
        n = rng.choice([1, 2, 16, 197, 512, 4096, LONGEST, rng.randrange(1, LONGEST + 1)])
        flat = rng.choice([0, 1, 20, 255])  # what others have beside the largest
        total = 255 + (n - 1) * flat
        factor = rng.uniform(0.5, 8.0)
        x = rng.randrange(-255 * total, 255 * total + 1)
        x = clamp(x, -(2**31) + 1, 2**31 - 1)
        exact = Fraction(x, total) * Fraction(factor)
        file.add([n, f64_bits(factor), total, x, round_half_even(exact * 2**32)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    columns, write = 10, write_vectors
    if arguments.tables:
        columns, write = 257, write_tables
    elif arguments.errors:
        columns, write = 5, write_errors
    with VectorFile(arguments.out, columns) as file:
        write(file, arguments.count, random.Random(arguments.seed))


if __name__ == "__main__":
    main()
