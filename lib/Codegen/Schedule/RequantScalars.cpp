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
    return dyadic::getConstantRange(term);
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

namespace {
/// The compensation of each term that is a register of a contraction; null for others.
using TermCompensations = SmallVector<const Compensation *>;
} // namespace

static Channels describeChannels(dyadic::RequantOp op, const TermCompensations &compensations) {
  Channels channels;
  channels.terms = op.getTerms().size();
  SmallVector<std::optional<dyadic::CodeRange>> ranges;
  size_t count = op.getShifts().size();
  for (auto [term, compensation] : llvm::zip_equal(op.getTerms(), compensations)) {
    ranges.push_back(compensation ? dyadic::CodeRange{0, 0} : getTermRange(term));
    channels.isProved &= ranges.back().has_value();
    count = std::max(count, compensation ? compensation->perChannel.size() : 0);
  }
  auto at = [](ArrayRef<int32_t> values, size_t i) { return values[values.size() == 1 ? 0 : i]; };
  for (size_t c = 0; c < count; ++c) {
    RequantParams params;
    params.terms = channels.terms;
    for (size_t t = 0; t < channels.terms; ++t)
      params.multipliers[t] = at(op.getMultipliersOf(t), c);
    params.shift = at(op.getShifts(), c);
    params.zeroPoint = op.getZeroPoint();
    params.lo = op.getLo();
    params.hi = op.getHi();
    params.rounding = op.getRounding() == dyadic::Rounding::HalfEven ? qc::numerics::Rounding::HalfEven
                                                                     : qc::numerics::Rounding::HalfUp;
    channels.params.push_back(params);
    for (auto [t, zero] : llvm::enumerate(op.getTermZeroPoints())) {
      if (compensations[t]) {
        channels.facts.push_back(getCompensatedFacts(*compensations[t], c, zero));
        continue;
      }
      dyadic::CodeRange range = ranges[t].value_or(dyadic::CodeRange{0, 0});
      int64_t bound = std::max(range.greatest - zero, zero - range.least);
      channels.facts.push_back({bound, std::max(range.greatest, -range.least), -int64_t(zero)});
    }
  }
  return channels;
}

// Term 1, whose register is that of the exact sum, stands for both planes.
static void joinPlanes(Channels &channels) {
  SmallVector<TermFacts> facts;
  for (size_t c = 0; c < channels.params.size(); ++c)
    facts.append(channels.factsOf(c).begin() + 1, channels.factsOf(c).end());
  for (RequantParams &params : channels.params) {
    params.multipliers[0] = params.multipliers[1];
    params.multipliers[1] = params.multipliers[2];
    params.multipliers[2] = 0;
    params.terms = channels.terms - 1;
  }
  channels.facts = facts;
  --channels.terms;
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
    numbers.add(*form, 0, int64_t(int32_t(form->addend)));
  }
  numbers.form = RequantForm::Narrow;
  return true;
}

static bool tryHigh(const Channels &channels, RequantNumbers &numbers, std::string &reason) {
  qc::numerics::FormFKernel kernel = qc::numerics::buildFormF(channels.params, channels.facts);
  reason = kernel.reason;
  if (!kernel)
    return false;
  numbers.canSplit = kernel.zeroInAddend;
  for (auto [c, form] : llvm::enumerate(kernel.channels)) {
    numbers.add(form, form.preShift, int64_t(form.addend));
    numbers.canSplit &= qc::numerics::canSplitAddend(form, channels.factsOf(c));
  }
  numbers.form = RequantForm::High;
  return true;
}

