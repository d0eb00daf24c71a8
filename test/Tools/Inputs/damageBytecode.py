# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Damages a .mlirbc of qc-compile in one place at a time: damageBytecode.py QC_COMPILE FILE FOLDER

Each damaged file must be refused in one line within ten seconds, leaving no output. The one place where damage does no
harm is the name of the producer: without it there is no seal, but the rest is whole, and the result must be the same.
"""
import os
import subprocess
import sys

REFUSED = "': it is damaged: its bytes are not those that qc-compile wrote\n"
PRODUCER = b"qc-compile:xxh3="


def main(tool, path, folder):
    with open(path, "rb") as file:
        good = file.read()
    begin = good.index(PRODUCER)
    harmless = range(begin, begin + len(PRODUCER))
    want = compile_module(tool, path, folder)
    assert want[0] == 0 and want[2], want
    # Bytes 0 to 3 are the magic: without it the file is taken for text. All of the header, then even steps.
    places = sorted({*range(4, begin + len(PRODUCER) + 20), *range(begin, len(good), len(good) // 61), len(good) - 1})
    damaged = os.path.join(folder, "damaged.mlirbc")
    count = 0
    for place in places:
        flipped = bytearray(good)
        flipped[place] ^= 1 << place % 8
        files = [bytes(flipped)]
        if place not in harmless:
            files.append(good[:place])
        for data in files:
            with open(damaged, "wb") as file:
                file.write(data)
            code, error, output = compile_module(tool, damaged, folder)
            if place in harmless:
                assert (code, output) == (0, want[2]), (place, code, error)
            else:
                assert code == 1 and error.count("\n") == 1 and output is None, (place, len(data), code, error)
                assert len(data) < begin + len(PRODUCER) or error.endswith(REFUSED), (place, len(data), error)
            count += 1
    print("all", count, "as expected" if count > 150 else "are too few")


def compile_module(tool, path, folder):
    """The exit code, what was said, and the bytes made (None if none)."""
    made = os.path.join(folder, "made.mlir")
    if os.path.exists(made):
        os.remove(made)
    done = subprocess.run([tool, path, "--to=integer", "--quiet", "-o", made], capture_output=True, timeout=10)
    output = None
    if os.path.exists(made):
        with open(made, "rb") as file:
            output = file.read()
    return done.returncode, done.stderr.decode(), output


main(*sys.argv[1:])
