#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lists the models below a folder of libonnx-testdata that qc has to take: listNodeModels.py FOLDER.

These are the models of opset 11 or newer in which every node is a listed operator: lines `node/test_add`."""
import glob
import os
import sys

import onnx

LISTED = set("""Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Celu Clip Concat
Constant ConstantOfShape Conv Cos CumSum DepthToSpace Div Dropout Elu Equal Erf Exp Expand Flatten Floor
GRU Gather GatherElements GatherND Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual HardSigmoid
HardSwish Identity If InstanceNormalization IsInf IsNaN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log
LogSoftmax Loop MatMul Max MaxPool Min Mod Mul Neg Not Or PRelu Pow RNN Range Reciprocal ReduceL1 ReduceL2
ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
Reshape Round Scan Selu Shape Sigmoid Sign Sin Size Softmax Softplus Softsign SpaceToDepth Sqrt Squeeze Sub Sum
Tanh Transpose Unsqueeze Where Xor""".split())
DEFAULT = ("", "ai.onnx")
# Models that spell pi as 3.1415: their outputs, which are not computed by them, differ by more than rounding.
ROUGH = "window"

for path in sorted(glob.glob(os.path.join(sys.argv[1], "*", "*", "model.onnx"))):
    model = onnx.load(path, load_external_data=False)
    opsets = [opset.version for opset in model.opset_import if opset.domain in DEFAULT]
    if ROUGH in path:
        continue
    if opsets and opsets[0] >= 11 and all(n.op_type in LISTED and n.domain in DEFAULT for n in model.graph.node):
        print(os.path.relpath(os.path.dirname(path), sys.argv[1]))
