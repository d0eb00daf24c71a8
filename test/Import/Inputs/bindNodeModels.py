#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes models of libonnx-testdata whose sizes, positions or weights are graph inputs with these as initializers:
bindNodeModels.py FOLDER OUTPUT. Prints lines `../../tmp/output/test_slice`, relative to FOLDER.

These are the models of opset 11 or newer of one node that stands in the table; the values are those of the model's own
test data. Other files of the data are copied. Scan is the same operator in opset 9 and 11: its model becomes one of
11."""
import glob
import os
import shutil
import sys

import onnx
from onnx import numpy_helper

# The inputs that qc takes as constants.
BOUND = {
    "ConvTranspose": (1, 2), "Loop": (0, 1), "Pad": (1, 2, 3), "Resize": (1, 2, 3), "Scan": (), "Slice": (1, 2, 3, 4),
    "Split": (1,), "Tile": (1,), "TopK": (1,)
}


def read_tensor(path):
    tensor = onnx.TensorProto()
    with open(path, "rb") as file:
        tensor.ParseFromString(file.read())
    return tensor


def bind(folder, model, output):
    """Writes the bound model and its data."""
    graph, data = model.graph, os.path.join(folder, "test_data_set_0")
    node = graph.node[0]
    bound = {node.input[i] for i in BOUND[node.op_type] if i < len(node.input)}
    os.makedirs(os.path.join(output, "test_data_set_0"))
    kept = []
    for index, value in enumerate(list(graph.input)):
        path = os.path.join(data, f"input_{index}.pb")
        if value.name in bound:
            tensor = numpy_helper.to_array(read_tensor(path))
            graph.initializer.append(numpy_helper.from_array(tensor, value.name))
            continue
        shutil.copy(path, os.path.join(output, "test_data_set_0", f"input_{len(kept)}.pb"))
        kept.append(value)
    del graph.input[:]
    graph.input.extend(kept)
    for path in glob.glob(os.path.join(data, "output_*.pb")):
        shutil.copy(path, os.path.join(output, "test_data_set_0"))
    onnx.save(model, os.path.join(output, "model.onnx"))


def main():
    source, target = sys.argv[1:3]
    for path in sorted(glob.glob(os.path.join(source, "node", "*", "model.onnx"))):
        model = onnx.load(path, load_external_data=False)
        opsets = [opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")]
        nodes = model.graph.node
        if len(nodes) == 1 and nodes[0].op_type == "Scan" and opsets == [9]:
            model.opset_import[0].version = opsets[0] = 11
        areTensors = all(value.type.HasField("tensor_type") for value in model.graph.input)
        if not opsets or opsets[0] < 11 or len(nodes) != 1 or nodes[0].op_type not in BOUND or not areTensors:
            continue
        folder = os.path.dirname(path)
        output = os.path.join(target, os.path.basename(folder))
        bind(folder, model, output)
        print(os.path.relpath(output, source))


main()
