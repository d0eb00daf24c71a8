# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What benchmarks/accuracy measures: models, what they are calibrated with, what is held out, and what counts."""
import numpy as np
import onnx

from environment import WORK
from loads import catalog, engines, modes, ocr, photos, text
from loads.load import CALIBRATION, Load
from metrics import (AGREEMENT, COSINE, DIVERGENCE, MOVED, OVERLAP, SQNR, WORST_OVERLAP, Measure, compare_texts, mean)

HELD_OUT = 1_000_000  # seeds from here on are for nothing else
ROWS = 16  # of an input file
LINES, PAGES = 32, 12  # held out, of each width; of each size
TURNED = 3072  # lines held out for the classifier, most of which lose next to nothing


class Subject:
    """A load, with `make_calibration()`, `make_held_out()`: lists of {input: array}, whose rows are samples; the output
    that counts, None: the first; what is measured, of a model file. `find_groups()`: the group of each sample held
    out, for samples that have something in common."""

    def __init__(self, load, held_out, measures, calibration=None, output=None, groups=None, transformer=False):
        self.load, self.make_held_out, self.measures = load, held_out, measures
        self.make_calibration = calibration or load.make_calibration
        self.output, self.find_groups, self.transformer = output, groups, transformer


class Data:
    """What a model is measured on: the model file, feeds, and the float outputs."""

    def __init__(self, name, subject):
        self.name, self.subject, self.path = name, subject, subject.load.find()
        self.calibration, self.held_out = subject.make_calibration(), subject.make_held_out()
        self.outputs = [subject.output or modes.output_names(subject.load, self.path)[0]]
        self.expected = self.pick(engines.run_reference(self.path, self.held_out, WORK / "float"))
        samples = sum(len(run) for run in self.expected)
        self.groups = subject.find_groups() if subject.find_groups else range(samples)
        self.measures = subject.measures(self.path)
        count = sum(len(next(iter(feed.values()))) for feed in self.calibration)
        self.words = f"{self.path.name}, calibrated with {count} samples, measured on {samples} others"

    def pick(self, runs):
        return [run[self.outputs[0]] for run in runs]


def stack(feeds, rows=ROWS):
    """Feeds of single samples and of one shape, several to a feed."""
    return [{name: np.concatenate([feed[name] for feed in feeds[i:i + rows]]) for name in feeds[0]}
            for i in range(0, len(feeds), rows)]


def make_lines():
    """Of every width some lines, that all differ."""
    return [{"x": np.stack([text.normalize(text.make_line(HELD_OUT + 1000 * i + row, width))
                            for row in range(LINES)])} for i, width in enumerate(catalog.WIDTHS)]


def make_turned_lines(seed, count):
    """Lines for the classifier, every other one upside down."""
    lines = [text.normalize(text.make_line(seed + i, 192)) for i in range(count)]
    return [{"x": line[None, :, ::-1, ::-1] if i % 2 else line[None]} for i, line in enumerate(lines)]


def measure_texts(path):
    characters = ocr.read_characters(onnx.load(path))
    return [Measure("same text", 3, compare_texts(characters), mean), MOVED, SQNR]


def measure_classes(_):
    return [AGREEMENT, SQNR, DIVERGENCE]


def find_pictures():
    return photos.read("test")[1]


def make_zoo(load):
    """A network of photographs; in float those with seeded weights say nothing, and still have something to lose."""
    return Subject(load, lambda: stack(catalog.read_photos("test")), measure_classes,
                   lambda: catalog.read_photos("calibration"), groups=find_pictures)


def list_subjects():
    """{name: Subject}; the first five are what is measured by default."""
    loads = {load.name: load for load in catalog.list_loads()}
    cnn = Load("fashion-cnn", catalog.INPUTS / "fashion-mnist-cnn.onnx", None,
               lambda: catalog.read_fashion("train", 0, 200))
    subjects = {
        "lite0": make_zoo(loads["efficientnet-lite0"]),
        "recognizer": Subject(loads["ocr-recognizer"], make_lines, measure_texts,
                              lambda: catalog.make_lines(CALIBRATION, (64, 128, 200, 320, 480), (1,) * 24)),
        "classifier": Subject(loads["ocr-classifier"], lambda: stack(make_turned_lines(HELD_OUT, TURNED)),
                              lambda _: [AGREEMENT, MOVED, SQNR], lambda: make_turned_lines(CALIBRATION, 512)),
        "detector": Subject(loads["ocr-detector"], lambda: catalog.make_pages(HELD_OUT, catalog.PAGES * PAGES),
                            lambda _: [OVERLAP, WORST_OVERLAP, SQNR]),
        "fashion-cnn": Subject(cnn, lambda: stack(catalog.read_fashion("t10k", 0, 2000), 100), measure_classes),
        "vit": Subject(loads["vit"], lambda: stack(catalog.read_fashion("t10k", 0, 2000), 100), measure_classes,
                       transformer=True),
        "minilm": Subject(loads["minilm-opset17"], lambda: catalog.make_sentences(HELD_OUT, catalog.SENTENCES * 6),
                          lambda _: [COSINE, SQNR], output="sentence_embedding", transformer=True)}
    for name in ("mobilenet_v2", "resnet18", "densenet121", "mnasnet1_0", "shufflenet_v2_x1_0", "efficientnet_b0"):
        subjects[name] = make_zoo(loads[name])
    return subjects


DEFAULT = 5  # subjects
