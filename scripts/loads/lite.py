# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""EfficientNet-Lite0 (Tan and Le, 2019; the form without squeeze and excitation, ReLU6 for swish) as ONNX, around the
weights of a package, by whose names its nodes are called: `/_blocks.3/_depthwise_conv/Conv`.

Padding is TensorFlow's "same": where the stride is 2 the one more stands behind. Batch normalization stays an operation
of its own. Input: f32 [N, 3, 224, 224], (pixel - 127) / 128; output: 1000 logits.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, OPSET, EPSILON = 224, 13, 1e-3
MEAN, SCALE = 127, 128
WEIGHTS = "efficientnet-lite0-57934424.pth"
# Repeats, kernel, stride of the first, factor of expansion, channels out.
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
          (1, 3, 1, 6, 320))
STEM, HEAD, CLASSES = 32, 1280, 1000


class Graph:
    """The nodes so far. Methods take and give names of values; `size` is height and width of the newest one."""

    def __init__(self, weights):
        self.weights, self.nodes, self.initializers, self.size = weights, [], [], SIZE

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def add(self, kind, name, inputs, **attributes):
        """A node `/name/kind`, and its output."""
        path = f"/{name}/{kind}".replace("//", "/")
        self.nodes.append(helper.make_node(kind, inputs, [f"{path}_output_0"], name=path, **attributes))
        return self.nodes[-1].output[0]

    def convolve(self, name, norm, x, stride=1, group=1):
        """Convolution with "same" padding, and batch normalization."""
        kernel = self.weights[f"{name}.weight"].shape[-1]
        out = -(-self.size // stride)
        padding = max(0, (out - 1) * stride + kernel - self.size)
        before, after = padding // 2, padding - padding // 2
        x = self.add("Conv", name.replace("._", "/_"), [x, self.weight(f"{name}.weight")], group=group,
                     kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[before, before, after, after],
                     dilations=[1, 1])
        self.size = out
        facts = [self.weight(f"{norm}.{fact}") for fact in ("weight", "bias", "running_mean", "running_var")]
        return self.add("BatchNormalization", norm.replace("._", "/_"), [x, *facts], epsilon=EPSILON)

    def clip(self, name, x):
        return self.add("Clip", name, [x, "zero", "six"])

    def block(self, number, x, stride, factor, width_in, width_out):
        """An inverted residual: expansion, depthwise convolution, projection, and the sum where shapes allow it."""
        name, entry, wide = f"_blocks.{number}", x, width_in * factor
        if factor != 1:
            x = self.clip(f"{name}/_relu", self.convolve(f"{name}._expand_conv", f"{name}._bn0", x))
        x = self.clip(f"{name}/_relu_1", self.convolve(f"{name}._depthwise_conv", f"{name}._bn1", x, stride, wide))
        x = self.convolve(f"{name}._project_conv", f"{name}._bn2", x)
        return self.add("Add", name, [x, entry]) if stride == 1 and width_in == width_out else x


def make_model(weights):
    """The ONNX model of {name: array}."""
    graph, number, width = Graph(weights), 0, STEM
    graph.constant("zero", np.float32(0))
    graph.constant("six", np.float32(6))
    x = graph.clip("_relu", graph.convolve("_conv_stem", "_bn0", "image", 2))
    for repeats, _, stride, factor, out in STAGES:
        for repeat in range(repeats):
            x = graph.block(number, x, 1 if repeat else stride, factor, width, out)
            number, width = number + 1, out
    x = graph.clip("_relu_1", graph.convolve("_conv_head", "_bn1", x))
    x = graph.add("Flatten", "", [graph.add("GlobalAveragePool", "_avg_pooling", [x])])
    x = graph.add("Gemm", "_fc", [x, graph.weight("_fc.weight"), graph.weight("_fc.bias")], transB=1)
    graph.nodes[-1].output[0] = "logits"
    whole = helper.make_graph(
        graph.nodes, "efficientnet-lite0",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])], graph.initializers)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="qc")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def normalize(pixels):
    """u8 pixels to what the model takes."""
    return (pixels.astype(np.float32) - np.float32(MEAN)) / np.float32(SCALE)
