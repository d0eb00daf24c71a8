# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Node models of the newest onnx package, which Debian's test data has not: newestOperators.py QC-COMPILE FOLDER
OPERATOR... Runs in build/venv. Each is compiled in float, as it is, with symbolic sizes and as a batch, and run on the
package's data.

A model of f16, bf16 or f64 is passed over. Numbers that have to be known (how many of TopK, trips of Loop) become
constants. What is refused is counted and named.
"""
import pathlib
import re
import subprocess
import sys
import warnings

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases

COMPILE, FOLDER, OPERATORS = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
TYPES = {np.dtype(t) for t in ("float32", "int64", "int32", "bool", "int8", "uint8")}


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def find_cases(cases, operator):
    """Models of that operator alone, whose values are tensors of types that qc has, with their data."""
    for case in cases:
        if {node.op_type for node in case.model.graph.node} != {operator}:
            continue
        data = [array for inputs, outputs in case.data_sets for array in [*inputs, *outputs]]
        if not case.name.endswith("_expanded") and all(isinstance(a, (np.ndarray, np.generic)) and a.dtype in TYPES
                                                       for a in data):
            yield case


# Inputs that become constants: qc has to know them.
CONSTANTS = {"TopK": {1}, "CumSum": {1}, "Loop": {0, 1}}


def settle(case):
    """The model, and its inputs by name."""
    operator, inputs = case.model.graph.node[0].op_type, case.data_sets[0][0]
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    for opset in model.opset_import: # Scan of opset 11 is that of 9
        opset.version = max(opset.version, 11) if operator == "Scan" and opset.version >= 9 else opset.version
    values = list(zip(case.model.graph.input, inputs))
    del model.graph.input[:]
    for i, (value, array) in enumerate(values):
        if i in CONSTANTS.get(operator, ()):
            model.graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(array), value.name))
        else:
            model.graph.input.append(value)
    return model, {value.name: array for value, array in values}


# Weights of recurrent networks have to be known.
WEIGHTS = {"LSTM": "WRBP", "GRU": "WRB", "RNN": "WRB"}
# Operators whose numbers of heads and sizes of a head have to be known.
KNOWN = {"Attention": (-1, -3), "RotaryEmbedding": (-1, -3)}


def with_symbols(model):
    """The model with a symbol for every dimension of its inputs but those of one element and those that are to be
    known."""
    known = KNOWN.get(model.graph.node[0].op_type, ())
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for i, value in enumerate(copy.graph.input):
        dims = value.type.tensor_type.shape.dim
        for d, dim in enumerate(dims):
            # Of three dimensions batch and length come first.
            is_known = d - len(dims) in known and not (d == 0 and len(dims) == 3)
            is_known |= value.name in WEIGHTS.get(model.graph.node[0].op_type, "")
            if dim.dim_value != 1 and not is_known:
                dim.dim_param = f"s{i}_{d}"
    for value in copy.graph.output:
        value.type.tensor_type.ClearField("shape")
    return copy


def with_batch(model):
    """The model with symbols for first dimensions alone, equal ones for equal sizes: a batch, of one sample unless
    samples meet."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for value in copy.graph.input:
        is_weight = value.name in WEIGHTS.get(model.graph.node[0].op_type, "")
        for dim in value.type.tensor_type.shape.dim[:1]:
            if dim.dim_value != 1 and not is_weight:
                dim.dim_param = f"n{dim.dim_value}"
    for value in copy.graph.output:
        value.type.tensor_type.ClearField("shape")
    return copy


def check(case, model, inputs, name):
    """Nothing, or why the model is refused; ends the script where values differ."""
    path, program = FOLDER / f"{name}.onnx", FOLDER / name
    path.write_bytes(model.SerializeToString())
    made = run(COMPILE, path, "--float", "-o", program, "--quiet", "--level=x86-64-v3")
    if made.returncode:
        return made.stderr.strip().splitlines()[0]
    outputs = case.data_sets[0][1]
    command = [program]
    for value in model.graph.input:
        np.save(FOLDER / f"in_{value.name}.npy", inputs[value.name])
        command += ["--input", f"{value.name}={FOLDER}/in_{value.name}.npy"]
    for value in model.graph.output:
        command += ["--output", f"{value.name}={FOLDER}/out_{value.name}.npy"]
    ran = run(*command)
    if ran.returncode: # sizes that do not fit, where they were not known before
        return ran.stderr.strip()
    for value, expected in zip(model.graph.output, outputs):
        found = np.load(FOLDER / f"out_{value.name}.npy").reshape(expected.shape)
        assert found.dtype == expected.dtype, (name, value.name, found.dtype, expected.dtype)
        np.testing.assert_allclose(found, expected, rtol=max(case.rtol, 1e-5), atol=max(case.atol, 1e-5), err_msg=name)
    return None


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(): # numpy's, about data that is made to overflow
        warnings.simplefilter("ignore")
        cases = collect_testcases(None)
    for operator in OPERATORS:
        counts, refused = [0, 0, 0], {}
        for case in find_cases(cases, operator):
            known, inputs = settle(case)
            forms = ("", known), ("_symbols", with_symbols(known)), ("_batch", with_batch(known))
            for form, (suffix, model) in enumerate(forms):
                why = check(case, model, inputs, case.name + suffix)
                if why is None:
                    counts[form] += 1
                else:
                    why = re.sub(r"^error: \S+ ", "", why)
                    refused.setdefault(why, []).append(case.name)
        print(f"{operator}: {counts[0]} pass, {counts[1]} with symbols, {counts[2]} as a batch, "
              f"{sum(map(len, refused.values()))} refused", flush=True)
        for why, names in sorted(refused.items()):
            print(f"  {len(names)} as {names[0]}: {why}")


main()
