# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Files of weights as PyTorch wrote them, by hand, and EfficientNet-Lite0 of zeros: liteParts.py SCRIPTS FOLDER."""
import collections
import os
import pathlib
import pickle
import struct
import sys
import types

import numpy as np
from onnx import shape_inference

scripts, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(scripts))
sys.dont_write_bytecode = True
from loads import files, lite, torch_file  # noqa: E402


# What PyTorch's files name, called as it is called there.
class FloatStorage:
    pass


class LongStorage:
    pass


def _rebuild_tensor_v2(*_):
    pass


modules = {"torch": types.ModuleType("torch"), "torch._utils": types.ModuleType("torch._utils")}
for module, thing in (("torch", FloatStorage), ("torch", LongStorage), ("torch._utils", _rebuild_tensor_v2)):
    thing.__module__ = module
    setattr(modules[module], thing.__name__, thing)
sys.modules.update(modules)


class Storage:
    def __init__(self, kind, key, count):
        self.facts = "storage", kind, key, "cpu", count, None


class Tensor:
    def __init__(self, storage, offset, shape, strides):
        self.facts = storage, offset, shape, strides, False, collections.OrderedDict()

    def __reduce__(self):
        return _rebuild_tensor_v2, self.facts


class Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        return obj.facts if isinstance(obj, Storage) else None


def write(name, magic, weights):
    with open(folder / name, "wb") as file:
        for part in (magic, 1001, {"little_endian": True}):
            pickle.dump(part, file, 2)
        Pickler(file, 2).dump(weights)
        pickle.dump(["12", "7"], file, 2)
        file.write(struct.pack("<q", 1) + np.int64(5).tobytes())
        file.write(struct.pack("<q", 8) + np.arange(8, dtype=np.float32).tobytes())
    return folder / name


weights = collections.OrderedDict(turned=Tensor(Storage(FloatStorage, "7", 8), 1, (3, 2), (1, 3)),
                                  count=Tensor(Storage(LongStorage, "12", 1), 0, (), ()))
arrays = torch_file.read_torch(write("good.pth", torch_file.MAGIC, weights))
same = np.array_equal(arrays["turned"], np.float32([[1, 4], [2, 5], [3, 6]])) and arrays["count"].shape == ()
print(f"read: {' '.join(sorted(arrays))}, {'equal' if same and arrays['count'] == 5 else 'different'}")
for name, magic, content in (("evil.pth", torch_file.MAGIC, {"x": os.system}), ("other.pth", 7, {})):
    try:
        torch_file.read_torch(write(name, magic, content))
    except files.Wrong as wrong:
        print("refused:", wrong)


def list_shapes():
    """{name: shape} of all weights, written down from the paper's table and not from the code under test."""
    convolutions, norms = {"_conv_stem": (32, 3, 3, 3), "_conv_head": (1280, 320, 1, 1)}, {"_bn0": 32, "_bn1": 1280}
    widths = [32, 16] + [24] * 2 + [40] * 2 + [80] * 3 + [112] * 3 + [192] * 4 + [320]
    kernels = [3] * 3 + [5] * 2 + [3] * 3 + [5] * 7 + [3]
    for i, (narrow, out, kernel) in enumerate(zip(widths, widths[1:], kernels)):
        wide = narrow * (6 if i else 1)
        if i:
            convolutions[f"_blocks.{i}._expand_conv"], norms[f"_blocks.{i}._bn0"] = (wide, narrow, 1, 1), wide
        convolutions[f"_blocks.{i}._depthwise_conv"], norms[f"_blocks.{i}._bn1"] = (wide, 1, kernel, kernel), wide
        convolutions[f"_blocks.{i}._project_conv"], norms[f"_blocks.{i}._bn2"] = (out, wide, 1, 1), out
    facts = ("weight", "bias", "running_mean", "running_var")
    return ({f"{name}.weight": shape for name, shape in convolutions.items()} |
            {f"{name}.{fact}": (width,) for name, width in norms.items() for fact in facts} |
            {"_fc.weight": (1000, 1280), "_fc.bias": (1000,)})


model = lite.make_model({name: np.zeros(shape, np.float32) for name, shape in list_shapes().items()})
for value in (*model.graph.input, *model.graph.output):
    value.type.tensor_type.shape.dim[0].dim_value = 1
inferred = shape_inference.infer_shapes(model, strict_mode=True)
shapes = {value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
          for value in (*inferred.graph.value_info, *inferred.graph.output)}
kinds = collections.Counter(node.op_type for node in model.graph.node)
print(f"{len(model.graph.node)} nodes: {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}")
for node in model.graph.node:
    if node.name in ("/_conv_stem/Conv", "/_blocks.3/_depthwise_conv/Conv", "/_blocks.4/_depthwise_conv/Conv",
                     "/_conv_head/Conv"):
        facts = {attribute.name: list(attribute.ints) for attribute in node.attribute}
        print(f"{node.name}: strides {facts['strides']}, pads {facts['pads']}, out {shapes[node.output[0]]}")
print("sums:", " ".join(node.name.split("/")[1].split(".")[1] for node in model.graph.node if node.op_type == "Add"))
print("logits", shapes["logits"])
