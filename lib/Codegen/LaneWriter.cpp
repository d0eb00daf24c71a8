// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the vector form of scalar text.
#include "Lanes.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;

void LaneWriter::writeBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    write(op);
}

bool LaneWriter::isUniform(Operation &op) const {
  auto varies = [&](Value value) { return analysis.isVarying(value); };
  WalkResult result = op.walk([&](Operation *inner) {
    bool found = llvm::any_of(inner->getOperands(), varies) || llvm::any_of(inner->getResults(), varies);
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

void LaneWriter::write(Operation &op) {
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    vector::StoreOp::create(builder, op.getLoc(), getVector(store.getValue()), getScalar(store.getMemRef()),
                            getScalar(store.getIndices()[0]));
    return;
  }
  bool isAffine = op.getNumResults() == 1 && analysis.isAffine(op.getResult(0));
  if (isAffine || isUniform(op)) {
    builder.clone(op, scalars);
    return;
  }
  TypeSwitch<Operation *>(&op)
      .Case<memref::LoadOp>([&](auto) { writeLoad(op); })
      .Case<kernel::LookupOp>([&](kernel::LookupOp lookup) {
        mapVector(lookup.getValue(), kernel::LookupOp::create(builder, op.getLoc(), getScalar(lookup.getTable()),
                                                              getVector(lookup.getCode())));
      })
      .Case<scf::ForOp>([&](auto) { writeFor(op); })
      .Case<scf::IfOp>([&](auto) { writeIf(op); })
      .Default([&](Operation *) { writeElementwise(op); });
}

void LaneWriter::writeLoad(Operation &op) {
  auto load = cast<memref::LoadOp>(op);
  Location loc = op.getLoc();
  Value index = load.getIndices()[0], buffer = getScalar(load.getMemRef());
  VectorType type = getVectorType(load.getType());
  if (analysis.getStride(index) == 1) {
    mapVector(load, vector::LoadOp::create(builder, loc, type, buffer, getScalar(index)));
    return;
  }
  SmallVector<Value> elements;
  bool isAffine = analysis.isAffine(index);
  Value at = isAffine ? getScalar(index) : getVector(index), stride = isAffine ? getStride(index) : Value();
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value position = isAffine ? at : Value(vector::ExtractOp::create(builder, loc, at, lane));
    elements.push_back(memref::LoadOp::create(builder, loc, buffer, position));
    if (isAffine && lane + 1 < lanes)
      at = arith::AddIOp::create(builder, loc, at, stride);
  }
  mapVector(load, vector::FromElementsOp::create(builder, loc, type, elements));
}

void LaneWriter::writeRegion(Block &from, Block &to, ValueRange results) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&to);
  writeBlock(from);
  SmallVector<Value> yielded;
  for (auto [value, result] : llvm::zip_equal(from.getTerminator()->getOperands(), results))
    yielded.push_back(get(value, analysis.isVarying(result)));
  scf::YieldOp::create(builder, from.getTerminator()->getLoc(), yielded);
}

void LaneWriter::writeFor(Operation &op) {
  auto loop = cast<scf::ForOp>(op);
  SmallVector<Value> inits;
  for (auto [init, result] : llvm::zip_equal(loop.getInitArgs(), loop.getResults()))
    inits.push_back(get(init, analysis.isVarying(result)));
  auto written = scf::ForOp::create(builder, op.getLoc(), getScalar(loop.getLowerBound()),
                                    getScalar(loop.getUpperBound()), getScalar(loop.getStep()), inits);
  if (written.getBody()->mightHaveTerminator())
    written.getBody()->getTerminator()->erase();
  mapScalar(loop.getInductionVar(), written.getInductionVar());
  for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs()))
    map(argument, written.getRegionIterArg(i), analysis.isVarying(argument));
  writeRegion(*loop.getBody(), *written.getBody(), loop.getResults());
  for (auto [from, to] : llvm::zip_equal(loop.getResults(), written.getResults()))
    map(from, to, analysis.isVarying(from));
}

void LaneWriter::writeIf(Operation &op) {
  auto branch = cast<scf::IfOp>(op);
  SmallVector<Type> types;
  for (Value result : branch.getResults())
    types.push_back(analysis.isVarying(result) ? getVectorType(result.getType()) : result.getType());
  bool hasElse = branch.elseBlock() != nullptr;
  auto written = scf::IfOp::create(builder, op.getLoc(), types, getScalar(branch.getCondition()), hasElse);
  auto fill = [&](Block &from, Block &to) {
    if (!to.empty())
      to.back().erase();
    writeRegion(from, to, branch.getResults());
  };
  fill(*branch.thenBlock(), *written.thenBlock());
  if (hasElse)
    fill(*branch.elseBlock(), *written.elseBlock());
  for (auto [from, to] : llvm::zip_equal(branch.getResults(), written.getResults()))
    map(from, to, analysis.isVarying(from));
}

void LaneWriter::writeElementwise(Operation &op) {
  OperationState state(op.getLoc(), op.getName());
  for (Value operand : op.getOperands())
    state.operands.push_back(getVector(operand));
  for (Type type : op.getResultTypes())
    state.types.push_back(getVectorType(type));
  state.addAttributes(op.getAttrs());
  Operation *written = builder.create(state);
  for (auto [from, to] : llvm::zip_equal(op.getResults(), written->getResults()))
    mapVector(from, to);
}

// The difference between neighbouring lanes of an affine value, as a scalar of its type.
Value LaneWriter::getStride(Value value) {
  Location loc = value.getLoc();
  Type type = value.getType();
  if (std::optional<int64_t> known = analysis.getStride(value))
    return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(type, *known));
  Operation *op = value.getDefiningOp();
  if (isa<arith::IndexCastOp>(op))
    return arith::IndexCastOp::create(builder, loc, type, getStride(op->getOperand(0)));
  if (isa<arith::MulIOp>(op)) {
    bool firstVaries = analysis.isVarying(op->getOperand(0));
    Value stride = getStride(op->getOperand(firstVaries ? 0 : 1)),
          scale = getScalar(op->getOperand(firstVaries ? 1 : 0));
    return arith::MulIOp::create(builder, loc, stride, scale);
  }
  Value a = getStride(op->getOperand(0)), b = getStride(op->getOperand(1));
  if (isa<arith::AddIOp>(op))
    return arith::AddIOp::create(builder, loc, a, b);
  return arith::SubIOp::create(builder, loc, a, b);
}

Value LaneWriter::getVector(Value value) {
  if (Value known = vectors.lookupOrNull(value))
    return known;
  Location loc = builder.getUnknownLoc();
  VectorType type = getVectorType(value.getType());
  Value first = vector::BroadcastOp::create(builder, loc, type, getScalar(value));
  if (!analysis.isVarying(value))
    return first;
  // Affine: lane 0 + lane number * stride.
  SmallVector<Attribute> positions;
  for (int64_t lane = 0; lane < lanes; ++lane)
    positions.push_back(builder.getIntegerAttr(value.getType(), lane));
  Value numbers = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, positions));
  Value stride = vector::BroadcastOp::create(builder, loc, type, getStride(value));
  return arith::AddIOp::create(builder, loc, first, arith::MulIOp::create(builder, loc, numbers, stride));
}
