// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels that compute each element from elements: elementwise chains, copies, fills.
#include "Former.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// Elements of one tile of an elementwise kernel: long enough to hide the launch, short enough to share among threads.
static constexpr int64_t kTileElements = 4096;

static std::string getStem(Operation *op) {
  std::string stem = op->getName().getStringRef().str();
  llvm::replace(stem, '.', '_');
  return stem;
}

LogicalResult Former::formPointwise(const Group &group) {
  FailureOr<SmallVector<Step>> steps = describeSteps(group, {}, true);
  Value result = group.getLast()->getResult(0);
  FailureOr<View> output = allocate(result);
  if (failed(steps) || failed(output))
    return failure();
  SmallVector<int64_t> order(getLayout(result).getOrder());
  FailureOr<NestSteps> prepared = prepareNestSteps(*steps, result, [](const View &view) { return view; });
  if (failed(prepared))
    return failure();
  // All views in one space, so that dimensions merge for all or for none.
  SmallVector<View> views{*output};
  auto each = [&](llvm::function_ref<void(View &)> visit) {
    for (auto &list : prepared->operandViews)
      for (std::optional<View> &view : list)
        if (view)
          visit(*view);
    for (auto &list : prepared->paramViews)
      for (std::optional<View> &view : list)
        if (view)
          visit(*view);
  };
  each([&](View &view) { views.push_back(view); });
  IterationSpace space = orderByResult(views, order);
  collapse(math, space);
  size_t next = 1;
  each([&](View &view) { view = space.views[next++]; });

  NestTiling tiling = tileNest(math, space.shape, kTileElements);
  KernelWriter writer(builder, group.root->getLoc(), getStem(group.root));
  prepared->makeAccesses(writer);
  Access target = writer.access(space.views[0], true);
  writeNest(writer, space.shape, tiling, [&](ValueRange indices) {
    writer.store(emitNestSteps(writer, *prepared, Value(), indices), target, indices);
  });
  writer.finish(tiling.tiles);
  return success();
}

void Former::copy(const View &from, const View &to, ArrayRef<int64_t> order, Location loc) {
  SmallVector<View> views{to, from};
  IterationSpace space = orderByResult(views, order);
  collapse(math, space);
  NestTiling tiling = tileNest(math, space.shape, kTileElements);
  KernelWriter writer(builder, loc, "copy");
  Access source = writer.access(space.views[1], false), target = writer.access(space.views[0], true);
  writeNest(writer, space.shape, tiling,
            [&](ValueRange indices) { writer.store(writer.load(source, indices), target, indices); });
  LaunchOp launch = writer.finish(tiling.tiles);
  // In an integer-only model floats are moved at the border only: between the caller's buffers and the codes.
  if (isa<FloatType>(from.element))
    launch->setAttr("kernel.border", builder.getUnitAttr());
}

// A number as kernels take it: integers of less than 64 bits as i32.
static TypedAttr getKernelNumber(TypedAttr value) {
  auto integer = dyn_cast<IntegerAttr>(value);
  if (!integer || integer.getValue().getBitWidth() > 32)
    return value;
  const llvm::APInt &bits = integer.getValue();
  bool isUnsigned = integer.getType().isUnsignedInteger() || bits.getBitWidth() == 1;
  return IntegerAttr::get(IntegerType::get(value.getContext(), 32),
                          isUnsigned ? int64_t(bits.getZExtValue()) : bits.getSExtValue());
}

LaunchOp Former::fill(const View &view, TypedAttr value, ArrayRef<int64_t> order, Location loc) {
  IterationSpace space = orderByResult({view}, order);
  collapse(math, space);
  NestTiling tiling = tileNest(math, space.shape, 4 * kTileElements);
  KernelWriter writer(builder, loc, "fill");
  Access target = writer.access(space.views[0], true);
  Type stored = getSignless(view.element);
  Value element = writer.number(getKernelNumber(value));
  if (stored.isInteger() && stored.getIntOrFloatBitWidth() < 32)
    element = arith::TruncIOp::create(writer.body(), stored, element);
  writeNest(writer, space.shape, tiling, [&](ValueRange indices) { writer.store(element, target, indices); });
  return writer.finish(tiling.tiles);
}
