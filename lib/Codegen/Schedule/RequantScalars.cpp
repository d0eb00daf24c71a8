// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar text of dyadic.requant: the cheapest machine form that the ranges of its terms prove (docs/Numerics.md).
#include "RequantNumbers.h"
#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;
using qc::numerics::RequantParams;
using qc::numerics::TermFacts;

// The proven range of a term before its zero point is taken away; nothing for a register of unknown origin.
static std::optional<dyadic::CodeRange> getTermRange(Value term) {
  Type element = cast<RankedTensorType>(term.getType()).getElementType();
  if (element.getIntOrFloatBitWidth() < 32)
    return dyadic::getTypeRange(element);
  auto maker = term.getDefiningOp<dyadic::RangeBoundOpInterface>();
  if (!maker)
    return std::nullopt;
  SmallVector<dyadic::CodeRange> operands;
  for (Value operand : maker->getOperands())
    operands.push_back(dyadic::getTypeRange(cast<RankedTensorType>(operand.getType()).getElementType()));
  return maker.inferResultRange(operands);
}

namespace {
/// All channels of a requant with what is known of their terms.
struct Channels {
  SmallVector<RequantParams> params;
  SmallVector<TermFacts> facts; ///< channel-major
  size_t terms;
  bool isProved = true; ///< facts hold bounds (and not only compensations)

  ArrayRef<TermFacts> factsOf(size_t c) const { return ArrayRef(facts).slice(c * terms, terms); }
};
} // namespace

static TermFacts getCompensatedFacts(const Compensation &compensation, size_t c, int32_t zero) {
  size_t i = compensation.perChannel.size() == 1 ? 0 : c;
  const qc::numerics::SumBounds &bounds = compensation.bounds[i];
  int64_t bound = std::max(bounds.upper - zero, zero - bounds.lower);
  return {bound, bounds.raw, compensation.perChannel[i] - zero};
}

static Channels describeChannels(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated) {
  Channels channels;
  channels.terms = op.getTerms().size();
  SmallVector<std::optional<dyadic::CodeRange>> ranges;
  for (auto [t, term] : llvm::enumerate(op.getTerms())) {
    bool isCompensated = t == compensated && !compensation.perChannel.empty();
    ranges.push_back(isCompensated ? dyadic::CodeRange{0, 0} : getTermRange(term));
    channels.isProved &= ranges.back().has_value();
  }
  size_t count = std::max(op.getShifts().size(), compensation.perChannel.size());
  auto at = [](ArrayRef<int32_t> values, size_t i) { return values[values.size() == 1 ? 0 : i]; };
  for (size_t c = 0; c < count; ++c) {
    RequantParams params;
    params.terms = channels.terms;
    params.multipliers[0] = at(op.getMultipliers(), c);
    params.multipliers[1] = channels.terms == 2 ? at(op.getMultipliers1(), c) : 0;
    params.shift = at(op.getShifts(), c);
    params.zeroPoint = op.getZeroPoint();
    params.lo = op.getLo();
    params.hi = op.getHi();
    params.rounding = op.getRounding() == dyadic::Rounding::HalfEven ? qc::numerics::Rounding::HalfEven
                                                                     : qc::numerics::Rounding::HalfUp;
    channels.params.push_back(params);
    for (auto [t, zero] : llvm::enumerate(op.getTermZeroPoints())) {
      if (t == compensated && !compensation.perChannel.empty()) {
        channels.facts.push_back(getCompensatedFacts(compensation, c, zero));
        continue;
      }
      dyadic::CodeRange range = ranges[t].value_or(dyadic::CodeRange{0, 0});
      int64_t bound = std::max(range.greatest - zero, zero - range.least);
      channels.facts.push_back({bound, std::max(range.greatest, -range.least), -int64_t(zero)});
    }
  }
  return channels;
}

// half_even that never meets a tie is half_up, which has cheaper forms.
static void relaxRounding(Channels &channels) {
  for (size_t c = 0; c < channels.params.size(); ++c) {
    const RequantParams &p = channels.params[c];
    if (p.rounding != qc::numerics::Rounding::HalfEven || !channels.isProved ||
        !qc::numerics::halfEvenIsHalfUp(p.multipliers[0], p.shift, channels.factsOf(c)[0].bound))
      return;
  }
  for (RequantParams &p : channels.params)
    p.rounding = qc::numerics::Rounding::HalfUp;
}

// Plain 32-bit arithmetic, where every channel allows it.
static bool tryNarrow(const Channels &channels, RequantNumbers &numbers) {
  for (size_t c = 0; c < channels.params.size(); ++c) {
    std::optional<qc::numerics::NarrowForm> form;
    if (channels.params[c].rounding == qc::numerics::Rounding::HalfUp)
      form = qc::numerics::buildNarrowForm(channels.params[c], channels.factsOf(c));
    if (!form)
      return false;
    numbers.add(form->m, 0, form->shift, int64_t(int32_t(form->addend)));
    numbers.zero = form->zeroAfter;
  }
  numbers.form = RequantForm::Narrow;
  return true;
}

static bool tryHigh(const Channels &channels, RequantNumbers &numbers, std::string &reason) {
  qc::numerics::FormFKernel kernel = qc::numerics::buildFormF(channels.params, channels.facts);
  reason = kernel.reason;
  if (!kernel)
    return false;
  for (const qc::numerics::FormF &form : kernel.channels) {
    numbers.add(form.m, form.preShift, form.shift, int64_t(form.addend));
    numbers.zero = form.zeroAfter;
  }
  numbers.form = RequantForm::High;
  return true;
}

