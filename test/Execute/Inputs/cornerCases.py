#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is easily forgotten: a table of small models, each compiled in float and in int8, run, and compared.

  cornerCases.py QC_COMPILE QC_VERIFY FOLDER [PATTERN]

For each case: the float library equals numpy and, byte for byte, the evaluator; the int8 library equals the evaluator
and lies near numpy; outputs that overlap the inputs, two threads, and a caller that flushes subnormals to zero change
no byte.
PATTERN: only the cases whose name holds it."""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import cornerGraphs  # importing these four fills CASES
import cornerOps
import cornerScalars
import cornerWindows
from cornerModels import CASES, f32
from modelLibrary import check_runs

COMPILE, VERIFY, ROOT = (os.path.abspath(a) for a in sys.argv[1:4])
SAMPLES = 3


def run_tool(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, errors="replace")
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command[1:])[:300]}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def check_near(what, got, wanted, reach, tolerance):
    """Equal up to the tolerance, relative to the reach of the wanted values; NaN and Inf where they are wanted."""
    for name, array in wanted.items():
        with np.errstate(all="ignore"):
            array = np.asarray(array).astype(np.float32)
            assert got[name].shape == array.shape, f"{what} {name}: {got[name].shape}, expected {array.shape}"
            special = ~np.isfinite(array)
            ok = np.array_equal(got[name][special], array[special], equal_nan=True)
            worst = np.abs(got[name][~special].astype(float) - array[~special].astype(float)).max(initial=0)
        assert ok and worst <= tolerance * reach[name] + 1e-44, (
            f"{what} {name}: off by {worst} of {reach[name]}\n{got[name]}\n{array}")


def draw_samples(case):
    rng = np.random.default_rng(17)
    return [{n: case.data(s) if case.data else f32(rng, *shape) for n, shape in case.inputs.items()}
            for s in range(SAMPLES)]


def write_case(folder, case, samples):
    info = lambda values: [helper.make_tensor_value_info(n, TensorProto.FLOAT, list(s)) for n, s in values.items()]
    graph = helper.make_graph(case.nodes, "corner", info(case.inputs), info(case.outputs),
                              [numpy_helper.from_array(np.asarray(a), n) for n, a in case.inits.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)], ir_version=8)
    if case.twice:
        values = getattr(model.graph, case.twice)
        values.append(values[0])
    for part in ("data", "special"):
        os.makedirs(os.path.join(folder, part))
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(model.SerializeToString())
    for index, sample in enumerate(samples):
        np.savez(os.path.join(folder, "data", f"{index}.npz"), **sample)
    if case.special is not None:
        np.savez(os.path.join(folder, "special", "0.npz"), x=case.special)
        samples.append({"x": case.special})


def check_refused(model, case):
    command = [COMPILE, model, "--float", "-o", model + ".so"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 1 and case.refused in result.stderr, f"{result.returncode} {result.stderr}"
    assert len(result.stderr) < 1000 and "\n\n" not in result.stderr.strip(), result.stderr


def check_report(file, case):
    with open(file, encoding="utf-8") as text:
        for operation in json.load(text)["operations"]:
            if operation["assigned"] == "float":
                why = operation["reason"]
                known = case.reason and (case.reason in why or why == "its operand is float")
                assert known, f"stays float: {operation}"


def check_results(kind, results, samples, case):
    """What an int8 artefact makes of NaN and Inf is the evaluator's matter; all else is compared with numpy."""
    with np.errstate(all="ignore"):
        wanted = [case.expected(sample) for sample in samples]
    reach = {name: max(np.abs(np.asarray(w[name])[np.isfinite(w[name])]).max(initial=0) for w in wanted[:SAMPLES])
             for name in wanted[0]}
    for index in range(len(samples) if kind == "f" else SAMPLES):
        if index >= SAMPLES:
            finite = lambda a: np.abs(a[np.isfinite(a)]).max(initial=0)
            reach = {name: finite(np.asarray(array)) for name, array in wanted[index].items()}
        check_near(f"{'float' if kind == 'f' else 'int8'}, sample {index}", results[index], wanted[index], reach,
                   1e-5 if kind == "f" else case.tolerance)


def check_case(name, case, samples):
    folder = os.path.join(ROOT, name.replace("/", "_"))
    write_case(folder, case, samples)
    at = lambda file: os.path.join(folder, file)
    model, data = at("model.onnx"), ["--calibration-data", at("data"), "--quiet"]
    if case.refused:
        check_refused(model, case)
        return
    # The level that a library of more would choose here.
    run_tool(COMPILE, model, "--float", "--quiet", "--level=native", "-o", at("f.so"))
    run_tool(COMPILE, model, "--float", "--to=prepare", "--quiet", "-o", at("f.mlir"))
    run_tool(COMPILE, model, *data, "--to=integer", "--report", at("q.json"), "-o", at("q.mlir"),
             *([] if case.reason else ["--integer-only"]))
    run_tool(COMPILE, at("q.mlir"), "--quiet", "--level=native", "-o", at("q.so"))
    check_report(at("q.json"), case)
    for kind in "fq":
        results = check_runs(at(f"{kind}.so"), samples)
        for part in ("data", "special")[:1 if case.special is None else 2]:
            run_tool(VERIFY, at(f"{kind}.mlir"), at(f"{kind}.so"), "--data", at(part), "--bit-exact")
        check_results(kind, results, samples, case)


def attempt(item):
    """An empty text, or what is wrong with a case."""
    try:
        check_case(*item)
        return ""
    except (AssertionError, KeyError, subprocess.TimeoutExpired) as error:
        return f"{item[0]}: {error}"


def main():
    pattern = sys.argv[4] if len(sys.argv) > 4 else ""
    # Cases of one function share a generator: it is asked in one order, whatever the threads do later.
    drawn = [(name, one_case, draw_samples(one_case)) for name, one_case in CASES.items()]
    chosen = [item for item in drawn if pattern in item[0]]
    shutil.rmtree(ROOT, ignore_errors=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool_of_threads:
        failures = [text for text in pool_of_threads.map(attempt, chosen) if text]
    print("\n".join(failures + [f"{len(chosen)} cases, {len(failures)} failed"]))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
