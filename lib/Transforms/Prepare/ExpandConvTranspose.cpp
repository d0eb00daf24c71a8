// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qc-expand-conv-transpose: a transposed convolution as a convolution of its phases and an interleave.
#include "Constants.h"
#include "Names.h"
#include "qc/Transforms/Prepare/Passes.h"
#include "qc/Transforms/Prepare/Rewrites.h"
#include "llvm/Support/MathExtras.h"

namespace qc {
#define GEN_PASS_DEF_EXPANDCONVTRANSPOSEPASS
#include "qc/Transforms/Prepare/Passes.h.inc"
} // namespace qc

using namespace mlir;
using namespace qc;
using namespace qc::prepare;

static constexpr int64_t kMaxBytes = int64_t(1) << 31;

namespace {
/// One spatial axis: result position o + pad_begin = q * stride + r is position q of phase r.
struct Phases {
  int64_t stride, dilation, kernel;
  int64_t taps;               ///< of the largest phase
  int64_t padBegin, padEnd;   ///< of the convolution
  int64_t cropBegin, cropEnd; ///< interleaved positions that are not in the result

  /// The weight that tap `t` of the convolution has in phase `r`; -1 where there is none.
  int64_t weightOf(int64_t t, int64_t r) const {
    int64_t position = r + (taps - 1 - t) * stride;
    return position % dilation == 0 && position / dilation < kernel ? position / dilation : -1;
  }
};
} // namespace

static Phases makePhases(ConvTransposeOp op, size_t d, int64_t kernel) {
  size_t spatial = op.getStrides().size();
  int64_t stride = op.getStrides()[d], dilation = op.getDilations()[d], reach = (kernel - 1) * dilation + 1;
  int64_t begin = op.getPads()[d], end = op.getPads()[spatial + d], more = op.getOutputPadding()[d];
  Phases phases{stride, dilation, kernel, int64_t(llvm::divideCeil(reach, stride)), 0, 0, 0, 0};
  // The first and last positions that are needed, as far as padding can leave them out. The last is in - 1 + behind.
  int64_t before = std::min(begin / stride, phases.taps - 1), last = reach + more - end - 1;
  int64_t behind = last < 0 ? 0 : last / stride;
  phases.padBegin = phases.taps - 1 - before;
  phases.padEnd = behind;
  phases.cropBegin = begin - before * stride;
  phases.cropEnd = (behind + 1) * stride - 1 - last;
  return phases;
}

static bool isInterleaved(ArrayRef<Phases> axes) {
  return llvm::any_of(axes, [](const Phases &axis) { return axis.stride != 1; });
}

// The multi-index of `index` in `sizes`, row-major.
static SmallVector<int64_t> unfold(int64_t index, ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> position(sizes.size());
  for (size_t d = sizes.size(); d-- > 0; index /= sizes[d])
    position[d] = index % sizes[d];
  return position;
}

// The element of a filter that tap `t` has in phase `r`, or -1.
static int64_t findWeight(ArrayRef<Phases> axes, ArrayRef<int64_t> t, ArrayRef<int64_t> r) {
  int64_t offset = 0;
  for (auto [axis, tap, phase] : llvm::zip_equal(axes, t, r)) {
    int64_t weight = axis.weightOf(tap, phase);
    if (weight < 0)
      return -1;
    offset = offset * axis.kernel + weight;
  }
  return offset;
}

namespace {
/// The weights and the bias of the convolution of all phases. Without groups the phase is the outer part of a channel's
/// number, so that the channels of a phase lie side by side; else the channel, as groups must stay together.
struct PhaseFilters {
  ArrayRef<Phases> axes;
  bool phaseFirst;
  SmallVector<int64_t> strides, taps;
  int64_t numPhases = 1, numTaps = 1, kernelSize = 1;

  PhaseFilters(ArrayRef<Phases> axes, bool phaseFirst) : axes(axes), phaseFirst(phaseFirst) {
    for (const Phases &axis : axes) {
      strides.push_back(axis.stride);
      taps.push_back(axis.taps);
      numPhases *= axis.stride;
      numTaps *= axis.taps;
      kernelSize *= axis.kernel;
    }
  }

  int64_t channelOf(int64_t m, int64_t phase, int64_t filters) const {
    return phaseFirst ? phase * filters + m : m * numPhases + phase;
  }
  TensorValue makeWeights(const TensorValue &w) const;
  TensorValue makeBias(const TensorValue &bias) const;
};
} // namespace

TensorValue PhaseFilters::makeWeights(const TensorValue &w) const {
  int64_t filters = w.getShape()[0], channels = w.getShape()[1];
  SmallVector<int64_t> shape{filters * numPhases, channels};
  shape.append(taps);
  TensorValue result(RankedTensorType::get(shape, w.getType().getElementType()));
  MutableArrayRef<float> to = result.mutableData<float>();
  ArrayRef<float> from = w.getData<float>();
  for (int64_t phase = 0; phase < numPhases; ++phase)
    for (int64_t tap = 0; tap < numTaps; ++tap) {
      int64_t weight = findWeight(axes, unfold(tap, taps), unfold(phase, strides));
      for (int64_t m = 0; weight >= 0 && m < filters; ++m)
        for (int64_t c = 0; c < channels; ++c)
          to[(channelOf(m, phase, filters) * channels + c) * numTaps + tap] =
              from[(m * channels + c) * kernelSize + weight];
    }
  return result;
}

