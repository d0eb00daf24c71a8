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
  int64_t size; ///< bytes, a multiple of 64; -1: known at run time
  int64_t first, last, offset = -1;
};

/// Where a buffer lies, and when.
struct Place {
  int64_t from, to, first, last;
  bool operator<(const Place &other) const { return std::pair(from, to) < std::pair(other.from, other.to); }
};
} // namespace

// The first operation that is no number known in front of all launches.
static Operation *getEndOfNumbers(func::FuncOp function) {
  for (Operation &op : function.front())
    if (!isa<arith::ArithDialect>(op.getDialect()) && !isa<memref::DimOp, qc::kernel::CheckOp>(op))
      return &op;
  return function.front().getTerminator();
}

static LogicalResult emitUnknownSize(Location location) {
  std::string name = qc::getOnnxName(location).str();
  return mlir::emitError(location, "value ")
         << (name.empty() ? "" : "\"" + name + "\" ") << "has a size that is not known before the launches begin";
}

static int64_t getElementBytes(MemRefType type) { return (type.getElementTypeBitWidth() + 7) / 8; }

// First and last position of an operation with all that is in its regions.
using Positions = llvm::DenseMap<Operation *, std::pair<int64_t, int64_t>>;

static Positions numberOperations(func::FuncOp function) {
  Positions positions;
  int64_t next = -1; // of the function itself
  function->walk([&](Operation *op, const WalkStage &stage) {
    if (stage.isBeforeAllRegions())
      positions[op].first = next++;
    if (stage.isAfterAllRegions())
      positions[op].second = next - 1;
  });
  return positions;
}

// When `user` may read or write a buffer that was made in `home`: in a loop again and again.
static std::pair<int64_t, int64_t> getUse(const Positions &positions, Operation *user, Block *home) {
  std::pair<int64_t, int64_t> use = positions.lookup(user);
  for (; user->getBlock() != home; user = user->getParentOp())
    if (Operation *parent = user->getParentOp(); isa<LoopLikeOpInterface>(parent))
      use = positions.lookup(parent);
  return use;
}

static FailureOr<std::vector<Buffer>> collectBuffers(func::FuncOp function) {
  Positions positions = numberOperations(function);
  SmallVector<memref::AllocOp> allocs;
  function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  std::vector<Buffer> buffers;
  for (memref::AllocOp alloc : allocs) {
    MemRefType type = alloc.getType();
    if (type.getRank() != 1)
      return alloc.emitOpError("expects a buffer of rank 1"), failure();
    int64_t bytes = -1;
    if (type.hasStaticShape())
      bytes = (type.getNumElements() * getElementBytes(type) + 63) / 64 * 64;
    Buffer buffer{alloc, bytes, INT64_MAX, -1};
    for (Operation *user : alloc->getUsers()) {
      auto [first, last] = getUse(positions, user, alloc->getBlock());
      buffer.first = std::min(buffer.first, first);
      buffer.last = std::max(buffer.last, last);
    }
    buffers.push_back(buffer);
  }
  return buffers;
}

// The smallest gap that fits between placed buffers alive at the same time, else behind the last of them. `placed`: by
// ascending offset.
static int64_t findOffset(const Buffer &buffer, ArrayRef<Place> placed) {
  int64_t end = 0, best = -1, bestGap = INT64_MAX;
  for (const Place &other : placed) {
    if (buffer.first > other.last || other.first > buffer.last)
      continue;
    int64_t gap = other.from - end;
    if (gap >= buffer.size && gap < bestGap) {
      best = end;
      bestGap = gap;
    }
    end = std::max(end, other.to);
  }
  return best >= 0 ? best : end;
}

static int64_t placeBuffers(std::vector<Buffer> &buffers) {
  SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    order.push_back(&buffer);
  // Large buffers first: they have the fewest places to go. Ties in program order.
  llvm::sort(order, [](Buffer *a, Buffer *b) { return a->size != b->size ? a->size > b->size : a < b; });
  std::vector<Place> placed;
  int64_t arena = 0;
  for (Buffer *buffer : order) {
    buffer->offset = findOffset(*buffer, placed);
    Place place{buffer->offset, buffer->offset + buffer->size, buffer->first, buffer->last};
    placed.insert(llvm::upper_bound(placed, place), place);
    arena = std::max(arena, place.to);
  }
  return arena;
}

