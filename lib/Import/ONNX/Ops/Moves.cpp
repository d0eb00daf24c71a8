// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slice, Pad, Tile, Gather and its kin, SpaceToDepth, DepthToSpace.
#include "../Handlers.h"
#include "../Integers.h"
#include "dialects/QC/ComputedEntries.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

namespace {
/// Starts or ends: constants, or a value.
struct Bounds {
  Integers entries;
  Value values;
};
} // namespace

/// The starts or ends of a slice; the least number of all stands for what is computed.
static FailureOr<Bounds> readBounds(Node &node, size_t index, StringRef what) {
  FailureOr<const Constant *> constant = node.getConstantInput(index);
  if (failed(constant))
    return failure();
  if (*constant || !node.hasInput(index)) {
    FailureOr<Integers> entries = requireIntegers(node, index, what);
    if (failed(entries))
      return failure();
    for (int64_t &entry : *entries)
      entry = std::max(entry, -INT64_MAX);
    return Bounds{*entries, {}};
  }
  FailureOr<Value> values = node.getInput(index);
  if (failed(values))
    return failure();
  RankedTensorType type = getTensorType(*values);
  bool isInteger = type.getElementType().isInteger(32) || type.getElementType().isInteger(64);
  if (!isInteger || type.getRank() != 1 || type.isDynamicDim(0))
    return node.emitError() << "has " << what << " of type " << type
                            << ", accepted is a vector of i32 or i64 whose length is known",
           failure();
  return Bounds{Integers(type.getDimSize(0), INT64_MIN), *values};
}

/// A slice of a constant vector of i64, computed here: shapes are, most of all. False where it is something else.
static FailureOr<bool> sliceIntegers(Node &node, const Bounds &starts, const Bounds &ends, ArrayRef<int64_t> steps) {
  FailureOr<const Constant *> x = node.getConstantInput(0);
  if (failed(x))
    return failure();
  if (!*x || (*x)->elementType != int32_t(ElementType::I64) || (*x)->dims.size() != 1 || starts.values || ends.values ||
      starts.entries.size() != 1 || ends.entries.size() != 1 || steps != ArrayRef<int64_t>(1))
    return false;
  ArrayRef<int64_t> all = getIntegers(**x);
  auto clamp = [&](int64_t bound) {
    int64_t n = all.size();
    return std::clamp<int64_t>(bound < 0 ? bound + n : bound, 0, n);
  };
  int64_t first = clamp(starts.entries[0]), last = std::max(first, clamp(ends.entries[0]));
  if (failed(node.setOutput(makeIntegers(all.slice(first, last - first), last - first))))
    return failure();
  return true;
}

LogicalResult qc::onnx::importSlice(Node &node) {
  FailureOr<Bounds> starts = readBounds(node, 1, "starts"), ends = readBounds(node, 2, "ends");
  FailureOr<std::optional<Integers>> axes = readIntegers(node, 3, "axes"), steps = readIntegers(node, 4, "steps");
  if (failed(starts) || failed(ends) || failed(axes) || failed(steps) || failed(node.getAttributes().finish()))
    return failure();
  size_t count = starts->entries.size();
  Integers walk = steps->value_or(Integers(count, 1));
  FailureOr<bool> isDone = sliceIntegers(node, *starts, *ends, walk);
  if (failed(isDone) || *isDone)
    return success(succeeded(isDone));
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  FailureOr<Integers> resolved = resolveAxes(node, *axes, getTensorType(*x).getRank(), count);
  if (failed(resolved) || failed(expectCount(node, "ends", ends->entries.size(), count)) ||
      failed(expectCount(node, "axes", resolved->size(), count)) ||
      failed(expectCount(node, "steps", walk.size(), count)))
    return failure();
  return node.createOutput<qc::SliceOp>(*x, starts->values, ends->values, ArrayRef<int64_t>(*resolved),
                                        ArrayRef<int64_t>(starts->entries), ArrayRef<int64_t>(ends->entries),
                                        ArrayRef<int64_t>(walk));
}

