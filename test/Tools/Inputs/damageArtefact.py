# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Damages a shared library in one place at a time: damageArtefact.py QC_VERIFY MODULE LIBRARY DATA FOLDER

qc-verify loads and runs the library, so it must find the damage first: one line and exit code 1, or, where only what is
never loaded was hit (names of sections, symbols of debuggers), the same result as for the whole library.
"""
import os
import subprocess
import sys

HEADER = 64  # bytes of an ELF header
NOT_JUDGED = {*range(40, 48), *range(58, 64)}  # of it: where the table of sections lies, which strip changes


def main(tool, module, library, data, folder):
    with open(library, "rb") as file:
        good = file.read()
    damaged = os.path.join(folder, "damaged.so")

    def verify(content):
        with open(damaged, "wb") as file:
            file.write(content)
        done = subprocess.run([tool, module, damaged, "--data", data, "--bit-exact"], capture_output=True, timeout=10,
                              check=False)
        return done.returncode, done.stderr.decode()

    assert verify(good) == (0, "")
    # The header, the table of segments behind it, then even steps.
    places = sorted({*range(HEADER + 56 * 4), *range(0, len(good), len(good) // 150), len(good) - 1})
    refused = 0
    for place in places:
        flipped = bytearray(good)
        flipped[place] ^= 1 << place % 8
        code, error = verify(bytes(flipped))
        assert (code, error.count("\n")) in ((0, 0), (1, 1)), (place, code, error)
        assert code == 1 or place in NOT_JUDGED or place >= HEADER + 56 * 4, (place, "is not found")
        refused += code
        if place % 16 == 0:
            code, error = verify(good[:place])
            assert code == 1 and error.count("\n") == 1, (place, code, error)
    print(f"{refused} of {len(places)} refused" if refused > 0.8 * len(places) else f"only {refused} refused")


main(*sys.argv[1:])
