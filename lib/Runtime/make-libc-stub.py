#!/usr/bin/env python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes a stub libc.so.6: the soname and the versioned symbols of a short list, and no code.

usage: make-libc-stub.py LIST LIBC READELF CLANG LLD OUT

The default versions (name@@VERSION) are read from the dynamic symbols of LIBC. Artefacts are linked against the stub,
so that they name their libc symbols with versions, and any other symbol is a link error.
"""
import collections
import os
import re
import subprocess
import sys
import tempfile


def read_list(path):
    with open(path) as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def read_versions(readelf, libc):
    """name -> (version, is data, size) of every default symbol."""
    text = subprocess.run([readelf, "--dyn-syms", "-W", libc], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"^\s*\d+: \S+\s+(\d+) (\S+)\s+\S+\s+\S+\s+\S+ (\w+)@@(\S+)$", text, re.M)
    return {name: (version, kind == "OBJECT", int(size)) for size, kind, name, version in rows}


def make_assembly(names, found):
    lines = [".text"]
    for name in names:
        _, is_data, size = found[name]
        lines.append(f".globl {name}\n.type {name}, {'@object' if is_data else '@function'}")
        lines.append(f".data\n{name}: .zero {size}\n.size {name}, {size}\n.text" if is_data else f"{name}: ret")
    lines.append('.section .note.GNU-stack,"",@progbits\n')
    return "\n".join(lines)


def make_version_script(names, found):
    groups = collections.defaultdict(list)
    for name in names:
        groups[found[name][0]].append(name)
    return "".join(f"{version} {{ {' '.join(n + ';' for n in groups[version])} }};\n" for version in sorted(groups))


def main():
    listed, libc, readelf, clang, lld, out = sys.argv[1:]
    names, found = read_list(listed), read_versions(readelf, libc)
    missing = [name for name in names if name not in found]
    if missing:
        sys.exit(f"make-libc-stub.py: {libc} lacks {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        source, script, obj = (os.path.join(folder, name) for name in ("stub.s", "stub.map", "stub.o"))
        with open(source, "w") as file:
            file.write(make_assembly(names, found))
        with open(script, "w") as file:
            file.write(make_version_script(names, found))
        subprocess.run([clang, "--target=x86_64-linux-gnu", "-c", source, "-o", obj], check=True)
        subprocess.run([lld, "-shared", "-soname", "libc.so.6", "--version-script", script, "--hash-style=gnu", "-s",
                        "-o", out, obj], check=True)


main()
