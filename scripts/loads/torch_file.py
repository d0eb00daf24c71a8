# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weights out of the files that PyTorch wrote before version 1.6, without PyTorch and without running what they name.

Such a file is five pickles (a magic number, a version, facts of the machine, the dictionary of weights, the names of
the storages), and then each storage: the number of its elements as 64 bits, and the elements, little-endian.
"""
import collections
import pickle

import numpy as np

from loads.files import Wrong

MAGIC = 0x1950A86A20F9469CFC6C
TYPES = {"FloatStorage": np.float32, "LongStorage": np.int64}
# A weight: its storage, and place, shape and strides in it, in elements.
Place = collections.namedtuple("Place", "storage offset shape strides")


class Unpickler(pickle.Unpickler):
    """Knows the names that a dictionary of weights needs, and no other."""

    def find_class(self, module, name):
        if module == "torch" and name in TYPES:
            return name
        known = {("collections", "OrderedDict"): collections.OrderedDict,
                 ("torch._utils", "_rebuild_tensor_v2"): lambda storage, *place: Place(storage, *place[:3])}
        if (module, name) not in known:
            raise Wrong(f"the file of weights names '{module}.{name}', which is no part of a dictionary of weights")
        return known[module, name]

    def persistent_load(self, pid):
        _, kind, key, *_ = pid
        return key, kind


def read_torch(path):
    """{name: array} of a file of that format. Raises Wrong."""
    with open(path, "rb") as file:
        if Unpickler(file).load() != MAGIC:
            raise Wrong(f"'{path.name}' does not begin with the number that PyTorch's files begin with")
        for _ in ("version", "machine"):
            Unpickler(file).load()
        places, storages = Unpickler(file).load(), {}
        kinds = dict(place.storage for place in places.values())
        for key in Unpickler(file).load():
            count = int(np.frombuffer(file.read(8), np.int64)[0])
            kind = np.dtype(TYPES[kinds[key]])
            storages[key] = np.frombuffer(file.read(count * kind.itemsize), kind)
    arrays = {}
    for name, (storage, offset, shape, strides) in places.items():
        flat = storages[storage[0]][offset:]
        steps = [step * flat.itemsize for step in strides]
        arrays[name] = np.lib.stride_tricks.as_strided(flat, shape, steps).copy()
    return arrays
