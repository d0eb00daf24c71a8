// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resize and Upsample, to nearest positions.
#include "../Handlers.h"
#include "../Integers.h"
#include "dialects/QC/ComputedEntries.h"
#include "dialects/QC/QC.h"
#include <cmath>

using namespace mlir;
using namespace qc::onnx;

namespace {
/// What a resize says about its dimensions: scales, or sizes, of all of them, as constants or as values.
struct Extent {
  SmallVector<float> scales;
  SmallVector<int64_t> sizes;
  Value sizeValues, scaleValues;
};
} // namespace

/// The floats of input `index`; none where it is left out, empty or computed.
static FailureOr<SmallVector<float>> readFloats(Node &node, size_t index, StringRef what) {
  FailureOr<const Constant *> constant = node.getConstantInput(index);
  if (failed(constant))
    return failure();
  if (!*constant)
    return SmallVector<float>();
  const Constant &tensor = **constant;
  if (tensor.elementType != int32_t(ElementType::F32) || tensor.dims.size() != 1)
    return node.emitError() << "has " << what << " of type " << getElementTypeName(tensor.elementType) << " and rank "
                            << tensor.dims.size() << ", accepted is a vector of f32",
           failure();
  ArrayRef<float> values(reinterpret_cast<const float *>(tensor.data.bytes.data()), tensor.getNumElements());
  return SmallVector<float>(values);
}

/// `given` for the dimensions `axes`; `absent(d)` for the others.
template <typename T, typename Absent>
static SmallVector<T> spread(int64_t rank, ArrayRef<int64_t> axes, ArrayRef<T> given, Absent absent) {
  SmallVector<T> all;
  for (int64_t d = 0; d < rank; ++d)
    all.push_back(absent(d));
  for (auto [axis, value] : llvm::zip_equal(axes, given))
    all[axis] = value;
  return all;
}

/// The extent that keeps the shape of what is resized: one scale for all axes, the least (or greatest) of their own.
/// The coordinates go by that scale, the sizes are rounded: neither scales nor sizes of qc.resize_nearest say both.
static FailureOr<Extent> keepRatio(Node &node, ArrayRef<int64_t> shape, ArrayRef<int64_t> axes, bool isLarger,
                                   Extent sizes) {
  std::optional<float> scale;
  for (int64_t axis : axes) {
    if (ShapedType::isDynamic(shape[axis]) || shape[axis] == 0)
      return node.emitError() << "keeps the ratio of a dimension whose size is not known, or 0", failure();
    float own = float(sizes.sizes[axis]) / float(shape[axis]);
    scale = !scale ? own : isLarger ? std::max(*scale, own) : std::min(*scale, own);
  }
  bool areSizes = true, areScales = true;
  for (int64_t axis : axes) {
    float size = std::round(*scale * float(shape[axis]));
    areSizes &= size / float(shape[axis]) == *scale;
    areScales &= std::floor(*scale * float(shape[axis])) == size;
    sizes.sizes[axis] = int64_t(std::min(size, 0x1p31f)); // which is refused
  }
  if (areSizes)
    return sizes;
  if (areScales)
    return Extent{spread<float>(shape.size(), axes, SmallVector<float>(axes.size(), *scale), [](int64_t) { return 1; }),
                  {},
                  {},
                  {}};
  return node.emitError() << "keeps the ratio by scale " << *scale
                          << ", of which a size is rounded up; accepted are sizes that are the scale times the "
                             "dimension, or that times rounded down",
         failure();
}

/// Sizes of the dimensions `axes` as constants; a dimension that is not among them stays as it is.
static FailureOr<Extent> readSizes(Node &node, ArrayRef<int64_t> shape, ArrayRef<int64_t> axes,
                                   ArrayRef<int64_t> sizes) {
  std::string policy = node.getAttributes().getString("keep_aspect_ratio_policy", "stretch");
  bool isLarger = policy == "not_smaller";
  if (policy != "stretch" && !isLarger && policy != "not_larger")
    return node.emitError() << "has keep_aspect_ratio_policy '" << policy
                            << "', accepted are stretch, not_larger and not_smaller",
           failure();
  if (failed(expectCount(node, "sizes", sizes.size(), axes.size())))
    return failure();
  for (int64_t size : sizes) // below 0 qc.resize_nearest has other meanings
    if (size < 0 || size > INT32_MAX)
      return node.emitError() << "has size " << size << ", accepted are 0 to " << INT32_MAX, failure();
  auto absent = [&](int64_t d) { return ShapedType::isDynamic(shape[d]) ? -1 : shape[d]; };
  Extent extent{{}, spread<int64_t>(shape.size(), axes, sizes, absent), {}, {}};
  return policy == "stretch" ? extent : keepRatio(node, shape, axes, isLarger, std::move(extent));
}

/// Sizes or scales that are computed, of the dimensions `axes`.
static FailureOr<Extent> spreadComputed(Node &node, ArrayRef<int64_t> axes, int64_t rank, Value sizes, Value scales) {
  std::string policy = node.getAttributes().getString("keep_aspect_ratio_policy", "stretch");
  if (sizes && policy != "stretch")
    return node.emitError() << "has computed sizes and keep_aspect_ratio_policy '" << policy
                            << "', accepted are constant sizes, or stretch",
           failure();
  if (scales && int64_t(axes.size()) != rank)
    return node.emitError() << "has computed scales of some dimensions, accepted are computed scales of all", failure();
  if (scales)
    return Extent{{}, {}, {}, scales};
  SmallVector<int64_t> entries(axes.size(), qc::kComputed);
  FailureOr<Value> all = axes.empty() ? Value() : spreadEntries(node, sizes, axes, rank, 1);
  if (failed(all))
    return failure();
  return Extent{{}, spread<int64_t>(rank, axes, entries, [](int64_t) { return -1; }), *all, {}};
}

