// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operator is imported by which function, per version.
#include "Handlers.h"

using namespace mlir;
using namespace qc::onnx;

static constexpr unsigned kAnyNumber = UINT32_MAX;

// By name, then version. A definition that only widened the accepted element types has no entry of its own: element
// types are checked where a value is used.
static constexpr Handler kHandlers[] = {
    {"ArgMax", 11, 1, 1, importArgMax},
    {"ArgMin", 11, 1, 1, importArgMin},
    {"Attention", 23, 7, 4, importAttention23},
    {"Attention", 25, 7, 4, importAttention25},
    {"AveragePool", 11, 1, 1, importAveragePool11},
    {"AveragePool", 19, 1, 1, importAveragePool19},
    {"BatchNormalization", 9, 5, 5, importBatchNormalization9},
    {"BatchNormalization", 14, 5, 3, importBatchNormalization14},
    {"Clip", 11, 3, 1, importClip},
    {"Concat", 11, kAnyNumber, 1, importConcat},
    {"Constant", 11, 0, 1, importConstant11}, // values and sparse values
    {"Constant", 12, 0, 1, importConstant12},
    {"ConstantOfShape", 9, 1, 1, importConstantOfShape},
    {"Conv", 11, 3, 1, importConv},
    {"ConvTranspose", 11, 3, 1, importConvTranspose},
    {"CumSum", 11, 2, 1, importCumSum},
    {"DepthToSpace", 11, 1, 1, importDepthToSpace},
    {"Dropout", 10, 1, 2, importDropout10},
    {"Dropout", 12, 3, 2, importDropout12},
    {"Expand", 8, 2, 1, importExpand},
    {"Flatten", 11, 1, 1, importFlatten},
    {"Gather", 1, 2, 1, importGather},
    {"GatherElements", 11, 2, 1, importGatherElements},
    {"GatherND", 11, 2, 1, importGatherND},
    {"Gemm", 11, 3, 1, importGemm},
    {"GlobalAveragePool", 1, 1, 1, importGlobalAveragePool},
    {"GlobalMaxPool", 1, 1, 1, importGlobalMaxPool},
    {"GRU", 7, 6, 2, importGru},
    {"GroupNormalization", 18, 3, 1, importGroupNormalization18},
    {"GroupNormalization", 21, 3, 1, importGroupNormalization21},
    {"Identity", 1, 1, 1, importIdentity},
    {"If", 11, 1, kAnyNumber, importIf},
    {"InstanceNormalization", 6, 3, 1, importInstanceNormalization},
    {"LSTM", 7, 8, 3, importLstm},
    {"LayerNormalization", 17, 3, 3, importLayerNormalization},
    {"LogSoftmax", 11, 1, 1, importLogSoftmax11},
    {"LogSoftmax", 13, 1, 1, importLogSoftmax13},
    {"Loop", 11, kAnyNumber, kAnyNumber, importLoop},
    {"MatMul", 9, 2, 1, importMatMul},
    {"MaxPool", 11, 1, 2, importMaxPool},
    {"Pad", 11, 4, 1, importPad},
    {"Range", 11, 3, 1, importRange},
    {"ReduceL1", 11, 1, 1, importReduceL111},
    {"ReduceL1", 18, 2, 1, importReduceL118},
    {"ReduceL2", 11, 1, 1, importReduceL211},
    {"ReduceL2", 18, 2, 1, importReduceL218},
    {"ReduceLogSum", 11, 1, 1, importReduceLogSum11},
    {"ReduceLogSum", 18, 2, 1, importReduceLogSum18},
    {"ReduceLogSumExp", 11, 1, 1, importReduceLogSumExp11},
    {"ReduceLogSumExp", 18, 2, 1, importReduceLogSumExp18},
    {"ReduceMax", 11, 1, 1, importReduceMax11},
    {"ReduceMax", 18, 2, 1, importReduceMax18},
    {"ReduceMean", 11, 1, 1, importReduceMean11},
    {"ReduceMean", 18, 2, 1, importReduceMean18},
    {"ReduceMin", 11, 1, 1, importReduceMin11},
    {"ReduceMin", 18, 2, 1, importReduceMin18},
    {"ReduceProd", 11, 1, 1, importReduceProd11},
    {"ReduceProd", 18, 2, 1, importReduceProd18},
    {"ReduceSum", 11, 1, 1, importReduceSum11},
    {"ReduceSum", 13, 2, 1, importReduceSum13},
    {"ReduceSumSquare", 11, 1, 1, importReduceSumSquare11},
    {"ReduceSumSquare", 18, 2, 1, importReduceSumSquare18},
    {"Reshape", 5, 2, 1, importReshape5},
    {"Reshape", 14, 2, 1, importReshape14},
    {"Resize", 10, 2, 1, importResize10},
    {"Resize", 11, 4, 1, importResize11},
    {"RNN", 7, 6, 2, importRnn},
    {"RMSNormalization", 23, 2, 1, importRMSNormalization},
    {"RotaryEmbedding", 23, 4, 1, importRotaryEmbedding},
    {"Scan", 9, kAnyNumber, kAnyNumber, importScan},
    {"Shape", 1, 1, 1, importShape1},
    {"Shape", 15, 1, 1, importShape15},
    {"Size", 1, 1, 1, importSize},
    {"Slice", 10, 5, 1, importSlice},
    {"Softmax", 11, 1, 1, importSoftmax11},
    {"Softmax", 13, 1, 1, importSoftmax13},
    {"SpaceToDepth", 1, 1, 1, importSpaceToDepth},
    {"Split", 2, 1, kAnyNumber, importSplit11},
    {"Split", 13, 2, kAnyNumber, importSplit13},
    {"Split", 18, 2, kAnyNumber, importSplit18},
    {"Squeeze", 11, 1, 1, importSqueeze11},
    {"Squeeze", 13, 2, 1, importSqueeze13},
    {"Tile", 6, 2, 1, importTile},
    {"TopK", 11, 2, 2, importTopK},
    {"Transpose", 1, 1, 1, importTranspose},
    {"Trilu", 14, 2, 1, importTrilu},
    {"Unsqueeze", 11, 1, 1, importUnsqueeze11},
    {"Unsqueeze", 13, 2, 1, importUnsqueeze13},
    {"Upsample", 9, 2, 1, importUpsample},
};

const Handler *qc::onnx::findHandler(StringRef op, int64_t opset) {
  const Handler *found = nullptr;
  for (ArrayRef<Handler> handlers : {ArrayRef(kHandlers), getScalarHandlers()})
    for (const Handler &handler : handlers)
      if (handler.op == op && handler.since <= opset)
        found = &handler;
  return found;
}

int64_t qc::onnx::getFirstOpset(StringRef op) {
  for (ArrayRef<Handler> handlers : {ArrayRef(kHandlers), getScalarHandlers()})
    for (const Handler &handler : handlers)
      if (handler.op == op)
        return handler.since;
  return 0;
}
