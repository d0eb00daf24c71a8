// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Flat buffers as plain pointers: types and accesses.
#include "KernelToLLVM.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

static unsigned getElementBytes(MemRefType type) { return type.getElementTypeBitWidth() / 8; }

/// Address of element `index`. Buffers are smaller than half the address space and every address that kernels form lies
/// in one, so nothing wraps.
static Value makeAddress(ConversionPatternRewriter &rewriter, Location loc, const LLVMTypeConverter &types,
                         MemRefType type, Value base, Value index) {
  auto pointer = LLVM::LLVMPointerType::get(rewriter.getContext());
  Type element = types.convertType(type.getElementType());
  return LLVM::GEPOp::create(rewriter, loc, pointer, element, base, ValueRange{index}, LLVM::GEPNoWrapFlags::inbounds);
}

namespace {
/// memref.load and vector.load; nothing is aligned beyond its elements.
template <typename Op> struct LoadLowering : ConvertOpToLLVMPattern<Op> {
  using ConvertOpToLLVMPattern<Op>::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    MemRefType type;
    Value base;
    if constexpr (std::is_same_v<Op, memref::LoadOp>) {
      type = op.getMemRefType();
      base = adaptor.getMemref();
    } else {
      type = op.getMemRefType();
      base = adaptor.getBase();
    }
    Value address =
        makeAddress(rewriter, op.getLoc(), *this->getTypeConverter(), type, base, adaptor.getIndices().front());
    Type result = this->getTypeConverter()->convertType(op.getType());
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, result, address, getElementBytes(type));
    return success();
  }
};

template <typename Op> struct StoreLowering : ConvertOpToLLVMPattern<Op> {
  using ConvertOpToLLVMPattern<Op>::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value base, value;
    if constexpr (std::is_same_v<Op, memref::StoreOp>) {
      base = adaptor.getMemref();
      value = adaptor.getValue();
    } else {
      base = adaptor.getBase();
      value = adaptor.getValueToStore();
    }
    MemRefType type = op.getMemRefType();
    Value address =
        makeAddress(rewriter, op.getLoc(), *this->getTypeConverter(), type, base, adaptor.getIndices().front());
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(op, value, address, getElementBytes(type));
    return success();
  }
};

/// An address behind the end of the buffer is none that is used.
struct PrefetchLowering : ConvertOpToLLVMPattern<memref::PrefetchOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(memref::PrefetchOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(rewriter.getContext());
    Type element = getTypeConverter()->convertType(op.getMemRefType().getElementType());
    Value address = LLVM::GEPOp::create(rewriter, loc, pointer, element, adaptor.getMemref(),
                                        ValueRange{adaptor.getIndices().front()});
    rewriter.replaceOpWithNewOp<LLVM::Prefetch>(op, address, op.getIsWrite(), op.getLocalityHint(),
                                                op.getIsDataCache());
    return success();
  }
};

struct AllocaLowering : ConvertOpToLLVMPattern<memref::AllocaOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(memref::AllocaOp op, OpAdaptor, ConversionPatternRewriter &rewriter) const override {
    MemRefType type = op.getType();
    if (!type.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "a buffer on the stack needs a static size");
    Value size = LLVM::ConstantOp::create(rewriter, op.getLoc(), rewriter.getI64IntegerAttr(type.getNumElements()));
    auto pointer = LLVM::LLVMPointerType::get(rewriter.getContext());
    Type element = getTypeConverter()->convertType(type.getElementType());
    rewriter.replaceOpWithNewOp<LLVM::AllocaOp>(op, pointer, element, size, op.getAlignment().value_or(0));
    return success();
  }
};
} // namespace

void qc::addPointerConversion(LLVMTypeConverter &types) {
  types.addConversion([](MemRefType type) -> std::optional<Type> {
    if (type.getRank() != 1 || !type.getLayout().isIdentity())
      return Type(); // kernels have flat buffers only
    return LLVM::LLVMPointerType::get(type.getContext());
  });
}

void qc::populateMemoryToLLVM(LLVMTypeConverter &types, RewritePatternSet &patterns) {
  // Before upstream's patterns, which expect memref descriptors.
  constexpr unsigned benefit = 10;
  patterns.add<LoadLowering<memref::LoadOp>, LoadLowering<vector::LoadOp>, StoreLowering<memref::StoreOp>,
               StoreLowering<vector::StoreOp>, PrefetchLowering, AllocaLowering>(types, benefit);
}
