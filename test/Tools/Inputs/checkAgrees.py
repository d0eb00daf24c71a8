#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the verdict of --check with what compiling says: checkAgrees.py QC-COMPILE FOLDER [--every=N] [--damage=N].

Looks at the models of FOLDER, every Nth of them; of each, with --damage, N copies with a flipped bit or a cut end, too
(seeded). Both must end with exit code 0, or both with 1 and the same errors; neither may crash."""
import argparse
import concurrent.futures
import os
import random
import re
import subprocess
import sys
import tempfile


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=300)
    return result.returncode, result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")


def errors(text):
    return [line for line in text.splitlines() if line.startswith("error: ")]


def compare(tool, model, library):
    """What disagrees, or None; and whether the model compiles."""
    code, out, err = run([tool, "--check", model])
    # One level: what can fail comes before levels part.
    made, _, said = run([tool, model, "--float", "-o", library, "--quiet", "--threads=1", "--level=x86-64-v3"])
    verdict = re.search(r"^verdict: (.*)$", out, re.M)
    expected = "compiles with --float" if code == 0 else "does not compile"
    if code not in (0, 1) or code != made or errors(err) != errors(said):
        return f"--check ends with {code}: {err}compiling with {made}: {said}", made == 0
    # A file that is no model at all has no verdict beyond its error.
    if verdict is None and code == 1 and out == "":
        return None, False
    if verdict is None or verdict[1] != expected:
        return f"the verdict is {verdict and verdict[1]}, expected is {expected}", made == 0
    return None, made == 0


def damage(path, count, folder):
    data = open(path, "rb").read()
    rng = random.Random(len(data))
    for i in range(count):
        bad = bytearray(data)
        if i % 3 == 2:
            bad = bad[:rng.randrange(len(bad))]
        else:
            bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
        copy = os.path.join(folder, f"{len(os.listdir(folder))}.onnx")
        with open(copy, "wb") as file:
            file.write(bad)
        yield copy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("folder")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--damage", type=int, default=0)
    args = parser.parse_args()
    models = sorted(os.path.join(place, name) for place, _, names in os.walk(args.folder) for name in names
                    if name.endswith(".onnx"))[::args.every]
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as bad, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        models += [copy for path in list(models) for copy in damage(path, args.damage, bad)]
        libraries = [os.path.join(made, f"m{i}.so") for i in range(len(models))]
        jobs = [pool.submit(compare, args.tool, *files) for files in zip(models, libraries)]
        results = [job.result() for job in jobs]
    wrong = [f"{model}: {why}" for model, (why, _) in zip(models, results) if why]
    print(f"{len(models)} models, {sum(compiles for _, compiles in results)} compile, {len(wrong)} disagree")
    print("\n".join(wrong))
    sys.exit(1 if wrong or not models else 0)


if __name__ == "__main__":
    main()