static FailureOr<Extent> readExtent(Node &node, Value x, size_t scalesAt, size_t sizesAt) {
  std::optional<SmallVector<int64_t>> given = node.getAttributes().getInts("axes");
  ArrayRef<int64_t> shape = getTensorType(x).getShape();
  int64_t rank = shape.size();
  FailureOr<Integers> axes = resolveAxes(node, given, rank, rank);
  if (failed(axes))
    return failure();
  FailureOr<Value> scaleValues = getComputedVector(node, scalesAt, "scales", axes->size(), true),
                   sizeValues = getComputedVector(node, sizesAt, "sizes", axes->size());
  if (failed(scaleValues) || failed(sizeValues))
    return failure();
  FailureOr<SmallVector<float>> scales = readFloats(node, scalesAt, "scales");
  FailureOr<std::optional<Integers>> sizes =
      *sizeValues ? std::optional<Integers>() : readIntegers(node, sizesAt, "sizes");
  if (failed(scales) || failed(sizes))
    return failure();
  bool hasSizes = *sizeValues || (*sizes && !(*sizes)->empty()), hasScales = *scaleValues || !scales->empty();
  if (hasSizes == hasScales)
    return node.emitError() << "has " << (hasSizes ? "scales and sizes" : "neither scales nor sizes")
                            << ", accepted is one of them",
           failure();
  if (*sizeValues || *scaleValues)
    return spreadComputed(node, *axes, rank, *sizeValues, *scaleValues);
  if (hasSizes)
    return readSizes(node, shape, *axes, **sizes);
  node.getAttributes().getString("keep_aspect_ratio_policy", "stretch"); // without effect on scales
  if (failed(expectCount(node, "scales", scales->size(), axes->size())))
    return failure();
  return Extent{spread<float>(rank, *axes, *scales, [](int64_t) { return 1.0f; }), {}, {}, {}};
}

static LogicalResult expectNearest(Node &node, StringRef mode) {
  if (mode == "nearest")
    return success();
  return node.emitError() << "has mode '" << mode << "', accepted is nearest";
}

static LogicalResult createResize(Node &node, Value x, const Extent &extent, qc::ResizeCoordinates coordinates,
                                  qc::ResizeRounding rounding) {
  return node.createOutput<qc::ResizeNearestOp>(x, extent.sizeValues, extent.scaleValues, coordinates, rounding,
                                                ArrayRef<float>(extent.scales), ArrayRef<int64_t>(extent.sizes));
}

/// Without modes: position i lies at i / scale, and upsampling takes the one below, downsampling the one above.
static LogicalResult importSimple(Node &node) {
  FailureOr<Value> x = node.getInput(0);
  std::string mode = node.getAttributes().getString("mode", "nearest");
  if (failed(x) || failed(expectNearest(node, mode)))
    return failure();
  FailureOr<Extent> extent = readExtent(node, *x, 1, SIZE_MAX);
  if (failed(extent) || failed(node.getAttributes().finish()))
    return failure();
  return createResize(node, *x, *extent, qc::ResizeCoordinates::Asymmetric, qc::ResizeRounding::Simple);
}

LogicalResult qc::onnx::importUpsample(Node &node) { return importSimple(node); }
LogicalResult qc::onnx::importResize10(Node &node) { return importSimple(node); }

LogicalResult qc::onnx::importResize11(Node &node) {
  AttributeReader &attributes = node.getAttributes();
  FailureOr<Value> x = node.getInput(0);
  std::string mode = attributes.getString("mode", "nearest");
  std::string place = attributes.getString("coordinate_transformation_mode", "half_pixel");
  std::string nearest = attributes.getString("nearest_mode", "round_prefer_floor");
  // Without effect on the nearest position.
  attributes.getInt("antialias", 0);
  attributes.getFloat("cubic_coeff_a", -0.75f);
  attributes.getInt("exclude_outside", 0);
  attributes.getFloat("extrapolation_value", 0.0f);
  if (failed(x) || failed(expectNearest(node, mode)))
    return failure();
  std::optional<ResizeCoordinates> coordinates = symbolizeResizeCoordinates(place);
  std::optional<ResizeRounding> rounding = symbolizeResizeRounding(nearest);
  if (!coordinates)
    return node.emitError() << "has coordinate_transformation_mode '" << place
                            << "', accepted are half_pixel, pytorch_half_pixel, tf_half_pixel_for_nn, "
                               "half_pixel_symmetric, asymmetric and align_corners";
  if (!rounding || *rounding == ResizeRounding::Simple)
    return node.emitError() << "has nearest_mode '" << nearest
                            << "', accepted are round_prefer_floor, round_prefer_ceil, floor and ceil";
  FailureOr<Extent> extent = readExtent(node, *x, 2, 3);
  return failed(extent) || failed(attributes.finish()) ? failure()
                                                       : createResize(node, *x, *extent, *coordinates, *rounding);
}
