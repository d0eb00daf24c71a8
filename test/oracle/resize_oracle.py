# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Nearest positions of resized axes: `resize_oracle.py PATH` writes rows of
coordinate mode, rounding, in, out, bits of the scale (f32), position, nearest position.

The formulas are those of docs/Numerics.md (Resizing), in fractions that are rounded to f32 after every operation."""

import argparse
import random
from fractions import Fraction
from math import ceil, floor

from ieee import f32, f32_bits
from vectors import VectorFile

HALF = Fraction(1, 2)


def coordinate(mode, i, scale, size, out):
    x = f32(Fraction(i))

    def half():
        return f32(f32(x + HALF) / scale)

    if mode == 0:
        return f32(half() - HALF)
    if mode == 1:
        return f32(half() - HALF) if out > 1 else Fraction(0)
    if mode == 2:
        return half()
    if mode == 3:
        adjustment = f32(f32(Fraction(out)) / f32(scale * f32(Fraction(size))))
        center = f32(f32(Fraction(size)) / 2)
        offset = f32(center * f32(1 - adjustment))
        return f32(f32(offset + half()) - HALF)
    if mode == 4:
        return f32(x / scale)
    return f32(f32(x * f32(Fraction(size - 1))) / f32(Fraction(out - 1))) if out > 1 else Fraction(0)


def nearest(mode, rounding, i, scale, size, out):
    if size == out and scale == 1:
        return i
    x = coordinate(mode, i, scale, size, out)
    below = floor(x)
    rounded = {
        0: below + (x - below > HALF), 1: below + (x - below >= HALF), 2: below, 3: ceil(x),
        4: ceil(x) if scale < 1 else below
    }[rounding]
    return min(max(rounded, 0), size - 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    path = parser.parse_args().path
    generator = random.Random(11)
    with VectorFile(path, 7) as file:
        for case in range(420):
            mode, rounding = case % 6, case // 6 % 5
            size, out = generator.randint(1, 60), generator.randint(1, 90)
            scale = f32(Fraction(out, size)) if case % 3 else f32(Fraction(generator.randint(1, 400), 100))
            for i in range(out):
                row = (mode, rounding, size, out, f32_bits(scale), i, nearest(mode, rounding, i, scale, size, out))
                file.add(row)


main()
