// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-plan-memory: all buffers in one arena, best fit over live ranges.
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "qc/Analysis/Names.h"
#include "qc/Codegen/Schedule/Passes.h"

namespace qc {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "qc/Codegen/Schedule/Passes.h.inc"
} // namespace qc

using namespace mlir;

namespace {
/// A buffer: alive from its first to its last use in the order of launches.
struct Buffer {
  memref::AllocOp op;
  int64_t size, first, last, offset = -1;
  bool overlaps(const Buffer &other) const { return first <= other.last && other.first <= last; }
};
} // namespace

static LogicalResult emitUnknownSize(Location location) {
  std::string name = qc::getOnnxName(location).str();
  return mlir::emitError(location, "value ")
         << (name.empty() ? "" : "\"" + name + "\" ")
         << "has an unknown size: bind the symbolic dimensions of the model's inputs";
}

static FailureOr<std::vector<Buffer>> collectBuffers(func::FuncOp function) {
  llvm::DenseMap<Operation *, int64_t> position;
  for (auto [i, op] : llvm::enumerate(function.front()))
    position[&op] = i;
  std::vector<Buffer> buffers;
  for (auto alloc : function.front().getOps<memref::AllocOp>()) {
    MemRefType type = alloc.getType();
    if (!type.hasStaticShape())
      return emitUnknownSize(alloc.getLoc());
    int64_t bytes = type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
    Buffer buffer{alloc, (bytes + 63) / 64 * 64, INT64_MAX, -1};
    for (Operation *user : alloc->getUsers()) {
      buffer.first = std::min(buffer.first, position[user]);
      buffer.last = std::max(buffer.last, position[user]);
    }
    buffers.push_back(buffer);
  }
  for (BlockArgument argument : function.getArguments())
    if (auto type = dyn_cast<MemRefType>(argument.getType()); type && !type.hasStaticShape())
      return emitUnknownSize(argument.getLoc());
  return buffers;
}

// The smallest gap that fits between placed buffers alive at the same time, else behind the last of them.
static int64_t findOffset(const Buffer &buffer, ArrayRef<const Buffer *> placed) {
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (const Buffer *other : placed)
    if (buffer.overlaps(*other))
      taken.push_back({other->offset, other->offset + other->size});
  llvm::sort(taken);
  int64_t end = 0, best = -1, bestGap = INT64_MAX;
  for (auto [from, to] : taken) {
    int64_t gap = from - end;
    if (gap >= buffer.size && gap < bestGap) {
      best = end;
      bestGap = gap;
    }
    end = std::max(end, to);
  }
  return best >= 0 ? best : end;
}

static int64_t placeBuffers(std::vector<Buffer> &buffers) {
  SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    order.push_back(&buffer);
  // Large buffers first: they have the fewest places to go. Ties in program order.
  llvm::sort(order, [](Buffer *a, Buffer *b) { return a->size != b->size ? a->size > b->size : a < b; });
  SmallVector<const Buffer *> placed;
  int64_t arena = 0;
  for (Buffer *buffer : order) {
    buffer->offset = findOffset(*buffer, placed);
    placed.push_back(buffer);
    arena = std::max(arena, buffer->offset + buffer->size);
  }
  return arena;
}

namespace {
struct PlanMemoryPass final : qc::impl::PlanMemoryPassBase<PlanMemoryPass> {
  void runOnOperation() override {
    auto function = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!function || function.isExternal()) {
      getOperation().emitError("module has no function @main");
      return signalPassFailure();
    }
    FailureOr<std::vector<Buffer>> buffers = collectBuffers(function);
    if (failed(buffers))
      return signalPassFailure();
    int64_t bytes = placeBuffers(*buffers);
    OpBuilder builder(&getContext());
    auto arenaType = MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
    if (failed(function.insertArgument(function.getNumArguments(), arenaType, DictionaryAttr(), function.getLoc())))
      return signalPassFailure();
    Value arena = function.getArguments().back();
    for (Buffer &buffer : *buffers) {
      builder.setInsertionPoint(buffer.op);
      Value offset = arith::ConstantIndexOp::create(builder, buffer.op.getLoc(), buffer.offset);
      Value view =
          memref::ViewOp::create(builder, buffer.op.getLoc(), buffer.op.getType(), arena, offset, ValueRange());
      buffer.op.replaceAllUsesWith(view);
      buffer.op.erase();
    }
    getOperation()->setAttr("kernel.arena_bytes", builder.getI64IntegerAttr(bytes));
  }
};
} // namespace