/// The value that a Pad in mode constant writes: of input 2, or 0.
static FailureOr<TypedAttr> readPadValue(Node &node, Type element) {
  FailureOr<const Constant *> constant = node.getConstantInput(2);
  if (failed(constant))
    return failure();
  if (!node.hasInput(2))
    return TypedAttr(node.getBuilder().getZeroAttr(element));
  Type type = *constant ? getBuiltinType(element.getContext(), (*constant)->elementType) : Type();
  if (!*constant || type != element || (*constant)->getNumElements() != 1)
    return node.emitError() << "has a value '" << node.getInputName(2)
                            << "' that is computed or not one number of the input's type, accepted is a constant "
                            << element,
           failure();
  ElementsAttr elements = getAttribute(**constant, RankedTensorType::get((*constant)->dims, type));
  return cast<TypedAttr>(*elements.value_begin<Attribute>());
}

/// The negative entries as slices in front of the padding, which has none.
static FailureOr<Value> cropPads(Node &node, Value x, Integers &begins, Integers &ends) {
  Integers axes, starts, stops;
  for (int64_t d = 0, rank = begins.size(); d < rank; ++d) {
    if (begins[d] >= 0 && ends[d] >= 0)
      continue;
    axes.push_back(d);
    starts.push_back(-std::min<int64_t>(begins[d], 0));
    stops.push_back(ends[d] < 0 ? ends[d] : INT64_MAX);
    begins[d] = std::max<int64_t>(begins[d], 0);
    ends[d] = std::max<int64_t>(ends[d], 0);
  }
  if (axes.empty())
    return x;
  return node.create<qc::SliceOp>(".cropped", x, Value(), Value(), ArrayRef<int64_t>(axes), ArrayRef<int64_t>(starts),
                                  ArrayRef<int64_t>(stops), ArrayRef<int64_t>(Integers(axes.size(), 1)));
}

static FailureOr<qc::PadMode> readPadMode(Node &node) {
  std::string text = node.getAttributes().getString("mode", "constant");
  std::optional<qc::PadMode> mode = qc::symbolizePadMode(text);
  if (!mode)
    return node.emitError() << "has mode '" << text << "', accepted are constant, reflect, edge and wrap", failure();
  return *mode;
}

namespace {
/// Positions before and behind each dimension: constants, or where an entry is kComputed the one of `values`.
struct Pads {
  Integers begins, ends;
  Value values;
};
} // namespace

static FailureOr<Pads> readPads(Node &node, ArrayRef<int64_t> axes, int64_t rank) {
  Pads pads{Integers(rank, 0), Integers(rank, 0), {}};
  FailureOr<Value> computed = getComputedVector(node, 1, "pads", 2 * axes.size());
  if (failed(computed))
    return failure();
  if (*computed) {
    FailureOr<Value> all = axes.empty() ? Value() : spreadEntries(node, *computed, axes, rank, 2);
    if (failed(all))
      return failure();
    for (int64_t axis : axes)
      pads.begins[axis] = pads.ends[axis] = qc::kComputed;
    pads.values = *all;
    return pads;
  }
  FailureOr<Integers> entries = requireIntegers(node, 1, "pads");
  if (failed(entries) || failed(expectCount(node, "pads", entries->size(), 2 * axes.size())))
    return failure();
  for (auto [i, axis] : llvm::enumerate(axes)) {
    pads.begins[axis] = (*entries)[i];
    pads.ends[axis] = (*entries)[axes.size() + i];
    if (std::abs(pads.begins[axis]) >= int64_t(1) << 31 || std::abs(pads.ends[axis]) >= int64_t(1) << 31)
      return node.emitError() << "has pads of 2^31 or more", failure();
  }
  return pads;
}

