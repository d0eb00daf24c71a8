// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cells of LSTM, GRU and RNN: plain ones by one operation, the others by scalar operations.
#include "Cells.h"

using namespace mlir;
using namespace qc::onnx;

Value OpWriter::makeFloats(ArrayRef<int64_t> shape, float value) {
  auto type = RankedTensorType::get(shape, node.getBuilder().getF32Type());
  return qc::ConstantOp::create(node.getBuilder(), node.getOutputLocation("_number"), type,
                                DenseElementsAttr::get(type, value));
}

static Value makeInt(Node &node, ArrayRef<int64_t> shape, int64_t value) {
  auto type = RankedTensorType::get(shape, node.getBuilder().getI64Type());
  return qc::ConstantOp::create(node.getBuilder(), node.getOutputLocation("_index"), type,
                                DenseElementsAttr::get(type, value));
}

Value OpWriter::makeInteger(int64_t value) { return makeInt(node, {}, value); }
Value OpWriter::makeIntegers(int64_t value) { return makeInt(node, {1}, value); }

Value OpWriter::takeColumns(Value x, int64_t first, int64_t count, StringRef suffix) {
  if (hasFailed)
    return {};
  int64_t axis = getTensorType(x).getRank() - 1;
  return make<qc::SliceOp>(suffix, x, Value(), Value(), ArrayRef<int64_t>(axis), ArrayRef<int64_t>(first),
                           ArrayRef<int64_t>(first + count), ArrayRef<int64_t>(1));
}

// The numbers that a function takes, and what they are where nothing is said.
static std::optional<Activation> findActivation(StringRef name, bool &hasAlpha, bool &hasBeta) {
  struct Known {
    StringLiteral name;
    std::optional<float> alpha, beta;
  };
  static const Known known[] = {{"Relu", {}, {}},           {"Tanh", {}, {}},
                                {"Sigmoid", {}, {}},        {"Affine", 1.0f, 0.0f},
                                {"LeakyRelu", 0.01f, {}},   {"ThresholdedRelu", 1.0f, {}},
                                {"ScaledTanh", 1.0f, 1.0f}, {"HardSigmoid", 0.2f, 0.5f},
                                {"Elu", 1.0f, {}},          {"Softsign", {}, {}},
                                {"Softplus", {}, {}}};
  for (const Known &entry : known)
    if (name.equals_insensitive(entry.name)) {
      hasAlpha = entry.alpha.has_value();
      hasBeta = entry.beta.has_value();
      return Activation{entry.name.str(), entry.alpha.value_or(0), entry.beta.value_or(0)};
    }
  return std::nullopt;
}

static LogicalResult readActivations(Node &node, ArrayRef<StringRef> defaults, int64_t numDirections,
                                     SmallVector<Activation> &activations) {
  std::optional<SmallVector<std::string>> names = node.getAttributes().getStrings("activations");
  SmallVector<float> alphas = node.getAttributes().getFloats("activation_alpha").value_or(SmallVector<float>());
  SmallVector<float> betas = node.getAttributes().getFloats("activation_beta").value_or(SmallVector<float>());
  size_t count = defaults.size() * size_t(numDirections);
  if (names && names->size() != count)
    return node.emitError() << "has " << names->size() << " activations, accepted are " << count;
  size_t nextAlpha = 0, nextBeta = 0;
  for (size_t i = 0; i < count; ++i) {
    StringRef name = names ? StringRef((*names)[i]) : defaults[i % defaults.size()];
    bool hasAlpha = false, hasBeta = false;
    std::optional<Activation> activation = findActivation(name, hasAlpha, hasBeta);
    if (!activation)
      return node.emitError() << "has an activation '" << name << "', accepted are Relu, Tanh, Sigmoid, Affine, "
                              << "LeakyRelu, ThresholdedRelu, ScaledTanh, HardSigmoid, Elu, Softsign and Softplus";
    if (hasAlpha && nextAlpha < alphas.size())
      activation->alpha = alphas[nextAlpha++];
    if (hasBeta && nextBeta < betas.size())
      activation->beta = betas[nextBeta++];
    activations.push_back(*activation);
  }
  return success();
}

