# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Integer forms of softmax, LayerNorm and GELU: qc's (docs/IntegerTransformer.md), I-BERT's (arXiv 2101.01321,
algorithms 1 to 4) and I-ViT's (arXiv 2207.01405, equations 9 to 20), and what they stand for in f64.

Each takes integers q, rows along the last dimension, and their scale s: the real values are s q. It gives real
values, which are integers times a scale of its own. Probabilities of I-BERT and I-ViT are codes of 8 bits, as
published; qc's are integers over their sum, which no code holds (the sum divides behind the product that reads them).
"""
import math

import numpy as np


def floor_div(numerator, denominator):
    return np.floor_divide(numerator, denominator)


class Exact:
    name = "f64"

    @staticmethod
    def softmax(q, s):
        e = np.exp((q - q.max(-1, keepdims=True)) * s)
        return e / e.sum(-1, keepdims=True)

    @staticmethod
    def norm(q, s, epsilon):
        x = (q - q.mean(-1, keepdims=True)) * s
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)

    @staticmethod
    def gelu(q, s):
        x = q * s
        return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


class Qc:
    name = "qc"

    @staticmethod
    def softmax(q, s):
        table = np.rint(255 * np.exp(-s * np.arange(256))).astype(np.int64)
        p = table[q.max(-1, keepdims=True) - q]
        r = np.minimum(2**38 // p.sum(-1, keepdims=True), 2**31 - 1)
        return p * r / 2.0**38

    @staticmethod
    def norm(q, s, epsilon):
        n = q.shape[-1]
        rows = q.reshape(-1, n)
        out = np.empty(rows.shape)
        for i, row in enumerate(rows):
            total = int(row.sum())
            w = max(n * int((row * row).sum()) - total * total + round(epsilon * n * n / s**2), 1)
            j = (64 - w.bit_length()) // 2
            m, e = 2**55 // math.isqrt(4**j * w), 55 - j
            out[i] = ((n * row - total) * m + 2**(e - 17) >> e - 16) / 2.0**16
        return out.reshape(q.shape)

    @staticmethod
    def gelu(q, s):
        return Exact.gelu(q, s)  # the entries of a table, rounded to codes as all are


class IBert:
    name = "I-BERT"

    @staticmethod
    def polynomial(q, s, a, b, c):
        """a (x + b)^2 + c, and its scale."""
        return (q + math.floor(b / s))**2 + math.floor(c / (a * s * s)), a * s * s

    @classmethod
    def softmax(cls, q, s):
        q = q - q.max(-1, keepdims=True)
        ln2 = math.floor(math.log(2) / s)
        z = floor_div(-q, ln2)
        e, _ = cls.polynomial(q + z * ln2, s, 0.3585, 1.353, 0.344)
        e = (e << 16) >> np.minimum(z, 62)
        return ((e << 8) // np.maximum(e.sum(-1, keepdims=True), 1)) / 2.0**8

    @staticmethod
    def norm(q, s, epsilon):
        del s, epsilon  # the published form has none
        n = q.shape[-1]
        y = q - np.rint(q.sum(-1, keepdims=True) / n).astype(np.int64)
        root = np.vectorize(math.isqrt)((y * y).sum(-1, keepdims=True))
        return (y * (2**31 // np.maximum(root, 1)) >> 1) * math.sqrt(n) / 2.0**30

    @classmethod
    def gelu(cls, q, s):
        scale = s / math.sqrt(2)
        limit = math.floor(1.769 / scale)
        found, own = cls.polynomial(np.minimum(np.abs(q), limit), scale, -0.2888, -1.769, 1)
        return q * (np.sign(q) * found + math.floor(1 / own)) * (s * own / 2)


class IVit:
    name = "I-ViT"

    @staticmethod
    def exponential(q, s, n):
        """exp of numbers that are at most 0, times a power of two."""
        p = q + (q >> 1) - (q >> 4)
        one = math.floor(-1 / s)
        p = np.maximum(p, n * one)
        shift = floor_div(p, one)
        return np.maximum((((p - one * shift) >> 1) - one) << (n - shift), 0)

    @classmethod
    def softmax(cls, q, s):
        e = cls.exponential(q - q.max(-1, keepdims=True), s, 15)
        total = np.minimum(e.sum(-1, keepdims=True), 2**31 - 1)
        return (e * ((2**31 - 1) // total) >> 24) / 2.0**7

    @staticmethod
    def norm(q, s, epsilon):
        del s, epsilon
        n = q.shape[-1]
        y = q - np.rint(q.sum(-1, keepdims=True) / n).astype(np.int64)
        squares = (y * y).sum(-1, keepdims=True)
        root = np.full_like(squares, 2**16)
        for _ in range(10):
            root = (root + squares // root) >> 1
        return (y * ((2**31 - 1) // np.maximum(root, 1)) >> 1) * math.sqrt(n) / 2.0**30

    @classmethod
    def gelu(cls, q, s):
        top = q.max(-1, keepdims=True)
        e, rest = cls.exponential(q - top, 1.702 * s, 23), cls.exponential(-top, 1.702 * s, 23)
        total = np.minimum(e + rest, 2**31 - 1)
        sigmoid = (e * ((2**31 - 1) // total)) >> 24
        return q * sigmoid * s / 2.0**7


FORMS = (Qc, IBert, IVit)
