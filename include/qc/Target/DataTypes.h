// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types of a model's border as those of data files.
#pragma once
#include "qc/Data/Tensor.h"
#include "qc/Runtime/Abi.h"

namespace qc {

/// The element type of data files that has the same elements; every type of a border has one.
inline data::DType getDataType(qc_dtype type) {
  switch (type) {
  case QC_F32:
    return data::DType::F32;
  case QC_U8:
    return data::DType::U8;
  case QC_I8:
    return data::DType::I8;
  case QC_U16:
    return data::DType::U16;
  case QC_I16:
    return data::DType::I16;
  case QC_I32:
    return data::DType::I32;
  case QC_I64:
    return data::DType::I64;
  case QC_F16:
    return data::DType::F16;
  case QC_F64:
    return data::DType::F64;
  case QC_BOOL:
  case QC_BF16: // no artefact has these yet, nor files their elements
  case QC_U4:
  case QC_I4:
    break;
  }
  return data::DType::Bool;
}

} // namespace qc
