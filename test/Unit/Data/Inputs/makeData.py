#!/usr/bin/python3
# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the NumPy and ONNX files that the tests of the room Data read: makeData.py FOLDER."""
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper

os.chdir(sys.argv[1])
TYPES = "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 ?".split()
for name in TYPES:
    np.save(f"type_{name.replace('?', 'b1')}.npy", np.arange(6).reshape(2, 3).astype(name))
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)))
np.save("scalar.npy", np.float32(2.5))
np.save("empty.npy", np.zeros((0, 3), np.float32))
np.save("big_endian.npy", np.arange(3, dtype=">f4"))
np.save("pickle.npy", np.array([{}, None], dtype=object), allow_pickle=True)
np.save("records.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
np.save("strings.npy", np.array(["ab", "c"]))
for major in (2, 3):
    with open(f"version{major}.npy", "wb") as f:
        np.lib.format.write_array(f, np.arange(3, dtype=np.float32), version=(major, 0))
np.save("large.npy", np.arange(64 * 1024, dtype=np.float32).reshape(64, 32, 32))

np.savez("stored.npz", x=np.arange(6, dtype=np.float32).reshape(2, 3), y=np.arange(2, dtype=np.int64))
np.savez_compressed("deflated.npz", **{"x": np.zeros((50, 40), np.float32), "a/b:c=d ü": np.arange(5, dtype=np.uint8)})
np.savez("one.npz", x=np.arange(6, dtype=np.float32).reshape(2, 3))
np.savez("pickled.npz", x=np.array([{}], dtype=object))

# A data set in every form: input x is 1x3.
os.makedirs("set/ignored")
np.save("set/b.npy", np.arange(6, 12, dtype=np.float32).reshape(2, 3))
np.save("set/a.npy", np.arange(3, dtype=np.float32).reshape(1, 3))
np.savez_compressed("set/c.npz", x=np.arange(12, 15, dtype=np.float32).reshape(1, 3))
open("set/README.txt", "w").write("not data")
for index in (10, 2):
    os.makedirs(f"set/test_data_set_{index}")
    tensor = numpy_helper.from_array(np.full((1, 3), index, np.float32), "x")
    open(f"set/test_data_set_{index}/input_0.pb", "wb").write(tensor.SerializeToString())
open("list.txt", "w").write("set/b.npy\r\n\n  set/test_data_set_10\nset/a.npy\n")
open("list_missing.txt", "w").write("set/a.npy\nnone.npy\n")
os.makedirs("two")
np.savez("two/s.npz", x=np.zeros((4, 3), np.float32), y=np.arange(8, dtype=np.uint8).reshape(8, 1))
np.savez("two_disagree.npz", x=np.zeros((4, 3), np.float32), y=np.zeros((6, 1), np.uint8))
os.makedirs("nothing")

# Tensor messages: typed data, external data, wrong sizes, strings.
os.makedirs("pb")
make = onnx.helper.make_tensor
F = onnx.TensorProto


def save(name, tensor):
    open(f"pb/{name}.pb", "wb").write(tensor.SerializeToString())


save("other_shape", numpy_helper.from_array(np.zeros((2, 3), np.float32), "x"))
save("f16", make("h", F.FLOAT16, [2], [1, -2]))
save("i8", make("b", F.INT8, [3], [-128, 0, 127]))
save("u64", make("q", F.UINT64, [1], [2**64 - 1]))
save("strings", make("s", F.STRING, [1], [b"text"]))
tensor = make("short", F.FLOAT, [3], [1, 2, 3])
del tensor.float_data[2]
save("short", tensor)
tensor = make("range", F.INT8, [1], [1])
tensor.int32_data[0] = 200
save("range", tensor)
tensor = make("both", F.FLOAT, [1], [1])
tensor.raw_data = b"\0\0\0\0"
save("both", tensor)
tensor = F(name="huge", data_type=1, dims=[2**40, 2**40])
save("huge", tensor)
save("negative", F(name="negative", data_type=1, dims=[-1]))
tensor = F(name="external", data_type=1, dims=[1], data_location=1)
tensor.external_data.add(key="location", value="x.bin")
save("external", tensor)
save("float8", F(name="float8", data_type=17, dims=[1], raw_data=b"\0"))
