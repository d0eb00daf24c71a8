#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a branch or loop finds wrong when the model runs: branchDemands.py QC_COMPILE FOLDER. Prints how runs end."""
import os
import subprocess
import sys

import numpy as np

SIZES = """
module attributes {qc.phase = "prepare", qc.version = 1 : i64, qc.symbols = {N = array<i64: 0, -1>}} {
  func.func @main(%x: tensor<1x1x?xf32> {qc.dims = ["", "", "N"], qc.name = "x"}, %c: tensor<i1> {qc.name = "c"})
      -> (tensor<1x1x1xf32> {qc.name = "y"}) {
    %zero = qc.constant dense<0.5> : tensor<1x1x1xf32>
    %y = qc.if %c : (tensor<i1>) -> tensor<1x1x1xf32> {
      %p = qc.max_pool %x {kernel = array<i64: 4>, strides = array<i64: 1>, pads = array<i64: 0, 0>,
           dilations = array<i64: 1>, ceil_mode = false} : (tensor<1x1x?xf32>) -> tensor<1x1x?xf32>
      %m = qc.reduce sum %p {axes = array<i64: 2>, keep_dims = true} : (tensor<1x1x?xf32>) -> tensor<1x1x1xf32>
      qc.yield %m : tensor<1x1x1xf32>
    } else {
      qc.yield %zero : tensor<1x1x1xf32>
    }
    return %y : tensor<1x1x1xf32>
  }
}
"""
# The value that it waits for is behind an index that is outside of the table.
DATA = """
module attributes {qc.phase = "prepare", qc.version = 1 : i64} {
  func.func @main(%table: tensor<4xf32> {qc.name = "table"}, %i: tensor<i64> {qc.name = "i"},
      %c: tensor<i1> {qc.name = "c"}) -> (tensor<f32> {qc.name = "y"}) {
    %limit = qc.constant dense<100.0> : tensor<f32>
    %start = qc.constant dense<0.0> : tensor<f32>
    %y = qc.loop while(%c) carries(%start) {backward = array<i1>} : (tensor<i1>, tensor<f32>) -> tensor<f32> {
    ^bb0(%k: tensor<i64>, %a: tensor<f32>):
      %e = qc.gather %table, %i {axis = 0 : i64} : (tensor<4xf32>, tensor<i64>) -> tensor<f32>
      %b = qc.add %a, %e : (tensor<f32>, tensor<f32>) -> tensor<f32>
      %d = qc.less %b, %limit : (tensor<f32>, tensor<f32>) -> tensor<i1>
      qc.yield %d, %b : tensor<i1>, tensor<f32>
    }
    return %y : tensor<f32>
  }
}
"""


def build(compiler, folder, name, text):
    source, program = (os.path.join(folder, name + ending) for ending in (".mlir", ""))
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run([compiler, source, "--from=prepare", "--float", "--quiet", "-o", program], check=True)
    return program


def run(what, folder, program, **inputs):
    output = os.path.join(folder, "y.npy")
    for threads in "12":
        command = [program, "--output", f"y={output}", "--threads", threads]
        for name, value in inputs.items():
            np.save(os.path.join(folder, name + ".npy"), value)
            command += ["--input", f"{name}={os.path.join(folder, name + '.npy')}"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        failure = result.stderr.split("error: ")[-1].strip()
        print(what, threads, "threads:", failure or float(np.load(output).ravel()[0]))


def main():
    compiler, folder = (os.path.abspath(a) for a in sys.argv[1:3])
    os.makedirs(folder)
    sizes, data = build(compiler, folder, "sizes", SIZES), build(compiler, folder, "data", DATA)
    for taken in (True, False):
        for size in (6, 2, 0):
            run(f"{'taken' if taken else 'not taken'}, size {size},", folder, sizes,
                x=np.ones((1, 1, size), np.float32), c=np.bool_(taken))
    for index in (1, -2, 4):
        run(f"index {index},", folder, data, table=np.float32([1, 7, 30, 4]), i=np.int64(index), c=np.bool_(True))


if __name__ == "__main__":
    main()
