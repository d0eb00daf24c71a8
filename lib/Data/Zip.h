// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of the zip format that .npz files use: central directory, stored and deflated members, zip64.
// Source: PKWARE APPNOTE 6.3.
#pragma once
#include "MappedFile.h"
#include <string>
#include <vector>

namespace qc::data {

struct ZipMember {
  std::string name;
  unsigned method = 0; ///< 0 stored, 8 deflated
  uint32_t crc = 0;
  uint64_t packedSize = 0;
  uint64_t size = 0;
  uint64_t headerOffset = 0; ///< of the local header
};

/// The members of the archive in `bytes`. Refused: encryption, several disks, other methods, duplicate names, sizes
/// that deflate cannot reach. Texts do not name the file.
llvm::Expected<std::vector<ZipMember>> readZipDirectory(llvm::ArrayRef<char> bytes);

/// The packed bytes of `member`.
llvm::Expected<llvm::ArrayRef<char>> getPackedData(llvm::ArrayRef<char> bytes, const ZipMember &member);

/// The first `count` bytes (or all, if fewer) of `member`, into `out`. With all of them the checksum is verified.
llvm::Error unpack(llvm::ArrayRef<char> bytes, const ZipMember &member, llvm::MutableArrayRef<char> out);

} // namespace qc::data
