# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden layouts and hashes: `layout_oracle.py FOLDER` writes packed.vec, int4.vec, multipliers.vec and hash.vec.

packed.vec: case, N, runs, length of runs 0 .. 3, size of the packing in bytes, position, n, run, k: one row per byte,
in the order of the bytes; n = -1 where the byte is padding. The layout is walked here as docs/Numerics.md says it, loop
by loop.

int4.vec: case, N, runs, length of runs 0 .. 3, size in bytes, position, n, run, k of the low half, k of the high half
of the byte: one row per byte; n = -1 where no column is there, k = -1 where a half is padding.

multipliers.vec: case, N, runs, length of runs 0 .. 3, group size, size in bytes, position, n, run, group of the run:
one row per multiplier; n = -1 where no column is there.

hash.vec: length, seed, first and second half of MurmurHash3 x64 128 (signed) of the bytes (i * 37 + 11) mod 256.
"""

import argparse
import os

from vectors import VectorFile

CASES = [
    (1, [1]), (16, [4]), (17, [5]), (32, [64]), (33, [65]), (40, [3, 70]), (48, [64, 64]), (64, [128]), (67, [9, 9, 9]),
    (31, [63, 1, 130, 2]), (96, [68]), (5, [200]), (0, [4]), (8, [0, 3]),
]
MASK = 2**64 - 1


def packed_bytes(columns, runs):
    """Yields (n, run, k) or None for every byte."""
    for panel in range(0, columns, 32):
        halves = [half for half in (panel, panel + 16) if half < columns]
        for run, length in enumerate(runs):
            for block in range(0, length, 64):
                for half in halves:
                    for row in range(block, min(block + 64, length), 4):
                        for n in range(half, half + 16):
                            for k in range(row, row + 4):
                                yield (n, run, k) if n < columns and k < length else None


def int4_bytes(columns, runs):
    """Yields (n, run, k of the low half, k of the high half) of every byte."""
    for panel in range(0, columns, 32):
        halves = [half for half in (panel, panel + 16) if half < columns]
        for run, length in enumerate(runs):
            for block in range(0, length, 64):
                for half in halves:
                    for pair in range(block, min(block + 64, length), 8):
                        for n in range(half, half + 16):
                            for k in range(pair, pair + 4):
                                ks = [at if at < length else -1 for at in (k, k + 4)]
                                yield (n, run, *ks) if n < columns else (-1, 0, -1, -1)


def multiplier_bytes(columns, runs, size):
    """Yields (n, run, group) of every multiplier."""
    for panel in range(0, columns, 32):
        halves = [half for half in (panel, panel + 16) if half < columns]
        for run, length in enumerate(runs):
            for group, _ in enumerate(range(0, length, size)):
                for half in halves:
                    for n in range(half, half + 16):
                        yield (n, run, group) if n < columns else (-1, 0, 0)


def murmur(data, seed):
    """MurmurHash3_x64_128 from its published description."""

    def rotate(x, bits):
        return (x << bits | x >> (64 - bits)) & MASK

    def word(part):
        return int.from_bytes(part, "little")

    def final(x):
        x = ((x ^ x >> 33) * 0xFF51AFD7ED558CCD) & MASK
        x = ((x ^ x >> 33) * 0xC4CEB9FE1A85EC53) & MASK
        return x ^ x >> 33

    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    h1 = h2 = seed
    whole = len(data) // 16 * 16
    for at in range(0, len(data), 16):
        k1 = rotate(word(data[at : at + 8]) * c1 & MASK, 31) * c2 & MASK
        k2 = rotate(word(data[at + 8 : at + 16]) * c2 & MASK, 33) * c1 & MASK
        h1 ^= k1
        if at < whole:
            h1 = ((rotate(h1, 27) + h2) * 5 + 0x52DCE729) & MASK
        h2 ^= k2
        if at < whole:
            h2 = ((rotate(h2, 31) + h1) * 5 + 0x38495AB5) & MASK
    h1 ^= len(data)
    h2 ^= len(data)
    h1 = (h1 + h2) & MASK
    h2 = (h2 + h1) & MASK
    h1, h2 = final(h1), final(h2)
    h1 = (h1 + h2) & MASK
    return h1, (h2 + h1) & MASK


def signed(x):
    return x - (1 << 64) if x >> 63 else x


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    folder = parser.parse_args().folder
    with VectorFile(os.path.join(folder, "packed.vec"), 12) as file:
        for case, (columns, runs) in enumerate(CASES):
            places = list(packed_bytes(columns, runs))
            lengths = runs + [0] * (4 - len(runs))
            if not places:
                file.add((case, columns, len(runs), *lengths, 0, 0, -1, 0, 0))
            for position, place in enumerate(places):
                file.add((case, columns, len(runs), *lengths, len(places), position, *(place or (-1, 0, 0))))
    with VectorFile(os.path.join(folder, "int4.vec"), 13) as file:
        for case, (columns, runs) in enumerate(CASES):
            places = list(int4_bytes(columns, runs)) or [(-1, 0, -1, -1)]
            size = len(places) if columns else 0
            for position, place in enumerate(places):
                file.add((case, columns, len(runs), *runs, *[0] * (4 - len(runs)), size, position, *place))
    with VectorFile(os.path.join(folder, "multipliers.vec"), 13) as file:
        for case, (columns, runs) in enumerate(CASES + [(40, [300, 65]), (17, [128, 129])]):
            for group in (32, 64, 128):
                places = list(multiplier_bytes(columns, runs, group))
                for position, place in enumerate(places):
                    lengths = runs + [0] * (4 - len(runs))
                    file.add((case, columns, len(runs), *lengths, group, len(places), position, *place))
    with VectorFile(os.path.join(folder, "hash.vec"), 4) as file:
        for length in list(range(0, 70)) + [1000, 4096]:
            for seed in (0, 1, 0x123456789ABCDEF):
                data = bytes((i * 37 + 11) % 256 for i in range(length))
                file.add((length, seed, *(signed(half) for half in murmur(data, seed))))


if __name__ == "__main__":
    main()