static void useWide(const Channels &channels, RequantNumbers &numbers) {
  for (size_t c = 0; c < channels.params.size(); ++c) {
    qc::numerics::WideForm form = qc::numerics::buildWideForm(channels.params[c], channels.factsOf(c));
    numbers.add(form, 0, int64_t(form.addend));
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

// As no multiplier of a row is larger, what is proved for the largest one holds for all: a channel that adds nothing
// with it adds nothing with any.
static RequantNumbers chooseNumbers(dyadic::RequantRowsOp op) {
  Channels channels;
  channels.terms = 1;
  channels.params.push_back(getRequantParams(op));
  std::optional<dyadic::CodeRange> range = getTermRange(op.getX());
  channels.isProved = range.has_value();
  dyadic::CodeRange known = range.value_or(dyadic::CodeRange{0, 0});
  int64_t bound = std::max(known.greatest, -known.least);
  channels.facts.push_back({bound, bound, 0});
  return chooseForm(channels);
}

// floor((r * multiplier + 2^30) / 2^31), which is an i32 that is not below 0.
static Value emitRowMultiplier(ImplicitLocOpBuilder &b, Value r, Value multiplier) {
  Value half = arith::ConstantIntOp::create(b, int64_t(1) << 30, 64), shift = arith::ConstantIntOp::create(b, 31, 64);
  Value wideR = arith::ExtSIOp::create(b, b.getI64Type(), r),
        wideM = arith::ExtSIOp::create(b, b.getI64Type(), multiplier);
  Value product = arith::AddIOp::create(b, arith::MulIOp::create(b, wideR, wideM), half);
  return arith::TruncIOp::create(b, b.getI32Type(), arith::ShRSIOp::create(b, product, shift));
}

// Parameters: multiplier, addend, shift, zero, lo, hi, shift before the product.
std::optional<ScalarForm> qc::kernel::describe(dyadic::RequantRowsOp op) {
  MLIRContext *context = op.getContext();
  RequantNumbers numbers = chooseNumbers(op);
  Type element = cast<RankedTensorType>(op.getX().getType()).getElementType();
  unsigned width = cast<RankedTensorType>(op.getY().getType()).getElementType().getIntOrFloatBitWidth();
  ScalarForm form{{0, 1},
                  {makeIntegerParam(context, numbers.multipliers[0], 32, -1),
                   makeIntegerParam(context, numbers.addends, 64, -1),
                   makeIntegerParam(context, numbers.shifts, 32, -1), makeIntegerParam(context, {numbers.zero}, 32, -1),
                   makeIntegerParam(context, {op.getLo()}, 32, -1), makeIntegerParam(context, {op.getHi()}, 32, -1)},
                  {}};
  bool shiftsBefore = numbers.preShifts[0] != 0;
  if (shiftsBefore)
    form.params.push_back(makeIntegerParam(context, numbers.preShifts, 32, -1));
  form.obstacle = numbers.reason;
  form.emit = [=, machine = numbers.form](ImplicitLocOpBuilder &b, ValueRange operands, ValueRange p) -> Value {
    Value x = emitExtension(b, operands[0], element);
    if (shiftsBefore)
      x = arith::ShLIOp::create(b, x, p.back());
    Value multiplier = emitRowMultiplier(b, operands[1], p[0]);
    return RequantOp::create(b, IntegerType::get(b.getContext(), width), machine, ValueRange{x}, ValueRange{multiplier},
                             p[1], p[2], p[3], p[4], p[5]);
  };
  return form;
}

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

// What is added to each term (term-major) for the addend to be 2^(s-1) + z * 2^s in all channels, which needs no table:
// one of 4 bytes per channel does for 8 (docs/Numerics.md, C without a table). Nothing where that is not proved, or
// tables would not be smaller: both planes of 16-bit codes differ from channel to channel.
static std::optional<SmallVector<SmallVector<int64_t>>> splitAddends(const Channels &channels,
                                                                     const RequantNumbers &numbers) {
  if (!numbers.canSplit || llvm::all_equal(numbers.addends))
    return std::nullopt;
  SmallVector<SmallVector<int64_t>> compensations(channels.terms);
  for (size_t c = 0; c < channels.params.size(); ++c)
    for (auto [t, fact] : llvm::enumerate(channels.factsOf(c)))
      compensations[t].push_back(int32_t(fact.comp)); // modulo 2^32, as the register is
  if (llvm::count_if(compensations, [](const auto &own) { return !llvm::all_equal(own); }) > 1)
    return std::nullopt;
  return compensations;
}

// Form F whose addend is 2^(s-1) + z * 2^s: its low half is 0, so that its high half is added behind the products. The
// shift of channels that are not there or add nothing is 0: z alone is left of them.
static Value emitSplit(ImplicitLocOpBuilder &b, ArrayRef<Value> terms, ValueRange multipliers, Value z, Value shift) {
  Type type = b.getI32Type();
  auto number = [&](int64_t value) { return arith::ConstantIntOp::create(b, value, 32); };
  Value none = arith::ConstantIntOp::create(b, 0, 64), zero = number(0), least = number(INT32_MIN),
        greatest = number(INT32_MAX), whole = number(32);
  Value high = RequantOp::create(b, type, RequantForm::High, terms, multipliers, none, whole, zero, least, greatest);
  Value beyond = arith::AndIOp::create(b, shift, number(31));
  Value one = arith::ShLIOp::create(b, number(1), beyond), half = arith::ShRUIOp::create(b, one, number(1));
  Value addend = arith::AddIOp::create(b, arith::MulIOp::create(b, z, one), half);
  return arith::ShRSIOp::create(b, arith::AddIOp::create(b, high, addend), beyond);
}

namespace {
/// The scalar text of a requant. Its parameters: multipliers, addend (where that is split: the zero point), shift,
/// zero, lo, hi, then shifts before the products, or what is added to terms.
struct RequantText {
  RequantForm machine;
  unsigned terms, width;       ///< how many; bits of the result
  SmallVector<Type> elements;  ///< of terms
  SmallVector<unsigned> added; ///< per term the parameter that is added to it; 0: none
  bool isByteShift = false, shiftsBefore = false, isSplit = false;
  SmallVector<std::optional<int32_t>> usual; ///< zero, lo, hi

  Value emitTerm(ImplicitLocOpBuilder &b, unsigned t, Value value, ValueRange params) const {
    Value raw = emitExtension(b, value, elements[t]);
    if (shiftsBefore)
      return arith::ShLIOp::create(b, raw, params.back());
    return isSplit && added[t] != 0 ? Value(arith::AddIOp::create(b, raw, params[added[t]])) : raw;
  }
  Value emit(ImplicitLocOpBuilder &b, ValueRange operands, ValueRange params) const {
    SmallVector<Value> raw, last;
    for (auto [t, value] : llvm::enumerate(operands))
      raw.push_back(emitTerm(b, t, value, params));
    for (auto [number, param] : llvm::zip_equal(usual, params.slice(terms + 2, 3)))
      last.push_back(number ? Value(arith::ConstantIntOp::create(b, *number, 32)) : param);
    Value shift = params[terms + 1];
    if (isByteShift)
      shift = arith::ExtUIOp::create(b, b.getI32Type(), shift);
    auto narrow = IntegerType::get(b.getContext(), width);
    if (!isSplit)
      return RequantOp::create(b, narrow, machine, raw, params.take_front(terms), params[terms], shift, last[0],
                               last[1], last[2]);
    Value y = emitSplit(b, raw, params.take_front(terms), params[terms], shift);
    y = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, y, last[1]), last[2]);
    return width == 32 ? y : Value(arith::TruncIOp::create(b, narrow, y));
  }
};
} // namespace

