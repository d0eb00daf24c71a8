// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NumPy's array files: .npy and .npz.
#pragma once
#include "qc/Data/Tensor.h"
#include "llvm/Support/Error.h"

namespace qc::data {

/// What the header of a .npy file says.
struct NpyHeader {
  DType dtype = DType::F32;
  llvm::SmallVector<int64_t, 4> dims;
  bool fortranOrder = false; ///< the first index runs fastest in the file
  size_t dataOffset = 0;     ///< bytes before the first element
  int64_t dataBytes = 0;     ///< bytes of all elements
};

/// Longest header that is read: magic, version, length and text.
constexpr size_t kMaxNpyHeaderBytes = 12 + 65536;

/// Reads the header at the start of `bytes` (.npy versions 1 to 3). Element types f16, f32, f64, i8 to i64, u8 to u64,
/// bool; byte order little or none. Pickled objects, records and strings are refused. Texts do not name the file.
llvm::Expected<NpyHeader> parseNpyHeader(llvm::ArrayRef<char> bytes);

/// The array whose data (after the header) is `data`, kept alive by `owner`. Copies only where order or alignment ask
/// for it. `data` has at least header.dataBytes bytes.
Tensor makeTensor(const NpyHeader &header, llvm::ArrayRef<char> data, std::shared_ptr<const void> owner);

/// The header of .npy file `path`, with the size of the file checked against it. Reads a few hundred bytes.
llvm::Expected<NpyHeader> readNpyHeader(llvm::StringRef path);

/// Reads .npy file `path`. Large C-order arrays stay mapped: memory is used only for the parts that are touched, and
/// the file must not shrink meanwhile. Fails with a text that names the file.
llvm::Expected<Tensor> readNpy(llvm::StringRef path);

/// Prints a .npy file's bytes, those that writeNpy writes.
void printNpy(llvm::raw_ostream &os, const Tensor &tensor);

/// Writes .npy file `path` (version 1.0, C order, data at a multiple of 64 bytes); on failure nothing is left behind.
llvm::Error writeNpy(llvm::StringRef path, const Tensor &tensor);

/// One array of a .npz archive.
struct NpzEntry {
  std::string name; ///< without ".npy"
  NpyHeader header;
};

/// Names, types and shapes of the arrays in archive `path`, in archive order. Unpacks headers only. Stored and deflated
/// members, zip64 included; encrypted or split archives and members other than .npy are refused, duplicates too.
llvm::Expected<std::vector<NpzEntry>> readNpzHeaders(llvm::StringRef path);

/// Array `name` of archive `path`; its checksum is verified.
llvm::Expected<Tensor> readNpz(llvm::StringRef path, llvm::StringRef name);

} // namespace qc::data
