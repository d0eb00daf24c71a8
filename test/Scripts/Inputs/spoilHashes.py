# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes one recorded result, one recorded model and one line wrong: spoilHashes.py FOLDER."""
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
lines = (folder / "hashes-float.txt").read_text(encoding="utf-8").splitlines()
first = next(i for i, line in enumerate(lines) if " random-0/" in line)
lines[first] = " ".join(lines[first].split(" ")[:4] + ["0" * 16])
second = next(i for i, line in enumerate(lines) if " random-1/" in line)
words = lines[second].split(" ")
lines[second] = " ".join(words[:3] + ["0" * 16] + words[4:])
(folder / "hashes-float.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
lines = (folder / "hashes-exact.txt").read_text(encoding="utf-8").splitlines()
del lines[next(i for i, line in enumerate(lines) if " random-2/int8" in line)]
(folder / "hashes-exact.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