// The text of a requant whose terms are `operands` of the operation.
static ScalarForm describeText(dyadic::RequantOp op, Channels channels, ArrayRef<unsigned> operands, int64_t axis) {
  MLIRContext *context = op.getContext();
  RequantNumbers numbers = chooseForm(channels);
  Type result = cast<RankedTensorType>(op.getY().getType()).getElementType();
  RequantText text;
  text.machine = numbers.form;
  text.terms = operands.size();
  text.width = result.getIntOrFloatBitWidth();
  text.usual = getUsualNumbers(numbers.zero, op.getLo(), op.getHi(), result);
  ScalarForm form;
  form.obstacle = numbers.reason;
  auto add = [&](ArrayRef<int64_t> values, unsigned bits) {
    form.params.push_back(makeIntegerParam(context, values, bits, axis));
  };
  for (auto [t, operand] : llvm::enumerate(operands)) {
    form.operands.push_back(operand);
    add(numbers.multipliers[t], 32);
    text.elements.push_back(cast<RankedTensorType>(op.getTerms()[operand].getType()).getElementType());
  }
  std::optional<SmallVector<SmallVector<int64_t>>> split = splitAddends(channels, numbers);
  text.isSplit = split.has_value();
  if (split)
    add({op.getZeroPoint()}, 32);
  else
    add(numbers.addends, 64);
  text.isByteShift = !llvm::all_equal(numbers.shifts); // in a table: shifts are below 64
  add(numbers.shifts, text.isByteShift ? 8 : 32);
  for (int32_t number : {numbers.zero, op.getLo(), op.getHi()})
    add({number}, 32);
  text.shiftsBefore = llvm::any_of(numbers.preShifts, [](int64_t shift) { return shift != 0; });
  if (text.shiftsBefore)
    add(numbers.preShifts, 32);
  if (split)
    for (const SmallVector<int64_t> &compensations : *split) {
      bool isNone = llvm::all_of(compensations, [](int64_t value) { return value == 0; });
      text.added.push_back(isNone ? 0 : form.params.size());
      if (!isNone)
        add(compensations, 32);
    }
  form.emit = [text](ImplicitLocOpBuilder &b, ValueRange operands, ValueRange params) {
    return text.emit(b, operands, params);
  };
  return form;
}

ScalarForm qc::kernel::describeRequant(dyadic::RequantOp op, const Compensation &compensation, unsigned compensated) {
  TermCompensations compensations(op.getTerms().size(), nullptr);
  SmallVector<unsigned> operands = llvm::to_vector(llvm::seq<unsigned>(0, compensations.size()));
  if (!compensation.perChannel.empty())
    compensations[compensated] = &compensation;
  int64_t axis = op.getAxis() ? int64_t(*op.getAxis()) : compensation.axis;
  return describeText(op, describeChannels(op, compensations), operands, axis);
}

ScalarForm qc::kernel::describePlanesRequant(dyadic::RequantOp op, const Compensation &high, const Compensation &low) {
  TermCompensations compensations(op.getTerms().size(), nullptr);
  SmallVector<unsigned> operands = llvm::to_vector(llvm::seq<unsigned>(0, compensations.size()));
  compensations[0] = &high;
  compensations[1] = &low;
  int64_t axis = op.getAxis() ? int64_t(*op.getAxis()) : high.axis;
  return describeText(op, describeChannels(op, compensations), operands, axis);
}

ScalarForm qc::kernel::describeExactRequant(dyadic::RequantOp op, const Compensation &exact) {
  TermCompensations compensations(op.getTerms().size(), nullptr);
  compensations[0] = compensations[1] = &exact;
  SmallVector<unsigned> operands{0};
  if (compensations.size() == 3)
    operands.push_back(2);
  Channels channels = describeChannels(op, compensations);
  joinPlanes(channels);
  return describeText(op, channels, operands, op.getAxis() ? int64_t(*op.getAxis()) : exact.axis);
}
