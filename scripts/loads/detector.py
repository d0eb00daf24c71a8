# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small detector of the kind of YOLOv8, in PyTorch: height and width are known at run time only."""
import torch
from torch import nn

CLASSES, BINS, STRIDES = 8, 16, (8, 16, 32)


class Unit(nn.Sequential):
    """Convolution, batch normalization, SiLU."""

    def __init__(self, cin, cout, kernel=1, stride=1):
        super().__init__(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout), nn.SiLU())


class Bottleneck(nn.Module):
    def __init__(self, width, shortcut):
        super().__init__()
        self.body = nn.Sequential(Unit(width, width, 3), Unit(width, width, 3))
        self.shortcut = shortcut

    def forward(self, x):
        return x + self.body(x) if self.shortcut else self.body(x)


class C2f(nn.Module):
    """Splits the channels, lets one half through a bottleneck, and joins all three parts."""

    def __init__(self, cin, cout, shortcut):
        super().__init__()
        self.half = cout // 2
        self.first, self.last = Unit(cin, cout), Unit(cout + self.half, cout)
        self.block = Bottleneck(self.half, shortcut)

    def forward(self, x):
        a, b = self.first(x).split((self.half, self.half), 1)
        return self.last(torch.cat([a, b, self.block(b)], 1))


class Sppf(nn.Module):
    """Max pools over 5, 9 and 13 pixels, one after the other, joined with what went in."""

    def __init__(self, width):
        super().__init__()
        self.first, self.last = Unit(width, width // 2), Unit(2 * width, width)
        self.pool = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        x = self.first(x)
        y = self.pool(x)
        z = self.pool(y)
        return self.last(torch.cat([x, y, z, self.pool(z)], 1))


class Head(nn.Module):
    """Boxes as distributions over 16 bins on four sides, scores of classes; both at three scales."""

    def __init__(self, widths):
        super().__init__()
        self.boxes = nn.ModuleList(nn.Sequential(Unit(w, 16, 3), nn.Conv2d(16, 4 * BINS, 1)) for w in widths)
        self.scores = nn.ModuleList(nn.Sequential(Unit(w, 16, 3), nn.Conv2d(16, CLASSES, 1)) for w in widths)
        self.mean = nn.Conv2d(BINS, 1, 1, bias=False)
        self.mean.weight.data = torch.arange(BINS, dtype=torch.float32).reshape(1, BINS, 1, 1)

    @staticmethod
    def make_anchors(maps):
        """The centres of the cells, [2, A], and the stride of each, [1, A]."""
        points, strides = [], []
        for x, stride in zip(maps, STRIDES):
            h, w = x.shape[2:]
            columns = torch.arange(w, dtype=torch.float32) + 0.5
            rows = torch.arange(h, dtype=torch.float32) + 0.5
            ys, xs = torch.meshgrid(rows, columns, indexing="ij")
            points.append(torch.stack((xs, ys), -1).view(-1, 2))
            strides.append(torch.full((h * w, 1), float(stride)))
        return torch.cat(points).transpose(0, 1), torch.cat(strides).transpose(0, 1)

    def forward(self, maps):
        joined = [torch.cat([box(x), score(x)], 1) for x, box, score in zip(maps, self.boxes, self.scores)]
        flat = torch.cat([x.view(x.shape[0], 4 * BINS + CLASSES, -1) for x in joined], 2)
        box, score = flat.split((4 * BINS, CLASSES), 1)
        bins = box.view(box.shape[0], 4, BINS, box.shape[2]).transpose(2, 1).softmax(1)
        sides = self.mean(bins).view(box.shape[0], 4, box.shape[2])
        points, strides = self.make_anchors(maps)
        top_left, bottom_right = sides.chunk(2, 1)
        low, high = points.unsqueeze(0) - top_left, points.unsqueeze(0) + bottom_right
        return torch.cat([torch.cat([(low + high) / 2, high - low], 1) * strides, score.sigmoid()], 1)


class Detector(nn.Module):
    """Images [1, 3, H, W], H and W multiples of 32, to [1, 4 + classes, A]: centre, size, scores of A = 21 HW / 1024
    boxes."""

    def __init__(self, widths=(8, 16, 24, 32, 48)):
        super().__init__()
        a, b, c, d, e = widths
        self.stem = nn.Sequential(Unit(3, a, 3, 2), Unit(a, b, 3, 2), C2f(b, b, True))
        self.eighth = nn.Sequential(Unit(b, c, 3, 2), C2f(c, c, True))
        self.sixteenth = nn.Sequential(Unit(c, d, 3, 2), C2f(d, d, True))
        self.last = nn.Sequential(Unit(d, e, 3, 2), C2f(e, e, True), Sppf(e))
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.top4, self.top3 = C2f(e + d, d, False), C2f(d + c, c, False)
        self.down4, self.down5 = Unit(c, c, 3, 2), Unit(d, d, 3, 2)
        self.out4, self.out5 = C2f(c + d, d, False), C2f(d + e, e, False)
        self.head = Head((c, d, e))

    def forward(self, x):
        p3 = self.eighth(self.stem(x))
        p4 = self.sixteenth(p3)
        p5 = self.last(p4)
        t4 = self.top4(torch.cat([self.up(p5), p4], 1))
        n3 = self.top3(torch.cat([self.up(t4), p3], 1))
        n4 = self.out4(torch.cat([self.down4(n3), t4], 1))
        n5 = self.out5(torch.cat([self.down5(n4), p5], 1))
        return self.head([n3, n4, n5])


def initialize(model):
    """Random weights that behave as trained ones do: random layers, one behind the other, let rounding errors grow to
    1e-4 of the range. With small scales, where SiLU is nearly linear, and small logits of bins they stay near 1e-6."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.2, 0.8)
    for layers in (*model.head.boxes, *model.head.scores):
        nn.init.normal_(layers[-1].weight, std=0.15)
