# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A language model over bytes in PyTorch, as decoders of today are built: RMSNorm in front of each half of a block,
rotary positions, query heads that share heads of keys and values, a gated MLP; keys and values of the past are inputs,
those of past and present together are outputs."""
import numpy as np
import torch
from torch import nn

BYTES, WIDTH, HIDDEN, LAYERS = 256, 256, 704, 5
HEADS, KEY_HEADS, HEAD_WIDTH = 8, 2, 32
BASE, EPSILON = 10000.0, 1e-5


class RmsNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * self.weight


class Rotation(nn.Module):
    """Cosines and sines, [length, head width] each, of the angles of positions from `past` on."""

    def __init__(self):
        super().__init__()
        rates = BASE ** (-torch.arange(0, HEAD_WIDTH, 2, dtype=torch.float32) / HEAD_WIDTH)
        self.register_buffer("rates", rates, persistent=False)

    def forward(self, positions):
        angles = positions[:, None].to(torch.float32) * self.rates[None]
        angles = torch.cat([angles, angles], -1)
        return angles.cos(), angles.sin()


def rotate(x, turns):
    """Turns pairs of channels, the first half of a head with the second, by the angle of the position."""
    cosines, sines = turns
    first, second = x[..., :HEAD_WIDTH // 2], x[..., HEAD_WIDTH // 2:]
    return x * cosines + torch.cat([-second, first], -1) * sines


def repeat_heads(x):
    """[batch, key heads, positions, head width] to one for each query head."""
    batch, heads, positions, width = x.shape
    copies = HEADS // KEY_HEADS
    x = x[:, :, None].expand(batch, heads, copies, positions, width)
    return x.reshape(batch, heads * copies, positions, width)


class Attention(nn.Module):
    """Keys are kept turned: what is turned stays right, as positions count from the start."""

    def __init__(self):
        super().__init__()
        self.query = nn.Linear(WIDTH, HEADS * HEAD_WIDTH, bias=False)
        self.key = nn.Linear(WIDTH, KEY_HEADS * HEAD_WIDTH, bias=False)
        self.value = nn.Linear(WIDTH, KEY_HEADS * HEAD_WIDTH, bias=False)
        self.output = nn.Linear(HEADS * HEAD_WIDTH, WIDTH, bias=False)

    def forward(self, x, past_k, past_v, turns, hidden):
        batch, length, _ = x.shape
        q = self.query(x).view(batch, length, HEADS, HEAD_WIDTH).transpose(1, 2)
        k = self.key(x).view(batch, length, KEY_HEADS, HEAD_WIDTH).transpose(1, 2)
        v = self.value(x).view(batch, length, KEY_HEADS, HEAD_WIDTH).transpose(1, 2)
        k = torch.cat([past_k, rotate(k, turns)], 2)
        v = torch.cat([past_v, v], 2)
        scores = (rotate(q, turns) * HEAD_WIDTH ** -0.5) @ repeat_heads(k).transpose(2, 3) + hidden
        y = (scores.softmax(-1) @ repeat_heads(v)).transpose(1, 2).reshape(batch, length, HEADS * HEAD_WIDTH)
        return self.output(y), k, v


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate, self.up = nn.Linear(WIDTH, HIDDEN, bias=False), nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down = nn.Linear(HIDDEN, WIDTH, bias=False)

    def forward(self, x):
        return self.down(nn.functional.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.attention = RmsNorm(), Attention()
        self.mlp_norm, self.mlp = RmsNorm(), Mlp()

    def forward(self, x, past_k, past_v, turns, hidden):
        y, k, v = self.attention(self.attention_norm(x), past_k, past_v, turns, hidden)
        x = x + y
        return x + self.mlp(self.mlp_norm(x)), k, v


class Decoder(nn.Module):
    """Bytes, i64 [batch, length], and for each layer keys and values of the past, [batch, key heads, past, head width],
    to logits [batch, length, 256], the most likely byte behind the last, i64 [batch, 1], and keys and values again."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(BYTES, WIDTH)
        self.rotation = Rotation()
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = RmsNorm()
        self.head = nn.Linear(WIDTH, BYTES, bias=False)

    def forward(self, token, *pasts):
        past, length = pasts[0].shape[2], token.shape[1]
        positions = torch.arange(past, past + length)
        seen = positions[:, None] >= torch.arange(past + length)[None]
        hidden = torch.where(seen, torch.zeros(1), torch.full((1,), torch.finfo(torch.float32).min))
        turns, x, presents = self.rotation(positions), self.embedding(token), []
        for i, block in enumerate(self.blocks):
            x, k, v = block(x, pasts[2 * i], pasts[2 * i + 1], turns, hidden)
            presents += [k, v]
        logits = self.head(self.norm(x))
        return logits, logits[:, -1].argmax(-1, keepdim=True), *presents


def name_pasts(prefix):
    return [f"{prefix}_{kind}.{i}" for i in range(LAYERS) for kind in "kv"]


def make_pasts(batch, past=0):
    return [torch.zeros(batch, KEY_HEADS, past, HEAD_WIDTH) for _ in range(2 * LAYERS)]


def initialize(model):
    """Normal weights; those that are added to the residual are smaller, as there are two per block."""
    for name, parameter in model.named_parameters():
        if parameter.ndim == 2:
            scale = (2 * LAYERS) ** -0.5 if name.endswith(("output.weight", "down.weight")) else 1.0
            nn.init.normal_(parameter, std=scale * (0.02 if "embedding" in name else parameter.shape[1] ** -0.5))


def round_weights(model):
    """{name: f16} of a model, whose weights become these values."""
    rounded = {}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            rounded[name] = parameter.numpy().astype(np.float16)
            parameter.copy_(torch.from_numpy(rounded[name].astype(np.float32)))
    return rounded


def set_weights(model, weights):
    model.load_state_dict({name: torch.from_numpy(array.astype(np.float32)) for name, array in weights.items()})
    return model
