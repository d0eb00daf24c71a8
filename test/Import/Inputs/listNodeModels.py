#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lists the models below a folder of libonnx-testdata that qc has to take: listNodeModels.py FOLDER.

These are the models of opset 11 or newer in which every node is a listed operator: lines `node/test_add`."""
import glob
import os
import sys

import onnx

LISTED = set("""Add ArgMax ArgMin AveragePool BatchNormalization Clip Concat Constant ConstantOfShape
Conv CumSum DepthToSpace Dropout Expand Flatten Gather GatherElements GatherND Gemm GlobalAveragePool
GlobalMaxPool HardSigmoid HardSwish Identity InstanceNormalization LayerNormalization LogSoftmax MatMul
MaxPool Mul Range ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin
ReduceProd ReduceSum ReduceSumSquare Relu Reshape Shape Size Softmax SpaceToDepth Squeeze Transpose
Unsqueeze""".split())
DEFAULT = ("", "ai.onnx")

for path in sorted(glob.glob(os.path.join(sys.argv[1], "*", "*", "model.onnx"))):
    model = onnx.load(path, load_external_data=False)
    opsets = [opset.version for opset in model.opset_import if opset.domain in DEFAULT]
    if opsets and opsets[0] >= 11 and all(n.op_type in LISTED and n.domain in DEFAULT for n in model.graph.node):
        print(os.path.relpath(os.path.dirname(path), sys.argv[1]))
