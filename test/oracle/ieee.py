# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""IEEE arithmetic on exact rationals: each operation is computed exactly and rounded once, by integers only.

Numbers are fractions.Fraction, or the floats inf, -inf, nan for what is no number. The sign of zero is not kept:
nothing that is checked here depends on it.
"""

import math
import struct
from fractions import Fraction

F32 = (24, -126, 127)
F64 = (53, -1022, 1023)


def round_half_even(value):
    """The integer nearest to a Fraction, ties to even."""
    return _divide(value.numerator, value.denominator)


def _divide(numerator, denominator):
    """The integer nearest to a quotient, ties to even."""
    floor, rest = divmod(numerator, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and floor % 2 == 1):
        return floor + 1
    return floor


def floor_log2(value):
    """floor(log2 value) of a positive Fraction."""
    numerator, denominator = value.numerator, value.denominator
    exponent = numerator.bit_length() - denominator.bit_length()
    is_reached = denominator << max(exponent, 0) <= numerator << max(-exponent, 0) # 2^exponent <= value
    return exponent if is_reached else exponent - 1


def power(exponent):
    """2^exponent as a Fraction."""
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def rounded(value, form, direction="nearest"):
    """`value` rounded to the format: to nearest even, or "up" (towards +infinity)."""
    precision, lowest, highest = form
    if value == 0:
        return Fraction(0)
    unit = max(floor_log2(abs(value)), lowest) - precision + 1 # its exponent
    numerator, denominator = value.numerator << max(-unit, 0), value.denominator << max(unit, 0)
    whole = _divide(numerator, denominator) if direction == "nearest" else -(-numerator // denominator)
    result = whole * power(unit)
    if abs(result) >= power(highest + 1):
        return math.inf if result > 0 else -math.inf
    return result


def f32(value):
    return value if isinstance(value, float) else rounded(value, F32)


def f64(value):
    return value if isinstance(value, float) else rounded(value, F64)


def from_f32_bits(bits):
    return _fraction(struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF))[0])


def from_f64_bits(bits):
    return _fraction(struct.unpack("<d", struct.pack("<Q", bits & 0xFFFFFFFFFFFFFFFF))[0])


def _fraction(x):
    return Fraction(x) if math.isfinite(x) else x


def f32_bits(value):
    """Bits of a number that is exact in f32 (+0 for zero)."""
    return struct.unpack("<I", struct.pack("<f", value))[0]


def f64_bits(value):
    """Bits of a number that is exact in f64, as a signed integer."""
    return struct.unpack("<q", struct.pack("<d", value))[0]


def clamp(value, lo, hi):
    return min(max(value, lo), hi)
