# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden vectors of contractions of 16-bit codes and of Requants of 16-bit and three terms, over Python's integers:
`planes_oracle.py FOLDER [--count N] [--seed S] [--kinds terms,contraction]` writes terms.vec and contraction.vec, N
rows each (terms: rounded up to groups of 16, the channels of one kernel, as in requant_oracle.py).

terms.vec, columns:

     0 terms     1 rounding (0 half_up, 1 half_even)    2 type of y (0 i8, 1 ui8, 2 i16, 3 ui16, 4 i32)
     3 m0        4 m1       5 m2       6 shift    7 zero point    8 lo    9 hi
    10 - 12 raw registers   13 - 15 comp          x_i = raw_i + comp_i
    16 - 18 X               19 - 21 R             |x_i| <= X_i, |raw_i| <= R_i
    22 Form F, 23 the int32 form: as in requant_oracle.py          24 y       25 - 27 x       28 scenario
    29 whether the first two terms are planes: 256 * x0 + x1 is the exact sum, m0 = 256 * m1 (or the channel is dead)
    30 width w

contraction.vec: one sum of eight products, whole and in planes; columns:

     0 type of x (2 i16, 3 ui16)    1 z_x    2 - 9 w    10 - 17 x    18 b
    19 M (f64)    20 whether there is a residual    21 M of the residual (f64)    22 type of r    23 r    24 z_r
    25 type of y    26 z_y    27 lo    28 hi
    29 status (0 legal, 1 not finite, 2 shift below 1)    30 dead    31 m_h    32 m_l    33 m of the residual    34 s
    35 A_h    36 A_l    37 - 39 L, U, R of A_h    40 - 42 of A_l    43 X of the exact sum
    44 y, from the exact sum: what the planes must give too
