# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden vectors of Requant over Python's integers: `requant_oracle.py OUT [--count N] [--seed S]`.

Rows come in groups of 16, the channels of one kernel: terms, rounding, width, type, zero point, lo and hi are the same
in a group. N is rounded up to whole groups. Columns:

     0 terms     1 rounding (0 half_up, 1 half_even)    2 width w    3 type (0 i8, 1 ui8, 2 i16, 3 ui16, 4 i32)
     4 m0        5 m1       6 shift    7 zero point    8 lo    9 hi
    10 raw0     11 raw1    12 comp0   13 comp1         x_i = raw_i + comp_i
    14 X0       15 X1      16 R0      17 R1            |x_i| <= X_i, |raw_i| <= R_i
    18 Form F of the channel alone: 0 not provable, 1 with the zero point in the addend, 2 only with it added after the
       shift, 3 r is 0 for every x (dead)
    19 the int32 form: 0 not provable, 1 provable
    20 y
    21 x0       22 x1      the scenario's index (column 23)

With one term the columns of the second are 0.
"""

import argparse
import random

from vectors import VectorFile

COLUMNS = 24
GROUP = 16
TYPES = [(-128, 127), (0, 255), (-32768, 32767), (0, 65535), (-(2**31), 2**31 - 1)]
INT32 = 2**31
SHIFTS = (1, 2, 23, 24, 25, 30, 31, 32, 33, 45, 46, 47, 53, 54, 55, 60, 61, 62)


def requant(sum_, shift, zero, lo, hi, half_even):
    """The definition of docs/Numerics.md."""
    if half_even:
        r, rest = divmod(sum_, 2**shift)
        if rest * 2 > 2**shift or (rest * 2 == 2**shift and r % 2 == 1):
            r += 1
    else:
        r = (sum_ + 2 ** (shift - 1)) // 2**shift
    return min(max(r + zero, lo), hi)


def form_f(widths, bound, shift, zero, half_even):
    """Column 18. `widths` are all X_i and R_i, `bound` is sum X_i |m_i|."""
    if bound < 2 ** (shift - 1):
        return 3
    pre = max(0, 32 - shift)
    if half_even or any(width * 2**pre >= INT32 for width in widths):
        return 0
    total = bound * 2**pre + 2 ** (shift + pre - 1)
    if total + abs(zero) * 2 ** (shift + pre) < 2**63:
        return 1
    return 2 if total < 2**63 and total // 2 ** (shift + pre) + 1 + abs(zero) < INT32 else 0


def int32_form(bound, shift, zero, half_even):
    """Column 19."""
    if bound < 2 ** (shift - 1):
        return 1
    total = bound + 2 ** (shift - 1)
    return int(not half_even and total < INT32 and total // 2**shift + 1 + abs(zero) < INT32)


class Group:
    """What the channels of one kernel share."""

    def __init__(self, rng, terms, width, types=(0, 1, 2, 3, 4), half_even=0):
        self.terms, self.width, self.half_even = terms, width, half_even
        self.type = rng.choice(types)
        lowest, highest = TYPES[self.type]
        pick = (lowest, highest, 0 if lowest <= 0 else lowest, rng.randint(lowest, highest))
        self.zero = 0 if self.type == 4 else rng.choice(pick)
        self.lo, self.hi = lowest, highest
        if rng.random() < 0.3:  # relu, clip
            low = rng.choice((self.zero, rng.randint(lowest, highest)))
            self.lo, self.hi = sorted((low, rng.randint(lowest, highest)))


def multiplier(rng, width):
    """A multiplier of exactly `width` bits; edges and many trailing zeros are frequent."""
    low, kind = 1 << (width - 1), rng.getrandbits(3)
    if kind == 0:
        return rng.choice((low, 2 * low - 1, low + 1))
    zeros = rng.randrange(width) if kind < 4 else 0
    return (low | rng.getrandbits(width - 1)) >> zeros << zeros


def aimed(rng, group, m, shift, limit):
    """A term for which y is at a saturation end or a tie, or random; |x| <= limit."""
    kind = rng.getrandbits(2)
    if kind == 0:
        return rng.choice((-limit, limit, 0, rng.randint(-limit, limit)))
    if kind == 1:  # T has exactly shift - 1 trailing zeros: a tie, where the bits of x allow it
        zeros = max(0, shift - 1 - ((m & -m).bit_length() - 1))
        odd = limit >> zeros
        if odd:
            x = ((rng.randint(0, odd) | 1) if odd > 1 else 1) << zeros
            return rng.choice((-1, 1)) * min(x, limit)
    if kind <= 2:  # where y steps over one of its ends
        code = rng.choice((group.lo, group.hi, group.lo + 1, group.hi + 1)) - group.zero
        x = ((2 * code - 1) << shift - 1) // m + rng.getrandbits(1)
        if -limit <= x <= limit:
            return x
    scale = rng.randrange(1, 33)
    return max(-limit, min(limit, rng.randint(-(1 << scale), 1 << scale)))


def bound_for(rng, limit):
    """A proven bound X or R, often at the very end of what is legal."""
    return limit if rng.random() < 0.4 else max(1, limit >> rng.randrange(0, 24))


def wide_channel(rng, group, shift):
    """One int32 term, or (two terms) an int32 term and 8- or 16-bit codes."""
    m0 = multiplier(rng, group.width) * rng.choice((1, 1, 1, 1, 1, -1))
    limit0 = limit0_raw = INT32 - 1
    if shift < 32 and rng.random() < 0.7:  # so that the pre-shift is provable, or just not
        limit0 = limit0_raw = (INT32 >> (32 - shift)) - rng.choice((1, 1, 1, 0))
    m1 = x1_bound = 0
    if group.terms == 2:
        x1_bound = rng.choice((255, 255, 128, 65535))
        m1 = multiplier(rng, group.width) * rng.choice((-1, 1))
        if rng.random() < 0.5:
            m0 = int(m0 / 2 ** rng.randrange(0, 20))
        else:
            m1 = int(m1 / 2 ** rng.randrange(0, 20))
        if rng.random() < 0.1:
            m0 = 0
    x_bound, r_bound = bound_for(rng, limit0), bound_for(rng, limit0_raw)
    return m0, m1, x_bound, r_bound, x1_bound, x1_bound if x1_bound != 128 else 255


def codes_channel(rng, group, shift):
    """Two terms of 8-bit codes, w = 22."""
    m0, m1 = multiplier(rng, 22), int(multiplier(rng, 22) / 2 ** rng.randrange(0, 22)) * rng.choice((-1, 1))
    if rng.getrandbits(1):
        m0, m1 = (m1, m0) if group.terms == 2 else (m0, 0)
    return m0, m1, rng.choice((255, 200, 128)), 255, rng.choice((255, 128)), 255


def wide_pair_channel(rng, group, shift):
    """Two int32 terms whose sum is as large as (R3) lets it be."""
    m0, m1 = multiplier(rng, 31), multiplier(rng, 31) * rng.choice((-1, 1))
    x0 = INT32 - 1 - rng.choice((0, 1, rng.getrandbits(20)))
    x1 = min(INT32 - 1, (2**63 - 1 - 2 ** (shift - 1) - x0 * m0) // abs(m1))
    return m0, m1, x0, INT32 - 1, x1, INT32 - 1


# (name, terms, width, half_even, types, shifts, channel maker)
SCENARIOS = [
    ("one term, any shift", 1, 31, 0, (0, 1, 2, 3, 4), None, wide_channel),
    ("one term, the bounds of the shift", 1, 31, 0, (0, 1, 2, 3, 4), SHIFTS, wide_channel),
    ("contraction and residual", 2, 31, 0, (0, 1), (25, 28, 29, 30, 31, 32, 33, 40), wide_channel),
    ("contraction and residual, any shift", 2, 31, 0, (0, 1, 2, 3, 4), None, wide_channel),
    ("two terms of codes", 2, 22, 0, (0, 1), None, codes_channel),
    ("two terms of codes, small shifts", 2, 22, 0, (0, 1), (1, 8, 20, 21, 22, 23, 24, 25, 26), codes_channel),
    ("one term of codes", 1, 22, 0, (0, 1), (18, 20, 21, 22, 23, 24, 25, 62), codes_channel),
    ("half_even", 1, 31, 1, (0, 1, 2, 3), SHIFTS, wide_channel),
    ("half_even, any shift", 1, 31, 1, (0, 1, 2, 3), None, wide_channel),
    ("two int32 terms", 2, 31, 0, (0, 1, 2, 3, 4), (31, 32, 33, 40, 55, 62), wide_pair_channel),
]


def channel(rng, group, scenario, dead):
    """One row without the scenario column."""
    shifts, make = scenario[5], scenario[6]
    shift = 62 if dead else rng.choice(shifts) if shifts else rng.randint(1, 62)
    m0, m1, bound0, raw_bound0, bound1, raw_bound1 = make(rng, group, shift)
    if group.terms == 1:
        m1 = bound1 = raw_bound1 = 0
    if dead:
        m0, m1 = 1 << (group.width - 1), 0
    x0 = aimed(rng, group, m0 or 1, shift, bound0)
    raw0 = rng.choice((-raw_bound0, raw_bound0, rng.randint(-raw_bound0, raw_bound0)))
    x1 = raw1 = 0
    if group.terms == 2:
        x1 = rng.choice((-bound1, bound1, rng.randint(-bound1, bound1)))
        raw1 = rng.randint(-raw_bound1, raw_bound1)
    bound = bound0 * abs(m0) + bound1 * abs(m1)
    widths = (bound0, raw_bound0, bound1, raw_bound1)
    y = requant(x0 * m0 + x1 * m1, shift, group.zero, group.lo, group.hi, group.half_even)
    return (group.terms, group.half_even, group.width, group.type, m0, m1, shift, group.zero, group.lo, group.hi,
            raw0, raw1, x0 - raw0, x1 - raw1, bound0, bound1, raw_bound0, raw_bound1,
            form_f(widths, bound, shift, group.zero, group.half_even),
            int32_form(bound, shift, group.zero, group.half_even), y, x0, x1)


def generate(out, count, seed):
    rng = random.Random(seed)
    groups = (count + GROUP - 1) // GROUP
    with VectorFile(out, COLUMNS) as file:
        for index in range(groups):
            number = index % len(SCENARIOS)
            scenario = SCENARIOS[number]
            group = Group(rng, scenario[1], scenario[2], scenario[4], scenario[3])
            dead_share = rng.choice((0.0, 0.0, 0.2))
            for _ in range(GROUP):
                file.add(channel(rng, group, scenario, rng.random() < dead_share) + (number,))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generate(arguments.out, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()
