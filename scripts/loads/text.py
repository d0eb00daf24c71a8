# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rendered text for the loads that read it: pages and single lines, by PIL with the DejaVu fonts."""
import pathlib

import numpy as np

from loads.files import Missing

FONTS = pathlib.Path("/usr/share/fonts/truetype/dejavu")
FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf")
WORDS = """every model brings its own shapes and scales but numbers stay what they were when weights move from one
compiler to another while rounding points keep their place Invoice Total Amount Street Station Morning Evening Train
Ticket Price Platform North River Bridge Harbour Garden Winter Summer Letter Number Kitchen Window Market Copper Silver
Paper Engine""".split()


def load_pil():
    """PIL's modules. Raises Missing."""
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise Missing("text is rendered by python3-pil, which is not installed") from error
    if not (FONTS / FACES[0]).exists():
        raise Missing("text is rendered with fonts-dejavu-core, which is not installed")
    return Image, ImageDraw, ImageFont


def draw_words(rng):
    """One to five words, now and then a number."""
    words = [str(rng.choice(WORDS)) for _ in range(int(rng.integers(1, 5)))]
    if rng.random() < 0.5:
        words.insert(int(rng.integers(len(words) + 1)), str(int(rng.integers(10, 100000))))
    return " ".join(words)


def make_page(seed, height, width):
    """A page, u8 [height, width, 3], and its lines of text from top to bottom."""
    image_module, draw_module, font_module = load_pil()
    rng = np.random.default_rng(seed)
    paper = tuple(int(v) for v in rng.integers(215, 256, 3))
    page = image_module.new("RGB", (width, height), paper)
    draw, lines, top = draw_module.Draw(page), [], int(rng.integers(12, 24))
    while True:
        size = int(rng.integers(20, 30))
        font = font_module.truetype(str(FONTS / rng.choice(FACES)), size)
        text = draw_words(rng)
        while font.getlength(text) > width - 40 and " " in text:
            text = text.rsplit(" ", 1)[0]
        if top + size * 1.4 > height - 12:
            break
        left = int(rng.integers(12, max(13, width - 20 - font.getlength(text))))
        if font.getlength(text) <= width - 40:
            draw.text((left, top), text, font=font, fill=tuple(int(v) for v in rng.integers(0, 70, 3)))
            lines.append(text)
        top += int(size * rng.uniform(1.9, 2.6))
    pixels = np.asarray(page, np.float32) + rng.normal(0, 3, (height, width, 3))
    return np.clip(pixels, 0, 255).round().astype(np.uint8), lines


def make_line(seed, width):
    """A line of text on a strip of 48 x width pixels: u8 [48, width, 3]. As many words as fit, whole; digits where
    none does: half a letter at the end is a tie between several, which two engines break differently."""
    image_module, draw_module, font_module = load_pil()
    rng = np.random.default_rng(seed)
    strip = image_module.new("RGB", (width, 48), tuple(int(v) for v in rng.integers(215, 256, 3)))
    font = font_module.truetype(str(FONTS / rng.choice(FACES)), int(rng.integers(24, 34)))
    words = " ".join(draw_words(rng) for _ in range(8)).split(" ")
    fitting = [count for count in range(1, len(words)) if font.getlength(" ".join(words[:count])) < width - 12]
    digits = [count for count in range(1, 6) if font.getlength("0" * count) < width - 8]
    number = str(int(rng.integers(10 ** (len(digits) - 1), 10 ** len(digits))))
    text = " ".join(words[:fitting[-1]]) if fitting else number
    draw_module.Draw(strip).text((5, 5), text, font=font, fill=tuple(int(v) for v in rng.integers(0, 70, 3)))
    pixels = np.asarray(strip, np.float32) + rng.normal(0, 3, (48, width, 3))
    return np.clip(pixels, 0, 255).round().astype(np.uint8)


def resize(image, height, width):
    """u8 [H, W, 3] to another size, bilinear."""
    image_module = load_pil()[0]
    return np.asarray(image_module.fromarray(image).resize((width, height), image_module.BILINEAR))


def normalize(image):
    """u8 [H, W, 3] to f32 [3, H, W] in [-1, 1], as the OCR models were trained."""
    return np.ascontiguousarray((image.astype(np.float32) / np.float32(127.5) - 1).transpose(2, 0, 1))
