#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model computed in f64: exact.py f64 MODEL.onnx INPUTS.npz OUTPUTS.npz

By onnx's reference evaluator on a copy of the model whose f32 tensors are f64; convolutions, which it computes slowly,
and batch normalization, which mixes types, are written here. Runs in build/venv; arrays are keyed as in reference.py.
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun


class Conv(OpRun):
    """In two spatial dimensions, with explicit pads."""
    op_domain = ""

    def _run(self, x, w, b=None, auto_pad=None, dilations=None, group=None, kernel_shape=None, pads=None, strides=None):
        if x.ndim != 4 or auto_pad not in (None, "NOTSET"):
            raise NotImplementedError(f"a convolution of {x.ndim} dimensions with auto_pad {auto_pad}")
        (top, left, bottom, right), group = pads or (0, 0, 0, 0), group or 1
        x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
        spans = [(size - 1) * step + 1 for size, step in zip(w.shape[2:], dilations or (1, 1))]
        windows = np.lib.stride_tricks.sliding_window_view(x, spans, axis=(2, 3))
        (down, along), (row, column) = strides or (1, 1), dilations or (1, 1)
        windows = windows[:, :, ::down, ::along, ::row, ::column]
        parts = [np.einsum("nchwij,mcij->nmhw", part, filters, optimize=True)
                 for part, filters in zip(np.split(windows, group, axis=1), np.split(w, group))]
        y = np.concatenate(parts, axis=1)
        return (y if b is None else y + b[:, None, None],)


class BatchNormalization(OpRun):
    op_domain = ""

    def _run(self, x, scale, bias, mean, var, epsilon=None, momentum=None, training_mode=None):
        along = (-1,) + (1,) * (x.ndim - 2)
        factor = scale / np.sqrt(var + epsilon)
        return (x * factor.reshape(along) + (bias - mean * factor).reshape(along),)


def widen(model):
    """The tensors and types of f32 of a model, as f64."""
    def convert(tensor):
        if tensor.data_type == TensorProto.FLOAT:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name))
    graph = model.graph
    for tensor in graph.initializer:
        convert(tensor)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                convert(attribute.t)
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.DOUBLE
    for value in (*graph.input, *graph.output, *graph.value_info):
        if value.type.tensor_type.elem_type == TensorProto.FLOAT:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    return model


def main():
    _, path, inputs, outputs = sys.argv[1:]
    evaluator = ReferenceEvaluator(widen(onnx.load(path)), new_ops=[Conv, BatchNormalization])
    runs, found = {}, {}
    with np.load(inputs) as file:
        for key in file.files:
            number, _, name = key.partition("/")
            array = file[key]
            runs.setdefault(number, {})[name] = array.astype(np.float64) if array.dtype == np.float32 else array
    for number, feed in runs.items():
        for name, array in zip(evaluator.output_names, evaluator.run(None, feed)):
            found[f"{number}/{name}"] = array
    np.savez(outputs, **found)


if __name__ == "__main__":
    main()
