// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ReduceSum and its kin, ArgMax, ArgMin, TopK, CumSum, GlobalMaxPool.
#include "../Handlers.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;
using qc::Extreme;
using qc::ReduceKind;

/// Input `index` as the list of integers that it has to be a constant of; nothing where it is left out.
static FailureOr<std::optional<SmallVector<int64_t>>> readIntegers(Node &node, size_t index, StringRef what) {
  FailureOr<const Constant *> constant = node.getConstantInput(index);
  if (failed(constant))
    return failure();
  if (!*constant) {
    if (node.hasInput(index))
      return node.emitError() << "has computed " << what << " '" << node.getInputName(index)
                              << "', accepted is a constant",
             failure();
    return std::optional<SmallVector<int64_t>>();
  }
  if ((*constant)->elementType == int32_t(ElementType::I64))
    return std::optional<SmallVector<int64_t>>(getIntegers(**constant));
  if ((*constant)->elementType != int32_t(ElementType::I32))
    return node.emitError() << "has " << what << " '" << node.getInputName(index) << "' that are no i32 or i64",
           failure();
  ArrayRef<int32_t> values(reinterpret_cast<const int32_t *>((*constant)->data.bytes.data()),
                           size_t((*constant)->getNumElements()));
  return std::optional<SmallVector<int64_t>>(SmallVector<int64_t>(values.begin(), values.end()));
}

/// `axes` as dimensions of `rank`, ascending, each once.
static FailureOr<SmallVector<int64_t>> resolveAxes(Node &node, ArrayRef<int64_t> axes, int64_t rank) {
  SmallVector<int64_t> resolved;
  for (int64_t axis : axes) {
    FailureOr<int64_t> one = resolveAxis(node, axis, rank, rank - 1);
    if (failed(one))
      return failure();
    resolved.push_back(*one);
  }
  llvm::sort(resolved);
  resolved.erase(llvm::unique(resolved), resolved.end());
  return resolved;
}

// A mean over all spatial dimensions is a global average pool, which has an integer form.
static bool isGlobalAverage(ReduceKind kind, ArrayRef<int64_t> axes, int64_t rank) {
  if (kind != ReduceKind::Mean || rank < 3 || rank > 5 || int64_t(axes.size()) != rank - 2)
    return false;
  return llvm::equal(axes, llvm::seq<int64_t>(2, rank));
}

static LogicalResult createReduction(Node &node, ReduceKind kind, Value x, ArrayRef<int64_t> axes, bool keepDims) {
  RankedTensorType type = getTensorType(x);
  if (!isGlobalAverage(kind, axes, type.getRank()))
    return node.createOutput<qc::ReduceOp>(kind, x, axes, keepDims);
  if (keepDims)
    return node.createOutput<qc::GlobalAvgPoolOp>(x);
  FailureOr<Value> pool = node.create<qc::GlobalAvgPoolOp>(".pool", x);
  return failed(pool)
             ? failure()
             : node.createOutput<qc::ReshapeOp>(*pool, ArrayRef<int64_t>({-2, -3})); // dimensions 0 and 1 of it
}

static LogicalResult importReduction(Node &node, ReduceKind kind, bool hasAxesInput) {
  FailureOr<Value> x = node.getInput(0);
  std::optional<SmallVector<int64_t>> axes = hasAxesInput ? std::nullopt : node.getAttributes().getInts("axes");
  bool keepDims = node.getAttributes().getBool("keepdims", true);
  bool staysWithoutAxes = hasAxesInput && node.getAttributes().getBool("noop_with_empty_axes", false);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  if (hasAxesInput) {
    FailureOr<std::optional<SmallVector<int64_t>>> input = readIntegers(node, 1, "axes");
    if (failed(input))
      return failure();
    axes = *input;
  }
  Type element = getTensorType(*x).getElementType();
  if (!element.isF32() && !element.isSignlessInteger(32) && !element.isSignlessInteger(64))
    return node.emitError() << "has input 0 '" << node.getInputName(0) << "' of type " << (*x).getType()
                            << ", accepted are f32, i32 and i64";
  int64_t rank = getTensorType(*x).getRank();
  bool isEmpty = !axes || axes->empty();
  if (isEmpty && staysWithoutAxes)
    return node.createOutput<qc::ReduceOp>(kind, *x, ArrayRef<int64_t>(), keepDims);
  FailureOr<SmallVector<int64_t>> resolved =
      isEmpty ? llvm::to_vector(llvm::seq<int64_t>(0, rank)) : resolveAxes(node, *axes, rank);
  return failed(resolved) ? failure() : createReduction(node, kind, *x, *resolved, keepDims);
}

