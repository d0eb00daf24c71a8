#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stops behind each phase, goes on from the saved module, and compares the artefact with that of one run.

  checkPhases.py QC_COMPILE "QC_OPT --verify-roundtrip" FOLDER MODEL PHASE... [-- OPTION...]

For each phase the module is saved as text and as bytecode. A library is made from either, a device program from the
bytecode; both go through QC_OPT. Options are given again where the phase that reads them is still to come."""
import os
import shlex
import subprocess
import sys

# By what they are made from, with what is written beside them.
LIBRARY = {"m.so": []}
ALL = {**LIBRARY, "m.ptx": ["m.launch.json", "m.weights"]}
# One level: what is saved comes before levels part, and each takes its time.
LEVEL = {"m.so": ["--level=x86-64-v3"]}
ARTEFACTS = {"mlir": LIBRARY, "mlirbc": ALL}
# Options and the last phase behind which they may still be given.
LAST = {
    "--calibration-data": "prepare",
    "--rules": "transform",
    "--qdq-style": "transform",
    "--range-method": "transform",
    "--bias-correction": "transform",
    "--operand-covariances": "prepare",
    "--integer-only": "quantize",
}
PHASES = ["import", "prepare", "calibrate", "transform", "assign", "quantize", "integer", "kernels"]
failures = []


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if result.returncode != 0:
        failures.append(" ".join(command))
        print(f"exit code {result.returncode}: {failures[-1]}\n{result.stderr}")
    return result.returncode == 0


def read(folder, names):
    """Contents of those files that exist."""
    contents = {}
    for name in names:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, "rb") as file:
                contents[name] = file.read()
    return contents


def make(compiler, source, folder, artefacts, options):
    """Artefacts of `source`; none where a compilation failed."""
    os.makedirs(folder)
    for name in artefacts:
        if not run([*compiler, source, *options, *LEVEL.get(name, []), "--quiet", "-o", os.path.join(folder, name)]):
            return {}
    return read(folder, [n for name, more in artefacts.items() for n in (name, *more)])


def options_behind(phase, options):
    """The options that still have something to say behind `phase`."""
    kept = []
    for option in options:
        last = LAST.get(option.split("=")[0])
        if last is None or PHASES.index(phase) <= PHASES.index(last):
            kept.append(option)
    return kept


def check_phase(compiler, opt, folder, model, phase, options, direct):
    for extension in ("mlir", "mlirbc"):
        saved = os.path.join(folder, f"{phase}.{extension}")
        if not run([*compiler, model, *options, f"--to={phase}", "--quiet", "-o", saved]):
            continue
        resumed = make(compiler, saved, os.path.join(folder, f"{phase}-{extension}"), ARTEFACTS[extension],
                       [*options_behind(phase, options), f"--from={phase}"])
        different = sorted(name for name in resumed if resumed[name] != direct.get(name))
        trip = run([*opt, saved, "-o", os.devnull])
        if different:
            failures.append(saved)
        print(f"{phase}.{extension}: {len(resumed) - len(different)} files the same, different {different}, "
              f"round trip {'fine' if trip else 'failed'}")


def main():
    arguments, options = sys.argv[1:], []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1:]
    compiler, opt, folder, model, *phases = arguments
    compiler, opt = shlex.split(compiler), shlex.split(opt)
    direct = make(compiler, model, os.path.join(folder, "direct"), ALL, options)
    for phase in phases:
        check_phase(compiler, opt, folder, model, phase, options, direct)
    print(f"{len(phases)} phases, {len(failures)} failed")
    sys.exit(len(failures) != 0)


if __name__ == "__main__":
    main()
