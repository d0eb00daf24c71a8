# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The two engines that scripts/check-loads compares: executables of qc, and ONNX Runtime in build/venv. Both take a
list of feeds, {name: array} each, and give a list of {name: array}."""
import hashlib
import os
import pathlib
import subprocess
import tempfile

import numpy as np

from loads.files import ROOT, Missing

VENV = ROOT / "build" / "venv"
NEEDED = ("numpy", "onnx", "onnxruntime")  # of benchmarks/requirements.txt


class Failed(Exception):
    """A tool or an artefact ended with an error: its first line, or what Python says last."""


def run(*command, environment=None):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                            env={**os.environ, **(environment or {})})
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or [f"exit code {result.returncode}, no message"]
        raise Failed(lines[-1] if lines[0].startswith("Traceback") else lines[0])
    return result.stdout


def find_python():
    """The Python of build/venv with ONNX Runtime in it; made where it is not there. Raises Missing."""
    python = VENV / "bin" / "python"
    if list(VENV.glob("lib/python3*/site-packages/onnxruntime")):
        return python
    lines = (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.split("==")[0] in NEEDED]
    try:
        if not python.exists():
            run("/usr/bin/python3", "-m", "venv", VENV)
        run(python, "-m", "pip", "install", "--quiet", "--retries=1", *wanted)
    except Failed as failure:
        raise Missing(f"ONNX Runtime cannot be installed in build/venv: {failure}") from failure
    return python


def hash_feeds(path, feeds):
    whole = hashlib.sha256(path.read_bytes())
    for feed in feeds:
        for name, array in sorted(feed.items()):
            whole.update(f"{name} {array.dtype} {array.shape}".encode())
            whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()[:24]


def write_runs(path, runs):
    """Arrays keyed by the number of the run and the name: `0/x`."""
    np.savez(path, **{f"{i}/{name}": array for i, run in enumerate(runs) for name, array in run.items()})


def read_runs(path):
    runs = {}
    with np.load(path) as file:
        for key in file.files:
            number, _, name = key.partition("/")
            runs.setdefault(int(number), {})[name] = file[key]
    return [runs[number] for number in sorted(runs)]


def run_reference(path, feeds, cache, optimizations="off", states=()):
    """ONNX Runtime's outputs, its optimizations off or on, or with "f64" values computed in f64 (exact.py); kept in the
    folder `cache`. With `states`, pairs of input and output, a feed is a sequence, steps first, and so are the outputs
    that are not state."""
    if states and optimizations == "f64":
        raise Missing("the f64 evaluator keeps no state")
    stored = cache / f"{hash_feeds(path, feeds)}-{optimizations}.npz"
    if not stored.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            inputs, outputs = pathlib.Path(folder) / "in.npz", pathlib.Path(folder) / "out.npz"
            write_runs(inputs, feeds)
            worker = pathlib.Path(__file__).with_name("exact.py" if optimizations == "f64" else "reference.py")
            run(find_python(), worker, optimizations, path, inputs, outputs, *(f"{a}={b}" for a, b in states))
            os.replace(outputs, stored)
    return read_runs(stored)


def run_program(program, feeds, outputs, batch=False, threads=1, environment=None):
    """The outputs of an executable, run once per feed. `batch`: all rows of a feed at once, not one after the other."""
    found = []
    with tempfile.TemporaryDirectory() as folder_name:
        folder = pathlib.Path(folder_name)
        for feed in feeds:
            command = [program, "--threads", threads]
            for i, (name, array) in enumerate(feed.items()):
                np.save(folder / f"in{i}.npy", array)
                command += ["--input", f"{name}={folder}/in{i}.npy"]
            for i, name in enumerate(outputs):
                command += ["--output", f"{name}={folder}/out{i}.npy"]
            rows = len(next(iter(feed.values())))
            run(*command, *(["--batch", rows] if batch and rows > 1 else []), environment=environment)
            found.append({name: np.load(folder / f"out{i}.npy") for i, name in enumerate(outputs)})
    return found
