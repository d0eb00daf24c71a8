# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Executables and libraries of models with state against numpy: checkStates.py QC-COMPILE QC-VERIFY FOLDER."""
import os
import pathlib
import subprocess
import sys

import numpy as np

import stateModels

COMPILE, VERIFY, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
STEPS = 20


def run(*command, **environment):
    result = subprocess.run([str(word) for word in command], env={**os.environ, **environment}, capture_output=True)
    if result.returncode:
        sys.exit(f"{command}: {result.stderr.decode()}")
    return result.stdout.decode()


def make_inputs(name, shape):
    rng = np.random.default_rng(11)
    if name == "lookup":
        return rng.integers(-5, 5, (STEPS, *shape)).astype(np.int64)
    return rng.normal(0, 1, (STEPS, *shape)).astype(np.float32)


def expect(name, inputs):
    _, begin, step, _ = stateModels.MODELS[name]
    state, outputs = begin(), []
    for x in inputs:
        state, y = step(state, x)
        outputs.append(y)
    return np.stack(outputs)


def run_steps(program, inputs, *options, **environment):
    np.save(FOLDER / "x.npy", inputs)
    run(program, "--steps", FOLDER / "x.npy", "--output", f"y={FOLDER / 'y.npy'}", *options, **environment)
    return np.load(FOLDER / "y.npy")


def check_executable(name, options, inputs):
    program = FOLDER / name
    run(COMPILE, FOLDER / f"{name}.onnx", "--float", *options, "-o", program, "--quiet")
    expected, found = expect(name, inputs), run_steps(program, inputs)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    for threads in ("1", "2"):
        for level in ("x86-64-v3", "x86-64-v4+vnni"):
            again = run_steps(program, inputs, "--threads", threads, QC_MAX_LEVEL=level)
            assert again.tobytes() == found.tobytes(), (name, threads, level)
    # What state holds does not depend on its capacity.
    longer = [word.replace("P=0:40", "P=0:4000") for word in options]
    run(COMPILE, FOLDER / f"{name}.onnx", "--float", *longer, "-o", program, "--quiet")
    assert run_steps(program, inputs).tobytes() == found.tobytes(), name
    return found


def check_prefill(name, inputs, found):
    """Several positions at once, then single ones: the bytes of the last are the same."""
    for length in (1, 2, 7, 19):
        x = np.concatenate(list(inputs[:length]), 1)[None]
        last = run_steps(FOLDER / name, x)[0][:, -1:] if name == "attention" else run_steps(FOLDER / name, x)[0]
        assert last.tobytes() == found[length - 1].tobytes(), (name, length)


def check_bits(name, options, inputs, *more):
    """The artefact against the reference evaluator, step by step."""
    np.savez(FOLDER / "data.npz", **{"index" if name == "lookup" else "x": inputs})
    module, library = FOLDER / f"{name}.mlirbc", FOLDER / f"{name}.so"
    run(COMPILE, FOLDER / f"{name}.onnx", *options, *more, "--to=integer" if more else "--to=prepare", "-o", module,
        "--quiet", *([] if more else ["--float"]))
    run(COMPILE, module, "-o", library, "--quiet", *([] if more else ["--float"]))
    for threads in ("1", "2"):
        run(VERIFY, module, library, "--data", FOLDER / "data.npz", "--bit-exact", "--threads", threads)


def main():
    for make in (stateModels.attention, stateModels.cell, stateModels.window, stateModels.lookup):
        make(FOLDER)
    for name, (options, _, _, shape) in stateModels.MODELS.items():
        inputs = make_inputs(name, shape)
        found = check_executable(name, options, inputs)
        if name in ("attention", "window"):
            check_prefill(name, inputs, found)
        check_bits(name, options, inputs)
        text = ""
        if name != "lookup":
            (FOLDER / "calibration").mkdir(exist_ok=True)
            for old in (FOLDER / "calibration").iterdir():
                old.unlink()
            for i in range(3):
                np.save(FOLDER / "calibration" / f"{i}.npy", inputs * (1 + i / 10))
            check_bits(name, options, inputs, "--calibration-data", FOLDER / "calibration")
            line = run(VERIFY, FOLDER / f"{name}.onnx", FOLDER / f"{name}.so", "--data", FOLDER / "data.npz")
            text = ", int8 " + line.split("SQNR ")[1].split(" dB")[0] + " dB"
        print(f"{name}: {STEPS} steps{text}", flush=True)


main()