LogicalResult qc::onnx::readCell(Node &node, CellKind kind, int64_t numDirections, CellAttributes &attributes) {
  AttributeReader &reader = node.getAttributes();
  attributes.clip = reader.getOptionalFloat("clip");
  if (attributes.clip && !(*attributes.clip > 0))
    return node.emitError() << "has clip = " << *attributes.clip << ", accepted are numbers above 0";
  if (kind == CellKind::Lstm)
    attributes.couplesGates = reader.getBool("input_forget", false);
  if (kind == CellKind::Gru)
    attributes.isLinearBefore = reader.getBool("linear_before_reset", false);
  SmallVector<StringRef> defaults{"Sigmoid", "Tanh"};
  if (kind == CellKind::Lstm)
    defaults.push_back("Tanh");
  if (kind == CellKind::Rnn)
    defaults = {"Tanh"};
  return readActivations(node, defaults, numDirections, attributes.activations);
}

Cell::Cell(OpWriter &write, CellKind kind, int64_t hidden, const CellAttributes &attributes, int64_t direction)
    : write(write), kind(kind), hidden(hidden), attributes(attributes) {
  size_t count = kind == CellKind::Lstm ? 3 : kind == CellKind::Gru ? 2 : 1;
  functions = ArrayRef(attributes.activations).slice(size_t(direction) * count, count);
}

// Whether the cell is what qc.lstm_cell or qc.gru_cell computes.
bool Cell::isPlain() const {
  bool isDefault = functions[0].name == "Sigmoid" &&
                   llvm::all_of(functions.drop_front(), [](const Activation &f) { return f.name == "Tanh"; });
  if (!isDefault || attributes.clip)
    return false;
  if (kind == CellKind::Lstm)
    return !peepholes && !attributes.couplesGates;
  return kind == CellKind::Gru && attributes.isLinearBefore;
}

Value Cell::product(Value state, Value matrix, Value vector) {
  return write.make<qc::MatMulOp>("_recurrence", state, matrix, vector);
}

Value Cell::prepare(Value x, Value w) {
  auto transpose = [&](Value matrix, StringRef suffix) {
    return write.make<qc::TransposeOp>(suffix, matrix, ArrayRef<int64_t>({1, 0}));
  };
  int64_t gates = kind == CellKind::Lstm ? 4 : kind == CellKind::Gru ? 3 : 1;
  Value ofInput, ofState;
  if (bias) {
    ofInput = write.takeColumns(bias, 0, gates * hidden, "_input_bias");
    ofState = write.takeColumns(bias, gates * hidden, gates * hidden, "_state_bias");
  }
  // A GRU's hidden gate has the state's bias inside of its product with the reset gate.
  bool keepsBias = kind == CellKind::Gru && attributes.isLinearBefore;
  if (bias && !keepsBias)
    ofInput = write.make<qc::AddOp>("_bias", ofInput, ofState);
  Value sums = write.make<qc::MatMulOp>("_inputs", x, transpose(w, "_weights"), ofInput);
  matrix = transpose(recurrence, "_recurrence_weights");
  matrixBias = keepsBias ? ofState : Value();
  if (kind == CellKind::Gru && !attributes.isLinearBefore) {
    inner = write.takeColumns(matrix, 2 * hidden, hidden, "_hidden_weights");
    matrix = write.takeColumns(matrix, 0, 2 * hidden, "_gate_weights");
  }
  if (kind != CellKind::Rnn && !isPlain())
    one = write.makeFloats({}, 1.0f);
  if (attributes.clip) {
    bound = write.makeFloats({}, *attributes.clip);
    minusBound = write.makeFloats({}, -*attributes.clip);
  }
  for (size_t i = 0; peepholes && i < 3; ++i)
    peepholeParts[i] = write.takeColumns(peepholes, int64_t(i) * hidden, hidden, "_peephole");
  return sums;
}

Value Cell::activate(size_t function, Value x) {
  const Activation &f = functions[function];
  auto number = [&](float value) { return write.makeFloats({}, value); };
  auto alpha =
      FloatAttr::get(Float32Type::get(x ? x.getContext() : write.getNode().getBuilder().getContext()), f.alpha);
  auto beta = FloatAttr::get(alpha.getType(), f.beta);
  if (f.name == "Relu")
    return write.make<qc::ReluOp>("_activated", x);
  if (f.name == "Tanh")
    return write.make<qc::TanhOp>("_activated", x);
  if (f.name == "Sigmoid")
    return write.make<qc::SigmoidOp>("_activated", x);
  if (f.name == "Affine") {
    Value scaled = write.make<qc::MulOp>("_scaled", x, number(f.alpha));
    return write.make<qc::AddOp>("_activated", scaled, number(f.beta));
  }
  if (f.name == "LeakyRelu")
    return write.make<qc::LeakyReluOp>("_activated", x, alpha);
  if (f.name == "ThresholdedRelu") {
    Value zero = number(0.0f), isAbove = write.make<qc::GreaterOp>("_above", x, number(f.alpha));
    return write.make<qc::WhereOp>("_activated", isAbove, x, zero);
  }
  if (f.name == "ScaledTanh") {
    Value tanh = write.make<qc::TanhOp>("_tanh", write.make<qc::MulOp>("_scaled", x, number(f.beta)));
    return write.make<qc::MulOp>("_activated", tanh, number(f.alpha));
  }
  if (f.name == "HardSigmoid")
    return write.make<qc::HardSigmoidOp>("_activated", x, alpha, beta);
  if (f.name == "Elu")
    return write.make<qc::EluOp>("_activated", x, alpha);
  return f.name == "Softsign" ? write.make<qc::SoftsignOp>("_activated", x)
                              : write.make<qc::SoftplusOp>("_activated", x);
}