static void useWide(const Channels &channels, RequantNumbers &numbers) {
  for (size_t c = 0; c < channels.params.size(); ++c) {
    qc::numerics::WideForm form = qc::numerics::buildWideForm(channels.params[c], channels.factsOf(c));
    numbers.add(form.m, 0, form.shift, int64_t(form.addend));
    numbers.zero = form.zeroAfter;
  }
  bool isHalfEven = !channels.params.empty() && channels.params[0].rounding == qc::numerics::Rounding::HalfEven;
  numbers.form = isHalfEven ? RequantForm::HalfEven : RequantForm::Wide;
}

static RequantNumbers chooseForm(Channels &channels) {
  relaxRounding(channels);
  RequantNumbers numbers;
  std::string reason = "the range of a term is not known";
  if (channels.isProved && tryNarrow(channels, numbers))
    return numbers;
  numbers = RequantNumbers();
  if (channels.isProved && tryHigh(channels, numbers, reason))
    return numbers;
  numbers = RequantNumbers();
  numbers.reason = reason;
  useWide(channels, numbers);
  return numbers;
}

RequantNumbers qc::kernel::chooseRequantNumbers(dyadic::RequantOp op, const Compensation &compensation,
                                                unsigned compensated) {
  Channels channels = describeChannels(op, compensation, compensated);
  return chooseForm(channels);
}

template <typename Pool> static RequantNumbers chooseNumbers(Pool op) {
  Channels channels;
  channels.terms = 1;
  dyadic::CodeRange range = dyadic::getTypeRange(cast<RankedTensorType>(op.getX().getType()).getElementType());
  for (auto [i, count] : llvm::enumerate(op.getCounts())) {
    RequantParams params;
    params.multipliers[0] = op.getMultipliers()[i];
    params.shift = op.getShifts()[i];
    params.zeroPoint = op.getZeroPoint();
    params.lo = op.getLo();
    params.hi = op.getHi();
    channels.params.push_back(params);
    qc::numerics::CodeRange codes{int32_t(range.least), int32_t(range.greatest)};
    int64_t bound = qc::numerics::codeSumBounds(count, codes, op.getXZeroPoint()).bound();
    channels.facts.push_back({bound, bound, 0});
  }
  return chooseForm(channels);
}

RequantNumbers qc::kernel::chooseAverageNumbers(dyadic::AvgPoolOp op) { return chooseNumbers(op); }
RequantNumbers qc::kernel::chooseAverageNumbers(dyadic::GlobalAvgPoolOp op) { return chooseNumbers(op); }

// Zero point, lo and hi where they are what they mostly are: then the text has them as constants, which cost nothing
// (the zero point is in the addend, and narrowing saturates anyway). Other numbers are arguments, for kernels to be
// shared.
static SmallVector<std::optional<int32_t>> getUsualNumbers(int32_t zero, int32_t lo, int32_t hi, Type element) {
  dyadic::CodeRange range = dyadic::getTypeRange(element);
  auto known = [](int64_t number, int64_t usual) -> std::optional<int32_t> {
    return number == usual ? std::optional<int32_t>(number) : std::nullopt;
  };
  return {known(zero, 0), known(lo, range.least), known(hi, range.greatest)};
}

ScalarForm qc::kernel::describeRequant(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated) {
  MLIRContext *context = op.getContext();
  RequantNumbers numbers = chooseRequantNumbers(op, compensation, compensated);
  int64_t axis = op.getAxis() ? int64_t(*op.getAxis()) : compensation.axis;
  unsigned terms = op.getTerms().size();
  ScalarForm form;
  form.obstacle = numbers.reason;
  SmallVector<Type> elements;
  for (unsigned t = 0; t < terms; ++t) {
    form.operands.push_back(t);
    form.params.push_back(makeIntegerParam(context, numbers.multipliers[t], 32, axis));
    elements.push_back(cast<RankedTensorType>(op.getTerms()[t].getType()).getElementType());
  }
  form.params.push_back(makeIntegerParam(context, numbers.addends, 64, axis));
  form.params.push_back(makeIntegerParam(context, numbers.shifts, 32, axis));
  for (int32_t number : {numbers.zero, op.getLo(), op.getHi()})
    form.params.push_back(makeIntegerParam(context, {number}, 32, axis));
  bool shiftsBefore = llvm::any_of(numbers.preShifts, [](int64_t shift) { return shift != 0; });
  if (shiftsBefore)
    form.params.push_back(makeIntegerParam(context, numbers.preShifts, 32, axis));
  Type result = cast<RankedTensorType>(op.getY().getType()).getElementType();
  unsigned width = result.getIntOrFloatBitWidth();
  SmallVector<std::optional<int32_t>> usual = getUsualNumbers(numbers.zero, op.getLo(), op.getHi(), result);
  form.emit = [=, machine = numbers.form](ImplicitLocOpBuilder &b, ValueRange operands, ValueRange params) -> Value {
    SmallVector<Value> raw;
    for (auto [value, element] : llvm::zip_equal(operands, elements)) {
      raw.push_back(emitExtension(b, value, element));
      if (shiftsBefore)
        raw.back() = arith::ShLIOp::create(b, raw.back(), params.back());
    }
    SmallVector<Value> last; // zero, lo, hi
    for (auto [number, param] : llvm::zip_equal(usual, params.slice(terms + 2, 3)))
      last.push_back(number ? Value(arith::ConstantIntOp::create(b, *number, 32)) : param);
    return RequantOp::create(b, IntegerType::get(b.getContext(), width), machine, raw, params.take_front(terms),
                             params[terms], params[terms + 1], last[0], last[1], last[2]);
  };
  return form;
}
