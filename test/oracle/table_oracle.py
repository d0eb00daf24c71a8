# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden tables of unary chains: `table_oracle.py OUT [--count N] [--seed S] [--segments]`.

Columns: chain, s_x (f32 bits), z_x, type of x (0 i8, 1 ui8), s_y (f32 bits), z_y, type of y (0 i8, 1 ui8, in a third of
the rows 2 i16, 3 ui16), 256 entries.

With --segments: N codes of 16 bits in segments of 32, 125 segments of each table, the least likely ones to be at most 1
code off among them. Columns: chain, s_x, z_x, type of x (2 i16, 3 ui16), s_y, z_y, type of y (0 to 3), segment, whether
its sums fit int32, base, slope, 32 codes by the segment, 32 exact codes, whether all segments of the table that are in
the file fit and are at most 1 code off.

Chains: 0 relu; 1 clip to [-1, 6]; 2 hard_sigmoid(0.2, 0.5); 3 hard_swish; 4 clip to [0, 6] after hard_swish; 5 sigmoid;
6 tanh; 7 exp; 8 erf; 9 log (NaN below 0 counts as real 0, -inf at 0 saturates).

Rational functions are computed exactly and rounded to f64 after each operation, as they are defined; the others with 40
decimal digits (a table entry could only differ where a value lies within 1e-14 of a tie).
"""

import argparse
import decimal
import math
import random
from fractions import Fraction

from ieee import clamp, f32, f32_bits, f64, from_f32_bits, round_half_even
from vectors import VectorFile

TYPES = [(-128, 127), (0, 255), (-32768, 32767), (0, 65535)]
CODES, PER_TABLE, FRACTION = 32, 125, 2**14
decimal.getcontext().prec = 40
Decimal = decimal.Decimal


def to_decimal(x):
    return Decimal(x.numerator) / Decimal(x.denominator)


def hard_sigmoid(x, alpha, beta):
    return clamp(f64(f64(f32(alpha) * x) + f32(beta)), Fraction(0), Fraction(1))


def hard_swish(x):
    return f64(x * hard_sigmoid(x, Fraction(1, 6), Fraction(1, 2)))


def sigmoid(x):
    return 1 / (1 + (-to_decimal(x)).exp())


def tanh(x):
    square = (2 * to_decimal(x)).exp()
    return (square - 1) / (square + 1)


def erf(x):
    """Maclaurin's series, with digits to spare for its cancellation."""
    with decimal.localcontext() as context:
        context.prec = 90
        value = to_decimal(x)
        if abs(value) > 7:
            return Decimal(1).copy_sign(value)
        term, total, k = value, value, 0
        while abs(term) > Decimal(10) ** -60:
            k += 1
            term *= -value * value / k
            total += term / (2 * k + 1)
        return 2 * total / decimal_pi().sqrt()


def decimal_pi():
    """Machin: pi = 16 atan(1/5) - 4 atan(1/239)."""

    def inverse_tangent(n):
        term = total = Decimal(1) / n
        k = 1
        while abs(term) > Decimal(10) ** -80:
            term /= -n * n
            k += 2
            total += term / k
        return total

    return 16 * inverse_tangent(5) - 4 * inverse_tangent(239)


def log(x):
    return Fraction(0) if x < 0 else -math.inf if x == 0 else to_decimal(x).ln()


CHAINS = [
    lambda x: max(x, Fraction(0)),
    lambda x: clamp(x, Fraction(-1), Fraction(6)),
    lambda x: hard_sigmoid(x, Fraction(0.2), Fraction(0.5)),
    hard_swish,
    lambda x: clamp(hard_swish(x), Fraction(0), Fraction(6)),
    sigmoid,
    tanh,
    lambda x: to_decimal(x).exp(),
    erf,
    log,
]


def entry(chain, x, scale, zero, lo, hi):
    value = chain(x)
    if isinstance(value, float):
        return hi if value > 0 else lo
    if isinstance(value, Decimal):
        return clamp(round_half_even(Fraction(value) / scale) + zero, lo, hi)
    return clamp(round_half_even(f64(value / scale)) + zero, lo, hi)


def table_row(rng, number, is_wide):
    types = [rng.randrange(2), rng.randrange(2)]
    scales = [rng.randint(118, 123) << 23 | rng.getrandbits(23), rng.randint(117, 123) << 23 | rng.getrandbits(23)]
    if is_wide:
        types[1] += 2
        scales[1] -= 8 << 23
    zeros = [rng.randint(*TYPES[type_]) for type_ in types]
    s_x, s_y = (from_f32_bits(bits) for bits in scales)
    lo, hi = TYPES[types[1]]
    row = [number, scales[0], zeros[0], types[0], scales[1], zeros[1], types[1]]
    for code in range(TYPES[types[0]][0], TYPES[types[0]][1] + 1):
        row.append(entry(CHAINS[number], f64(s_x * (code - zeros[0])), s_y, zeros[1], lo, hi))
    return row


# ---- segments ----

