// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conv, Gemm, MatMul.
#include "../Handlers.h"
#include "../Windows.h"
#include "dialects/QC/QC.h"

using namespace mlir;
using namespace qc::onnx;

namespace {
/// The operands of a convolution and the sizes of its spatial dimensions.
struct ConvOperands {
  Value x, w, b; ///< b is null where there is none
  ArrayRef<int64_t> spatial, kernel;
};
} // namespace

static FailureOr<ConvOperands> getConvOperands(Node &node) {
  FailureOr<Value> x = node.getFloatInput(0), w = node.getWeights(1), b = node.getOptionalWeights(2);
  if (failed(x) || failed(w) || failed(b))
    return failure();
  FailureOr<ArrayRef<int64_t>> spatial = getSpatialDims(node, *x), kernel = getSpatialDims(node, *w);
  if (failed(spatial) || failed(kernel))
    return failure();
  if (spatial->size() != kernel->size())
    return node.emitError() << "has input " << x->getType() << " and weights " << w->getType()
                            << ", accepted are two of one rank",
           failure();
  return ConvOperands{*x, *w, *b, *spatial, *kernel};
}

LogicalResult qc::onnx::importConv(Node &node) {
  FailureOr<ConvOperands> conv = getConvOperands(node);
  if (failed(conv))
    return failure();
  FailureOr<Window> window = readWindow(node, conv->spatial, conv->kernel, /*hasDilations=*/true);
  int64_t group = node.getAttributes().getInt("group", 1);
  if (failed(window) || failed(node.getAttributes().finish()) ||
      failed(checkFit(node, conv->spatial, *window, /*ceilMode=*/false)))
    return failure();
  return node.createOutput<qc::ConvOp>(conv->x, conv->w, conv->b, ArrayRef<int64_t>(window->strides),
                                       ArrayRef<int64_t>(window->pads), ArrayRef<int64_t>(window->dilations),
                                       uint64_t(group));
}

/// ONNX's weights, C x M/group x kernel, as those of a convolution: M x C/group x kernel.
static FailureOr<Value> turnWeights(Node &node, Value w, int64_t group) {
  ArrayRef<int64_t> shape = getTensorType(w).getShape();
  if (group < 1 || ShapedType::isDynamicShape(shape) || shape[0] % group != 0)
    return node.emitError() << "has weights of type " << w.getType() << " for " << group
                            << " groups, accepted are known sizes of which the first is a multiple",
           failure();
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, shape.size()));
  std::swap(perm[0], perm[1]);
  if (group == 1)
    return node.create<qc::TransposeOp>(".weights", w, ArrayRef<int64_t>(perm));
  SmallVector<int64_t> split{group, shape[0] / group}, joined{group * shape[1], shape[0] / group}, turn{0};
  llvm::append_range(split, shape.drop_front(1));
  llvm::append_range(joined, shape.drop_front(2));
  for (int64_t d : perm)
    turn.push_back(d + 1);
  FailureOr<Value> groups = node.create<qc::ReshapeOp>(".groups", w, ArrayRef<int64_t>(split));
  if (failed(groups))
    return failure();
  FailureOr<Value> turned = node.create<qc::TransposeOp>(".turned", *groups, ArrayRef<int64_t>(turn));
  if (failed(turned))
    return failure();
  return node.create<qc::ReshapeOp>(".weights", *turned, ArrayRef<int64_t>(joined));
}

/// Pads that give the result the size that `output_shape` or auto_pad ask for; what it has more than all of the sum
/// becomes output_padding, which is behind.
static LogicalResult fitResult(Node &node, ArrayRef<int64_t> spatial, Window &window,
                               MutableArrayRef<int64_t> outputPadding) {
  size_t rank = spatial.size();
  std::optional<SmallVector<int64_t>> wanted = node.getAttributes().getInts("output_shape");
  std::string automatic = node.getAttributes().getString("auto_pad", "NOTSET");
  bool isSame = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
  if (!wanted && !isSame)
    return success();
  if (wanted && wanted->size() == rank + 2) // with batch and channels
    wanted->erase(wanted->begin(), wanted->begin() + 2);
  if (wanted && (wanted->size() != rank || ShapedType::isDynamicShape(spatial)))
    return node.emitError() << "has an output_shape of " << wanted->size()
                            << " entries, accepted are one per spatial axis, of known size";
  for (size_t d = 0; d < rank; ++d) {
    int64_t reach = (window.kernel[d] - 1) * window.dilations[d] + 1, stride = window.strides[d];
    // The result less what `in` strides give.
    int64_t total = reach - stride + outputPadding[d] - (wanted ? (*wanted)[d] - spatial[d] * stride : 0);
    outputPadding[d] += std::max<int64_t>(-total, 0);
    total = std::max<int64_t>(total, 0);
    window.pads[d] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    window.pads[d + rank] = total - window.pads[d];
  }
  return success();
}

LogicalResult qc::onnx::importConvTranspose(Node &node) {
  FailureOr<ConvOperands> conv = getConvOperands(node);
  if (failed(conv))
    return failure();
  // auto_pad means something else here: sizes of 0 keep readWindow from padding.
  FailureOr<Window> window =
      readWindow(node, SmallVector<int64_t>(conv->spatial.size(), 0), conv->kernel, /*hasDilations=*/true);
  int64_t group = node.getAttributes().getInt("group", 1);
  SmallVector<int64_t> padding =
      node.getAttributes().getInts("output_padding").value_or(SmallVector<int64_t>(conv->spatial.size(), 0));
  if (failed(window) || padding.size() != conv->spatial.size())
    return failed(window) ? failure()
                          : node.emitError() << "attribute 'output_padding' has " << padding.size()
                                             << " entries, accepted are " << conv->spatial.size();
  if (failed(fitResult(node, conv->spatial, *window, padding)) || failed(node.getAttributes().finish()))
    return failure();
  FailureOr<Value> weights = turnWeights(node, conv->w, group);
  return failed(weights)
             ? failure()
             : node.createOutput<qc::ConvTransposeOp>(
                   conv->x, *weights, conv->b, ArrayRef<int64_t>(window->strides), ArrayRef<int64_t>(window->pads),
                   ArrayRef<int64_t>(window->dilations), ArrayRef<int64_t>(padding), uint64_t(group));
}

LogicalResult qc::onnx::importGemm(Node &node) {
  FailureOr<Value> a = node.getWeights(0), b = node.getWeights(1), c = node.getOptionalWeights(2);
  AttributeReader &attributes = node.getAttributes();
  float alpha = attributes.getFloat("alpha", 1.0f), beta = attributes.getFloat("beta", 1.0f);
  bool transA = attributes.getBool("transA", false), transB = attributes.getBool("transB", false);
  if (failed(a) || failed(b) || failed(c) || failed(attributes.finish()))
    return failure();
  return node.createOutput<qc::GemmOp>(*a, *b, *c, APFloat(alpha), APFloat(beta), transA, transB);
}

LogicalResult qc::onnx::importMatMul(Node &node) {
  FailureOr<Value> a = node.getWeights(0), b = node.getWeights(1);
  if (failed(a) || failed(b) || failed(node.getAttributes().finish()))
    return failure();
  return node.createOutput<qc::MatMulOp>(*a, *b, /*bias=*/Value());
}