LogicalResult qc::onnx::importReduceSum11(Node &node) { return importReduction(node, ReduceKind::Sum, false); }
LogicalResult qc::onnx::importReduceSum13(Node &node) { return importReduction(node, ReduceKind::Sum, true); }
LogicalResult qc::onnx::importReduceMean11(Node &node) { return importReduction(node, ReduceKind::Mean, false); }
LogicalResult qc::onnx::importReduceMean18(Node &node) { return importReduction(node, ReduceKind::Mean, true); }
LogicalResult qc::onnx::importReduceMax11(Node &node) { return importReduction(node, ReduceKind::Max, false); }
LogicalResult qc::onnx::importReduceMax18(Node &node) { return importReduction(node, ReduceKind::Max, true); }
LogicalResult qc::onnx::importReduceMin11(Node &node) { return importReduction(node, ReduceKind::Min, false); }
LogicalResult qc::onnx::importReduceMin18(Node &node) { return importReduction(node, ReduceKind::Min, true); }
LogicalResult qc::onnx::importReduceProd11(Node &node) { return importReduction(node, ReduceKind::Prod, false); }
LogicalResult qc::onnx::importReduceProd18(Node &node) { return importReduction(node, ReduceKind::Prod, true); }
LogicalResult qc::onnx::importReduceL111(Node &node) { return importReduction(node, ReduceKind::L1, false); }
LogicalResult qc::onnx::importReduceL118(Node &node) { return importReduction(node, ReduceKind::L1, true); }
LogicalResult qc::onnx::importReduceL211(Node &node) { return importReduction(node, ReduceKind::L2, false); }
LogicalResult qc::onnx::importReduceL218(Node &node) { return importReduction(node, ReduceKind::L2, true); }
LogicalResult qc::onnx::importReduceSumSquare11(Node &node) {
  return importReduction(node, ReduceKind::SumSquare, false);
}
LogicalResult qc::onnx::importReduceSumSquare18(Node &node) {
  return importReduction(node, ReduceKind::SumSquare, true);
}
LogicalResult qc::onnx::importReduceLogSum11(Node &node) { return importReduction(node, ReduceKind::LogSum, false); }
LogicalResult qc::onnx::importReduceLogSum18(Node &node) { return importReduction(node, ReduceKind::LogSum, true); }
LogicalResult qc::onnx::importReduceLogSumExp11(Node &node) {
  return importReduction(node, ReduceKind::LogSumExp, false);
}
LogicalResult qc::onnx::importReduceLogSumExp18(Node &node) {
  return importReduction(node, ReduceKind::LogSumExp, true);
}

static LogicalResult importPosition(Node &node, Extreme kind) {
  FailureOr<Value> x = node.getInput(0);
  int64_t attribute = node.getAttributes().getInt("axis", 0);
  bool keepDims = node.getAttributes().getBool("keepdims", true);
  bool selectLast = node.getAttributes().getBool("select_last_index", false);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  return failed(axis) ? failure() : node.createOutput<qc::ArgReduceOp>(kind, *x, uint64_t(*axis), keepDims, selectLast);
}

LogicalResult qc::onnx::importArgMax(Node &node) { return importPosition(node, Extreme::Max); }
LogicalResult qc::onnx::importArgMin(Node &node) { return importPosition(node, Extreme::Min); }

// Values are read by their positions: a move, never a rounding point.
static LogicalResult createTopK(Node &node, Extreme kind, Value x, int64_t axis, int64_t k) {
  FailureOr<Value> positions = node.create<qc::TopKOp>(".positions", kind, x, uint64_t(axis), uint64_t(k));
  if (failed(positions) || (node.hasOutput(1) && failed(node.setOutput(*positions, 1))))
    return failure();
  return node.hasOutput(0) ? node.createOutput<qc::GatherElementsOp>(x, *positions, uint64_t(axis)) : success();
}

LogicalResult qc::onnx::importTopK(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  FailureOr<std::optional<SmallVector<int64_t>>> k = readIntegers(node, 1, "k");
  int64_t attribute = node.getAttributes().getInt("axis", -1);
  bool isLargest = node.getAttributes().getBool("largest", true);
  (void)node.getAttributes().getBool("sorted", true); // sorted output is right for both
  if (failed(x) || failed(k) || failed(node.getAttributes().finish()))
    return failure();
  if (!*k || (*k)->size() != 1)
    return node.emitError() << "expects one number as input 1";
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  return failed(axis) ? failure() : createTopK(node, isLargest ? Extreme::Max : Extreme::Min, *x, *axis, (*k)->front());
}

LogicalResult qc::onnx::importCumSum(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  FailureOr<std::optional<SmallVector<int64_t>>> axes = readIntegers(node, 1, "axis");
  bool exclusive = node.getAttributes().getBool("exclusive", false);
  bool reverse = node.getAttributes().getBool("reverse", false);
  if (failed(x) || failed(axes) || failed(node.getAttributes().finish()))
    return failure();
  if (!*axes || (*axes)->size() != 1)
    return node.emitError() << "expects one axis as input 1";
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, (*axes)->front(), rank, rank - 1);
  return failed(axis) ? failure() : node.createOutput<qc::CumSumOp>(*x, uint64_t(*axis), exclusive, reverse);
}

LogicalResult qc::onnx::importGlobalMaxPool(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0);
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  if (rank < 3)
    return node.emitError() << "expects an input of rank 3 or more, got " << (*x).getType();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(2, rank));
  return node.createOutput<qc::ReduceOp>(ReduceKind::Max, *x, ArrayRef<int64_t>(axes), true);
}
