// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions with constant weights: packed weights, tiles of output rows and columns, one kernel.contract.
#include "Compensations.h"
#include "ContractProblem.h"
#include "Former.h"
#include "qc/Arith/OrderedSum.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// Tile of one kernel.contract at most: rows and columns (a multiple of 32).
static constexpr int64_t kTileRows = 64, kTileColumns = 128;
/// Work of a tile to aim at (some microseconds), what is too little to be shared among threads, rows in registers at
/// once.
static constexpr int64_t kTileMacs = 1 << 19, kLeastMacs = 1 << 16, kRowBlock = 4;

// Matrix views: batch dimensions and rows, the last dimension as C; a vector is one row.
static View canonicalizeRows(IndexMath &math, View view) {
  if (view.getRank() > 1)
    return view;
  view.shape.insert(view.shape.begin(), math.constant(1));
  view.strides.insert(view.strides.begin(), math.constant(0));
  return view;
}

static View dropLast(View view) {
  view.shape.pop_back();
  view.strides.pop_back();
  return view;
}

namespace {
/// A tile inside a kernel.
struct ContractTile {
  OpFoldResult tiles;         ///< how many there are, in @main
  SmallVector<Value> indices; ///< of its first row, per dimension of the iteration space
  Value m, n;                 ///< its size
  Value group, column;        ///< its group, its first column in the group
  Value channel;              ///< its first column in the result
};
} // namespace

namespace qc::kernel {
/// Writes the kernel of one contraction.
class ContractFormer {
public:
  ContractFormer(Former &former, const Group &group) : former(former), group(group), math(former.math) {}
  LogicalResult run();

private:
  FailureOr<View> makeTarget(const View &y);
  LogicalResult describeConv();
  LogicalResult describeMatrix();
  LogicalResult packConstants();
  LogicalResult prepareSteps();
  FailureOr<SmallVector<Step>> describePairSteps();
  LogicalResult prepareOperands(const Step &step);
  View canonical(const View &view) {
    return problem.isMatrix ? canonicalizeRows(math, view) : canonicalizeWindows(math, view);
  }
  OpFoldResult getTileRows(const IterationSpace &space) const;
  Value makeConstant(ElementsAttr elements) {
    auto type = MemRefType::get({elements.getNumElements()}, getSignless(elements.getElementType()));
    return kernel::ConstantOp::create(former.builder, group.root->getLoc(), type, elements, IntegerAttr());
  }
  /// Integer kernels read weights and activations four bytes at once.
  Former::Slack getSlack() const {
    bool isFloat = cast<RankedTensorType>(group.root->getOperand(0).getType()).getElementType().isF32();
    return isFloat ? Former::Slack::None : Former::Slack::Vector;
  }
  void write();
  IterationSpace makeSpace();
  ContractTile writeTile(KernelWriter &writer, const IterationSpace &space);
  ContractOp writeContract(KernelWriter &writer, const IterationSpace &space, const ContractTile &tile);
  void writeEpilogue(KernelWriter &writer, ContractOp contract);

  Former &former;
  const Group &group;
  IndexMath &math;
  Problem problem;
  SmallVector<Step> steps;
  SmallVector<View> residuals; ///< N, D, H, W
  SmallVector<SmallVector<int>>
      residualOf; ///< per step and form operand: index into residuals, or into sums from -1 down
  SmallVector<SmallVector<int>> channelOf; ///< per step and param: index into channels, -1 for others
  SmallVector<ElementsAttr> channels;
  SmallVector<SmallVector<Value>> arguments; ///< per step and param: value in the kernel (not for channels)
  ElementsAttr weightSums;                   ///< of 16-bit codes, per channel
  PackedInt4 packed;                         ///< the weights: with no multipliers where they have 8 bits or are f32
  bool hasPlanes = false;                    ///< a sum of 16-bit codes is two numbers
};
} // namespace qc::kernel

