// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operator is imported by which function, per version.
#pragma once
#include "Model.h"
#include "Node.h"

namespace qc::onnx {

/// One definition of an operator: valid from opset `since` up to the next entry of the same name.
struct Handler {
  llvm::StringLiteral op;
  int64_t since; ///< opset; definitions before opset 11 that are valid there count
  unsigned maxInputs, maxOutputs;
  llvm::LogicalResult (*import)(Node &);
};

/// The definition of operator `op` of the default domain at `opset`; null where there is none.
const Handler *findHandler(llvm::StringRef op, int64_t opset);

/// The opset from which `op` exists, for operators that are newer than `opset`; 0 where qc does not have it at all.
int64_t getFirstOpset(llvm::StringRef op);

// The handlers, by family. Each reads all attributes of its node before it builds anything.

// Ops/Contractions.cpp
llvm::LogicalResult importConv(Node &node);
llvm::LogicalResult importConvTranspose(Node &node);
llvm::LogicalResult importGemm(Node &node);
llvm::LogicalResult importMatMul(Node &node);
// Ops/Pools.cpp
llvm::LogicalResult importMaxPool(Node &node);
llvm::LogicalResult importAveragePool11(Node &node); ///< without dilations
llvm::LogicalResult importAveragePool19(Node &node);
llvm::LogicalResult importGlobalAveragePool(Node &node);
// Ops/Scalars.cpp
/// The definitions of all operators of the scalar kind.
llvm::ArrayRef<Handler> getScalarHandlers();
// Ops/Attention.cpp
llvm::LogicalResult importAttention23(Node &node);
llvm::LogicalResult importAttention25(Node &node); ///< with windows
// Ops/Positions.cpp
llvm::LogicalResult importRotaryEmbedding(Node &node);
llvm::LogicalResult importTrilu(Node &node);
// Ops/Elementwise.cpp
llvm::LogicalResult importClip(Node &node);
// Ops/Normalization.cpp
llvm::LogicalResult importBatchNormalization9(Node &node); ///< training is asked for by outputs
llvm::LogicalResult importBatchNormalization14(Node &node);
llvm::LogicalResult importSoftmax11(Node &node); ///< over all dimensions from axis on
llvm::LogicalResult importSoftmax13(Node &node); ///< along one axis
llvm::LogicalResult importInstanceNormalization(Node &node);
llvm::LogicalResult importGroupNormalization18(Node &node); ///< scale and bias per group
llvm::LogicalResult importGroupNormalization21(Node &node); ///< per channel
llvm::LogicalResult importLayerNormalization(Node &node);
llvm::LogicalResult importRMSNormalization(Node &node);
llvm::LogicalResult importLogSoftmax11(Node &node);
llvm::LogicalResult importLogSoftmax13(Node &node);
// Ops/Reductions.cpp: axes as an attribute, later as an input
llvm::LogicalResult importReduceSum11(Node &node);
llvm::LogicalResult importReduceSum13(Node &node);
llvm::LogicalResult importReduceMean11(Node &node);
llvm::LogicalResult importReduceMean18(Node &node);
llvm::LogicalResult importReduceMax11(Node &node);
llvm::LogicalResult importReduceMax18(Node &node);
llvm::LogicalResult importReduceMin11(Node &node);
llvm::LogicalResult importReduceMin18(Node &node);
llvm::LogicalResult importReduceProd11(Node &node);
llvm::LogicalResult importReduceProd18(Node &node);
llvm::LogicalResult importReduceL111(Node &node);
llvm::LogicalResult importReduceL118(Node &node);
llvm::LogicalResult importReduceL211(Node &node);
llvm::LogicalResult importReduceL218(Node &node);
llvm::LogicalResult importReduceSumSquare11(Node &node);
llvm::LogicalResult importReduceSumSquare18(Node &node);
llvm::LogicalResult importReduceLogSum11(Node &node);
llvm::LogicalResult importReduceLogSum18(Node &node);
llvm::LogicalResult importReduceLogSumExp11(Node &node);
llvm::LogicalResult importReduceLogSumExp18(Node &node);
llvm::LogicalResult importArgMax(Node &node);
llvm::LogicalResult importArgMin(Node &node);
llvm::LogicalResult importCumSum(Node &node);
llvm::LogicalResult importTopK(Node &node);
llvm::LogicalResult importGlobalMaxPool(Node &node);
// Ops/Shapes.cpp
llvm::LogicalResult importConcat(Node &node);
llvm::LogicalResult importFlatten(Node &node);
llvm::LogicalResult importReshape5(Node &node); ///< 0 copies a dimension
llvm::LogicalResult importReshape14(Node &node);
llvm::LogicalResult importTranspose(Node &node);
// Ops/Sizes.cpp
llvm::LogicalResult importShape1(Node &node);
llvm::LogicalResult importShape15(Node &node); ///< a part of the dimensions
llvm::LogicalResult importSize(Node &node);
llvm::LogicalResult importConstantOfShape(Node &node);
llvm::LogicalResult importRange(Node &node);
llvm::LogicalResult importExpand(Node &node);
llvm::LogicalResult importSqueeze11(Node &node); ///< axes are an attribute
llvm::LogicalResult importSqueeze13(Node &node);
llvm::LogicalResult importUnsqueeze11(Node &node); ///< axes are an attribute
llvm::LogicalResult importUnsqueeze13(Node &node);
// Ops/Moves.cpp
llvm::LogicalResult importGather(Node &node);
llvm::LogicalResult importGatherElements(Node &node);
llvm::LogicalResult importGatherND(Node &node);
llvm::LogicalResult importPad(Node &node);
llvm::LogicalResult importSlice(Node &node);
llvm::LogicalResult importSpaceToDepth(Node &node);
llvm::LogicalResult importSplit11(Node &node); ///< sizes are an attribute
llvm::LogicalResult importSplit13(Node &node); ///< an input
llvm::LogicalResult importSplit18(Node &node); ///< or only how many there are
llvm::LogicalResult importTile(Node &node);
llvm::LogicalResult importDepthToSpace(Node &node);
// Ops/Resize.cpp
llvm::LogicalResult importUpsample(Node &node);
llvm::LogicalResult importResize10(Node &node); ///< without modes
llvm::LogicalResult importResize11(Node &node);
// Ops/Control.cpp
llvm::LogicalResult importIf(Node &node);
llvm::LogicalResult importLoop(Node &node);
llvm::LogicalResult importScan(Node &node);
// Ops/Recurrent.cpp
llvm::LogicalResult importLstm(Node &node);
llvm::LogicalResult importGru(Node &node);
llvm::LogicalResult importRnn(Node &node);
// Ops/Resolved.cpp
llvm::LogicalResult importIdentity(Node &node);
llvm::LogicalResult importDropout10(Node &node); ///< always inference
llvm::LogicalResult importDropout12(Node &node);
llvm::LogicalResult importConstant11(Node &node); ///< tensors only
llvm::LogicalResult importConstant12(Node &node);

} // namespace qc::onnx
