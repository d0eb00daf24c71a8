// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions with constant weights: packed weights, tiles of output rows and columns, one kernel.contract.
#include "Compensations.h"
#include "ConvGeometry.h"
#include "Former.h"
#include "qc/Arith/Packing.h"

using namespace mlir;
using namespace qc;
using namespace qc::kernel;

/// Tile of one kernel.contract at most: rows and columns (a multiple of 32).
static constexpr int64_t kTileRows = 64, kTileColumns = 128;
/// Work of a tile to aim at (some microseconds), what is too little to be shared among threads, rows in registers at once.
static constexpr int64_t kTileMacs = 1 << 19, kLeastMacs = 1 << 16, kRowBlock = 4;

namespace {
/// A contraction: a convolution in three spatial dimensions, or a matrix product.
struct Problem {
  View x, y;                     ///< N, D, H, W, C; or batch dimensions, rows, columns
  ConvGeometry geometry;         ///< for a matrix product: one group, nothing else
  SmallVector<int64_t> taps;     ///< offset of each run
  int64_t runs, length;          ///< K as `runs` runs of `length`
  int64_t columns, depthPerTap;  ///< output channels and input channels of a group
  bool joinsTaps = false;        ///< a run is a whole kernel row
  TensorValue weights;           ///< see getWeight
  bool isMatrix = false, isTransposed = false; ///< matrix [K, N], or [N, K]
};
} // namespace

// Position in the weight tensor of column n (of all groups), run, k.
static int64_t getWeightIndex(const Problem &p, int64_t n, int64_t run, int64_t k) {
  if (p.isMatrix)
    return p.isTransposed ? n * p.length + k : k * p.columns + n;
  int64_t channels = p.depthPerTap, width = p.geometry.kernel[2];
  int64_t taps = p.geometry.kernel[0] * p.geometry.kernel[1] * width;
  int64_t tap = p.joinsTaps ? run * width + k / channels : run;
  int64_t c = p.joinsTaps ? k % channels : k;
  return (n * channels + c) * taps + tap;
}

// Panels of one group after the other.
static ElementsAttr packWeights(const Problem &p) {
  SmallVector<int64_t> lengths(p.runs, p.length);
  MLIRContext *context = p.weights.getType().getContext();
  if (p.weights.getType().getElementType().isF32()) {
    qc::arith::PackedLayoutF32 layout(p.columns, ArrayRef<int64_t>(lengths));
    TensorValue packed(RankedTensorType::get({layout.size() * p.geometry.group}, Float32Type::get(context)));
    ArrayRef<float> from = p.weights.getData<float>();
    for (int64_t g = 0; g < p.geometry.group; ++g)
      qc::arith::packF32(
          layout,
          [&](int64_t n, size_t run, int64_t k) { return from[getWeightIndex(p, g * p.columns + n, run, k)]; },
          packed.mutableData<float>().data() + g * layout.size());
    return getElementsAttr(packed);
  }
  qc::arith::PackedLayout layout(p.columns, ArrayRef<int64_t>(lengths));
  TensorValue packed(RankedTensorType::get({layout.size() * p.geometry.group}, IntegerType::get(context, 8)));
  ArrayRef<int8_t> from = p.weights.getData<int8_t>();
  for (int64_t g = 0; g < p.geometry.group; ++g)
    qc::arith::pack(
        layout, [&](int64_t n, size_t run, int64_t k) { return from[getWeightIndex(p, g * p.columns + n, run, k)]; },
        packed.mutableData<int8_t>().data() + g * layout.size());
  return getElementsAttr(packed);
}

static int64_t getPanelSize(const Problem &p) {
  SmallVector<int64_t> lengths(p.runs, p.length);
  if (p.weights.getType().getElementType().isF32())
    return qc::arith::PackedLayoutF32(p.columns, ArrayRef<int64_t>(lengths)).size();
  return qc::arith::PackedLayout(p.columns, ArrayRef<int64_t>(lengths)).size();
}