"""

import argparse
import math
import os
import random

from ieee import f64_bits
from requant_oracle import GROUP, INT32, SHIFTS, TYPES, Group, aimed, bound_for, form_f, int32_form, multiplier, requant
from vectors import VectorFile

PLANE_WIDTH = 23
CODES8, CODES16 = (255, 255, 200, 128), (65535, 65535, 40000, 32768)


# ---- terms: rows of X, R, m for every scenario ----


def registers(rng, shift, limit=INT32 - 1):
    """(X, R) of a register; where s < 32 often so that the pre-shift is provable, or just not."""
    if shift < 32 and rng.random() < 0.7:
        limit = min(limit, (INT32 >> (32 - shift)) - rng.choice((1, 1, 1, 0)))
    return bound_for(rng, limit), bound_for(rng, limit)


def planes(rng, group, shift):
    low = multiplier(rng, PLANE_WIDTH) * rng.choice((1, 1, 1, -1))
    return [(256 * low, *registers(rng, shift)), (low, *registers(rng, shift))]


def residual(rng, codes):
    return rng.choice(codes), codes[0]


def planes_and_residual(codes):
    """The contraction leads: m_l has 23 bits."""

    def make(rng, group, shift):
        m = int(multiplier(rng, 31) / 2 ** rng.randrange(0, 24)) * rng.choice((-1, 1))
        return planes(rng, group, shift) + [(m, *residual(rng, codes))]

    return make


def leading_residual(rng, group, shift):
    """The residual leads: m_l has fewer bits, down to none."""
    terms = planes(rng, group, shift)
    low = int(terms[1][0] / 2 ** rng.randrange(0, 25))
    terms[0], terms[1] = (256 * low, *terms[0][1:]), (low, *terms[1][1:])
    return terms + [(multiplier(rng, 31) * rng.choice((-1, 1)), *residual(rng, rng.choice((CODES8, CODES16))))]


def code_terms(codes):
    """add, sub, concat, rescale."""

    def make(rng, group, shift):
        width = group.width
        terms = [multiplier(rng, width), int(multiplier(rng, width) / 2 ** rng.randrange(0, 20)) * rng.choice((-1, 1))]
        rng.shuffle(terms)
        if group.terms == 1:
            terms = [multiplier(rng, width)]
        return [(m, *residual(rng, kind)) for m, kind in zip(terms, codes)]

    return make


def register_and_codes(rng, group, shift):
    """An int32 sum and a residual of 16 bits."""
    m0, m1 = multiplier(rng, 31), multiplier(rng, 31) * rng.choice((-1, 1))
    if rng.getrandbits(1):
        m0 = int(m0 / 2 ** rng.randrange(0, 20))
    else:
        m1 = int(m1 / 2 ** rng.randrange(0, 20))
    return [(m0, *registers(rng, shift)), (m1, *residual(rng, CODES16))]


SMALL = (17, 18, 19, 24, 25, 28, 29, 30, 31, 32, 33, 40)
BORDERS = (18, 22, 31, 32, 44, 45, 46, 47, 52, 53, 54, 55, 61, 62)
# (name, terms, half_even, shifts, maker, whether the first two are planes, width unless 31)
SCENARIOS = [
    ("planes, any shift", 2, 0, None, planes, True),
    ("planes, the bounds of the shift", 2, 0, BORDERS + SHIFTS, planes, True),
    ("planes and 8-bit residual", 3, 0, SMALL, planes_and_residual(CODES8), True),
    ("planes and 16-bit residual", 3, 0, SMALL, planes_and_residual(CODES16), True),
    ("planes and residual, the bounds of the shift", 3, 0, BORDERS, planes_and_residual(CODES16), True),
    ("planes and a residual that leads", 3, 0, SMALL + BORDERS, leading_residual, True),
    ("two terms of 16-bit codes", 2, 0, SMALL + BORDERS, code_terms((CODES16, CODES16)), False),
    ("16- and 8-bit codes", 2, 0, SMALL + BORDERS, code_terms((CODES16, CODES8)), False),
    ("one term of 16-bit codes", 1, 0, SMALL + BORDERS, code_terms((CODES16,)), False),
    ("8-bit codes to 16 bits", 2, 0, (1, 8, 12, 13, 14, 20, 22, 24, 25), code_terms((CODES8, CODES8)), False, 22),
    ("8-bit code to 16 bits", 1, 0, (1, 8, 12, 13, 14, 20, 22, 24, 25), code_terms((CODES8,)), False, 22),
    ("register and 16-bit residual", 2, 0, SMALL + BORDERS, register_and_codes, False),
    ("planes, half_even", 2, 1, SHIFTS, planes, True),
    ("planes and residual, half_even", 3, 1, SMALL, planes_and_residual(CODES16), True),
]


def values(rng, group, terms, shift, is_planes):
    """x_i inside the bounds, near a tie or an end of the codes as often as that can be."""
    x = [rng.choice((-bound, bound, rng.randint(-bound, bound))) for _, bound, _ in terms]
    lead = 1 if is_planes else 0
    m = terms[lead][0]
    if m == 0 or rng.random() < 0.1:
        return x
    limit = terms[0][1] * 256 + terms[1][1] if is_planes else terms[0][1]
    if len(terms) > 1 + lead:
        x[-1] = rng.randint(-terms[-1][1], terms[-1][1])
    others = sum(x[i] * terms[i][0] for i in range(lead + 1, len(terms)))
    target = aimed(rng, group, m, shift, limit) - others // m
    if not is_planes:
        x[0] = min(max(target, -limit), limit)
        return x
    low = target % 256
    low += 256 * rng.randint(-((terms[1][1] + low) // 256), (terms[1][1] - low) // 256) if terms[1][1] >= low else 0
    x[1] = min(max(low, -terms[1][1]), terms[1][1])
    x[0] = min(max((target - x[1]) // 256, -terms[0][1]), terms[0][1])
    return x


def terms_row(rng, group, number, dead):
    _, count, _, shifts, make, is_planes = SCENARIOS[number][:6]
    shift = 62 if dead else rng.choice(shifts) if shifts else rng.randint(1, 62)
    terms = make(rng, group, shift)
    if dead:
        terms = [(1 << group.width - 1 if i == 0 else 0, *term[1:]) for i, term in enumerate(terms)]
    x = values(rng, group, terms, shift, is_planes)
    raw = [rng.choice((-limit, limit, rng.randint(-limit, limit))) for _, _, limit in terms]
    if is_planes and not dead:
        assert terms[0][0] == 256 * terms[1][0]
    bound = sum(limit * abs(m) for m, limit, _ in terms)
    assert bound + 2 ** (shift - 1) < 2**63 and all(abs(value) <= term[1] for value, term in zip(x, terms))
    total = sum(value * m for value, (m, _, _) in zip(x, terms))
    y = requant(total, shift, group.zero, group.lo, group.hi, group.half_even)
    form = form_f([limit for term in terms for limit in term[1:]], bound, shift, group.zero, group.half_even)
    pad = [0] * (3 - count)
    return (count, group.half_even, group.type, *[m for m, _, _ in terms], *pad, shift, group.zero, group.lo, group.hi,
            *raw, *pad, *[value - register for value, register in zip(x, raw)], *pad,
            *[limit for _, limit, _ in terms], *pad, *[limit for _, _, limit in terms], *pad, form,
            int32_form(bound, shift, group.zero, group.half_even), y, *x, *pad, number, int(is_planes), group.width)


def write_terms(path, count, rng):
    with VectorFile(path, 31) as file:
        for index in range((count + GROUP - 1) // GROUP):
            number = index % len(SCENARIOS)
            scenario = SCENARIOS[number]
            types = (2, 3) if scenario[6:] else (0, 1, 2, 3)
            group = Group(rng, scenario[1], scenario[6] if scenario[6:] else 31, types, scenario[2])
            dead_share = rng.choice((0.0, 0.0, 0.2))
            for _ in range(GROUP):
                file.add(terms_row(rng, group, number, rng.random() < dead_share))


# ---- contraction: choosing, splitting, bounds ----


def scaled(factor, shift):
    """roundeven(|factor| * 2^shift) by integers."""
    numerator, denominator = abs(factor).as_integer_ratio()
    numerator, denominator = numerator << max(shift, 0), denominator << max(-shift, 0)
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))


def shift_for(factor, width):
    """The shift for which the multiplier has exactly `width` bits."""
    if factor == 0:
        return 10**6
    shift = width - math.frexp(factor)[1]
    return shift - (scaled(factor, shift) == 1 << width)


def signed(factor, shift):
    return scaled(factor, shift) * (-1 if factor < 0 else 1)


def chosen(factor, residual_factor):
    """(status, dead, m_h, m_l, m_r, s)"""
    if not (math.isfinite(factor) and math.isfinite(residual_factor)):
        return 1, 0, 0, 0, 0, 0
    shifts = shift_for(factor, PLANE_WIDTH), shift_for(residual_factor, 31)
    shift = min(shifts)
    if shift > 62:
        return (0, 1, 0, 0, 1 << 30, 62) if shifts[1] < shifts[0] else (0, 1, 1 << 30, 0, 0, 62)
    if shift < 1:
        return 2, 0, 0, 0, 0, 0
    low = signed(factor, shift)
    return 0, 0, 256 * low, low, signed(residual_factor, shift), shift


def limits(weights, zero, bias):
    """L, U, R of a sum of bytes: every tap at its own worst code; R over the taps of either sign."""
    ends = [sorted((w * (0 - zero), w * (255 - zero))) for w in weights]
    raw = 255 * max(sum(w for w in weights if w > 0), -sum(w for w in weights if w < 0))
    return sum(low for low, _ in ends) + bias, sum(high for _, high in ends) + bias, raw


def random_factor(rng, exact, part):
    """M with exact * M near `part`, mostly; ties of the rounding to bits; extremes."""
    kind = rng.randrange(20)
    if kind == 0:
        return rng.choice((0.0, math.inf, math.nan, 5e-324, 1e-310, 1e300, 2.0**-39, 2.0**-40, 2.0**-41, 2.0**22))
    sign = -1 if kind == 1 else 1
    if kind < 5:  # 24 bits, the last one set: half way between two multipliers; or just below a power of two
        m = rng.choice((2**24 - 1, (1 << 23 | rng.getrandbits(23)) | 1))
        return sign * math.ldexp(m + rng.choice((0, 0, 2**-20, -(2**-20))), rng.randint(-64, -20))
    return part / (exact or 1)


def contraction_row(rng):
    type_x = rng.choice((2, 3))
    lowest, highest = TYPES[type_x]
    zero = rng.choice((lowest, highest, 0 if lowest < 0 else 32768, rng.randint(lowest, highest)))
    weights = [rng.choice((0, rng.randint(-127, 127), rng.choice((-127, 127)))) for _ in range(8)]
    codes = [rng.choice((lowest, highest, zero, rng.randint(lowest, highest))) for _ in range(8)]
    bias = rng.choice((0, -1, 255, 256, 2**38, -(2**38), rng.randint(-(2**38), 2**38), rng.randint(-(2**20), 2**20)))
    exact = sum((x - zero) * w for x, w in zip(codes, weights)) + bias
    group = Group(rng, 1, 31, (0, 1, 2, 3))
    target = rng.uniform(group.lo - 2, group.hi + 2) - group.zero
    has_residual = rng.getrandbits(1)
    share = rng.choice((1, 0.5, rng.uniform(-1, 2))) if has_residual else 1
    factor = random_factor(rng, exact, target * share)
    type_r, code_r, zero_r, factor_r = 0, 0, 0, 0.0
    if has_residual:
        type_r = rng.randrange(4)
        code_r, zero_r = (rng.choice((*TYPES[type_r], rng.randint(*TYPES[type_r]))) for _ in range(2))
        factor_r = random_factor(rng, code_r - zero_r, target * (1 - share))
        if rng.random() < 0.1 and math.isfinite(factor):  # both shifts are equal, or differ by the rounding only
            factor_r = factor * 256 * rng.choice((1, -1, 1 + 2**-30, 1 - 2**-30, 1 - 2**-24, 2))
    status, dead, m_h, m_l, m_r, shift = chosen(factor, factor_r)
    x = [code - lowest for code in codes]  # ui16 codes
    z = zero - lowest
    high = sum((code // 256 - z // 256) * w for code, w in zip(x, weights)) + bias // 256
    low = sum((code % 256 - z % 256) * w for code, w in zip(x, weights)) + bias % 256
    assert 256 * high + low == exact
    y = 0
    if status == 0:
        total = 0 if dead else exact * m_l + (code_r - zero_r) * m_r
        y = requant(total, shift, group.zero, group.lo, group.hi, False)
    worst = [sorted((w * (lowest - zero), w * (highest - zero))) for w in weights]
    bound = max(sum(pair[1] for pair in worst) + bias, -sum(pair[0] for pair in worst) - bias)
    return (type_x, zero, *weights, *codes, bias, f64_bits(factor), has_residual, f64_bits(factor_r), type_r, code_r,
            zero_r, group.type, group.zero, group.lo, group.hi, status, dead, m_h, m_l, m_r, shift, high, low,
            *limits(weights, z // 256, bias // 256), *limits(weights, z % 256, bias % 256), bound, y)


def write_contraction(path, count, rng):
    with VectorFile(path, 45) as file:
        for _ in range(count):
            file.add(contraction_row(rng))


KINDS = {"terms": write_terms, "contraction": write_contraction}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    arguments = parser.parse_args()
    for kind in arguments.kinds.split(","):
        rng = random.Random(f"{arguments.seed} {kind}")
        KINDS[kind](os.path.join(arguments.folder, kind + ".vec"), arguments.count, rng)


if __name__ == "__main__":
    main()
