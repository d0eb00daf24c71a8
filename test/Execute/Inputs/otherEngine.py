#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a float model's outputs with another engine's: otherEngine.py VENV_PYTHON MODEL INPUT.npy OUTPUT.npy

ONNX Runtime by VENV_PYTHON where that has it, else the operators of the test models in PyTorch (Debian's
python3-torch). Fails where an element is further than 1e-5 of the range of the expected output away, and
where there is neither."""
import subprocess
import sys
import tempfile

import numpy as np

TOLERANCE = 1e-5
RUNTIME = """
import sys, numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
name, x = session.get_inputs()[0].name, numpy.load(sys.argv[2])
numpy.save(sys.argv[3], numpy.concatenate([session.run(None, {name: x[i:i + 1]})[0] for i in range(len(x))]))
print(onnxruntime.__version__)
"""


def run_onnxruntime(python, model, images):
    """The engine's name and its outputs, or nothing."""
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        command = [python, "-c", RUNTIME, model, images, file.name]
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        except OSError:
            return None
        if result.returncode != 0 and "ModuleNotFoundError" in result.stderr:
            return None
        if result.returncode != 0:
            sys.exit(result.stderr)
        return "ONNX Runtime " + result.stdout.strip(), np.load(file.name)


def run_torch(model, images):
    try:
        import torch
        import torch.nn.functional as F
    except ImportError:
        return None
    from onnx import helper, load, numpy_helper

    def conv(x, w, b=None, strides=(1, 1), pads=(0, 0, 0, 0), dilations=(1, 1), group=1, **_):
        return F.conv2d(F.pad(x, (pads[1], pads[3], pads[0], pads[2])), w, b, strides, 0, dilations, group)

    def norm(x, scale, shift, mean, var, epsilon=1e-5, **_):
        return F.batch_norm(x, mean, var, scale, shift, False, 0, epsilon)

    operators = {
        "Conv": conv,
        "BatchNormalization": norm,
        "HardSigmoid": lambda x, alpha=0.2, beta=0.5: torch.clamp(alpha * x + beta, 0, 1),
        "Mul": lambda a, b: a * b,
        "Add": lambda a, b: a + b,
        "Relu": lambda x: torch.relu(x),
        "Clip": lambda x, lo, hi: torch.minimum(torch.maximum(x, lo), hi),
        "GlobalAveragePool": lambda x: x.mean((2, 3), keepdim=True),
        "Flatten": lambda x, axis=1: x.flatten(axis),
        "Gemm": lambda a, b, c, alpha=1.0, beta=1.0, transB=0: alpha * (a @ (b.T if transB else b)) + beta * c,
        "Identity": lambda x: x,
        "Constant": lambda value: torch.from_numpy(numpy_helper.to_array(value).copy()),
    }
    graph = load(model).graph
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    values[graph.input[0].name] = torch.from_numpy(np.load(images))
    with torch.no_grad():
        for node in graph.node:
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            attributes.pop("training_mode", None)
            attributes.pop("momentum", None)
            operands = [values[name] for name in node.input if name]
            values[node.output[0]] = operators[node.op_type](*operands, **attributes)
    return "PyTorch " + torch.__version__, values[graph.output[0].name].numpy()


def main():
    python, model, images, output = sys.argv[1:]
    answer = run_onnxruntime(python, model, images) or run_torch(model, images)
    if not answer:
        sys.exit("neither onnxruntime (build/venv) nor python3-torch is installed")
    engine, expected = answer
    found = np.load(output)
    if found.shape != expected.shape:
        sys.exit(f"{engine}: shape {expected.shape}, qc gives {found.shape}")
    distance = float(np.abs(found - expected).max() / np.abs(expected).max())
    print(f"{engine}: {len(found)} images, within {distance:.2g} of the range")
    sys.exit(distance > TOLERANCE)


if __name__ == "__main__":
    main()