TensorValue PhaseFilters::makeBias(const TensorValue &bias) const {
  int64_t filters = bias.getNumElements();
  TensorValue result(RankedTensorType::get({filters * numPhases}, bias.getType().getElementType()));
  for (int64_t m = 0; m < filters; ++m)
    for (int64_t phase = 0; phase < numPhases; ++phase)
      result.mutableData<float>()[channelOf(m, phase, filters)] = bias.getData<float>()[m];
  return result;
}

static Value createConv(RewriterBase &rewriter, ConvTransposeOp op, ArrayRef<Phases> axes, Value w, Value b) {
  size_t spatial = axes.size();
  SmallVector<int64_t> ones(spatial, 1), pads(2 * spatial);
  for (auto [d, axis] : llvm::enumerate(axes)) {
    pads[d] = axis.padBegin;
    pads[spatial + d] = axis.padEnd;
  }
  Location loc = isInterleaved(axes) ? deriveLocation(op.getLoc(), ".phases") : op.getLoc();
  return ConvOp::create(rewriter, loc, op.getX(), w, b, ones, pads, ones, op.getGroup());
}

// The positions of `value` that are in the result.
static Value crop(RewriterBase &rewriter, ConvTransposeOp op, ArrayRef<Phases> axes, Value value) {
  SmallVector<int64_t> cut, starts, ends;
  for (auto [d, axis] : llvm::enumerate(axes)) {
    if (axis.cropBegin == 0 && axis.cropEnd == 0)
      continue;
    cut.push_back(d + 2);
    starts.push_back(axis.cropBegin);
    ends.push_back(axis.cropEnd == 0 ? INT64_MAX : -axis.cropEnd);
  }
  if (cut.empty())
    return value;
  return SliceOp::create(rewriter, op.getLoc(), value, cut, starts, ends, SmallVector<int64_t>(cut.size(), 1));
}

FailureOr<Value> qc::expandConvTranspose(RewriterBase &rewriter, ConvTransposeOp op, std::string &reason) {
  std::optional<TensorValue> w = getConstant(op.getW()), b = op.getB() ? getConstant(op.getB()) : std::nullopt;
  if (!w || (op.getB() && !b)) {
    reason = "its weights or bias are not constant";
    return failure();
  }
  SmallVector<Phases> axes;
  for (auto [d, kernel] : llvm::enumerate(w->getShape().drop_front(2)))
    axes.push_back(makePhases(op, d, kernel));
  int64_t bytes = w->getShape()[0] * w->getShape()[1] * int64_t(sizeof(float));
  for (const Phases &axis : axes)
    if (llvm::MulOverflow(bytes, axis.stride * axis.taps, bytes) || bytes > kMaxBytes) {
      reason = "the weights of its phases take more than 2^31 bytes";
      return failure();
    }
  bool hasGroups = op.getGroup() != 1;
  PhaseFilters filters(axes, !hasGroups);
  rewriter.setInsertionPoint(op);
  Value newW = createConstant(rewriter, op.getW().getLoc(), filters.makeWeights(*w));
  Value newB = b ? createConstant(rewriter, op.getB().getLoc(), filters.makeBias(*b)) : Value();
  Value value = createConv(rewriter, op, axes, newW, newB);
  if (isInterleaved(axes)) {
    bool isCropped = llvm::any_of(axes, [](const Phases &axis) { return axis.cropBegin != 0 || axis.cropEnd != 0; });
    Location loc = isCropped ? deriveLocation(op.getLoc(), ".interleaved") : op.getLoc();
    value =
        DepthToSpaceOp::create(rewriter, loc, value, hasGroups ? DepthOrder::CRD : DepthOrder::DCR, filters.strides);
  }
  value = crop(rewriter, op, axes, value);
  value.setType(op.getY().getType()); // it may know less, and others have read it
  SmallVector<Value> inputs{op.getW()};
  if (op.getB())
    inputs.push_back(op.getB());
  rewriter.replaceOp(op, value);
  eraseIfDead(rewriter, inputs);
  return value;
}

namespace {
struct ExpandConvTransposePass final : qc::impl::ExpandConvTransposePassBase<ExpandConvTransposePass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (ConvTransposeOp op : collect<ConvTransposeOp>(getOperation())) {
      std::string reason;
      Location loc = op.getLoc();
      if (failed(expandConvTranspose(rewriter, op, reason)))
        remarkMissed(loc, "ExpandConvTranspose", "qc-expand-conv-transpose", reason);
    }
  }
};
} // namespace