LogicalResult ContractFormer::describeConv() {
  FailureOr<ConvGeometry> geometry = getConvGeometry(group.root);
  if (failed(geometry))
    return failure();
  if (group.pair) {
    geometry->x = group.pair->x;
    geometry->zeroPoint = group.pair->zero;
  }
  problem.geometry = *geometry;
  FailureOr<View> x = former.ensureChannelsLast(geometry->x, geometry->pads, geometry->zeroPoint, getSlack());
  std::optional<TensorValue> weights = getTensorValue(getConstantValue(geometry->w));
  if (failed(x))
    return failure();
  if (!weights)
    return group.root->emitOpError("has weights that cannot be read");
  problem.weights = *weights;
  problem.x = canonical(*x);
  problem.depthPerTap = weights->getShape()[1];
  problem.columns = weights->getShape()[0] / geometry->group;
  // A kernel row is one run where its taps lie side by side in memory.
  problem.joinsTaps = geometry->group == 1 && geometry->dilations[2] == 1 && geometry->kernel[2] > 1 &&
                      isKnown(problem.x.strides[3], problem.depthPerTap);
  // Groups of 4-bit weights begin anew at each tap.
  problem.weightGroup = dyadic::getWeightGroup(group.root).value_or(0);
  if (problem.weightGroup > 0 && problem.depthPerTap % problem.weightGroup != 0)
    problem.joinsTaps = false;
  int64_t step = problem.joinsTaps ? geometry->kernel[2] : 1, innermost = geometry->kernel[2] / step;
  problem.taps = former.getTaps(*geometry, problem.x, innermost);
  problem.runs = geometry->kernel[0] * geometry->kernel[1] * innermost;
  problem.length = problem.depthPerTap * step;
  return success();
}

LogicalResult ContractFormer::describeMatrix() {
  problem.isMatrix = true;
  auto gemm = dyn_cast<GemmOp>(group.root);
  Value a = group.pair ? group.pair->x : group.root->getOperand(0);
  problem.isTransposed = gemm && gemm.getTransB();
  std::optional<TensorValue> weights = getTensorValue(getConstantValue(group.root->getOperand(1)));
  FailureOr<View> rows = former.ensureRows(a, getSlack());
  if (failed(rows))
    return failure();
  if (!weights)
    return group.root->emitOpError("has weights that cannot be read");
  problem.weights = *weights;
  problem.x = canonicalizeRows(math, *rows);
  problem.length = weights->getShape()[problem.isTransposed ? 1 : 0];
  problem.columns = weights->getShape()[problem.isTransposed ? 0 : 1];
  problem.depthPerTap = problem.length;
  problem.weightGroup = dyadic::getWeightGroup(group.root).value_or(0);
  problem.runs = 1;
  problem.taps = makeConstant(former.builder.getI64TensorAttr({0}));
  return success();
}

static Step makeScaleStep(Operation *op, FloatAttr alpha) {
  ScalarForm form{{0}, {Param::makeNumber(alpha)}, {}};
  form.emit = [](ImplicitLocOpBuilder &b, ValueRange v, ValueRange p) -> Value {
    return arith::MulFOp::create(b, p[0], v[0]);
  };
  return {op, form, 0};
}

// What machines start from which multiply signed numbers only: `factor` times the sums of weights.
static ElementsAttr scaleWeightSums(const Compensation &of, int64_t factor, MLIRContext *context) {
  TensorValue sums(RankedTensorType::get({int64_t(of.weights.size())}, IntegerType::get(context, 32)));
  for (auto [n, weights] : llvm::enumerate(of.weights))
    sums.setInteger(n, factor * weights.sum());
  return getElementsAttr(sums);
}

// One number for a sum of 16-bit codes where 32 bits hold it, else two.
FailureOr<SmallVector<Step>> ContractFormer::describePairSteps() {
  std::optional<Compensation> exact = getExactCompensation(*group.pair, 0);
  hasPlanes = !exact;
  ElementsAttr sums = scaleWeightSums(*getCompensation(group.root), hasPlanes ? 128 : 32768, group.root->getContext());
  weightSums = padChannels(problem, sums);
  return former.describePairSteps(group, exact);
}

LogicalResult ContractFormer::packConstants() {
  if (problem.weightGroup == 0) {
    packed = {packWeights(problem), ElementsAttr(), getPackedSize(problem), 0};
    return success();
  }
  std::optional<PackedInt4> int4 = packInt4Weights(problem);
  if (!int4)
    return group.root->emitOpError("has weights for which no codes of 4 bits in groups of ")
           << problem.weightGroup << " stand";
  packed = *int4;
  return success();
}

