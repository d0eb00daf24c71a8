// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MaxPool, AveragePool, GlobalAveragePool.
#include "../Handlers.h"
#include "../Windows.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

LogicalResult qc::onnx::importMaxPool(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  FailureOr<ArrayRef<int64_t>> spatial = getSpatialDims(node, *x);
  if (failed(spatial))
    return failure();
  FailureOr<Window> window = readWindow(node, *spatial, std::nullopt, /*hasDilations=*/true);
  bool ceilMode = node.getAttributes().getBool("ceil_mode", false);
  node.getAttributes().getBool("storage_order", false); // orders the indices, which are refused
  if (failed(window) || failed(node.getAttributes().finish()) || failed(node.expectNoOutputsFrom(1, "the indices")) ||
      failed(checkFit(node, *spatial, *window, ceilMode)))
    return failure();
  return node.createOutput<qc::MaxPoolOp>(*x, ArrayRef<int64_t>(window->kernel), ArrayRef<int64_t>(window->strides),
                                          ArrayRef<int64_t>(window->pads), ArrayRef<int64_t>(window->dilations),
                                          ceilMode);
}

static LogicalResult importAveragePool(Node &node, bool hasDilations) {
  FailureOr<Value> x = node.getFloatInput(0);
  if (failed(x))
    return failure();
  FailureOr<ArrayRef<int64_t>> spatial = getSpatialDims(node, *x);
  if (failed(spatial))
    return failure();
  FailureOr<Window> window = readWindow(node, *spatial, std::nullopt, hasDilations);
  bool ceilMode = node.getAttributes().getBool("ceil_mode", false);
  bool countPads = node.getAttributes().getBool("count_include_pad", false);
  if (failed(window) || failed(node.getAttributes().finish()) || failed(checkFit(node, *spatial, *window, ceilMode)))
    return failure();
  return node.createOutput<qc::AvgPoolOp>(*x, ArrayRef<int64_t>(window->kernel), ArrayRef<int64_t>(window->strides),
                                          ArrayRef<int64_t>(window->pads), ArrayRef<int64_t>(window->dilations),
                                          ceilMode, countPads);
}

LogicalResult qc::onnx::importAveragePool11(Node &node) { return importAveragePool(node, /*hasDilations=*/false); }
LogicalResult qc::onnx::importAveragePool19(Node &node) { return importAveragePool(node, /*hasDilations=*/true); }

LogicalResult qc::onnx::importGlobalAveragePool(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::GlobalAvgPoolOp>(*x);
}
