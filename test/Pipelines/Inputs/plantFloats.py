#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants one float at a time in the kernels and the schedule of an integer-only model, and compiles it: each is refused
by name, with the instruction and the operation of the model that it computes for, and nothing is written.

  plantFloats.py QC_COMPILE MODULE OUT   MODULE: text of a `kernels` module of Inputs/textEncoder.py
"""
import pathlib
import re
import subprocess
import sys

# What is computed -> start of a kernel's name, operation in between, what it has become in LLVM, a model's operation.
PLANTS = {
    "the rows of an embedding": ("gather_", "", "uitofp", "words"),
    "the condition of a mask": ("qc_equal_", "", "uitofp", ""),
    "the table of a factor, masked": ("dyadic_lut_516f", "arith.mulf {0}, {0}", "fmul|uitofp", "scaled"),
    "the greatest score": ("row_max_", "arith.maximumf {0}, {0}", "uitofp", "weights"),
    "exponentials": ("dyadic_lut_below_", "math.exp2 {0}", "uitofp|exp2", "weights"),
    "a reciprocal": ("row_reciprocal_", "arith.divf {0}, {0}", "uitofp|fdiv", "weights"),
    "scores": ("product_", "arith.addf {0}, {0}", "uitofp|fadd", "scores"),
    "a projection's Requant": ("contract_", "arith.mulf {0}, {0}", "uitofp|fmul", ""),
    "a sum of positions": ("dyadic_requant_", "arith.subf {0}, {0}", "uitofp|fsub", "summed"),
    "the sum of a norm": ("row_sum_", "arith.negf {0}", "uitofp|fneg", "embedded"),
    "the root of a norm": ("row_root_", "math.sqrt {0}", "uitofp|sqrt", "embedded"),
    "a normalized row": ("dyadic_normalize_", "arith.mulf {0}, {0}", "uitofp|fmul", "embedded"),
    "a transposition": ("copy_3bd3", "", "uitofp", ""),
}


def round_trip(value, kind, operation, indent):
    """Lines that take `value` to a float and back, and the name of what they give."""
    lines = [f"%planted0 = arith.uitofp {value} : {kind} to f32"]
    last = "%planted0"
    if operation:
        lines.append(f"%planted1 = {operation.format(last)} : f32")
        last = "%planted1"
    lines.append(f"%planted2 = arith.fptoui {last} : f32 to {kind}")
    return "".join(indent + line + "\n" for line in lines), "%planted2"


def plant_in_kernel(text, prefix, operation):
    name, begin = next((m[1], m.start()) for m in re.finditer(r"kernel\.func @(\w+)", text) if m[1].startswith(prefix))
    stored = re.compile(r"^( *)(?:memref\.store (%\w+),.*memref<\?x(\w+)>|kernel\.yield (%\w+) : (\w+)).*\n", re.M)
    found = stored.search(text, begin)
    value, kind = found[2] or found[4], found[3] or found[5]
    lines, planted = round_trip(value, kind, operation, found[1])
    changed = lines + found[0].replace(value, planted, 1)
    return name, text[:found.start()] + changed + text[found.end():]


def plant_in_schedule(text):
    """A float beside the numbers of the schedule, which holds no operations but those of indices and truth values."""
    place = re.compile(r"^( *)%\w+ = memref\.view ", re.M).search(text)
    return text[:place.start()] + f"{place[1]}%planted = arith.mulf %cst, %cst : f32\n" + text[place.start():]


def plant_in_launch(text):
    """A scale as a number of a launch, which its kernel multiplies by."""
    launch = re.search(r"kernel\.launch @(dyadic_requant_\w+) grid.*? ins\((.*?) : ", text)
    text = text[:launch.start(2)] + "%cst, " + launch[2] + " : f32, " + text[launch.end():]
    kernel = text.index(f"kernel.func @{launch[1]}(") + len(f"kernel.func @{launch[1]}(")
    text = text[:kernel] + "%scale: f32 loc(unknown), " + text[kernel:]
    return launch[1], text


def check(compiler, text, out, wanted):
    module, artefact = out / "planted.mlir", out / "planted.so"
    module.write_text(text)
    command = [compiler, module, "--from=kernels", "--level=x86-64-v2", "-o", artefact]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1, (wanted, result.returncode, result.stderr)
    for pattern in wanted:
        assert re.search(pattern, result.stderr), (pattern, result.stderr)
    assert not artefact.exists(), "an artefact was written"


def main():
    compiler, module, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    text = module.read_text()
    for what, (prefix, operation, instruction, node) in PLANTS.items():
        name, planted = plant_in_kernel(text, prefix, operation)
        error = f"kernel '{name}' of an integer-only model computes with floats: .*({instruction})"
        check(compiler, planted, out, [error, f'note: "{node}.*": it is launched for this operation'])
        print("refused:", what)
    check(compiler, plant_in_schedule(text), out, ["'arith.mulf' op is left behind by the kernels phase"])
    print("refused: a number of the schedule")
    name, planted = plant_in_launch(text)
    check(compiler, planted, out, [f"kernel '{name}' of an integer-only model"])
    print("refused: a scale as a number of a launch")
    (out / "last.mlir").write_text(planted)
    print(f"{len(PLANTS) + 2} planted floats refused")


if __name__ == "__main__":
    main()