LogicalResult ContractFormer::prepareSteps() {
  std::optional<Compensation> compensation = getCompensation(group.root);
  FailureOr<SmallVector<Step>> described =
      group.pair ? describePairSteps() : former.describeSteps(group, compensation.value_or(Compensation()), false);
  if (failed(described))
    return failure();
  int64_t axis = problem.isMatrix ? cast<RankedTensorType>(group.root->getResult(0).getType()).getRank() - 1 : 1;
  auto gemm = dyn_cast<GemmOp>(group.root);
  if (gemm && !gemm.getAlpha().isExactlyValue(1.0))
    steps.push_back(makeScaleStep(gemm, gemm.getAlphaAttr()));
  if (ElementsAttr bias = getConstantBias(group.root))
    steps.push_back(makeBiasStep(group.root, bias, axis));
  else if (gemm && gemm.getC())
    steps.push_back(makeBiasStep(gemm, getGemmBias(gemm), axis));
  steps.append(described->begin(), described->end());
  for (const Step &step : steps)
    if (failed(prepareOperands(step)))
      return failure();
  return success();
}

// Other operands are read beside the result, numbers per channel beside the columns.
LogicalResult ContractFormer::prepareOperands(const Step &step) {
  SmallVector<int> &operandIndices = residualOf.emplace_back();
  for (auto [i, operand] : llvm::enumerate(step.form.operands)) {
    if (step.chain == i || step.lower == i) {
      operandIndices.push_back(step.chain == i ? -1 : -2);
      continue;
    }
    Value tensor = step.op->getOperand(operand);
    FailureOr<View> view = problem.isMatrix ? former.ensureRows(tensor, Former::Slack::None)
                                            : former.ensureChannelsLast(tensor, {}, 0, Former::Slack::None);
    if (failed(view))
      return failure();
    operandIndices.push_back(residuals.size());
    residuals.push_back(dropLast(canonical(*view)));
  }
  SmallVector<int> &paramIndices = channelOf.emplace_back();
  for (const Param &param : step.form.params) {
    paramIndices.push_back(param.kind == Param::Channel ? int(channels.size()) : -1);
    if (param.kind == Param::Channel)
      channels.push_back(padChannels(problem, param.elements));
  }
  return success();
}

void ContractFormer::writeEpilogue(KernelWriter &writer, ContractOp contract) {
  Type accumulator = problem.weights.getType().getElementType().isF32() ? Type(former.builder.getF32Type())
                                                                        : Type(former.builder.getI32Type());
  Block &block = contract.getEpilogue().emplaceBlock();
  Location loc = contract.getLoc();
  unsigned numSums = contract.getNumSums();
  for (unsigned sum = 0; sum < numSums; ++sum)
    block.addArgument(accumulator, loc);
  for (Value buffer : contract.getPerN())
    block.addArgument(cast<MemRefType>(buffer.getType()).getElementType(), loc);
  for (Value buffer : contract.getPerMn())
    block.addArgument(cast<MemRefType>(buffer.getType()).getElementType(), loc);
  OpBuilder::InsertionGuard guard(writer.body());
  writer.body().setInsertionPointToStart(&block);
  Value value = block.getArgument(0);
  for (auto [s, step] : llvm::enumerate(steps)) {
    SmallVector<Value> operands, params;
    for (int index : residualOf[s])
      operands.push_back(index == -1   ? value
                         : index == -2 ? Value(block.getArgument(1))
                                       : Value(block.getArgument(numSums + channels.size() + index)));
    for (auto [p, index] : llvm::enumerate(channelOf[s]))
      params.push_back(index < 0 ? arguments[s][p] : Value(block.getArgument(numSums + index)));
    value = step.form.emit(writer.body(), operands, params);
  }
  kernel::YieldOp::create(writer.body(), value);
}

// Views over all dimensions but the last; neighbouring ones merge where all walk them as one, so that rows are long.
IterationSpace ContractFormer::makeSpace() {
  View window = problem.isMatrix ? dropLast(problem.x) : getWindowView(math, problem.geometry, problem.x, problem.y);
  SmallVector<View> views{dropLast(problem.y), window};
  views.append(residuals.begin(), residuals.end());
  IterationSpace space = orderByResult(views, llvm::to_vector(llvm::seq<int64_t>(0, views[0].getRank())));
  collapse(math, space);
  return space;
}