Value Cell::activateGate(size_t function, Value x) {
  return activate(function, attributes.clip ? write.make<qc::ClipOp>("_clipped", x, minusBound, bound) : x);
}

Value Cell::addPeephole(Value gate, size_t place, Value c) {
  if (!peepholes)
    return gate;
  return write.make<qc::AddOp>("_seen", gate, write.make<qc::MulOp>("_peephole_product", peepholeParts[place], c));
}

// ONNX's order of gates: i, o, f, c; of peepholes: i, o, f. The cell is not clipped, as in other runtimes.
SmallVector<Value> Cell::stepLstm(Value gates, Value c) {
  auto take = [&](int64_t gate) { return write.takeColumns(gates, gate * hidden, hidden, "_gate"); };
  Value i = activateGate(0, addPeephole(take(0), 0, c));
  Value f =
      attributes.couplesGates ? write.make<qc::SubOp>("_forget", one, i) : activateGate(0, addPeephole(take(2), 2, c));
  Value kept = write.make<qc::MulOp>("_kept", f, c),
        added = write.make<qc::MulOp>("_added", i, activateGate(1, take(3)));
  Value cell = write.make<qc::AddOp>("_cell", kept, added);
  Value o = activateGate(0, addPeephole(take(1), 1, cell));
  return {write.make<qc::MulOp>("_hidden", o, activate(2, cell)), cell};
}

// ONNX's order of gates: z, r, h.
Value Cell::stepGru(Value sums, Value h) {
  auto take = [&](Value of, int64_t gate, int64_t count) {
    return write.takeColumns(of, gate * hidden, count * hidden, "_gate");
  };
  Value ofState = product(h, matrix, matrixBias);
  Value ofGates = attributes.isLinearBefore ? take(ofState, 0, 2) : ofState;
  Value gates = write.make<qc::AddOp>("_gates", take(sums, 0, 2), ofGates);
  Value z = activateGate(0, take(gates, 0, 1)), r = activateGate(0, take(gates, 1, 1));
  Value reset = attributes.isLinearBefore ? write.make<qc::MulOp>("_reset", r, take(ofState, 2, 1))
                                          : product(write.make<qc::MulOp>("_reset", r, h), inner, Value());
  Value n = activateGate(1, write.make<qc::AddOp>("_sum", take(sums, 2, 1), reset));
  Value fresh = write.make<qc::MulOp>("_fresh", write.make<qc::SubOp>("_rest", one, z), n);
  return write.make<qc::AddOp>("_hidden", fresh, write.make<qc::MulOp>("_kept", z, h));
}

SmallVector<Value> Cell::step(Value sums, ArrayRef<Value> states) {
  Value h = states[0];
  if (kind == CellKind::Rnn)
    return {activateGate(0, write.make<qc::AddOp>("_sum", sums, product(h, matrix, Value())))};
  if (kind == CellKind::Gru)
    return {isPlain() ? write.make<qc::GruCellOp>("_hidden", sums, product(h, matrix, matrixBias), h)
                      : stepGru(sums, h)};
  Value gates = write.make<qc::AddOp>("_gates", product(h, matrix, Value()), sums);
  if (!isPlain())
    return stepLstm(gates, states[1]);
  Value both = write.make<qc::LstmCellOp>("_states", gates, states[1]);
  SmallVector<Value> after;
  for (int64_t i : {0, 1}) {
    Value part = write.make<qc::SliceOp>("_state", both, Value(), Value(), ArrayRef<int64_t>(0), ArrayRef<int64_t>(i),
                                         ArrayRef<int64_t>(i + 1), ArrayRef<int64_t>(1));
    after.push_back(write.make<qc::ReshapeOp>(i == 0 ? "_hidden" : "_cell", part, ArrayRef<int64_t>({-3, -4})));
  }
  return after;
}
