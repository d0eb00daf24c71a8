# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden vectors of choosing, parameters, borders, tables and bounds, computed on exact rationals:
`parameters_oracle.py FOLDER [--count N] [--seed S] [--kinds a,b]` writes FOLDER/<kind>.vec for every kind, N rows each
(bounds fewer). The columns of each kind stand at its function; floats are bits (vectors.py).
"""

import argparse
import math
import os
import random
from fractions import Fraction

import ieee
from ieee import clamp, f32, f32_bits, f64, f64_bits, from_f32_bits, from_f64_bits, power, round_half_even
from vectors import VectorFile

TYPES = [(-128, 127), (0, 255), (-32768, 32767), (0, 65535), (-(2**31), 2**31 - 1)]


def random_scale(rng):
    """Bits of a positive, mostly ordinary, sometimes extreme f32."""
    if rng.random() < 0.1:
        return rng.choice((0x00000001, 0x00800000, 0x7F7FFFFF, 0x3F800000, 0x1F800000, 0x7F000000, 0x00400000))
    return rng.randint(110, 140) << 23 | rng.getrandbits(23)


def random_real(rng, low=100, high=150):
    """Bits of any f32 of a range of exponents, with either sign."""
    return rng.getrandbits(1) << 31 | rng.randint(low, high) << 23 | rng.getrandbits(23)


# ---- choosing ----


def normalise(magnitude, width):
    """(m, s) of a positive Fraction."""
    exponent = ieee.floor_log2(magnitude) + 1
    m = round_half_even(magnitude * power(width - exponent))
    s = width - exponent
    return (m // 2, s - 1) if m == 1 << width else (m, s)


def chosen(factors, width):
    """(status, dead, m0, m1, s); status 0 legal, 1 not finite, 2 shift below 1."""
    if any(isinstance(factor, float) for factor in factors):
        return 1, 0, 0, 0, 0
    lead = 1 if len(factors) == 2 and abs(factors[1]) > abs(factors[0]) else 0
    dead = [0, 0]
    dead[lead] = 1 << (width - 1)
    if factors[lead] == 0:
        return (0, 1, *dead, 62)
    m, s = normalise(abs(factors[lead]), width)
    if s > 62:
        return (0, 1, *dead, 62)
    if s < 1:
        return 2, 0, 0, 0, 0
    result = [round_half_even(abs(factor) * power(s)) * (-1 if factor < 0 else 1) for factor in factors] + [0]
    result[lead] = m * (-1 if factors[lead] < 0 else 1)
    return 0, 0, result[0], result[1], s


def random_factor(rng, width):
    kind = rng.randrange(12)
    if kind == 0:
        return f64_bits(rng.choice((0.0, math.inf, math.nan, 5e-324, 1e-310, 1e308)))
    exponent = rng.choice((width - 63, width - 62, width - 61, width - 1, width, width + 1, 0, 1))
    if kind < 4:  # ties of the rounding to w bits, and what rounds up to 2^w
        top = (1 << width) - 1 if rng.getrandbits(1) else (1 << width - 1 | rng.getrandbits(width - 1))
        value = Fraction(2 * top + 1) + rng.choice((0, 0, Fraction(1, 1 << 20), -Fraction(1, 1 << 20)))
        return f64_bits(float(value * power(exponent - width - 1)))
    if kind < 6:
        return f64_bits(float(power(exponent)))
    return f64_bits(math.ldexp(rng.random() + 0.5, rng.randint(-40, 34)))


def choose_row(rng):
    """terms, w, M0 (f64), M1 (f64), status (0 legal, 1 not finite, 2 shift below 1), dead, m0, m1, s"""
    terms, width = rng.choice((1, 2)), rng.choice((22, 31))
    bits = [random_factor(rng, width) for _ in range(terms)]
    if terms == 2 and rng.random() < 0.2:
        bits[1] = bits[0]  # equal: the first leads
    factors = [from_f64_bits(value) for value in bits]
    if terms == 2 and rng.getrandbits(1):  # sub
        factors[1] = -factors[1]
        bits[1] ^= -(1 << 63)
    return (terms, width, bits[0], bits[1] if terms == 2 else 0, *chosen(factors, width))


def factor_row(rng):
    """s0, s1, s2 (f32), n, (s0*s1)/s2, s0/(n*s2), s0/s2 (f64), f32(s0*s1)"""
    bits = [random_scale(rng) for _ in range(3)]
    count = rng.randint(1, 1 << rng.randrange(1, 24))
    a, b, c = (from_f32_bits(value) for value in bits)
    return (*bits, count, f64_bits(float(f64(f64(a * b) / c))), f64_bits(float(f64(a / f64(count * c)))),
            f64_bits(float(f64(a / c))), f32_bits(float(f32(f64(a * b)))))


# ---- parameters from data ----


def observed(rng):
    """Bits of a smallest and a largest value."""
    low, high = random_real(rng), random_real(rng)
    kind = rng.randrange(10)
    if kind == 0:
        low, high = rng.choice(((0, 0), (0x80000000, 0), (0x7F800000, 0), (0, 0xFF800000), (0x7FC00000, 0),
                                (0xFF7FFFFF, 0x7F7FFFFF), (0, 1), (0x80000001, 0), (0, 0x1F7F0000)))
    elif kind == 1:
        low, high = 0, high & 0x7FFFFFFF
    elif kind == 2:
        low = high ^ 0x80000000
    return low, high


def activation_row(rng, type_=1):
    """min, max (f32), ok, scale (f32), zero point"""
    low, high = observed(rng)
    values = [from_f32_bits(low), from_f32_bits(high)]
    if any(isinstance(value, float) for value in values):
        return low, high, 0, 0, 0
    first, last = TYPES[type_]
    lo, hi = min(values[0], 0), max(values[1], 0)
    if lo == 0 and hi == 0:
        return low, high, 1, f32_bits(1.0), first
    scale = f32(max(f64(f64(hi - lo) / (last - first)), power(-64)))
    zero = clamp(round_half_even(f64(-lo / scale)), 0, last - first) + first
    return low, high, 1, f32_bits(float(scale)), zero


def activation16_row(rng):
    """type, then as activation"""
    type_ = rng.choice((0, 2, 3))
    return (type_, *activation_row(rng, type_))


def centred_row(rng):
    """type, min, max (f32), ok, scale (f32), zero point"""
    type_ = rng.randrange(4)
    low, high = observed(rng)
    values = [from_f32_bits(low), from_f32_bits(high)]
    if any(isinstance(value, float) for value in values):
        return type_, low, high, 0, 0, 0
    first, last = TYPES[type_]
    largest, zero = max(-values[0], values[1], 0), (first + last + 1) // 2
    scale = f32(max(f64(largest / (last - zero)), power(-64))) if largest else Fraction(1)
    assert largest == 0 or round_half_even(largest / scale) <= last - zero
    return type_, low, high, 1, f32_bits(float(scale)), zero


def weight_scale_row(rng, limit=2**30):
    """max|w|, bias, s_x (f32), ok, s_w (f32), b_q of that bias with it"""
    largest = random_real(rng, 90, 140) & 0x7FFFFFFF
    bias, scale = random_real(rng, 90, 150), random_scale(rng)
    if rng.random() < 0.2:
        largest, bias = rng.choice(((0, 0), (0, bias), (largest, 0), (1, 0), (100, 1), (0x7F7FFFFF, bias)))
    w, b, s_x = from_f32_bits(largest), from_f32_bits(bias), from_f32_bits(scale)
    guard = f64(abs(b) / f64(s_x * limit))
    from_bias = guard if isinstance(guard, float) else ieee.rounded(guard, ieee.F32, "up")
    s_w = max(f32(f64(w / 127)), from_bias)
    if s_w == math.inf:
        return largest, bias, scale, 0, 0, 0
    s_w = s_w or Fraction(1)
    code = round_half_even(f64(b / f64(s_x * s_w)))
    assert abs(code) <= limit
    return largest, bias, scale, 1, f32_bits(float(s_w)), code


def plane_scale_row(rng):
    """The same of a contraction of 16-bit codes"""
    return weight_scale_row(rng, 2**38)


def near_tie(rng, scale):
    """Bits of an f32 at or next to (k + 1/2) * scale."""
    k = rng.choice((rng.randint(-260, 260), rng.randint(-70000, 70000)))
    value = f32((Fraction(k) + Fraction(1, 2)) * scale)
    if isinstance(value, float):
        return 0
    bits = f32_bits(float(value))
    return clamp((bits & 0x7FFFFFFF) + rng.randint(-1, 1), 0, 0x7F7FFFFF) | bits & 0x80000000


def weight_code_row(rng):
    """w, s_w (f32), q"""
    scale = random_scale(rng)
    w = near_tie(rng, from_f32_bits(scale)) if rng.getrandbits(1) else random_real(rng)
    code = clamp(round_half_even(f64(from_f32_bits(w) / from_f32_bits(scale))), -127, 127)
    return w, scale, code


def quantize_row(rng):
    """x, s (f32), z, type, q"""
    type_ = rng.randrange(4)
    lo, hi = TYPES[type_]
    scale, zero = random_scale(rng), rng.choice((lo, hi, max(lo, 0), rng.randint(lo, hi)))
    x = near_tie(rng, from_f32_bits(scale)) if rng.getrandbits(1) else random_real(rng)
    if rng.random() < 0.1:
        x = rng.choice((0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345, 0, 0x80000000, 1, 0x7F7FFFFF, 0xFF7FFFFF))
    value = from_f32_bits(x)
    if value != value:
        value = Fraction(0)
    real = value if isinstance(value, float) else f32(value / from_f32_bits(scale))
    code = (hi if real > 0 else lo) if isinstance(real, float) else clamp(round_half_even(real) + zero, lo, hi)
    return x, scale, zero, type_, code


def dequantize_row(rng):
    """q, s (f32), z, x (f32; +0 and -0 are both 0)"""
    type_ = rng.randrange(5)
    lo, hi = TYPES[type_]
    zero = 0 if type_ == 4 else rng.randint(lo, hi)
    code, scale = rng.choice((lo, hi, zero, rng.randint(lo, hi))), random_scale(rng)
    real = f32(f32(Fraction(code - zero)) * from_f32_bits(scale))
    return code, scale, zero, f32_bits(float(real))


def clip_row(rng):
    """has min, min, has max, max (f32), s (f32), z, type, lo, hi"""
    type_ = rng.randrange(4)
    lowest, highest = TYPES[type_]
    scale, zero = random_scale(rng), rng.randint(lowest, highest)
    ends = []
    for _ in range(2):
        bits = near_tie(rng, from_f32_bits(scale)) if rng.getrandbits(1) else random_real(rng)
        ends.append(rng.choice((bits, bits, bits, 0, 0x7F800000, 0xFF800000)))
    present = [rng.randrange(4) > 0, rng.randrange(4) > 0]

    def code(bits):
        value = from_f32_bits(bits)
        if isinstance(value, float):
            return highest if value > 0 else lowest
        return clamp(round_half_even(f64(value / from_f32_bits(scale))) + zero, lowest, highest)

    hi = code(ends[1]) if present[1] else highest
    lo = code(ends[0]) if present[0] else lowest
    return int(present[0]), ends[0], int(present[1]), ends[1], scale, zero, type_, min(lo, hi), hi


# ---- weights of 4 bits ----


def int4_error(weights, scale, multiplier):
    """(sum of squared errors, codes); Python's floats are f64, its round() goes to even"""
    step = scale * multiplier
    least = -min(8, 126 // abs(multiplier))
    codes = [int(clamp(round(w / step) if abs(w / step) < 100 else math.copysign(9, w / step), least, 7))
             for w in weights]
    total = 0.0
    for w, code in zip(weights, codes):
        error = w - step * code
        total += error * error
    return total, codes


def int4_choice(weights, groups, least):
    """(s_w, multipliers, codes)"""
    largest = max(abs(w) for w in weights)

    def scale_of(numerator, limit):
        return max(float(f32(Fraction(numerator / limit))), least) or 1.0

    if not groups:
        scales = [scale_of(largest * j, 224) for j in range(32, 7, -1)]
        scale = min(scales, key=lambda s: int4_error(weights, s, 1)[0]) # the first of equal ones
        return scale, [1], int4_error(weights, scale, 1)[1]
    scale = scale_of(largest, 120)
    multipliers, codes = [], []
    for length in groups:
        part, weights = weights[:length], weights[length:]
        first = int(clamp(math.ceil(max(abs(w) for w in part) / (7 * scale)), 1, 18))
        signed = [sign * k for k in range(first, (first + 1) // 2 - 1, -1) for sign in (1, -1)]
        best = min(signed, key=lambda k: int4_error(part, scale, k)[0])
        multipliers.append(best)
        codes += int4_error(part, scale, best)[1]
    return scale, multipliers, codes


def int4_row(rng):
    """number of groups, three lengths, w0 .. w23, bias, s_x (f32), ok, s_w (f32), three multipliers, q0 .. q23"""
    groups = rng.choice(([], [8, 8, 8], [16, 8], [24], [10, 13, 1]))
    kind, unit = rng.randrange(4), rng.randint(100, 140) << 23 | rng.getrandbits(23)
    bits = []
    for length in groups or [24]:
        spread = 2.0 ** rng.uniform(-4, 0)
        for _ in range(length):
            real = rng.gauss(0, spread) if kind else rng.randint(-9, 9) # small whole numbers: equal errors, ties
            if kind == 1 and rng.random() < 0.05:
                real *= 10
            bits.append(f32_bits(float(f32(Fraction(real) * (from_f32_bits(unit) if kind else 1)))))
    if rng.random() < 0.03:
        bits = [rng.choice((0, 1, 0x80000002)) for _ in bits]
    if rng.random() < 0.02:
        bits[rng.randrange(24)] = rng.choice((0x7F800000, 0xFFC00000, 0x7F7FFFFF))
    bias = rng.choice((0, random_real(rng, 90, 150)))
    scale_x = random_scale(rng)
    head = (len(groups), *groups, *[0] * (3 - len(groups)), *bits, bias, scale_x)
    weights = [from_f32_bits(value) for value in bits]
    guard = f64(abs(from_f32_bits(bias)) / f64(from_f32_bits(scale_x) * 2**30))
    least = ieee.rounded(guard, ieee.F32, "up")
    if least == math.inf or any(isinstance(w, float) for w in weights):
        return (*head, 0, 0, 0, 0, 0, *[0] * 24)
    scale, multipliers, codes = int4_choice([float(w) for w in weights], groups, float(least))
    assert all(-8 <= code <= 7 for code in codes) and all(1 <= abs(k) <= 18 for k in multipliers)
    return (*head, 1, f32_bits(scale), *multipliers, *[0] * (3 - len(multipliers)), *codes)


# ---- bounds ----


def bounds_row(rng):
    """w0..w7, lo_x, hi_x, z_x, b, L, U, R: by trying every corner of the codes; R from all signed partial sums"""
    weights = [rng.choice((0, rng.randint(-127, 127))) for _ in range(8)]
    lo, hi = rng.choice((TYPES[0], TYPES[1]))
    zero, bias = rng.randint(lo, hi), rng.randint(-(2**30), 2**30)
    sums = [bias - zero * sum(weights)]
    raw = 0
    for corner in range(256):
        codes = [hi if corner >> i & 1 else lo for i in range(8)]
        sums.append(sum(x * w for x, w in zip(codes, weights)) + sums[0])
    for w_sign in (1, -1):
        raw = max(raw, 255 * sum(abs(w) for w in weights if w * w_sign > 0))
    return (*weights, lo, hi, zero, bias, min(sums[1:]), max(sums[1:]), raw)


# ---- exp in f32 ----


def exp_row(rng):
    """x, exp(x) (f32): the sequence of operations of docs/Numerics.md, each computed exactly and rounded once"""
    bits = random_real(rng, 100, 133)
    if rng.random() < 0.2:
        x = Fraction(rng.choice((-104, -103, -88, -87, 88, 89, rng.randint(-104, 89))))
        bits = f32_bits(float(f32(x + Fraction(rng.randint(-1000, 1000), 1000))))
    x = clamp(from_f32_bits(bits), Fraction(-104), Fraction(89))
    n = Fraction(round_half_even(f32(x * Fraction(float.fromhex("0x1.715476p+0")))))
    r = f32(x - n * Fraction(float.fromhex("0x1.62e4p-1")))
    r = f32(r - n * Fraction(float.fromhex("0x1.7f7d1cp-20")))
    p = Fraction(float.fromhex("0x1.6a1a72p-10"))
    for coefficient in ("0x1.123fc6p-7", "0x1.555916p-5", "0x1.55548ap-3", "0x1.fffffcp-2", "0x1p0", "0x1p0"):
        p = f32(p * r + Fraction(float.fromhex(coefficient)))
    return bits, f32_bits(float(f32(p * power(int(n)))))


KINDS = {
    "choose": (choose_row, 9, 1.0), "factor": (factor_row, 8, 1.0), "activation": (activation_row, 5, 1.0),
    "activation16": (activation16_row, 6, 1.0), "centred": (centred_row, 6, 1.0),
    "weight_scale": (weight_scale_row, 6, 1.0), "plane_scale": (plane_scale_row, 6, 1.0),
    "weight_code": (weight_code_row, 3, 1.0),
    "quantize": (quantize_row, 5, 1.0), "dequantize": (dequantize_row, 4, 1.0), "clip": (clip_row, 9, 1.0),
    "int4": (int4_row, 59, 0.42), "bounds": (bounds_row, 15, 0.02), "exp": (exp_row, 2, 0.3),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    arguments = parser.parse_args()
    for kind in arguments.kinds.split(","):
        make, columns, share = KINDS[kind]
        rng = random.Random(f"{arguments.seed} {kind}")
        with VectorFile(os.path.join(arguments.folder, kind + ".vec"), columns) as file:
            for _ in range(max(1, int(arguments.count * share))):
                file.add(make(rng))


if __name__ == "__main__":
    main()
