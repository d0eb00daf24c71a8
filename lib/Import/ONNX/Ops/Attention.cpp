// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention by its body. The scale multiplies the queries alone, and not both sides by its root as the standard's text
// has it: keys stay as they are stored.
#include "../Composer.h"
#include "../Handlers.h"
#include "dialects/QC/ComputedEntries.h"
#include <cmath>

using namespace mlir;
using namespace qc::onnx;

namespace {
/// What the attributes say.
struct AttentionOptions {
  bool isCausal = false;
  int64_t queryHeads = 0, keyHeads = 0; ///< of inputs of three dimensions
  std::optional<float> scale;
  float softcap = 0;
  int64_t output = 0;            ///< what output 3 is
  int64_t left = -1, right = -1; ///< of a window; -1: no bound
};

/// Writes the body.
class AttentionWriter {
public:
  AttentionWriter(Node &node, const AttentionOptions &options) : node(node), options(options), make(node) {}
  LogicalResult write();

private:
  LogicalResult giveResult(Value probabilities, Value values, int64_t heads);
  Value readInput(size_t index) { return node.hasInput(index) ? make.take(node.getInput(index)) : Value(); }
  Value splitHeads(StringRef suffix, Value x, int64_t heads);
  Value putBehind(StringRef suffix, size_t past, Value now);
  Value repeatHeads(StringRef suffix, Value x, int64_t heads);
  Value padMask(Value mask, Value keys);
  Value makeBias(Value keys);
  Value makeOffset();
  Value makeVisible(Value keys);
  Value zeroHidden(Value probabilities, Value bias);
  LogicalResult checkInputs(Value q, Value k, Value v);
  LogicalResult giveScores(int64_t stage, Value scores) {
    return options.output == stage && node.hasOutput(3) && !make.hasFailed() ? node.setOutput(scores, 3) : success();
  }

  Node &node;
  const AttentionOptions &options;
  Composer make;
  bool areFlat = false; ///< batch, length, heads * size
  Value queries;
};
} // namespace

// Batch, length, heads * size becomes batch, heads, length, size.
Value AttentionWriter::splitHeads(StringRef suffix, Value x, int64_t heads) {
  if (!areFlat || make.hasFailed())
    return x;
  int64_t hidden = getTensorType(x).getDimSize(2);
  Value split = make.reshape(suffix, x, {-2, -3, heads, hidden / heads});
  return make.transpose(suffix, split, {0, 2, 1, 3});
}

Value AttentionWriter::putBehind(StringRef suffix, size_t past, Value now) {
  if (!node.hasInput(past))
    return now;
  Value before = make.take(node.getFloatInput(past));
  return make.hasFailed() ? Value() : make.concat(suffix, {before, now}, 2);
}

// Each of the heads of x as often as makes `heads`, one after the other.
Value AttentionWriter::repeatHeads(StringRef suffix, Value x, int64_t heads) {
  if (make.hasFailed())
    return {};
  RankedTensorType type = getTensorType(x);
  int64_t own = type.getDimSize(1), size = type.getDimSize(3);
  if (own == heads)
    return x;
  Value single = make.reshape(suffix, x, {-2, own, 1, -4, size});
  Value repeated = make.make<qc::ExpandOp>(suffix, single, make.integers({1, 1, heads / own, 1, 1}));
  return make.reshape(suffix, repeated, {-2, heads, -5, size});
}

// The position of the first query among the keys: 0, how many are in the cache, or of a batch of padded keys what
// stands in front of them, by batch.
Value AttentionWriter::makeOffset() {
  if (node.hasInput(4))
    return make.dimension(".past", make.take(node.getInput(4)), 2);
  if (!node.hasInput(6))
    return make.integer(0);
  Value count = make.reshape(".count", readInput(6), {-1, 1, 1, 1});
  return make.make<qc::SubOp>(".offset", count, make.dimension(".queries", queries, 2));
}

// Which keys a query sees, a boolean by query and key; null for all of them.
Value AttentionWriter::makeVisible(Value keys) {
  bool hasWindow = options.left >= 0 || options.right >= 0;
  if (!options.isCausal && !hasWindow && !node.hasInput(6))
    return {};
  Value column = make.countTo(".columns", make.dimension(".keys", keys, 2)), visible;
  auto restrict = [&](Value condition) {
    visible = visible ? make.make<qc::AndOp>(".visible", visible, condition) : condition;
  };
  if (options.isCausal || hasWindow) {
    Value row = make.reshape(".rows", make.countTo(".rows", make.dimension(".queries", queries, 2)), {-2, 1});
    Value position = make.make<qc::AddOp>(".positions", row, makeOffset());
    auto atMost = [&](Value a, Value b) { return make.make<qc::LessOrEqualOp>(".seen", a, b); };
    if (options.isCausal)
      restrict(atMost(column, position));
    if (options.right >= 0)
      restrict(atMost(column, make.make<qc::AddOp>(".right", position, make.integer(options.right))));
    if (options.left >= 0)
      restrict(atMost(make.make<qc::SubOp>(".left", position, make.integer(options.left)), column));
  }
  if (node.hasInput(6))
    restrict(make.make<qc::LessOp>(".valid", column, make.reshape(".count", readInput(6), {-1, 1, 1, 1})));
  return visible;
}

