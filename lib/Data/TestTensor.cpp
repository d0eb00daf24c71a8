// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of the ONNX model zoo's test data sets.
#include "qc/Data/TestTensor.h"
#include "Errors.h"
#include "qc/Import/ONNX/TensorFile.h"

using namespace llvm;
using namespace qc::data;

Expected<Tensor> qc::data::readTestTensor(StringRef path) {
  Expected<onnx::TensorPayload> payload = onnx::readTensorFile(path);
  if (!payload)
    return payload.takeError();
  std::string name = onnx::getElementTypeName(payload->elementType);
  std::optional<DType> dtype = parseDType(name); // the rooms' names are the same
  if (!dtype)
    return failFile(path, "has element type " + name + ", accepted are f16, f32, f64, i8 to i64, u8 to u64 and bool");
  return Tensor::copy(*dtype, payload->dims, ArrayRef<char>(payload->bytes.data(), payload->bytes.size()));
}
