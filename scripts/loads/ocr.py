# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Text of pages by three models: find the lines, turn those that are upside down, read them.

`run(name, arrays)` stands for the models "detector", "classifier" and "recognizer": the output for each input.
"""
import numpy as np

from loads.text import normalize, resize

THRESHOLD, BOX_THRESHOLD, UNCLIP, SMALLEST = 0.3, 0.5, 1.6, 5
TURNED = 0.9  # the classifier's probability from which on a line is turned


def label_runs(mask):
    """The connected regions of a mask, 8 neighbours: for each, its runs (row, begin, end)."""
    parents, rows, before = [], [], []

    def find(i):
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    for y, row in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        now = []
        for begin, end in edges.reshape(-1, 2).tolist():
            index = len(parents)
            parents.append(index)
            rows.append((y, begin, end))
            now.append(index)
            for other in before:
                if rows[other][1] <= end and begin <= rows[other][2]:
                    parents[find(index)] = find(other)
        before = now
    regions = {}
    for i, run in enumerate(rows):
        regions.setdefault(find(i), []).append(run)
    return list(regions.values())


def find_boxes(probabilities):
    """Boxes (top, left, bottom, right) of text in a map [H, W], from top to bottom: regions above the threshold, each
    grown by area * 1.6 / perimeter, as DB (Liao et al., 2020) undoes the shrinking that it is trained with."""
    height, width = probabilities.shape
    boxes = []
    for runs in label_runs(probabilities > THRESHOLD):
        top, bottom = runs[0][0], runs[-1][0] + 1
        left, right = min(run[1] for run in runs), max(run[2] for run in runs)
        h, w = bottom - top, right - left
        if min(h, w) < SMALLEST or probabilities[top:bottom, left:right].mean() < BOX_THRESHOLD:
            continue
        grow = int(round(h * w * UNCLIP / (2 * (h + w))))
        boxes.append((max(0, top - grow), max(0, left - grow), min(height, bottom + grow), min(width, right + grow)))
    return sorted(boxes)


def fit(crop, width):
    """A line at height 48, at most `width` wide, filled up with zeros behind: f32 [1, 3, 48, width]."""
    scaled = min(width, max(1, int(np.ceil(48 * crop.shape[1] / crop.shape[0]))))
    line = np.zeros((1, 3, 48, width), np.float32)
    line[0, :, :, :scaled] = normalize(resize(crop, 48, scaled))
    return line


def decode(scores, characters):
    """Connectionist temporal classification, greedy: repeated classes once, class 0 is blank. `scores` [T, classes]."""
    best = scores.argmax(1)
    keep = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    return "".join(characters[c - 1] for c in best[keep])


def read_pages(pages, characters, run):
    """The lines of text of each page (u8 [H, W, 3], H and W multiples of 32), from top to bottom."""
    maps = run("detector", [normalize(page)[None] for page in pages])
    boxes = [(i, box) for i, found in enumerate(maps) for box in find_boxes(found[0, 0])]
    crops = [pages[i][top:bottom, left:right] for i, (top, left, bottom, right) in boxes]
    turned = run("classifier", [fit(crop, 192) for crop in crops])
    crops = [crop[::-1, ::-1] if scores[0, 1] > TURNED else crop for crop, scores in zip(crops, turned)]
    widths = [max(32, int(np.ceil(48 * crop.shape[1] / crop.shape[0] / 8)) * 8) for crop in crops]
    scores = run("recognizer", [fit(np.ascontiguousarray(crop), width) for crop, width in zip(crops, widths)])
    texts = [[] for _ in pages]
    for (i, _), found in zip(boxes, scores):
        texts[i].append(decode(found[0], characters))
    return texts


def read_characters(model):
    """The alphabet of a recognizer, from its metadata; behind the listed ones there is the space."""
    listed = next(entry.value for entry in model.metadata_props if entry.key == "character")
    return listed.splitlines() + [" "]
