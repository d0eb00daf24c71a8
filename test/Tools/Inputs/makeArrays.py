#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes .npy files of unusual kinds: makeArrays.py FOLDER BATCH.npy.

FOLDER/c1.npy, c3.npy  one and three images of 2x3x4; f1.npy, f3.npy: the same in Fortran order
FOLDER/batch.npy       BATCH.npy in Fortran order; FOLDER/batch.npz: also that, as array "x"
FOLDER/<what>.npy      1x8 floats whose header is damaged at its element type, order or shape, by bytes that no terminal
                       should get: control characters, one of them in two bytes, and bytes that are no UTF-8
"""
import os
import sys

import numpy as np


def write(path, header):
    header = header.ljust(117) + b"\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + bytes(32))


def main():
    folder = sys.argv[1]
    images = np.random.default_rng(3).standard_normal((3, 2, 3, 4)).astype(np.float32)
    for count in (1, 3):
        np.save(os.path.join(folder, f"c{count}.npy"), images[:count])
        np.save(os.path.join(folder, f"f{count}.npy"), np.asfortranarray(images[:count]))
    batch = np.asfortranarray(np.load(sys.argv[2]))
    np.save(os.path.join(folder, "batch.npy"), batch)
    np.savez(os.path.join(folder, "batch.npz"), x=batch)
    garbage = b"\x1b[2J\x07\xff\xc2\x9b\xc3\xbc\xe2\x82"
    good = {"descr": b"'<f4'", "fortran_order": b"False", "shape": b"(1, 8)"}
    for what, value in (("descr", b"'" + garbage + b"'"), ("fortran_order", garbage), ("shape", b"(" + garbage + b")")):
        fields = {**good, what: value}
        write(os.path.join(folder, what + ".npy"),
              b"{" + b", ".join(f"'{key}': ".encode() + fields[key] for key in fields) + b", }")


if __name__ == "__main__":
    main()
