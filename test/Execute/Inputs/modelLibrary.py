# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A compiled model's shared library, called through ctypes in every way that must not change its outputs."""
import ctypes
import os

import numpy as np

TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64}


class Tensor(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p), ("bytes", ctypes.c_size_t),
                ("dtype", ctypes.c_int32), ("rank", ctypes.c_int32), ("dims", ctypes.c_void_p)]


class Desc(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("name", ctypes.c_char_p), ("dtype", ctypes.c_int32),
                ("rank", ctypes.c_int32), ("dims", ctypes.POINTER(ctypes.c_int64))]


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("threads", ctypes.c_int32), ("max_level", ctypes.c_char_p),
                ("observe", ctypes.c_void_p), ("observe_user", ctypes.c_void_p)]


class FlushingCaller:
    """Inside: subnormals flush to zero and rounding is towards zero, as a caller of a model may have it."""

    def __enter__(self):
        self.libm, self.saved = ctypes.CDLL("libm.so.6"), (ctypes.c_uint32 * 8)()
        self.libm.fegetenv(self.saved)
        hostile = (ctypes.c_uint32 * 8)(*self.saved)
        hostile[7] |= 0x8040 | 0x6000  # MXCSR is the last word
        self.libm.fesetenv(hostile)

    def __exit__(self, *_):
        now = (ctypes.c_uint32 * 8)()
        self.libm.fegetenv(now)
        self.libm.fesetenv(self.saved)
        assert now[7] & 0xe040 == 0xe040, "the caller's float modes are lost"


class Library:
    def __init__(self, file, threads):
        self.library = ctypes.CDLL(file)
        self.name = os.path.basename(file).split(".")[0]
        self.handle = ctypes.c_void_p()
        options = Options(size=ctypes.sizeof(Options), threads=threads)
        self.call("open", ctypes.byref(options), ctypes.byref(self.handle))
        self.inputs, self.outputs = self.describe(0), self.describe(1)

    def call(self, function, *arguments):
        status = getattr(self.library, f"{self.name}_{function}")(*arguments)
        assert status == 0, f"{function}: status {status}"

    def describe(self, direction):
        made = []
        while True:
            desc = Desc(size=ctypes.sizeof(Desc))
            io = getattr(self.library, f"{self.name}_io")
            if io(self.handle, direction, ctypes.c_size_t(len(made)), ctypes.byref(desc)) != 0:
                return made
            made.append((desc.name.decode(), TYPES[desc.dtype], tuple(desc.dims[i] for i in range(desc.rank))))

    def run(self, arrays, overlap=False):
        """Outputs by name; with overlap the outputs lie where the inputs lie."""
        sizes = [[int(np.prod(d)) * np.dtype(t).itemsize for _, t, d in part] for part in (self.inputs, self.outputs)]
        pad = lambda n: (n + 63) // 64 * 64
        room = [sum(map(pad, part)) for part in sizes]
        buffer = np.zeros(sum(room) + 64, np.uint8)
        begin, made = (-buffer.ctypes.data) % 64, []
        for part, start in ((0, begin), (1, begin if overlap else begin + room[0])):
            for size in sizes[part]:
                made.append(buffer[start:start + size])
                start += pad(size)
        count = len(self.inputs)
        for (name, kind, dims), target in zip(self.inputs, made):
            array = np.asarray(arrays[name], kind, order="C")
            assert array.shape == dims, f"{name}: {array.shape}, expected {dims}"
            target[:] = array.reshape(-1).view(np.uint8)
        tensors = [Tensor(size=ctypes.sizeof(Tensor), data=m.ctypes.data if m.size else None, bytes=m.size)
                   for m in made]
        size = ctypes.c_size_t()
        self.call("workspace", self.handle, None, ctypes.byref(size))
        workspace = np.full(size.value + 64, 0xcd, np.uint8)
        array_type = lambda n: Tensor * max(n, 1)
        self.call("run", self.handle, array_type(count)(*tensors[:count]),
                  array_type(len(tensors) - count)(*tensors[count:]), workspace.ctypes.data_as(ctypes.c_void_p))
        assert (workspace[size.value:] == 0xcd).all(), "written behind the workspace"
        return {name: m.copy().view(kind).reshape(dims)
                for (name, kind, dims), m in zip(self.outputs, made[count:])}

    def close(self):
        close = getattr(self.library, f"{self.name}_close")
        close.restype = None
        close(self.handle)


def same_bytes(a, b):
    return all(a[k].tobytes() == b[k].tobytes() for k in a)


def check_runs(file, samples):
    """The outputs of all samples; every way of calling gives the same bytes."""
    results = []
    for threads in (1, 2):
        library = Library(file, threads)
        for index, sample in enumerate(samples):
            plain = library.run(sample)
            if threads == 1:
                results.append(plain)
            assert same_bytes(results[index], plain), "two threads differ"
            assert same_bytes(plain, library.run(sample, overlap=True)), "outputs over inputs differ"
            with FlushingCaller():
                flushed = library.run(sample)
            assert same_bytes(plain, flushed), "a caller with flush-to-zero changes the result"
        library.close()
    return results
