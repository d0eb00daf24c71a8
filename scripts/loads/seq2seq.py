# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small encoder and decoder in PyTorch, as translation and speech have them: the encoder gives keys and values of the
source for each layer of the decoder, which keeps those of what it wrote itself; and both ways to have the former in one
ONNX file, chosen by an input."""
import onnx
from onnx import TensorProto, helper
import torch
from torch import nn

WORDS, WIDTH, HIDDEN, LAYERS, HEADS, HEAD_WIDTH = 96, 64, 128, 2, 4, 16
CROSS = [f"cross_{kind}.{i}" for i in range(LAYERS) for kind in "kv"]
PAST = [f"past_{kind}.{i}" for i in range(LAYERS) for kind in "kv"]
PRESENT = [f"present_{kind}.{i}" for i in range(LAYERS) for kind in "kv"]


def split(x):
    """[batch, positions, width] to [batch, heads, positions, head width]."""
    return x.view(x.shape[0], x.shape[1], HEADS, HEAD_WIDTH).transpose(1, 2)


def attend(q, k, v, hidden=None):
    scores = q @ k.transpose(2, 3) / HEAD_WIDTH ** 0.5
    if hidden is not None:
        scores = scores.masked_fill(hidden, float("-inf"))
    y = (scores.softmax(-1) @ v).transpose(1, 2)
    return y.reshape(y.shape[0], y.shape[1], WIDTH)


class Embedding(nn.Module):
    """Token ids, the first at position `past`, with sines and cosines of positions."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.register_buffer("rates", 10000.0 ** (-torch.arange(0, WIDTH, 2) / WIDTH), persistent=False)

    def forward(self, token, past):
        angles = torch.arange(past, past + token.shape[1])[:, None].to(torch.float32) * self.rates
        return self.words(token) * WIDTH ** 0.5 + torch.cat([angles.sin(), angles.cos()], -1)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))


class Mlp(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(WIDTH, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, WIDTH))


class EncoderLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.mlp = Attention(), Mlp()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))

    def forward(self, x):
        a = self.attention
        x = self.norms[0](x + a.output(attend(split(a.query(x)), split(a.key(x)), split(a.value(x)))))
        return self.norms[1](x + self.mlp(x))


class DecoderLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.cross, self.mlp = Attention(), Attention(), Mlp()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))

    def forward(self, x, cross_k, cross_v, past_k, past_v, hidden):
        k = torch.cat([past_k, split(self.attention.key(x))], 2)
        v = torch.cat([past_v, split(self.attention.value(x))], 2)
        x = self.norms[0](x + self.attention.output(attend(split(self.attention.query(x)), k, v, hidden)))
        x = self.norms[1](x + self.cross.output(attend(split(self.cross.query(x)), cross_k, cross_v)))
        return self.norms[2](x + self.mlp(x)), k, v


class Decoder(nn.Module):
    """Token ids, i64 [batch, length], keys and values of the source, [batch, heads, source, head width], and of the
    past, to logits [batch, length, words], the most likely next token, i64 [batch, 1], and keys and values again."""

    def __init__(self):
        super().__init__()
        self.embedding = Embedding()
        self.layers = nn.ModuleList(DecoderLayer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, WORDS)

    def forward(self, token, *kept):
        cross, pasts = kept[:2 * LAYERS], kept[2 * LAYERS:]
        past, length = pasts[0].shape[2], token.shape[1]
        hidden = torch.arange(past + length)[None] > torch.arange(past, past + length)[:, None]
        x, presents = self.embedding(token, past), []
        for i, layer in enumerate(self.layers):
            x, k, v = layer(x, cross[2 * i], cross[2 * i + 1], pasts[2 * i], pasts[2 * i + 1], hidden)
            presents += [k, v]
        logits = self.head(x)
        return logits, logits[:, -1].argmax(-1, keepdim=True), *presents


class Project(nn.Module):
    """What the encoder makes of the source, [batch, source, width], to keys and values for each layer of a decoder."""

    def __init__(self, decoder):
        super().__init__()
        self.attentions = nn.ModuleList(layer.cross for layer in decoder.layers)

    def forward(self, x):
        return [split(project(x)) for a in self.attentions for project in (a.key, a.value)]


class Encoder(nn.Module):
    """Token ids of the source, i64 [batch, source], to its keys and values for each layer of a decoder."""

    def __init__(self, decoder):
        super().__init__()
        self.embedding = Embedding()
        self.layers = nn.Sequential(*[EncoderLayer() for _ in range(LAYERS)])
        self.project = Project(decoder)

    def forward(self, ids):
        return self.project(self.layers(self.embedding(ids, 0)))


def rename(graph, name_of):
    """Other names for all values of a graph."""
    for node in graph.node:
        node.input[:] = [name and name_of(name) for name in node.input]
        node.output[:] = [name_of(name) for name in node.output]
    for value in [*graph.input, *graph.output, *graph.initializer]:
        value.name = name_of(value.name)


def list_values(names, positions):
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", HEADS, positions, HEAD_WIDTH])
            for name in names]


def merge(decoder, project):
    """One model of two: `use_cache`, bool [1], says whether keys and values of the source are the inputs of these names
    or made of `encoder_hidden`; they are outputs too. The inputs that are not used may have any length."""
    graph, inner = decoder.graph, project.graph
    for node in graph.node:
        node.input[:] = [f"present_{name}" if name in CROSS else name for name in node.input]
    for value in graph.input:
        if value.name in CROSS:
            value.type.tensor_type.shape.dim[2].dim_param = "kept"
    rename(inner, lambda name: name if name == "encoder_hidden" else f"project/{name.lstrip('/')}")
    copies = [helper.make_node("Identity", [name], [f"kept_{name}"]) for name in CROSS]
    branches = {"then_branch": helper.make_graph(copies, "kept", [], list_values([f"kept_{n}" for n in CROSS], "kept")),
                "else_branch": helper.make_graph(inner.node, "projected", [], inner.output)}
    values = list_values([f"present_{name}" for name in CROSS], "source_out")
    choice = helper.make_node("If", ["use_cache"], [value.name for value in values], "choose_cross", **branches)
    flag = helper.make_tensor_value_info("use_cache", TensorProto.BOOL, [1])
    whole = helper.make_graph([choice, *graph.node], "merged", [*graph.input, *inner.input, flag],
                              [*graph.output, *values], [*graph.initializer, *inner.initializer])
    model = helper.make_model(whole, ir_version=decoder.ir_version, opset_imports=decoder.opset_import)
    onnx.checker.check_model(model, full_check=True)
    return model