// Whether places depend on sizes that are known at run time only.
static bool isSymbolic(func::FuncOp function, ArrayRef<Buffer> buffers) {
  auto isUnknown = [](Type type) {
    auto buffer = dyn_cast<MemRefType>(type);
    return buffer && !buffer.hasStaticShape();
  };
  return llvm::any_of(buffers, [](const Buffer &buffer) { return buffer.size < 0; }) ||
         llvm::any_of(function.getArgumentTypes(), isUnknown);
}

// Bytes of a buffer as a number in front of `builder`'s place.
static FailureOr<Value> getBytes(OpBuilder &builder, const Buffer &buffer, Operation *end) {
  memref::AllocOp op = buffer.op;
  int64_t width = getElementBytes(op.getType());
  if (buffer.size >= 0)
    return arith::ConstantIndexOp::create(builder, op.getLoc(), op.getType().getNumElements() * width).getResult();
  Value elements = op.getDynamicSizes().front();
  Operation *definition = elements.getDefiningOp();
  if (elements.getParentBlock() != end->getBlock() || (definition && !definition->isBeforeInBlock(end)))
    return emitUnknownSize(op.getLoc());
  if (width == 1)
    return elements;
  Value factor = arith::ConstantIndexOp::create(builder, op.getLoc(), width);
  return arith::MulIOp::create(builder, op.getLoc(), elements, factor).getResult();
}

// Offsets that the runtime finds, behind the numbers and in front of everything else.
static FailureOr<SmallVector<Value>> planAtRunTime(OpBuilder &builder, func::FuncOp function,
                                                   ArrayRef<Buffer> buffers) {
  Operation *end = getEndOfNumbers(function);
  builder.setInsertionPoint(end);
  SmallVector<Value> bytes;
  SmallVector<int64_t> first, last;
  for (const Buffer &buffer : buffers) {
    FailureOr<Value> size = getBytes(builder, buffer, end);
    if (failed(size))
      return failure();
    bytes.push_back(*size);
    first.push_back(buffer.first);
    last.push_back(buffer.last);
  }
  auto plan = qc::kernel::PlanOp::create(builder, function.getLoc(),
                                         SmallVector<Type>(bytes.size(), builder.getIndexType()), bytes, first, last);
  return SmallVector<Value>(plan.getOffsets());
}

static SmallVector<Value> planNow(OpBuilder &builder, func::FuncOp function, std::vector<Buffer> &buffers) {
  int64_t bytes = placeBuffers(buffers);
  function->getParentOp()->setAttr("kernel.arena_bytes", builder.getI64IntegerAttr(bytes));
  SmallVector<Value> offsets;
  for (Buffer &buffer : buffers) {
    builder.setInsertionPoint(buffer.op);
    offsets.push_back(arith::ConstantIndexOp::create(builder, buffer.op.getLoc(), buffer.offset));
  }
  return offsets;
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
    OpBuilder builder(&getContext());
    FailureOr<SmallVector<Value>> offsets = failure();
    if (isSymbolic(function, *buffers)) {
      offsets = planAtRunTime(builder, function, *buffers);
      getOperation()->setAttr("kernel.arena_bytes", builder.getI64IntegerAttr(0));
      getOperation()->setAttr("kernel.symbolic", builder.getUnitAttr());
    } else {
      offsets = planNow(builder, function, *buffers);
    }
    auto arenaType = MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
    if (failed(offsets) ||
        failed(function.insertArgument(function.getNumArguments(), arenaType, DictionaryAttr(), function.getLoc())))
      return signalPassFailure();
    Value arena = function.getArguments().back();
    for (auto [buffer, offset] : llvm::zip_equal(*buffers, *offsets)) {
      builder.setInsertionPoint(buffer.op);
      Value view = memref::ViewOp::create(builder, buffer.op.getLoc(), buffer.op.getType(), arena, offset,
                                          buffer.op.getDynamicSizes());
      buffer.op.replaceAllUsesWith(view);
      buffer.op.erase();
    }
  }
};
} // namespace