// A mask of fewer columns than there are keys hides the others. (One column is one column: no broadcast.)
Value AttentionWriter::padMask(Value mask, Value keys) {
  RankedTensorType type = mask ? getTensorType(mask) : RankedTensorType();
  int64_t rank = type ? type.getRank() : 0;
  if (make.hasFailed() || rank == 0)
    return mask;
  int64_t own = type.getDimSize(rank - 1), all = getTensorType(keys).getDimSize(2);
  bool isKnown = !ShapedType::isDynamic(own) && !ShapedType::isDynamic(all);
  if (isKnown && own >= all)
    return mask;
  SmallVector<int64_t> begins(size_t(rank), 0), ends = begins, zeros(size_t(2 * rank - 1), 0);
  ends.back() = isKnown ? all - own : qc::kComputed;
  Value values;
  if (!isKnown) {
    Value missing =
        make.make<qc::SubOp>(".missing", make.dimension(".keys", keys, 2), make.dimension(".columns", mask, rank - 1));
    values = make.concat(".pads", {make.integers(zeros), make.reshape(".missing", missing, {1})}, 0);
  }
  Type element = type.getElementType();
  TypedAttr hidden =
      element.isInteger() ? TypedAttr(IntegerAttr::get(element, 0)) : TypedAttr(FloatAttr::get(element, -INFINITY));
  return make.make<qc::PadOp>(".padded", mask, values, ArrayRef(begins), ArrayRef(ends), qc::PadMode::Constant, hidden);
}

// What is added to the scores; null where nothing is.
Value AttentionWriter::makeBias(Value keys) {
  Value visible = makeVisible(keys), mask = padMask(readInput(3), keys);
  if (make.hasFailed())
    return {};
  Value hidden = make.number(-INFINITY), none = make.number(0);
  bool isBoolean = mask && getTensorType(mask).getElementType().isInteger(1);
  if (isBoolean)
    visible = visible ? make.make<qc::AndOp>(".visible", visible, mask) : mask;
  Value bias = visible ? make.make<qc::WhereOp>(".mask", visible, none, hidden) : Value();
  if (!mask || isBoolean)
    return bias;
  return bias ? make.make<qc::AddOp>(".bias", bias, mask) : mask;
}

// A query that sees no key takes part in nothing: its probabilities are 0, and not those of equally hidden keys. Only a
// mask of the model's own, or padding, can do that.
Value AttentionWriter::zeroHidden(Value probabilities, Value bias) {
  if (!bias || (!node.hasInput(3) && !node.hasInput(6) && options.left < 0 && options.right < 0))
    return probabilities;
  int64_t last = make.hasFailed() ? 0 : getTensorType(bias).getRank() - 1;
  Value greatest = make.make<qc::ReduceOp>(".greatest", qc::ReduceKind::Max, bias, ArrayRef<int64_t>(last),
                                           /*keep_dims=*/true);
  Value isHidden = make.make<qc::EqualOp>(".hidden", greatest, make.number(-INFINITY));
  return make.make<qc::WhereOp>(".probabilities", isHidden, make.number(0), probabilities);
}

LogicalResult AttentionWriter::checkInputs(Value q, Value k, Value v) {
  RankedTensorType types[] = {getTensorType(q), getTensorType(k), getTensorType(v)};
  int64_t rank = types[0].getRank();
  for (RankedTensorType type : types)
    if (type.getRank() != rank || (rank != 3 && rank != 4))
      return node.emitError() << "expects query, key and value of rank 3 or of rank 4, got " << types[0] << ", "
                              << types[1] << " and " << types[2];
  areFlat = rank == 3;
  int64_t queryHeads = areFlat ? options.queryHeads : types[0].getDimSize(1);
  int64_t keyHeads = areFlat ? options.keyHeads : types[1].getDimSize(1);
  for (auto [i, type] : llvm::enumerate(types)) {
    int64_t size = type.getDimSize(rank - 1), count = i == 0 ? queryHeads : keyHeads;
    if (count < 1 || ShapedType::isDynamic(size) || (areFlat && size % count != 0))
      return node.emitError() << "has an input of type " << type << (areFlat ? " for " : "")
                              << (areFlat ? std::to_string(count) + " heads" : "")
                              << ", accepted are known numbers of heads and sizes of each";
  }
  if (queryHeads % keyHeads != 0)
    return node.emitError() << "has " << queryHeads << " heads of queries and " << keyHeads
                            << " of keys, accepted is a multiple";
  if (node.hasInput(4) != node.hasInput(5) || (node.hasInput(4) && node.hasInput(6)))
    return node.emitError() << "expects past_key and past_value together, and not with nonpad_kv_seqlen";
  return success();
}

