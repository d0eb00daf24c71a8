// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading .npy files.
#include "qc/Data/Npy.h"
#include "MappedFile.h"
#include "llvm/Support/Alignment.h"
#include <vector>

using namespace llvm;
using namespace qc::data;

/// Copies `in`, whose first index runs fastest, to row-major `out`.
static void copyFromFortranOrder(ArrayRef<int64_t> dims, unsigned width, const char *in, char *out) {
  size_t rank = dims.size();
  SmallVector<int64_t> strides(rank), index(rank, 0);
  int64_t stride = width, count = 1;
  for (size_t i = 0; i < rank; ++i) {
    strides[i] = stride;
    stride *= dims[i];
    count *= dims[i];
  }
  for (int64_t n = 0, position = 0; n < count; ++n, out += width) {
    std::memcpy(out, in + position, width);
    for (size_t i = rank; i-- > 0;) { // the next index, last one fastest
      position += strides[i];
      if (++index[i] < dims[i])
        break;
      position -= strides[i] * dims[i];
      index[i] = 0;
    }
  }
}

Tensor qc::data::makeTensor(const NpyHeader &header, ArrayRef<char> data, std::shared_ptr<const void> owner) {
  data = data.take_front(size_t(header.dataBytes));
  unsigned width = getByteWidth(header.dtype);
  bool aligned = isAddrAligned(Align(width), data.data());
  if (header.fortranOrder && header.dims.size() > 1 && !data.empty()) {
    auto copy = std::make_shared<std::vector<char>>(data.size());
    copyFromFortranOrder(header.dims, width, data.data(), copy->data());
    return Tensor{header.dtype, header.dims, *copy, copy};
  }
  if (!aligned)
    return Tensor::copy(header.dtype, header.dims, data);
  return Tensor{header.dtype, header.dims, data, std::move(owner)};
}

static Expected<NpyHeader> readHeader(StringRef path, const MappedFile &file) {
  Expected<NpyHeader> header = parseNpyHeader(file.bytes);
  if (!header)
    return failFile(path, header.takeError());
  size_t present = file.bytes.size() - header->dataOffset;
  if (present != uint64_t(header->dataBytes))
    return failFile(path, "holds " + Twine(present) + " bytes of data, " + describe(header->dtype, header->dims) +
                              " needs " + Twine(header->dataBytes));
  return header;
}

Expected<NpyHeader> qc::data::readNpyHeader(StringRef path) {
  Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  return readHeader(path, *file);
}

Expected<Tensor> qc::data::readNpy(StringRef path) {
  Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  Expected<NpyHeader> header = readHeader(path, *file);
  if (!header)
    return header.takeError();
  return makeTensor(*header, file->bytes.drop_front(header->dataOffset), file->owner);
}