LogicalResult qc::onnx::importPad(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  FailureOr<std::optional<Integers>> axes = readIntegers(node, 3, "axes");
  FailureOr<PadMode> mode = readPadMode(node);
  if (failed(x) || failed(axes) || failed(mode) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<Integers> resolved = resolveAxes(node, *axes, rank, rank);
  FailureOr<Pads> pads = failed(resolved) ? FailureOr<Pads>() : readPads(node, *resolved, rank);
  if (failed(pads))
    return failure();
  TypedAttr value;
  if (*mode == PadMode::Constant) {
    FailureOr<TypedAttr> read = readPadValue(node, getTensorType(*x).getElementType());
    if (failed(read))
      return failure();
    value = *read;
  }
  FailureOr<Value> cropped = pads->values ? x : cropPads(node, *x, pads->begins, pads->ends);
  if (failed(cropped))
    return failure();
  return node.createOutput<qc::PadOp>(*cropped, pads->values, ArrayRef<int64_t>(pads->begins),
                                      ArrayRef<int64_t>(pads->ends), *mode, value);
}

LogicalResult qc::onnx::importTile(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  if (failed(x))
    return failure();
  size_t rank = getTensorType(*x).getRank();
  FailureOr<Value> computed = getComputedVector(node, 1, "repeats", rank);
  if (failed(computed))
    return failure();
  FailureOr<Integers> repeats = *computed ? Integers(rank, qc::kComputed) : requireIntegers(node, 1, "repeats");
  if (failed(repeats) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::TileOp>(*x, rank ? *computed : Value(), ArrayRef<int64_t>(*repeats));
}

template <typename Op> static LogicalResult importGatherAlong(Node &node) {
  FailureOr<Value> x = node.getInput(0), indices = node.getInput(1);
  int64_t attribute = node.getAttributes().getInt("axis", 0);
  if (failed(x) || failed(indices) || failed(node.getAttributes().finish()))
    return failure();
  int64_t rank = getTensorType(*x).getRank();
  FailureOr<int64_t> axis = resolveAxis(node, attribute, rank, rank - 1);
  return failed(axis) ? failure() : node.createOutput<Op>(*x, *indices, uint64_t(*axis));
}

/// Entries of a constant vector of i64, computed here. False where it is something else.
static FailureOr<bool> gatherIntegers(Node &node) {
  FailureOr<const Constant *> x = node.getConstantInput(0), at = node.getConstantInput(1);
  if (failed(x) || failed(at))
    return failure();
  auto isI64 = [](const Constant *constant) { return constant && constant->elementType == int32_t(ElementType::I64); };
  if (!isI64(*x) || !isI64(*at) || (*x)->dims.size() != 1 || (*at)->dims.size() > 1)
    return false;
  ArrayRef<int64_t> all = getIntegers(**x);
  Integers picked;
  for (int64_t index : getIntegers(**at)) {
    int64_t n = all.size();
    if (index < -n || index >= n)
      return node.emitError() << "has index " << index << ", accepted are " << -n << " to " << n - 1, failure();
    picked.push_back(all[index < 0 ? index + n : index]);
  }
  if (failed(node.setOutput(makeIntegers(picked, (*at)->dims))))
    return failure();
  return true;
}

LogicalResult qc::onnx::importGather(Node &node) {
  FailureOr<bool> isDone = gatherIntegers(node);
  if (failed(isDone))
    return failure();
  if (!*isDone)
    return importGatherAlong<qc::GatherOp>(node);
  node.getAttributes().getInt("axis", 0);
  return node.getAttributes().finish();
}
LogicalResult qc::onnx::importGatherElements(Node &node) { return importGatherAlong<qc::GatherElementsOp>(node); }

LogicalResult qc::onnx::importGatherND(Node &node) {
  FailureOr<Value> x = node.getInput(0), indices = node.getInput(1);
  int64_t batch = node.getAttributes().getInt("batch_dims", 0);
  if (failed(x) || failed(indices) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::GatherNDOp>(*x, *indices, uint64_t(batch));
}

LogicalResult qc::onnx::importSpaceToDepth(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  std::optional<int64_t> block = node.getAttributes().getOptionalInt("blocksize");
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  if (!block)
    return node.emitError() << "has no attribute 'blocksize', which is required";
  return node.createOutput<qc::SpaceToDepthOp>(*x, uint64_t(*block));
}

LogicalResult qc::onnx::importDepthToSpace(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  std::optional<int64_t> block = node.getAttributes().getOptionalInt("blocksize");
  std::string mode = node.getAttributes().getString("mode", "DCR");
  if (failed(x) || failed(node.getAttributes().finish()))
    return failure();
  if (!block || (mode != "DCR" && mode != "CRD") || getTensorType(*x).getRank() != 4)
    return node.emitError() << "has mode '" << mode << "' and an input of type " << x->getType()
                            << ", accepted are DCR and CRD, rank 4 and an attribute 'blocksize'";
  return node.createOutput<qc::DepthToSpaceOp>(*x, mode == "DCR" ? DepthOrder::DCR : DepthOrder::CRD,
                                               ArrayRef<int64_t>({*block, *block}));
}