LogicalResult AttentionWriter::write() {
  FailureOr<Value> q = node.getFloatInput(0), k = node.getFloatInput(1), v = node.getFloatInput(2);
  if (failed(q) || failed(k) || failed(v) || failed(checkInputs(*q, *k, *v)))
    return failure();
  queries = splitHeads(".query", *q, options.queryHeads);
  Value keys = putBehind(".present_key", 4, splitHeads(".key", *k, options.keyHeads));
  Value values = putBehind(".present_value", 5, splitHeads(".value", *v, options.keyHeads));
  if (make.hasFailed() || (node.hasOutput(1) && failed(node.setOutput(keys, 1))) ||
      (node.hasOutput(2) && failed(node.setOutput(values, 2))))
    return failure();
  int64_t heads = getTensorType(queries).getDimSize(1), size = getTensorType(queries).getDimSize(3);
  float scale = options.scale.value_or(float(1 / std::sqrt(double(size))));
  Value scaled = make.make<qc::MulOp>(".scaled", queries, make.number(scale));
  Value turned = make.transpose(".turned", repeatHeads(".keys", keys, heads), {0, 1, 3, 2});
  Value scores = make.make<qc::MatMulOp>(".scores", scaled, turned, Value());
  if (failed(giveScores(0, scores)))
    return failure();
  if (options.softcap > 0) {
    Value cap = make.number(options.softcap);
    Value quotient = make.make<qc::DivOp>(".quotient", scores, cap);
    scores = make.make<qc::MulOp>(".capped", make.make<qc::TanhOp>(".tanh", quotient), cap);
  }
  Value bias = makeBias(keys);
  if (failed(giveScores(1, scores)))
    return failure();
  if (bias)
    scores = make.make<qc::AddOp>(".masked", scores, bias);
  if (failed(giveScores(2, scores)))
    return failure();
  Value probabilities = zeroHidden(make.make<qc::SoftmaxOp>(".softmax", scores, uint64_t(3)), bias);
  if (failed(giveScores(3, probabilities)))
    return failure();
  return giveResult(probabilities, repeatHeads(".values", values, heads), heads);
}

LogicalResult AttentionWriter::giveResult(Value probabilities, Value values, int64_t heads) {
  Value result = make.make<qc::MatMulOp>(areFlat ? ".heads" : "", probabilities, values, Value());
  if (areFlat)
    result = make.transpose(".heads", result, {0, 2, 1, 3});
  if (make.hasFailed())
    return failure();
  int64_t all = getTensorType(result).getDimSize(3) * heads;
  if (areFlat)
    result = make.reshape("", result, {-2, -3, all});
  return make.hasFailed() ? failure() : node.setOutput(result);
}

static LogicalResult importAttention(Node &node, bool hasWindows) {
  AttributeReader &attributes = node.getAttributes();
  AttentionOptions options;
  options.isCausal = attributes.getBool("is_causal", false);
  options.queryHeads = attributes.getInt("q_num_heads", 0);
  options.keyHeads = attributes.getInt("kv_num_heads", 0);
  options.scale = attributes.getOptionalFloat("scale");
  options.softcap = attributes.getFloat("softcap", 0);
  options.output = attributes.getInt("qk_matmul_output_mode", 0);
  options.left = hasWindows ? attributes.getInt("left_window_size", -1) : -1;
  options.right = hasWindows ? attributes.getInt("right_window_size", -1) : -1;
  int64_t precision = attributes.getInt("softmax_precision", 1);
  if (failed(attributes.finish()))
    return failure();
  if (precision != 1 && precision != 11)
    return node.emitError() << "has softmax_precision " << precision << ", accepted are 1 (f32) and 11 (f64)";
  if (precision == 11)
    emitRemark(node.getLocation()) << "Attention has softmax_precision 11 (f64); its softmax is computed in f32";
  if (options.output < 0 || options.output > 3)
    return node.emitError() << "has qk_matmul_output_mode " << options.output << ", accepted are 0 to 3";
  if (options.left < -1 || options.right < -1)
    return node.emitError() << "has a window from " << options.left << " to " << options.right
                            << ", accepted are sizes >= 0, and -1 for none";
  return AttentionWriter(node, options).write();
}

LogicalResult qc::onnx::importAttention23(Node &node) { return importAttention(node, /*hasWindows=*/false); }
LogicalResult qc::onnx::importAttention25(Node &node) { return importAttention(node, /*hasWindows=*/true); }
