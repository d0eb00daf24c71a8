#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sizes of weights: weightBytes.py INT8.mlir INT8.json FLOAT.mlir FLOAT.json

The modules are those of phase kernels, the JSON is what --info says of their artefacts. The *weight section* is its
`weight_bytes`: packed weights, tables, numbers per channel, offsets. The *packed weights* are the largest constant (i8
or f32) of every launch of a contraction, each constant once: the buffer of the packed layout, its padding included."""
import json
import re
import sys

CONSTANT = re.compile(r"(%\d+) = kernel\.constant \{offset = (\d+) : i64\} : memref<(\d+)x(i8|f32)>")
LAUNCH = re.compile(r"kernel\.launch @(?:contract|depthwise)\w* .*? ins\((.*?) :")


def packed_bytes(path):
    constants, packed = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if constant := CONSTANT.search(line):
                name, offset, count, element = constant.groups()
                constants[name] = (int(count) * (4 if element == "f32" else 1), int(offset))
            elif launch := LAUNCH.search(line):
                size, offset = max(constants[name] for name in launch.group(1).split(", ") if name in constants)
                packed[offset] = size
    return sum(packed.values()), len(packed)


def section_bytes(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["weight_bytes"]


def main():
    (small, launches), (large, float_launches) = packed_bytes(sys.argv[1]), packed_bytes(sys.argv[3])
    if launches != float_launches:
        sys.exit(f"{launches} contractions in int8, {float_launches} in float")
    print(f"packed weights: {small} of {large} bytes, {small / large:.4f} ({launches} contractions)")
    small, large = section_bytes(sys.argv[2]), section_bytes(sys.argv[4])
    print(f"weight section: {small} of {large} bytes, {small / large:.4f}")


if __name__ == "__main__":
    main()
