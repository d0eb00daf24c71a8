# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Seeded images with the statistics of photographs, by numpy alone: most of the power in low frequencies."""
import numpy as np


def make_images(seed, count, height, width):
    """f32 [count, 3, height, width], mean about 0, deviation about 1 per image: noise at five scales, each enlarged
    linearly, colours correlated, and the noise of a sensor."""
    rng = np.random.default_rng(seed)
    images = np.zeros((count, 3, height, width))
    for cells in (2, 4, 8, 16, 32):
        noise = rng.standard_normal((count, 1, cells, cells)) + 0.5 * rng.standard_normal((count, 3, cells, cells))
        images += enlarge(enlarge(noise, 2, height), 3, width) / np.sqrt(cells)
    images += 0.3 * images.std((1, 2, 3), keepdims=True) * rng.standard_normal(images.shape)
    images -= images.mean((1, 2, 3), keepdims=True)
    images /= images.std((1, 2, 3), keepdims=True)
    return images.astype(np.float32)


def enlarge(x, axis, size):
    """Linear interpolation of one axis to `size` elements, ends on ends."""
    at = np.linspace(0, x.shape[axis] - 1, size)
    low = np.minimum(at.astype(int), x.shape[axis] - 2)
    part = (at - low).reshape([-1 if d == axis else 1 for d in range(x.ndim)])
    return np.take(x, low, axis) * (1 - part) + np.take(x, low + 1, axis) * part
