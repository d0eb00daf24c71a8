# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The file format of golden vectors, and how rows are written.

A vector file is a table of signed 64-bit integers, little endian:

    bytes 0..7    the text "QCVECTOR"
    bytes 8..15   version: 1
    bytes 16..23  columns per row
    bytes 24..31  rows
    then          rows * columns values, row by row

A float column holds the value's bits (f32: in the low 32 bits, f64: all 64, read as signed). What each column means is
said where a kind of vector is made; `kind` is a file of its own, never a column.
"""

import array
import struct
import sys

_HEADER = struct.Struct("<8sqqq")


class VectorFile:
    """Writes rows to `path`; the header is completed by close()."""

    def __init__(self, path, columns):
        self.columns = columns
        self.rows = 0
        self._buffer = array.array("q")
        self._file = open(path, "wb")
        self._file.write(_HEADER.pack(b"QCVECTOR", 1, columns, 0))

    def add(self, row):
        """Appends one row, a sequence of `columns` integers."""
        self._buffer.extend(row)
        self.rows += 1
        if len(self._buffer) > 1 << 20:
            self._flush()

    def _flush(self):
        if sys.byteorder != "little":
            self._buffer.byteswap()
        self._buffer.tofile(self._file)
        self._buffer = array.array("q")

    def close(self):
        if len(self._buffer) % self.columns:
            raise ValueError("a row with a wrong number of columns was added")
        self._flush()
        self._file.seek(0)
        self._file.write(_HEADER.pack(b"QCVECTOR", 1, self.columns, self.rows))
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
