// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The window attributes that convolutions and pools share.
#include "Windows.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace qc::onnx;

FailureOr<ArrayRef<int64_t>> qc::onnx::getSpatialDims(Node &node, Value value) {
  ArrayRef<int64_t> shape = getTensorType(value).getShape();
  if (shape.size() < 3 || shape.size() > 5)
    return node.emitError() << "has an input of type " << value.getType()
                            << ", accepted are one to three spatial axes behind batch and channel",
           failure();
  return shape.drop_front(2);
}

/// Attribute `name` with `size` entries from `min` to 2^31 - 1, `absent` for each where it is not there.
static FailureOr<SmallVector<int64_t>> readEntries(Node &node, StringRef name, size_t size, int64_t absent,
                                                   int64_t min) {
  std::optional<SmallVector<int64_t>> entries = node.getAttributes().getInts(name);
  if (!entries)
    return SmallVector<int64_t>(size, absent);
  if (entries->size() != size) {
    node.getAttributes().fail();
    return node.emitError() << "attribute '" << name << "' has " << entries->size() << " entries, accepted are "
                            << size,
           failure();
  }
  // Bounded, so that no sum or product below overflows.
  for (int64_t entry : *entries)
    if (entry < min || entry > INT32_MAX)
      return node.emitError() << "attribute '" << name << "' holds " << entry << ", accepted are " << min << " to "
                              << INT32_MAX,
             failure();
  return *entries;
}

static FailureOr<SmallVector<int64_t>> readKernel(Node &node, size_t rank, std::optional<ArrayRef<int64_t>> kernel) {
  FailureOr<SmallVector<int64_t>> read = readEntries(node, "kernel_shape", rank, -1, 1);
  if (failed(read))
    return failure();
  bool isAbsent = llvm::is_contained(*read, -1);
  if (!kernel && isAbsent)
    return node.emitError() << "has no attribute 'kernel_shape', which is required", failure();
  if (!kernel)
    return read;
  if (ShapedType::isDynamicShape(*kernel))
    return node.emitError() << "has weights whose kernel size is known at run time only, accepted are sizes that the "
                               "model gives",
           failure();
  for (int64_t size : *kernel)
    if (size < 1 || size > INT32_MAX)
      return node.emitError() << "has weights with a kernel size of " << size << ", accepted are 1 to " << INT32_MAX,
             failure();
  if (!isAbsent && ArrayRef<int64_t>(*read) != *kernel) {
    InFlightDiagnostic diagnostic = node.emitError() << "attribute 'kernel_shape' is ";
    llvm::interleave(*read, diagnostic, "x");
    diagnostic << ", the weights have ";
    llvm::interleave(*kernel, diagnostic, "x");
    return failure();
  }
  return llvm::to_vector(*kernel);
}

/// Padding of an axis of size `in` that makes the output ceil(in / stride) long, for windows that reach over `reach`
/// elements. Of an unknown size: with stride 1 it is the same for all (and none has any elements of a size of 0).
static int64_t getSamePadding(int64_t in, int64_t reach, int64_t stride) {
  if (in == 0)
    return 0;
  if (ShapedType::isDynamic(in))
    return reach - 1;
  int64_t out = in / stride + (in % stride != 0);
  return std::max<int64_t>((out - 1) * stride + reach - in, 0);
}

/// An odd padding goes to the end, or with `lower` to the begin.
static LogicalResult padToSame(Node &node, Window &window, ArrayRef<int64_t> spatial, bool lower) {
  for (auto [d, in] : llvm::enumerate(spatial)) {
    int64_t stride = window.strides[d], reach = (window.kernel[d] - 1) * window.dilations[d] + 1;
    if (ShapedType::isDynamic(in) && stride != 1)
      return node.emitError() << "attribute 'auto_pad' makes padding of spatial axis " << d
                              << ", whose size is known at run time only, with stride " << stride
                              << "; accepted is explicit padding, or a bound size (--input-shape)";
    int64_t total = getSamePadding(in, reach, stride);
    window.pads[d] = lower ? total - total / 2 : total / 2;
    window.pads[d + spatial.size()] = total - window.pads[d];
  }
  return success();
}

FailureOr<Window> qc::onnx::readWindow(Node &node, ArrayRef<int64_t> spatial, std::optional<ArrayRef<int64_t>> kernel,
                                       bool hasDilations) {
  size_t rank = spatial.size();
  FailureOr<SmallVector<int64_t>> kernels = readKernel(node, rank, kernel),
                                  strides = readEntries(node, "strides", rank, 1, 1),
                                  pads = readEntries(node, "pads", 2 * rank, 0, 0);
  FailureOr<SmallVector<int64_t>> dilations = SmallVector<int64_t>(rank, 1);
  if (hasDilations)
    dilations = readEntries(node, "dilations", rank, 1, 1);
  if (failed(kernels) || failed(strides) || failed(pads) || failed(dilations))
    return failure();
  Window window{*kernels, *strides, *dilations, *pads};
  std::string automatic = node.getAttributes().getString("auto_pad", "NOTSET");
  if (automatic == "NOTSET")
    return window;
  if (automatic != "SAME_UPPER" && automatic != "SAME_LOWER" && automatic != "VALID")
    return node.emitError() << "attribute 'auto_pad' is '" << automatic
                            << "', accepted are NOTSET, SAME_UPPER, SAME_LOWER and VALID",
           failure();
  if (llvm::any_of(window.pads, [](int64_t pad) { return pad != 0; }))
    return node.emitError() << "has both pads and auto_pad " << automatic, failure();
  if (automatic != "VALID" && failed(padToSame(node, window, spatial, automatic == "SAME_LOWER")))
    return failure();
  return window;
}

LogicalResult qc::onnx::checkFit(Node &node, ArrayRef<int64_t> spatial, const Window &window, bool ceilMode) {
  for (auto [d, in] : llvm::enumerate(spatial)) {
    if (ShapedType::isDynamic(in) || in == 0)
      continue;
    int64_t begin = window.pads[d], end = window.pads[d + spatial.size()], dilation = window.dilations[d];
    // In 128 bits: no sum or product of these overflows.
    __int128 room = __int128(in) + begin + end - (__int128(dilation) * (window.kernel[d] - 1) + 1);
    if (room >= 0 || (ceilMode && room > -window.strides[d]))
      continue;
    return node.emitError() << "expects windows that fit the input, got a kernel of size " << window.kernel[d]
                            << " (dilation " << dilation << ") over " << in << " elements padded by " << begin
                            << " and " << end << " on spatial axis " << d;
  }
  return success();
}
