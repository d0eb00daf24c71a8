#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arg-max agreement with the float model, against ONNX Runtime's int8 of the same model and calibration images:

  otherInteger.py VENV_PYTHON MODEL CALIBRATION.npy TEST.npy FLOAT.npy INT8.npy

FLOAT and INT8 are qc's outputs on TEST. ONNX Runtime quantizes by MinMax in QDQ form, u8 activations, s8 weights per
channel. Fails where qc agrees with its float model in a share more than 0.1 points lower than ONNX Runtime's int8 with
ONNX Runtime's float model. Fails, too, without ONNX Runtime (build/venv)."""
import os
import subprocess
import sys
import tempfile

import numpy as np

ALLOWED = 0.1  # points
RUNTIME = """
import os, sys
import numpy, onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

model, calibration, test, folder = sys.argv[1:]

class Reader(CalibrationDataReader):
    def __init__(self):
        self.images = iter(numpy.load(calibration)[:, None])
    def get_next(self):
        image = next(self.images, None)
        return None if image is None else {"image": image}

def classify(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return numpy.array([session.run(None, {"image": image})[0].argmax() for image in numpy.load(test)[:, None]])

prepared, small = os.path.join(folder, "prepared.onnx"), os.path.join(folder, "int8.onnx")
quant_pre_process(model, prepared, skip_symbolic_shape=True)
quantize_static(prepared, small, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax)
print(onnxruntime.__version__, 100 * (classify(model) == classify(small)).mean())
"""


def run_onnxruntime(python, *arguments):
    """Version and agreement in percent, or nothing where it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [python, "-c", RUNTIME, *map(os.path.abspath, arguments), folder]
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        except OSError:
            return None
    if result.returncode != 0 and "ModuleNotFoundError" in result.stderr:
        return None
    if result.returncode != 0:
        sys.exit(result.stderr)
    version, agreement = result.stdout.split()[-2:]
    return version, float(agreement)


def main():
    python, model, calibration, test, *outputs = sys.argv[1:]
    answer = run_onnxruntime(python, model, calibration, test)
    if not answer:
        sys.exit("onnxruntime is not installed in build/venv")
    large, small = (np.load(path).argmax(1) for path in outputs)
    ours = 100 * float((large == small).mean())
    print(f"agreement with float: qc {ours:.2f} %, ONNX Runtime {answer[0]} {answer[1]:.2f} %")
    sys.exit(ours < answer[1] - ALLOWED)


if __name__ == "__main__":
    main()
