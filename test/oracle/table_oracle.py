# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden tables of unary chains: `table_oracle.py OUT [--count N] [--seed S]`.

Columns: chain, s_x (f32 bits), z_x, type of x (0 i8, 1 ui8), s_y (f32 bits), z_y, type of y (0 i8, 1 ui8), 256 entries.
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

from ieee import clamp, f32, f64, from_f32_bits, round_half_even
from vectors import VectorFile

TYPES = [(-128, 127), (0, 255)]
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


def table_row(rng, number):
    types = [rng.randrange(2), rng.randrange(2)]
    scales = [rng.randint(118, 123) << 23 | rng.getrandbits(23), rng.randint(117, 123) << 23 | rng.getrandbits(23)]
    zeros = [rng.randint(*TYPES[type_]) for type_ in types]
    s_x, s_y = (from_f32_bits(bits) for bits in scales)
    lo, hi = TYPES[types[1]]
    row = [number, scales[0], zeros[0], types[0], scales[1], zeros[1], types[1]]
    for code in range(TYPES[types[0]][0], TYPES[types[0]][1] + 1):
        row.append(entry(CHAINS[number], f64(s_x * (code - zeros[0])), s_y, zeros[1], lo, hi))
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with VectorFile(arguments.out, 7 + 256) as file:
        for index in range(arguments.count):
            file.add(table_row(rng, index % len(CHAINS)))


if __name__ == "__main__":
    main()