// The tile's number, taken apart: blocks of columns fastest, then groups, blocks of rows, outer dimensions.
ContractTile ContractFormer::writeTile(KernelWriter &writer, const IterationSpace &space) {
  ContractTile t;
  OpFoldResult rows = space.shape.back(), tileRows = getTileRows(space);
  OpFoldResult rowBlocks = math.ceilDiv(rows, tileRows);
  int64_t columnBlocks = (problem.columns + kTileColumns - 1) / kTileColumns;
  t.tiles = math.mul(rowBlocks, math.constant(problem.geometry.group * columnBlocks));
  for (OpFoldResult dim : ArrayRef(space.shape).drop_back())
    t.tiles = math.mul(t.tiles, dim);
  Value tile = writer.tile();
  auto peel = [&](OpFoldResult size) {
    Value divisor = writer.index(size), index = writer.rem(tile, divisor);
    tile = writer.div(tile, divisor);
    return index;
  };
  Value columnBlock = peel(math.constant(std::max<int64_t>(columnBlocks, 1)));
  t.group = peel(math.constant(problem.geometry.group));
  Value blockRows = writer.index(tileRows), firstRow = writer.mul(peel(rowBlocks), blockRows);
  t.indices.push_back(firstRow);
  for (size_t d = space.shape.size() - 1; d-- > 0;)
    t.indices.push_back(d == 0 ? tile : peel(space.shape[d]));
  std::reverse(t.indices.begin(), t.indices.end());
  t.m = writer.min(blockRows, writer.sub(writer.index(rows), firstRow));
  Value blockColumns = writer.constantIndex(kTileColumns), columns = writer.index(math.constant(problem.columns));
  t.column = writer.mul(columnBlock, blockColumns);
  t.n = writer.min(blockColumns, writer.sub(columns, t.column));
  t.channel = writer.add(writer.mul(t.group, columns), t.column);
  return t;
}

// How far a row is from the next.
static Value getStep(KernelWriter &writer, const Access &access) {
  OpFoldResult stride = access.strides.back();
  return isa<Attribute>(stride) ? writer.constantIndex(*getKnown(stride)) : cast<Value>(stride);
}

ContractOp ContractFormer::writeContract(KernelWriter &writer, const IterationSpace &space, const ContractTile &t) {
  auto perGroup = [&](int64_t size) { return writer.mul(t.group, writer.index(math.constant(size))); };
  Access x = writer.access(space.views[1], false);
  Value xOffset = writer.linear(x, t.indices);
  xOffset = writer.add(xOffset, perGroup(problem.depthPerTap));
  Value taps = writer.in(problem.taps);
  Value w = writer.in(writer.constant(packed.codes)), wOffset = perGroup(packed.codesSize);
  Value multipliers, multipliersOffset;
  IntegerAttr weightGroup;
  if (packed.multipliers) {
    multipliers = writer.in(writer.constant(packed.multipliers));
    multipliersOffset = perGroup(packed.multipliersSize);
    weightGroup = writer.body().getI64IntegerAttr(problem.weightGroup);
  }
  Value nOffset = writer.add(perGroup(getPaddedColumns(problem)), t.column);
  SmallVector<Value> perN, perMN, mnOffsets, mnSteps;
  for (ElementsAttr elements : channels)
    perN.push_back(writer.in(writer.constant(elements)));
  for (const View &residual : ArrayRef(space.views).drop_front(2)) {
    Access access = writer.access(residual, false);
    perMN.push_back(access.buffer);
    mnOffsets.push_back(writer.add(writer.linear(access, t.indices), t.channel));
    mnSteps.push_back(getStep(writer, access));
  }
  for (const Step &step : steps)
    arguments.push_back(makeNumbers(writer, step));
  Value runs = writer.index(math.constant(problem.runs)), length = writer.index(math.constant(problem.length));
  Access y = writer.access(space.views[0], true);
  Value yOffset = writer.add(writer.linear(y, t.indices), t.channel);
  Type element = problem.x.element;
  Mma mma = element.isF32() ? Mma::F32 : group.pair ? Mma::U16S8 : element.isUnsignedInteger() ? Mma::U8S8 : Mma::S8S8;
  Value sums = weightSums ? writer.in(writer.constant(weightSums)) : Value();
  Value xStep = getStep(writer, x), yStep = getStep(writer, y);
  // Where there is one block, it is the sum.
  bool blocks = mma == Mma::F32 && problem.runs * problem.length > numerics::contractionBlock;
  return ContractOp::create(writer.body(), mma, blocks, hasPlanes, t.m, t.n, t.column, runs, length, x.buffer, xOffset,
                            xStep, taps, w, wOffset, sums, multipliers, multipliersOffset, y.buffer, yOffset, yStep,
                            perN, nOffset, perMN, mnOffsets, mnSteps, weightGroup);
}