# CHAINS by the host's floats: to find where a function bends, for nothing else.
ROUGHLY = [
    lambda x: max(x, 0.0),
    lambda x: clamp(x, -1.0, 6.0),
    lambda x: clamp(0.2 * x + 0.5, 0.0, 1.0),
    lambda x: x * clamp(x / 6 + 0.5, 0.0, 1.0),
    lambda x: clamp(x * clamp(x / 6 + 0.5, 0.0, 1.0), 0.0, 6.0),
    lambda x: 1 / (1 + math.exp(-x)),
    math.tanh,
    math.exp,
    math.erf,
    lambda x: 0.0 if x < 0 else math.log(x) if x > 0 else -1e300,
]


class Source:
    """A table of 16-bit codes, with the range of the function mostly inside that of the result."""

    def __init__(self, rng, number):
        self.chain, self.types = number, [rng.randrange(2, 4), rng.choice((0, 1, 2, 2, 3, 3))]
        (first, last), (self.lo, self.hi) = (TYPES[type_] for type_ in self.types)
        low, high = rng.choice(((-8, 8), (-4, 4), (-1, 5), (0, 3), (-20, 20), (-10, 0)))
        self.zero = clamp(round(first - low / (high - low) * (last - first)), first, last)
        results = {5: (0, 1), 6: (-1, 1), 7: (0, math.exp(min(high, 8))), 8: (-1, 1), 2: (0, 1)}
        y_low, y_high = results.get(number, (min(low, 0), max(high, 1)))
        spread = (y_high - y_low) * rng.choice((1, 1, 1, 0.8, 1.3))
        self.zero_y = clamp(round(self.lo - y_low / (y_high - y_low) * (self.hi - self.lo)), self.lo, self.hi)
        self.bits = [f32_bits(float(f32(Fraction(high - low) / (last - first)))),
                     f32_bits(float(f32(Fraction(spread) / (self.hi - self.lo))))]
        self.first = first
        self.s_x, self.s_y = (from_f32_bits(value) for value in self.bits)

    def values(self, u):
        """(2^14 times the unrounded code as a Fraction, the exact code)"""
        value = CHAINS[self.chain](f64(self.s_x * (u + self.first - self.zero)))
        exact = entry(lambda _: value, None, self.s_y, self.zero_y, self.lo, self.hi)
        if isinstance(value, float):  # an infinity
            return Fraction(self.hi + 32768 if value > 0 else self.lo - 32768) * FRACTION, exact
        code = Fraction(value) / self.s_y if isinstance(value, Decimal) else f64(value / self.s_y)
        code = f64(code + self.zero_y)
        return clamp(code, Fraction(self.lo - 32768), Fraction(self.hi + 32768)) * FRACTION, exact

    def bend(self, segment):
        """How far a segment's middle is off its chord, roughly (by floats), and that far among the codes; large where
        the chord is steep."""
        s_x, s_y = float(self.s_x), float(self.s_y)
        first = segment * CODES + self.first - self.zero
        a, b, c = (ROUGHLY[self.chain](s_x * (first + d)) / s_y + self.zero_y for d in (0, 15, 31))
        a, b, c = (clamp(value, self.lo - 32768, self.hi + 32768) for value in (a, b, c))
        outside = max(min(a, b, c) - self.hi, self.lo - max(a, b, c), 0)
        return abs(a + (c - a) * 15 / 31 - b) - outside + (2.0**60 if abs(c - a) > 2**15 else 0)

    def segment_row(self, segment):
        """Segment, fits, base, slope, 32 codes, 32 exact codes"""
        values, exact = zip(*(self.values(segment * CODES + d) for d in range(CODES)))
        slope = round_half_even(f64(f64(values[-1] - values[0]) / 31))
        rests = [f64(value - slope * d) for d, value in enumerate(values)]
        base = round_half_even(f64(f64(min(rests) + max(rests)) / 2))
        fits = int(abs(base) + 31 * abs(slope) + FRACTION // 2 < 2**31)
        codes = [clamp((2 * (base + slope * d) + FRACTION) // (2 * FRACTION), self.lo, self.hi) for d in range(CODES)]
        return (segment, fits, base, slope, *codes, *exact)


def write_segments(path, count, rng):
    tables = max(1, count // (CODES * PER_TABLE))
    with VectorFile(path, 12 + 2 * CODES) as file:
        for index in range(tables):
            number = index % len(CHAINS)
            source = Source(rng, number)
            worst = sorted(range(2048), key=source.bend)[-16:]
            others = rng.sample(range(2048), PER_TABLE - len(worst))
            rows = [source.segment_row(segment) for segment in sorted(set(worst + others))]
            good = int(all(row[1] and all(abs(a - b) <= 1 for a, b in zip(row[4:36], row[36:])) for row in rows))
            head = (number, source.bits[0], source.zero, source.types[0], source.bits[1], source.zero_y)
            for row in rows:
                file.add((*head, source.types[1], *row, good))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--segments", action="store_true")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    if arguments.segments:
        write_segments(arguments.out, arguments.count, rng)
        return
    with VectorFile(arguments.out, 7 + 256) as file:
        for index in range(arguments.count):
            file.add(table_row(rng, index % len(CHAINS), index * 3 >= arguments.count * 2))


if __name__ == "__main__":
    main()
