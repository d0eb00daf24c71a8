# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The text of rendered pages, read by three models on both engines."""
import numpy as np
import onnx

from loads import engines, ocr, text
from loads.measure import similarity
from loads.modes import WORK, compile_load, output_names

PAGES, LEAST_READ = 20, 0.9
SIZES = ((320, 448), (416, 320), (288, 512), (480, 480))


def make_pages():
    """Pages, and their lines of text; every fifth page stands on its head."""
    pages, truth = [], []
    for i in range(PAGES):
        page, lines = text.make_page(5000 + i, *SIZES[i % len(SIZES)])
        if i % 5 == 4:
            page, lines = np.ascontiguousarray(page[::-1, ::-1]), lines[::-1]
        pages.append(page)
        truth.append(lines)
    return pages, truth


def run_reference(models):
    def run(name, arrays):
        found = engines.run_reference(models[name], [{"x": array} for array in arrays], WORK / "reference")
        return [next(iter(outputs.values())) for outputs in found]
    return run


def run_programs(arguments, models, loads):
    programs = {name: compile_load(arguments, f"ocr-{name}-float", path, ["--float"])[0]
                for name, path in models.items()}

    def run(name, arrays):
        feeds, names = [{"x": array} for array in arrays], output_names(loads[f"ocr-{name}"], models[name])
        found = engines.run_program(programs[name], feeds, names, False, arguments.threads)
        return [outputs[names[0]] for outputs in found]
    return run


def check_pages(arguments, loads):
    """ONNX Runtime has to read nine letters in ten, and qc the same lines; `arguments.engine` "ort" leaves qc out."""
    models = {name: loads[f"ocr-{name}"].find() for name in ("detector", "classifier", "recognizer")}
    characters = ocr.read_characters(onnx.load(models["recognizer"]))
    pages, truth = make_pages()
    expected = ocr.read_pages(pages, characters, run_reference(models))
    share, lines = similarity(expected, truth), sum(len(page) for page in expected)
    words = f"{PAGES} pages, {lines} lines; ONNX Runtime reads {100 * share:.1f} % of the letters"
    if arguments.engine == "ort":
        return words, share >= LEAST_READ
    actual = ocr.read_pages(pages, characters, run_programs(arguments, models, loads))
    different = [(i, a, b) for i, (a, b) in enumerate(zip(actual, expected)) if a != b]
    for i, a, b in different[:3]:
        print(f"  page {i}: qc reads {a}, ONNX Runtime {b}")
    return f"{words}; qc reads {len(different)} pages differently", share >= LEAST_READ and not different
