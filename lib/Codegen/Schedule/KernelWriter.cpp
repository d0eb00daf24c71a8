// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes a kernel.func and its launch at the same time.
#include "KernelWriter.h"
#include "PlanePairs.h"
#include "UseOrder.h"
#include "dialects/QC/QC.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "qc/Arith/Hash.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace qc::kernel;

Type qc::kernel::getSignless(Type type) {
  // An i1 takes up a byte.
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), std::max(8u, integer.getWidth()));
  return type;
}

void qc::kernel::markCost(LaunchOp launch, Operation *root) {
  auto cost = dyn_cast<CostOpInterface>(root);
  std::optional<int64_t> macs = cost ? cost.getMacs() : std::nullopt;
  if (!macs || *macs <= 0)
    return;
  StringRef type = cast<RankedTensorType>(root->getOperand(0).getType()).getElementType().isF32() ? "f32" : "int8";
  if (dyadic::PlaneOp plane = dyadic::getPlane(root)) {
    if (!plane.getHigh() && !findPlanePair(root)) // the other plane's launch counts them
      return;
    type = "w8a16";
  }
  if (dyadic::getWeightGroup(root))
    type = type == "w8a16" ? "w4a16" : "w4a8";
  OpBuilder builder(launch);
  launch->setAttr("kernel.macs", builder.getI64IntegerAttr(*macs));
  launch->setAttr("kernel.type", builder.getStringAttr(type));
}

static MemRefType getFlat(Type element) { return MemRefType::get({ShapedType::kDynamic}, getSignless(element)); }

KernelWriter::KernelWriter(OpBuilder &host, Location loc, StringRef stem) : host(host), loc(loc), stem(stem) {
  // Kernels are shared, so they carry no name of the model.
  Location unknown = UnknownLoc::get(host.getContext());
  OpBuilder detached(host.getContext());
  auto type = FunctionType::get(host.getContext(), {host.getIndexType()}, {});
  func = FuncOp::create(detached, unknown, stem, type);
  if (func.getBody().empty())
    func.getBody().emplaceBlock().addArgument(host.getIndexType(), unknown);
  builder = std::make_unique<ImplicitLocOpBuilder>(unknown, host.getContext());
  builder->setInsertionPointToEnd(&func.getBody().front());
}

KernelWriter::~KernelWriter() {
  if (func)
    func->erase();
}

Value KernelWriter::argument(Type type, unsigned position) {
  return func.getBody().front().insertArgument(position, type, UnknownLoc::get(host.getContext()));
}

Value KernelWriter::in(Value buffer) {
  ins.push_back(buffer);
  return argument(getFlat(cast<MemRefType>(buffer.getType()).getElementType()), ins.size() - 1);
}

Value KernelWriter::out(Value buffer) {
  outs.push_back(buffer);
  return argument(getFlat(cast<MemRefType>(buffer.getType()).getElementType()), ins.size() + outs.size() - 1);
}

Value KernelWriter::index(OpFoldResult v) {
  ins.push_back(IndexMath(host, loc).value(v));
  return argument(host.getIndexType(), ins.size() - 1);
}

Value KernelWriter::number(TypedAttr v) {
  ins.push_back(arith::ConstantOp::create(host, loc, v));
  return argument(v.getType(), ins.size() - 1);
}

Access KernelWriter::access(const View &view, bool written) {
  Access result;
  result.buffer = written ? out(view.buffer) : in(view.buffer);
  result.offset = index(view.offset);
  for (auto [stride, dim] : llvm::zip_equal(view.strides, view.shape)) {
    if (isKnown(stride, 0) || isKnown(dim, 1))
      result.strides.push_back(host.getIndexAttr(0));
    else if (isKnown(stride, 1))
      result.strides.push_back(host.getIndexAttr(1));
    else
      result.strides.push_back(index(stride));
  }
  return result;
}

Value KernelWriter::faults() {
  return out(kernel::FaultsOp::create(host, loc, MemRefType::get({1}, host.getI32Type())));
}

Value KernelWriter::constant(ElementsAttr elements) {
  auto type = MemRefType::get({elements.getShapedType().getNumElements()},
                              getSignless(elements.getShapedType().getElementType()));
  return kernel::ConstantOp::create(host, loc, type, elements, IntegerAttr());
}

void KernelWriter::checkData(Value isGood, Value faults, llvm::function_ref<void()> good) {
  ImplicitLocOpBuilder &b = *builder;
  auto branch = scf::IfOp::create(b, isGood, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  if (good)
    good();
  b.setInsertionPointToStart(branch.elseBlock());
  Value one = arith::ConstantIntOp::create(b, 1, 32);
  memref::StoreOp::create(b, one, faults, constantIndex(0));
}

Value KernelWriter::add(Value a, Value b) { return arith::AddIOp::create(*builder, a, b); }
Value KernelWriter::sub(Value a, Value b) { return arith::SubIOp::create(*builder, a, b); }
Value KernelWriter::div(Value a, Value b) { return arith::DivUIOp::create(*builder, a, b); }
Value KernelWriter::rem(Value a, Value b) { return arith::RemUIOp::create(*builder, a, b); }
Value KernelWriter::min(Value a, Value b) { return arith::MinSIOp::create(*builder, a, b); }
Value KernelWriter::max(Value a, Value b) { return arith::MaxSIOp::create(*builder, a, b); }
Value KernelWriter::constantIndex(int64_t v) { return arith::ConstantIndexOp::create(*builder, v); }

Value KernelWriter::mul(Value a, OpFoldResult b) {
  if (isKnown(b, 1))
    return a;
  Value factor = isa<Attribute>(b) ? constantIndex(*getKnown(b)) : cast<Value>(b);
  return arith::MulIOp::create(*builder, a, factor);
}

Value KernelWriter::linear(const Access &access, ValueRange indices) {
  Value position = access.offset;
  for (auto [index, stride] : llvm::zip_equal(indices, access.strides))
    if (!isKnown(stride, 0))
      position = add(position, mul(index, stride));
  return position;
}

Value KernelWriter::load(const Access &access, ValueRange indices) {
  return memref::LoadOp::create(*builder, access.buffer, linear(access, indices));
}

void KernelWriter::store(Value v, const Access &access, ValueRange indices) {
  memref::StoreOp::create(*builder, v, access.buffer, linear(access, indices));
}

LaunchOp KernelWriter::finish(OpFoldResult tiles) {
  ReturnOp::create(*builder);
  Block &block = func.getBody().front();
  orderByUse(block);
  func.setFunctionType(FunctionType::get(host.getContext(), block.getArgumentTypes(), {}));
  std::string text;
  llvm::raw_string_ostream(text) << func;
  std::string name = stem + "_" + qc::numerics::hashText(text).substr(0, 16);
  ModuleOp module = host.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    func.setName(name);
    module.push_back(func);
  } else {
    func->erase();
  }
  func = nullptr;
  Value grid = IndexMath(host, loc).value(tiles);
  return LaunchOp::create(host, loc, name, grid, ins, outs);
}
