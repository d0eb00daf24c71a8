# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A tagger of sequences in PyTorch: gated recurrent units in both directions, two layers."""
from torch import nn

WORDS, WIDTH, HIDDEN, LAYERS, TAGS = 64, 32, 48, 2, 12


class Tagger(nn.Module):
    """Token ids, i64 [batch, length], to logits of tags, [batch, length, 12]. The state begins at zero."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, WIDTH)
        self.recurrent = nn.GRU(WIDTH, HIDDEN, LAYERS, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * HIDDEN, TAGS)

    def forward(self, token):
        return self.head(self.recurrent(self.embedding(token))[0])
