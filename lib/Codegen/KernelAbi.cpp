// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a compiled kernel gets its arguments.
#include "KernelToLLVM.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace qc;

// Pointers of a kernel alias at most where nothing is written (docs/Architecture.md): to LLVM that is no aliasing.
static void markPointers(LLVM::LLVMFuncOp func) {
  for (auto [i, type] : llvm::enumerate(func.getArgumentTypes()))
    if (isa<LLVM::LLVMPointerType>(type))
      func.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(func.getContext()));
}

// No loop of a few elements becomes a call of memcpy: around a call all vectors would be spilled.
static void forbidLibraryCalls(LLVM::LLVMFuncOp func) {
  func.setPassthroughAttr(ArrayAttr::get(func.getContext(), StringAttr::get(func.getContext(), "no-builtins")));
}

// A 64-bit slot as a value of `type` (i64, i32 or f32).
static Value narrowSlot(ImplicitLocOpBuilder &b, Value slot, Type type) {
  if (type == slot.getType())
    return slot;
  Value low = LLVM::TruncOp::create(b, b.getI32Type(), slot);
  return type.isF32() ? Value(LLVM::BitcastOp::create(b, type, low)) : low;
}

static Value loadSlot(ImplicitLocOpBuilder &b, Value slots, int64_t index, Type type) {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value address = LLVM::GEPOp::create(b, pointer, b.getI64Type(), slots, ArrayRef<LLVM::GEPArg>{int32_t(index)},
                                      LLVM::GEPNoWrapFlags::inbounds);
  if (isa<LLVM::LLVMPointerType>(type))
    return LLVM::LoadOp::create(b, type, address, 8);
  return narrowSlot(b, LLVM::LoadOp::create(b, b.getI64Type(), address, 8), type);
}

// void @name(ptr slots, i64 tile): loads the arguments and calls the body.
static void writeTableEntry(ImplicitLocOpBuilder &b, StringRef name, LLVM::LLVMFuncOp body) {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer, b.getI64Type()});
  auto entry = LLVM::LLVMFuncOp::create(b, name, type);
  markPointers(entry);
  forbidLibraryCalls(entry);
  entry.setArgAttr(0, LLVM::LLVMDialect::getReadonlyAttrName(), b.getUnitAttr());
  OpBuilder::InsertionGuard guard(b);
  Block *block = entry.addEntryBlock(b);
  b.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (Type argument : body.getArgumentTypes().drop_back())
    arguments.push_back(loadSlot(b, block->getArgument(0), arguments.size(), argument));
  arguments.push_back(block->getArgument(1));
  LLVM::CallOp::create(b, body, arguments);
  LLVM::ReturnOp::create(b, ValueRange());
}

// Reads the 64-bit parameters of a device kernel at the start of `body`, whose last argument, the tile, is ctaid.x.
static LLVM::LLVMFuncOp writeDeviceEntry(ImplicitLocOpBuilder &b, StringRef name, LLVM::LLVMFuncOp body) {
  SmallVector<Type> parameters;
  for (Type argument : body.getArgumentTypes().drop_back())
    parameters.push_back(isa<LLVM::LLVMPointerType>(argument) ? argument : b.getI64Type());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), parameters);
  auto entry = LLVM::LLVMFuncOp::create(b, name, type);
  entry->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), b.getUnitAttr());
  markPointers(entry);
  OpBuilder::InsertionGuard guard(b);
  Block *block = entry.addEntryBlock(b);
  b.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (auto [from, to] : llvm::zip(block->getArguments(), body.getArgumentTypes()))
    arguments.push_back(narrowSlot(b, from, to));
  Value tile = NVVM::BlockIdXOp::create(b, b.getI32Type());
  arguments.push_back(LLVM::ZExtOp::create(b, b.getI64Type(), tile));
  LLVM::CallOp::create(b, body, arguments);
  LLVM::ReturnOp::create(b, ValueRange());
  return entry;
}

namespace {
struct FuncLowering : ConvertOpToLLVMPattern<kernel::FuncOp> {
  FuncLowering(const LLVMTypeConverter &types, KernelAbi abi) : ConvertOpToLLVMPattern(types), abi(abi) {}

  // The body as a function of its own: its pointers' noalias survives inlining as scopes.
  LogicalResult matchAndRewrite(kernel::FuncOp op, OpAdaptor, ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    TypeConverter::SignatureConversion signature(op.getArgumentTypes().size());
    if (failed(getTypeConverter()->convertSignatureArgs(op.getArgumentTypes(), signature)))
      return rewriter.notifyMatchFailure(op, "an argument has no LLVM type");
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(getContext()), signature.getConvertedTypes());
    std::string name = op.getName().str();
    auto body = LLVM::LLVMFuncOp::create(b, name + ".body", type, LLVM::Linkage::Internal);
    body.setAlwaysInline(true);
    body.setNoUnwind(true);
    if (abi == KernelAbi::Table)
      forbidLibraryCalls(body);
    markPointers(body);
    rewriter.inlineRegionBefore(op.getBody(), body.getBody(), body.end());
    if (failed(rewriter.convertRegionTypes(&body.getBody(), *getTypeConverter(), &signature)))
      return failure();
    if (abi == KernelAbi::Table)
      writeTableEntry(b, name, body);
    else
      writeDeviceEntry(b, name, body);
    rewriter.eraseOp(op);
    return success();
  }

  KernelAbi abi;
};

struct ReturnLowering : ConvertOpToLLVMPattern<kernel::ReturnOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(kernel::ReturnOp op, OpAdaptor, ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::ReturnOp>(op, ValueRange());
    return success();
  }
};
} // namespace

void qc::populateKernelToLLVM(LLVMTypeConverter &types, KernelAbi abi, RewritePatternSet &patterns) {
  patterns.add<FuncLowering>(types, abi);
  patterns.add<ReturnLowering>(types);
}