void ContractFormer::write() {
  IterationSpace space = makeSpace();
  KernelWriter writer(former.builder, group.root->getLoc(), "contract");
  ContractTile tile = writeTile(writer, space);
  writeEpilogue(writer, writeContract(writer, space, tile));
  markCost(writer.finish(tile.tiles), group.root);
}

// Rows of a tile: about kTileMacs of work, all tiles of about one size, an even number of them so that two threads get
// equally many.
OpFoldResult ContractFormer::getTileRows(const IterationSpace &space) const {
  std::optional<int64_t> rows = getKnown(space.shape.back());
  int64_t depth = std::max<int64_t>(1, problem.runs * problem.length);
  int64_t columns = std::clamp<int64_t>(problem.columns, 1, kTileColumns);
  int64_t most = std::clamp<int64_t>(kTileMacs / depth / columns, kRowBlock, kTileRows);
  if (!rows) {
    OpFoldResult one = math.constant(1), block = math.constant(kRowBlock);
    OpFoldResult blocks = math.max(math.ceilDiv(space.shape.back(), math.constant(most)), one);
    return math.max(math.mul(math.ceilDiv(math.ceilDiv(space.shape.back(), blocks), block), block), one);
  }
  int64_t blocks = (*rows + most - 1) / most;
  bool isEven = blocks % 2 == 0 || problem.geometry.group % 2 == 0 ||
                (problem.columns + kTileColumns - 1) / kTileColumns % 2 == 0;
  for (OpFoldResult dim : ArrayRef(space.shape).drop_back())
    isEven |= getKnown(dim).value_or(2) % 2 == 0;
  if (!isEven && double(*rows) * depth * columns >= 2.0 * kLeastMacs && *rows > kRowBlock)
    ++blocks;
  int64_t tileRows = (*rows + std::max<int64_t>(blocks, 1) - 1) / std::max<int64_t>(blocks, 1);
  // Whole blocks of the kernel's registers.
  return math.constant(std::max<int64_t>(1, std::min((tileRows + kRowBlock - 1) / kRowBlock * kRowBlock, *rows)));
}

// Columns are stored side by side: a result that lies otherwise is computed in a buffer of its own.
FailureOr<View> ContractFormer::makeTarget(const View &y) {
  int64_t rank = y.getRank();
  if (hasUnitStride(y, problem.isMatrix ? rank - 1 : 1))
    return y;
  auto layout = problem.isMatrix ? LayoutAttr::getRowMajor(group.root->getContext(), rank)
                                 : LayoutAttr::getChannelsLast(group.root->getContext(), rank);
  return former.makeBuffer(group.root->getLoc(), layout, y.shape, y.element, 0);
}

LogicalResult ContractFormer::run() {
  bool isConv = isa<qc::ConvOp, dyadic::ConvOp>(group.root);
  if (failed(isConv ? describeConv() : describeMatrix()))
    return failure();
  Value result = group.getLast()->getResult(0);
  FailureOr<View> y = former.allocate(result);
  if (failed(y))
    return failure();
  FailureOr<View> target = makeTarget(*y);
  if (failed(target))
    return failure();
  problem.y = canonical(*target);
  if (failed(prepareSteps()) || failed(packConstants()))
    return failure();
  write();
  if (target->buffer != y->buffer)
    former.copy(*target, *y, former.getLayout(result).getOrder(), result.getLoc());
  return success();
}

LogicalResult Former::formContract(const Group &group) { return ContractFormer(*this, group).run(); }