// A per-channel constant with each group's channels padded to 16.
static ElementsAttr padChannels(const Problem &p, ElementsAttr elements) {
  TensorValue from = *getTensorValue(elements);
  int64_t padded = (p.columns + 15) / 16 * 16;
  if (padded == p.columns)
    return elements;
  size_t bytes = TensorValue::elementBytes(from.getType());
  std::vector<char> out(padded * p.geometry.group * bytes, 0);
  if (p.columns > 0)
    for (int64_t g = 0; g < p.geometry.group; ++g)
      std::memcpy(&out[g * padded * bytes], from.getRawData().data() + g * p.columns * bytes, p.columns * bytes);
  auto type = RankedTensorType::get({padded * p.geometry.group}, from.getType().getElementType());
  return getElementsAttr(TensorValue(type, out));
}

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

namespace qc::kernel {
/// Writes the kernel of one contraction.
class ContractFormer {
public:
  ContractFormer(Former &former, const Group &group) : former(former), group(group), math(former.math) {}
  LogicalResult run();

private:
  LogicalResult describeConv();
  LogicalResult describeMatrix();
  LogicalResult prepareSteps();
  View canonical(const View &view) {
    return problem.isMatrix ? canonicalizeRows(math, view) : canonicalizeWindows(math, view);
  }
  int64_t getTileRows(const IterationSpace &space) const;
  /// Integer kernels read weights and activations four bytes at once.
  Former::Slack getSlack() const {
    bool isFloat = cast<RankedTensorType>(group.root->getOperand(0).getType()).getElementType().isF32();
    return isFloat ? Former::Slack::None : Former::Slack::Vector;
  }
  void write();
  void writeEpilogue(KernelWriter &writer, ContractOp contract);

  Former &former;
  const Group &group;
  IndexMath &math;
  Problem problem;
  SmallVector<Step> steps;
  SmallVector<View> residuals;                ///< N, D, H, W
  SmallVector<SmallVector<int>> residualOf;   ///< per step and form operand: index into residuals, -1 for the chain
  SmallVector<SmallVector<int>> channelOf;    ///< per step and param: index into channels, -1 for others
  SmallVector<ElementsAttr> channels;
  SmallVector<SmallVector<Value>> arguments;  ///< per step and param: value in the kernel (not for channels)
};
} // namespace qc::kernel

LogicalResult ContractFormer::describeConv() {
  FailureOr<ConvGeometry> geometry = getConvGeometry(group.root);
  if (failed(geometry))
    return failure();
  problem.geometry = *geometry;
  FailureOr<View> x = former.ensureChannelsLast(geometry->x, geometry->pads, geometry->zeroPoint, getSlack());
  std::optional<TensorValue> weights = getTensorValue(getConstantValue(geometry->w));
  if (failed(x))
    return failure();
  if (!weights)
    return group.root->emitOpError("has weights that cannot be read");
  problem.weights = *weights;
  problem.x = canonical(*x);
  FailureOr<SmallVector<int64_t>> taps = getTapOffsets(group.root, *geometry, problem.x);
  if (failed(taps))
    return failure();
  problem.depthPerTap = weights->getShape()[1];
  problem.columns = weights->getShape()[0] / geometry->group;
  // A kernel row is one run where its taps lie side by side in memory.
  problem.joinsTaps = geometry->group == 1 && geometry->dilations[2] == 1 && geometry->kernel[2] > 1 &&
                      isKnown(problem.x.strides[3], problem.depthPerTap);
  int64_t step = problem.joinsTaps ? geometry->kernel[2] : 1;
  for (size_t t = 0; t < taps->size(); t += step)
    problem.taps.push_back((*taps)[t]);
  problem.runs = problem.taps.size();
  problem.length = problem.depthPerTap * step;
  return success();
}

LogicalResult ContractFormer::describeMatrix() {
  problem.isMatrix = true;
  auto gemm = dyn_cast<GemmOp>(group.root);
  Value a = group.root->getOperand(0);
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
  problem.runs = 1;
  problem.taps = {0};
  return success();
}

static Step makeScaleStep(Operation *op, FloatAttr alpha) {
  ScalarForm form{{0}, {Param::makeNumber(alpha)}, {}};
  form.emit = [](ImplicitLocOpBuilder &b, ValueRange v, ValueRange p) -> Value {
    return mlir::arith::MulFOp::create(b, p[0], v[0]);
  };
  return {op, form, 0};
}

