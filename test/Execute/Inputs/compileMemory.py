# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How much memory a compilation takes: compileMemory.py QC-COMPILE OUTDIR. The largest resident size of qc-compile must
not exceed twice the weights and 300 MB (the compiler's own code is 125 MB of them)."""
import multiprocessing
import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

COMPILE, OUT = sys.argv[1:]
MB = 1 << 20


def weights(name, *shape):
    """Numbers of no pattern that matters, quickly made; no two tensors are equal."""
    values = np.arange(int(np.prod(shape)), dtype=np.int64) * 7919 % (10007 + shape[0]) - 5000
    return numpy_helper.from_array((values * 1e-6).astype(np.float32).reshape(shape), name)


def tensor(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def save(name, nodes, inputs, outputs, tensors, **options):
    model = helper.make_model(helper.make_graph(nodes, name, inputs, outputs, tensors),
                              opset_imports=[helper.make_opsetid("", 15)])
    model.ir_version = 8
    size = sum(len(t.raw_data) for t in tensors)
    onnx.save_model(model, os.path.join(OUT, name + ".onnx"), **options)
    return size


def classifier():
    """The end of a VGG: two large products as PyTorch writes them, transposed, and a convolution in front."""
    nodes = [helper.make_node("Conv", ["x", "c"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
             helper.make_node("Flatten", ["a"], ["f"]),
             helper.make_node("Gemm", ["f", "w1", "b1"], ["g"], transB=1),
             helper.make_node("Relu", ["g"], ["r"]),
             helper.make_node("Gemm", ["r", "w2", "b2"], ["y"], transB=1)]
    tensors = [weights("c", 128, 8, 3, 3), weights("w1", 4096, 128 * 49), weights("b1", 4096),
               weights("w2", 4096, 4096), weights("b2", 4096)]
    return save("classifier", nodes, [tensor("x", 1, 8, 7, 7)], [tensor("y", 1, 4096)], tensors)


def product():
    """One matrix in a file of its own."""
    return save("product", [helper.make_node("MatMul", ["x", "w"], ["y"])], [tensor("x", 2, 6144)],
                [tensor("y", 2, 8192)], [weights("w", 6144, 8192)], save_as_external_data=True,
                all_tensors_to_one_file=True, location="product.bin")


def measure(name, size, options):
    process = subprocess.Popen([COMPILE, os.path.join(OUT, name + ".onnx"), "--quiet", "-o", os.path.join(OUT, name),
                                *options])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    resident, limit = usage.ru_maxrss * 1024, 2 * size + 300 * MB
    fits = process.returncode == 0 and resident <= limit
    verdict = "fits" if fits else "TOO MUCH"
    print(f"{name} {options[0]}: {verdict} ({resident // MB} MB for {size // MB} MB of weights)")
    os.remove(os.path.join(OUT, name))


os.makedirs(OUT, exist_ok=True)
data = {"classifier": [1, 8, 7, 7], "product": [2, 6144]}
for make in (classifier, product):
    name, shape = make.__name__, data[make.__name__]
    # In a process of its own: a new process counts the memory of the one that started it.
    with multiprocessing.Pool(1) as pool:
        size = pool.apply(make)
    samples = np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    np.save(os.path.join(OUT, name + "-data.npy"), samples)
    measure(name, size, ["--float"])
    measure(name, size, ["--calibration-data", os.path.join(OUT, name + "-data.npy")])
for file in ("classifier.onnx", "product.bin"):
    os.remove(os.path.join(OUT, file))
