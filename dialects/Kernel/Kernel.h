// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel dialect: fused loop nests, their launches and their buffers (internal).
#pragma once
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace qc::kernel {
// What lib/Codegen/Schedule defines: the interface that it attaches names it.
struct KernelBuilder;
struct ScalarForm;
struct Compensation;

/// The order in which an operation likes its tensors.
enum class LayoutWish {
  RowMajor,     ///< as they are written
  ChannelsLast, ///< channels innermost
  Neighbours    ///< any: that of what stands around it
};
} // namespace qc::kernel

#include "dialects/Kernel/KernelDialect.h.inc"
#include "dialects/Kernel/KernelEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttributes.h.inc"
#include "dialects/Kernel/KernelInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

namespace qc::kernel {
/// The module's packed constants: an array of elements, each placed behind those before it.
constexpr llvm::StringLiteral kWeightsAttr = "kernel.weights";
/// Where a packed constant lies that is placed behind `end` bytes of others.
inline int64_t alignWeights(int64_t end) { return (end + 63) / 64 * 64; }
/// Bytes of packed constants; nothing where one has no size in bytes.
std::optional<int64_t> getWeightBytes(mlir::ArrayAttr weights);
/// The first branch or loop of a schedule (`@main` behind the kernels phase), null where it is a straight list.
mlir::Operation *findControlFlow(mlir::Operation *main);
} // namespace qc::kernel