LogicalResult ContractFormer::prepareSteps() {
  std::optional<Compensation> compensation = getCompensation(group.root);
  FailureOr<SmallVector<Step>> described =
      former.describeSteps(group, compensation.value_or(Compensation()), false);
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
  SmallVector<OpFoldResult> shape = former.getShape(group.root->getResult(0));
  for (const Step &step : steps) {
    SmallVector<int> &operandIndices = residualOf.emplace_back();
    for (auto [i, operand] : llvm::enumerate(step.form.operands)) {
      if (step.chain == i) {
        operandIndices.push_back(-1);
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
  }
  return success();
}

void ContractFormer::writeEpilogue(KernelWriter &writer, ContractOp contract) {
  Type accumulator = problem.weights.getType().getElementType().isF32() ? Type(former.builder.getF32Type())
                                                                        : Type(former.builder.getI32Type());
  Block &block = contract.getEpilogue().emplaceBlock();
  Location loc = contract.getLoc();
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
      operands.push_back(index < 0 ? value : Value(block.getArgument(1 + channels.size() + index)));
    for (auto [p, index] : llvm::enumerate(channelOf[s]))
      params.push_back(index < 0 ? arguments[s][p] : Value(block.getArgument(1 + index)));
    value = step.form.emit(writer.body(), operands, params);
  }
  kernel::YieldOp::create(writer.body(), value);
}

void ContractFormer::write() {
  // Views over N, D, H, W; neighbouring dimensions merge where all walk them as one, so that rows are long.
  SmallVector<View> views{dropLast(problem.y),
                          problem.isMatrix ? dropLast(problem.x)
                                           : getWindowView(math, problem.geometry, problem.x, problem.y)};
  views.append(residuals.begin(), residuals.end());
  IterationSpace space = orderByResult(views, llvm::to_vector(llvm::seq<int64_t>(0, views[0].getRank())));
  collapse(math, space);
  OpFoldResult rows = space.shape.back();
  int64_t tileRows = getTileRows(space);
  OpFoldResult rowBlocks = math.ceilDiv(rows, math.constant(tileRows));
  int64_t columnBlocks = (problem.columns + kTileColumns - 1) / kTileColumns;
  int64_t groups = problem.geometry.group;
  OpFoldResult tiles = math.mul(rowBlocks, math.constant(groups * columnBlocks));
  for (OpFoldResult dim : ArrayRef(space.shape).drop_back())
    tiles = math.mul(tiles, dim);

  KernelWriter writer(former.builder, group.root->getLoc(), "contract");
  ImplicitLocOpBuilder &b = writer.body();
  Value tile = writer.tile();
  auto peel = [&](Value size) {
    Value index = writer.rem(tile, size);
    tile = writer.div(tile, size);
    return index;
  };
  Value columnBlock = peel(writer.index(math.constant(std::max<int64_t>(columnBlocks, 1))));
  Value groupIndex = peel(writer.index(math.constant(groups)));
  Value blockRows = writer.index(math.constant(tileRows));
  Value firstRow = writer.mul(peel(writer.index(rowBlocks)), blockRows);
  SmallVector<Value> indices{firstRow};
  for (size_t d = space.shape.size() - 1; d-- > 0;)
    indices.push_back(d == 0 ? tile : peel(writer.index(space.shape[d])));
  std::reverse(indices.begin(), indices.end());

  Value m = writer.min(blockRows, writer.sub(writer.index(rows), firstRow));
  Value blockColumns = writer.constantIndex(kTileColumns), allColumns = writer.index(math.constant(problem.columns));
  Value column = writer.mul(columnBlock, blockColumns);
  Value n = writer.min(blockColumns, writer.sub(allColumns, column));
  auto step = [&](const Access &access) -> Value {
    OpFoldResult stride = access.strides.back();
    return isa<Attribute>(stride) ? writer.constantIndex(*getKnown(stride)) : cast<Value>(stride);
  };
  Access x = writer.access(space.views[1], false);
  Value xOffset = writer.add(writer.linear(x, indices),
                             writer.mul(groupIndex, writer.index(math.constant(problem.depthPerTap))));
  Value taps = writer.in(writer.constant(former.builder.getI64TensorAttr(problem.taps)));
  Value w = writer.in(writer.constant(packWeights(problem)));
  Value wOffset = writer.mul(groupIndex, writer.index(math.constant(getPanelSize(problem))));
  int64_t paddedColumns = (problem.columns + 15) / 16 * 16;
  Value nOffset = writer.add(writer.mul(groupIndex, writer.index(math.constant(paddedColumns))), column);
  Value channel = writer.add(writer.mul(groupIndex, allColumns), column);
  SmallVector<Value> perN, perMN, mnOffsets, mnSteps;
  for (ElementsAttr elements : channels)
    perN.push_back(writer.in(writer.constant(elements)));
  for (size_t i = 0; i < residuals.size(); ++i) {
    Access access = writer.access(space.views[2 + i], false);
    perMN.push_back(access.buffer);
    mnOffsets.push_back(writer.add(writer.linear(access, indices), channel));
    mnSteps.push_back(step(access));
  }
  for (const Step &each : steps) {
    SmallVector<Value> &values = arguments.emplace_back();
    for (const Param &param : each.form.params)
      values.push_back(param.kind == Param::Channel  ? Value()
                       : param.kind == Param::Number ? writer.number(param.number)
                                                     : writer.in(writer.constant(param.elements)));
  }
  Value runs = writer.index(math.constant(problem.runs)), length = writer.index(math.constant(problem.length));
  Access y = writer.access(space.views[0], true);
  Value yOffset = writer.add(writer.linear(y, indices), channel);
  Type xElement = problem.x.element;
  Mma mma = xElement.isF32() ? Mma::F32 : xElement.isUnsignedInteger() ? Mma::U8S8 : Mma::S8S8;
  auto contract = ContractOp::create(b, mma, m, n, column, runs, length, x.buffer, xOffset, step(x), taps, w, wOffset,
                                     y.buffer, yOffset, step(y), perN, nOffset, perMN, mnOffsets, mnSteps);
  writeEpilogue(writer, contract);
  markCost(writer.finish(tiles), group.root);
}

// Rows of a tile: about kTileMacs of work, all tiles of about one size, an even number of them so that two threads get
// equally many.
int64_t ContractFormer::getTileRows(const IterationSpace &space) const {
  std::optional<int64_t> rows = getKnown(space.shape.back());
  if (!rows)
    return kTileRows;
  int64_t depth = std::max<int64_t>(1, problem.runs * problem.length);
  int64_t columns = std::clamp<int64_t>(problem.columns, 1, kTileColumns);
  int64_t most = std::clamp<int64_t>(kTileMacs / (depth * columns), kRowBlock, kTileRows);
  int64_t blocks = (*rows + most - 1) / most;
  int64_t others = problem.geometry.group * ((problem.columns + kTileColumns - 1) / kTileColumns);
  for (OpFoldResult dim : ArrayRef(space.shape).drop_back())
    others *= getKnown(dim).value_or(2);
  if (others % 2 != 0 && blocks % 2 != 0 && *rows * depth * columns >= 2 * kLeastMacs && *rows > kRowBlock)
    ++blocks;
  int64_t tileRows = (*rows + std::max<int64_t>(blocks, 1) - 1) / std::max<int64_t>(blocks, 1);
  // Whole blocks of the kernel's registers.
  return std::max<int64_t>(1, std::min((tileRows + kRowBlock - 1) / kRowBlock * kRowBlock, *rows));
}

LogicalResult ContractFormer::run() {
  bool isConv = isa<qc::ConvOp, dyadic::ConvOp>(group.root);
  if (failed(isConv ? describeConv() : describeMatrix()))
    return failure();
  Value result = group.getLast()->getResult(0);
  FailureOr<View> y = former.allocate(result);
  if (failed(y))
    return failure();
  // Columns are stored side by side; a result that lies otherwise is copied there.
  int64_t rank = y->getRank();
  bool isDirect = hasUnitStride(*y, problem.isMatrix ? rank - 1 : 1);
  FailureOr<View> target = y;
  if (!isDirect) {
    auto layout = problem.isMatrix ? LayoutAttr::getRowMajor(group.root->getContext(), rank)
                                   : LayoutAttr::getChannelsLast(group.root->getContext(), rank);
    target = former.makeBuffer(result.getLoc(), layout, y->shape, y->element, 0);
    if (failed(target))
      return failure();
  }
  problem.y = canonical(*target);
  if (failed(prepareSteps()))
    return failure();
  write();
  if (!isDirect)
    former.copy(*target, *y, former.getLayout(result).getOrder(), result.getLoc());
  return success();
}

LogicalResult Former::formContract(const Group &group) { return ContractFormer(*this, group).run(); }
