// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Helpers of the target-neutral description of a model.
#include "qc/Target/Program.h"
#include "qc/Arith/Hash.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace llvm;

namespace qc {

ArgSpec ArgSpec::immF32(float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return imm(bits);
}

LaunchSpec LaunchSpec::run(int32_t kernel, ArrayRef<ArgSpec> args, int64_t tiles) {
  LaunchSpec launch;
  launch.kernel = kernel;
  launch.args.assign(args.begin(), args.end());
  launch.tiles = tiles;
  return launch;
}

LaunchSpec LaunchSpec::observe(StringRef symbol, ArgSpec data, qc_dtype dtype, ArrayRef<int64_t> dims,
                               ArrayRef<int64_t> strides) {
  LaunchSpec launch;
  launch.kind = Observe;
  launch.symbol = symbol.str();
  launch.args = {data, ArgSpec::imm(dtype)};
  for (int64_t extent : dims)
    launch.args.push_back(ArgSpec::imm(extent));
  for (int64_t stride : strides)
    launch.args.push_back(ArgSpec::imm(stride));
  return launch;
}

static constexpr int64_t kWeightAlignment = 64;

int64_t Weights::add(ArrayRef<char> piece, std::shared_ptr<const void> owner) {
  int64_t offset = int64_t(alignTo(uint64_t(bytes), kWeightAlignment));
  pieces.push_back({offset, piece, std::move(owner)});
  bytes = offset + int64_t(piece.size());
  return offset;
}

SmallVector<StringRef> Weights::slice(int64_t begin, int64_t end) const {
  static constexpr char zeros[kWeightAlignment] = {};
  SmallVector<StringRef> parts;
  // The last piece that begins at `begin` or before, and those behind it.
  auto piece = upper_bound(pieces, begin, [](int64_t at, const Piece &p) { return at < p.offset; });
  if (piece != pieces.begin())
    --piece;
  for (; piece != pieces.end() && begin < end; ++piece) {
    if (begin < piece->offset) {
      int64_t gap = std::min(piece->offset, end) - begin;
      parts.push_back(StringRef(zeros, size_t(gap)));
      begin += gap;
    }
    int64_t count = std::min(piece->offset + int64_t(piece->bytes.size()), end) - begin;
    if (count <= 0)
      continue;
    parts.push_back(StringRef(piece->bytes.data() + (begin - piece->offset), size_t(count)));
    begin += count;
  }
  return parts;
}

uint64_t ProgramSpec::getIdentity() const {
  if (states.empty())
    return 0;
  uint64_t hash = 1;
  auto add = [&](const void *data, size_t bytes) { hash = numerics::hash128(data, bytes, hash).first; };
  for (size_t i = 0; i < states.size(); ++i) {
    const TensorSpec &tensor = inputs[inputs.size() - states.size() + i];
    const StateSpec &state = states[i];
    int64_t numbers[] = {tensor.dtype, state.axis, state.outer, state.capacity, state.inner};
    add(tensor.name.data(), tensor.name.size());
    add(numbers, sizeof(numbers));
    add(state.most.data(), state.most.size() * sizeof(int64_t));
  }
  for (StringRef piece : weights.slice(0, weights.size()))
    add(piece.data(), piece.size());
  return hash;
}

int64_t getDTypeBytes(qc_dtype dtype) {
  switch (dtype) {
  case QC_U8:
  case QC_I8:
  case QC_BOOL:
    return 1;
  case QC_U16:
  case QC_I16:
  case QC_F16:
  case QC_BF16:
    return 2;
  case QC_F32:
  case QC_I32:
    return 4;
  case QC_I64:
  case QC_F64:
    return 8;
  case QC_U4:
  case QC_I4:
    return 0;
  }
  return 0;
}

StringRef getDTypeName(qc_dtype dtype) {
  switch (dtype) {
  case QC_F32:
    return "float32";
  case QC_U8:
    return "uint8";
  case QC_I8:
    return "int8";
  case QC_U16:
    return "uint16";
  case QC_I16:
    return "int16";
  case QC_I32:
    return "int32";
  case QC_I64:
    return "int64";
  case QC_BOOL:
    return "bool";
  case QC_F16:
    return "float16";
  case QC_F64:
    return "float64";
  case QC_BF16:
    return "bfloat16";
  case QC_U4:
    return "uint4";
  case QC_I4:
    return "int4";
  }
  return "";
}

std::string makeModelName(StringRef text) {
  std::string name;
  for (char c : text)
    name += isAlnum(c) ? c : '_';
  if (name.empty() || isDigit(name[0]))
    name.insert(0, "m_");
  return name;
}

Error checkModelName(StringRef name) {
  // Programs are linked with libc: these are its functions that end as those of a model do.
  for (StringRef function : {"_IO_file_open", "_IO_getline_info", "_IO_proc_open", "__gconv_open",
                             "__nss_files_data_open", "__open", "fts64_open", "fts_open", "iconv_open", "malloc_info",
                             "mq_open", "pidfd_open", "printf_size_info", "sem_open", "shm_open", "svc_run"})
    if (function.rsplit('_').first == name)
      return createStringError("'" + name + "' cannot be a model's name: " + function + " is a function of libc");
  return Error::success();
}

} // namespace qc
