# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Exact values of real functions: `functions_oracle.py OUT [--count N] [--seed S]`.

Columns: function, x (f32 bits), y (f32 bits, second argument of pow; else 0), value (f64 bits). The value is computed
with at least 40 correct decimal digits and rounded to f64 once. Functions, as in
test/Unit/Arith/FloatFunctionsTest.cpp: 0 exp; 1 expm1; 2 log; 3 log1p; 4 sigmoid; 5 tanh; 6 erf; 7 softplus; 8 sqrt;
9 1 / sqrt; 10 sin; 11 cos; 12 silu; 13 mish; 14 gelu; 15 gelu (tanh); 16 elu (alpha 1/2); 17 celu (alpha 2); 18 pow.
"""

import argparse
import decimal
import random
import struct

from ieee import f64_bits, from_f32_bits
from vectors import VectorFile

decimal.getcontext().prec = 60
decimal.getcontext().Emin = decimal.MIN_EMIN
decimal.getcontext().Emax = decimal.MAX_EMAX
Decimal = decimal.Decimal


def decimal_pi():
    """Machin: pi = 16 atan(1/5) - 4 atan(1/239)."""

    def inverse_tangent(n):
        term = total = Decimal(1) / n
        k = 1
        while abs(term) > Decimal(10) ** -110:
            term /= -n * n
            k += 2
            total += term / k
        return total

    with decimal.localcontext() as context:
        context.prec = 110
        return 16 * inverse_tangent(5) - 4 * inverse_tangent(239)


PI = decimal_pi()


def expm1(x):
    """Maclaurin's series near 0, where the difference would cancel."""
    if abs(x) > Decimal("0.1"):
        return x.exp() - 1
    total = term = x
    k = 1
    while term and abs(term) > abs(x) * Decimal(10) ** -60:
        k += 1
        term = term * x / k
        total += term
    return total


def log1p(x):
    with decimal.localcontext() as context:
        context.prec = 110 # 1 + x is exact: the smallest x beside 1 costs 46 digits
        return (1 + x).ln()


def tanh(x):
    e = expm1(2 * abs(x))
    return (e / (e + 2)).copy_sign(x)


def error_function(x):
    """erf and 1 - erf by Maclaurin's series, with digits to spare for their cancellation."""
    with decimal.localcontext() as context:
        context.prec = 60 + int(x * x)
        square, term, total, k = x * x, x, x, 0
        while term and abs(term) > abs(x) * Decimal(10) ** -context.prec:
            k += 1
            term *= -square / k
            total += term / (2 * k + 1)
        erf = 2 * total / PI.sqrt()
        return erf, 1 - erf


def erf(x):
    return Decimal(1).copy_sign(x) if abs(x) > 12 else error_function(x)[0]


def turned(x, quarters):
    """sin(x + quarters * pi / 2)"""
    with decimal.localcontext() as context:
        context.prec = 110
        n = (x / (PI / 2)).to_integral_value()
        r = x - n * (PI / 2)
        quarter = (int(n) + quarters) % 4
        total = term = Decimal(1) if quarter % 2 else r
        k = 0 if quarter % 2 else 1
        while term and abs(term) > Decimal(10) ** -105:
            term *= -r * r / ((k + 1) * (k + 2))
            k += 2
            total += term
        return -total if quarter >= 2 else total


def sigmoid(x):
    return 1 / (1 + (-x).exp())


def softplus(x):
    return max(x, Decimal(0)) + log1p((-abs(x)).exp())


def gelu(x):
    upper = error_function(abs(x) / Decimal(2).sqrt())[1] / 2
    return x * (upper if x < 0 else 1 - upper)


def gelu_tanh(x):
    return x * sigmoid(2 * (2 / PI).sqrt() * (x + Decimal("0.044715") * x**3))


def elu(x, alpha):
    return x if x > 0 else alpha * expm1(x)


ANY, POSITIVE = (-150, 127), (-149, 127)
# function, smallest and largest argument, exponents
FUNCTIONS = [
    (lambda x: x.exp(), -104, 88, ANY),
    (expm1, -104, 88, ANY),
    (lambda x: x.ln(), 0, 1e39, POSITIVE),
    (log1p, -1, 1e39, (-40, 127)),
    (sigmoid, -100, 100, ANY),
    (tanh, -30, 30, ANY),
    (erf, -5, 5, ANY),
    (softplus, -100, 100, ANY),
    (lambda x: x.sqrt(), 0, 1e39, POSITIVE),
    (lambda x: 1 / x.sqrt(), 0, 1e39, POSITIVE),
    (lambda x: turned(x, 0), -131072, 131072, (-30, 17)),
    (lambda x: turned(x, 1), -131072, 131072, (-30, 17)),
    (lambda x: x * sigmoid(x), -85, 100, ANY),
    (lambda x: x * tanh(softplus(x)), -85, 100, ANY),
    (gelu, -12, 20, ANY),
    (gelu_tanh, -10, 20, ANY),
    (lambda x: elu(x, Decimal("0.5")), -100, 100, ANY),
    (lambda x: x if x > 0 else 2 * expm1(x / 2), -200, 100, ANY),
]


def random_bits(rng, exponents, has_sign):
    """Half of all numbers have an exponent near 0."""
    if rng.random() < 0.5:
        exponents = (max(exponents[0], -5), min(exponents[1], 7))
    exponent = rng.randint(*exponents)
    value = (1 + rng.getrandbits(23) / 2**23) * 2.0**exponent
    return struct.unpack("<I", struct.pack("<f", -value if has_sign and rng.random() < 0.5 else value))[0]


def to_decimal(bits):
    exact = from_f32_bits(bits)
    with decimal.localcontext() as context:
        context.prec = 200 # every f32 is exact
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def make_row(rng, number):
    function, low, high, exponents = FUNCTIONS[number]
    while True:
        bits = random_bits(rng, exponents, low < 0)
        x = to_decimal(bits)
        if low < x < high and x != 0:
            return number, bits, 0, f64_bits(float(function(x)))


def pow_row(rng):
    while True:
        bits = random_bits(rng, (-149, 127) if rng.random() < 0.3 else (-3, 3), False)
        x, y_bits = to_decimal(bits), random_bits(rng, (-20, 9), True)
        y = to_decimal(y_bits)
        logarithm = y * x.ln()
        if abs(logarithm) < 87:
            return len(FUNCTIONS), bits, y_bits, f64_bits(float(logarithm.exp()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=200, help="rows of each function")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with VectorFile(arguments.out, 4) as file:
        for _ in range(arguments.count):
            for number in range(len(FUNCTIONS)):
                file.add(make_row(rng, number))
            file.add(pow_row(rng))


if __name__ == "__main__":
    main()
