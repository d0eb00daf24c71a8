// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// State of qc-form-kernels: where each tensor lies, and how each kind of group becomes a kernel.
#pragma once
#include "ConvGeometry.h"
#include "Groups.h"
#include "Nest.h"
#include "Rows.h"
#include "Scalars.h"
#include "ScheduleShapeMath.h"
#include "SizeNumbers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "qc/Analysis/State.h"
#include "llvm/ADT/SmallSet.h"
#include <array>

namespace qc::kernel {

/// One elementwise operation of a group.
struct Step {
  mlir::Operation *op;
  ScalarForm form;
  std::optional<unsigned> chain;      ///< position in form.operands of the group's running value; none: all are loaded
  std::optional<unsigned> lower = {}; ///< position there of the register of lower planes, beside that of upper ones
};

/// Numbers and tables of a step as values of the kernel; null where there is one per channel.
llvm::SmallVector<mlir::Value> makeNumbers(KernelWriter &writer, const Step &step);
/// + bias[channel], in f32.
Step makeBiasStep(mlir::Operation *op, mlir::ElementsAttr bias, int64_t axis);

class Former {
public:
  explicit Former(mlir::func::FuncOp function);
  ~Former();
  /// Rewrites the function; fails with a diagnostic.
  mlir::LogicalResult run();

  static const KernelBuilder contract;  ///< kernel.contract on packed constant weights
  static const KernelBuilder depthwise; ///< a depthwise convolution with constant weights
  static const KernelBuilder direct;    ///< a convolution as it is written, where an operand would have to be constant
  static const KernelBuilder
      product; ///< a matrix product as it is written: an operand that would have to be constant is not
  static const KernelBuilder pool;      ///< windows
  static const KernelBuilder rows;      ///< operations along dimensions
  static const KernelBuilder pointwise; ///< elements
  static const KernelBuilder move;      ///< elements, each unchanged: MoveOpInterface, and reshapes
  static const KernelBuilder range, constantOfShape;
  static const KernelBuilder cell; ///< recurrent cells

private:
  // Former.cpp: arguments, buffers, results.
  mlir::LogicalResult formGroup(const Group &group);
  mlir::LogicalResult addArguments();
  mlir::LogicalResult returnResults();
  void eraseTensors();
  mlir::LogicalResult observe(qc::ObserveOp op);
  mlir::LogicalResult checkFunction();
  mlir::FailureOr<View> getView(mlir::Value tensor);
  /// Where `tensor` is written to from now on: the caller's buffer, or a new one with its halo filled.
  mlir::FailureOr<View> allocate(mlir::Value tensor);
  mlir::FailureOr<View> allocateSlice(mlir::Value tensor);
  /// A new buffer of the arena, halo filled with `zero`, of the view's shape and element type.
  mlir::FailureOr<View> makeBuffer(mlir::Location loc, LayoutAttr layout, mlir::ArrayRef<mlir::OpFoldResult> shape,
                                   mlir::Type element, int64_t zero);
  mlir::FailureOr<View> copyTo(LayoutAttr layout, const View &view, mlir::Location loc, int64_t zero);
  LayoutAttr getLayout(mlir::Value tensor);
  mlir::SmallVector<mlir::OpFoldResult> getShape(mlir::Value tensor);
  /// What reads a view, beyond its elements: nothing, or up to 63 bytes behind the last one (int8 contractions).
  enum class Slack { None, Vector };
  /// `tensor` as a channels-last view with unit channel stride and at least these halos of `zero`, copied if it is not
  /// one.
  mlir::FailureOr<View> ensureChannelsLast(mlir::Value tensor, mlir::ArrayRef<int64_t> pads, int64_t zero, Slack slack);
  /// `tensor` with unit stride in its last dimension, copied if it is not so.
  mlir::FailureOr<View> ensureRows(mlir::Value tensor, Slack slack);
  /// `tensor` as a whole buffer, row-major without gaps, copied if it is not so.
  mlir::FailureOr<View> ensureContiguous(mlir::Value tensor);

  // States.cpp
  /// Views of what lives in the handle, and the demands of its capacity. `bufferOf`: the buffers of arguments.
  mlir::LogicalResult placeStates(llvm::function_ref<mlir::Value(mlir::Value)> bufferOf);
  mlir::LogicalResult checkCapacity(StatePair state, const StateExtents &extents);
  void placeGrowing(StatePair state, const StateExtents &extents, ConcatOp growth, mlir::Value buffer);
  void describeState(StatePair state, const StateExtents &extents, std::array<int64_t, 4> memory);

  // Control.cpp: branches and loops.
  mlir::LogicalResult formBlock(mlir::Block &block);
  mlir::LogicalResult formIf(IfOp op);
  mlir::LogicalResult formLoop(LoopOp op);
  mlir::LogicalResult formBranch(mlir::Block &from, mlir::Block &to, llvm::ArrayRef<View> results);
  mlir::LogicalResult formCounted(LoopOp op, mlir::Value trips, mlir::Value condition, llvm::ArrayRef<View> carried);
  mlir::LogicalResult formWhile(LoopOp op, mlir::Value trips, mlir::Value condition, llvm::ArrayRef<View> carried);
  /// `again`: where it is not null, whether the loop goes on.
  mlir::LogicalResult formBody(LoopOp op, mlir::Block &to, mlir::Value iteration, llvm::ArrayRef<View> carried,
                               mlir::Value *again);
  mlir::LogicalResult carry(LoopOp op, mlir::ValueRange yielded, llvm::ArrayRef<View> carried);
  mlir::LogicalResult storeElements(LoopOp op, mlir::ValueRange elements, mlir::Value iteration);
  /// The buffers of the carried values, which hold what the loop begins with.
  mlir::FailureOr<std::vector<View>> beginCarried(LoopOp op);
  /// The one element of an integer tensor as a number of the schedule, known, computed or read.
  mlir::FailureOr<mlir::OpFoldResult> getNumber(mlir::Value tensor);
  mlir::FailureOr<mlir::Value> getTruth(mlir::Value tensor);

  // Recurrent.cpp
  mlir::LogicalResult formCell(const Group &group);

  // Pointwise.cpp
  mlir::LogicalResult formPointwise(const Group &group);
  void copy(const View &from, const View &to, mlir::ArrayRef<int64_t> order, mlir::Location loc);
  LaunchOp fill(const View &view, mlir::TypedAttr value, mlir::ArrayRef<int64_t> order, mlir::Location loc);

  // Moves.cpp
  mlir::LogicalResult formMove(const Group &group);
  mlir::LogicalResult formReshape(mlir::Operation *op);
  /// Where the operands of a move are computed in its result: by operand, nothing for those that are not.
  struct Places;
  const Places &getPlaces(MoveOpInterface op);
  /// The algebra for descriptions of moves.
  ScheduleShapeMath makeShapeMath();
  /// The result as a view of an operand, where that is as good to read as a copy; else nothing.
  std::optional<View> getMovedView(MoveOpInterface op, const MoveBuilder::Step &step);
  /// The step of a sequence that a loop takes in its iterations becomes a view; false for other gathers.
  mlir::FailureOr<bool> takeStep(GatherOp op);
  /// `tensors`: where the operands lie that are read, then the result.
  mlir::LogicalResult formStep(MoveOpInterface op, const MoveBuilder::Step &step, mlir::ArrayRef<View> tensors);
  mlir::LogicalResult formLookup(MoveOpInterface op, const MoveBuilder::Step &step, mlir::ArrayRef<View> tensors,
                                 mlir::ArrayRef<int64_t> order);
  mlir::FailureOr<bool> checkIndices(MoveOpInterface op, const MoveView::Lookup &lookup);
  /// Where the indices of a lookup lie: one of `tensors`, or a table.
  mlir::FailureOr<View> getIndices(const MoveView::Lookup &lookup, mlir::ArrayRef<View> tensors, mlir::Location loc);
  /// A buffer of i64 with the positions that an axis takes, written in front of the kernel that reads it.
  mlir::FailureOr<View> makePositions(const MoveView::Resized &resized, mlir::Location loc);
  /// Where `result` was placed by an operand that was written into it, or a buffer of its own.
  mlir::FailureOr<View> getPlace(mlir::Value result) {
    return views.contains(result) ? getView(result) : allocate(result);
  }

  // Fills.cpp
  mlir::LogicalResult formRange(const Group &group);
  mlir::LogicalResult formConstantOfShape(const Group &group);
  /// A small integer tensor whose elements the schedule knows.
  mlir::FailureOr<View> materialize(mlir::Value tensor);

  // Steps.cpp
  mlir::FailureOr<llvm::SmallVector<Step>> describeSteps(const Group &group, const Compensation &compensation,
                                                         bool withRoot);
  /// Those of a pair of planes: `exact` where the register is that of the exact sum, else there are two.
  mlir::FailureOr<llvm::SmallVector<Step>> describePairSteps(const Group &group,
                                                             const std::optional<Compensation> &exact);
  void appendSteps(llvm::SmallVectorImpl<Step> &steps, llvm::ArrayRef<mlir::Operation *> followers, mlir::Value value);
  /// The view of an operand as the result of `op` sees it (broadcast; per-channel vectors along the channel axis).
  mlir::FailureOr<View> getOperandView(mlir::Operation *op, unsigned operand, mlir::ArrayRef<mlir::OpFoldResult> shape);
  View getParamView(const Param &param, mlir::ArrayRef<mlir::OpFoldResult> shape);
  /// A buffer of i64 with the offset in elements of each tap of a convolution, outermost axis first, relative to the
  /// first tap: a constant where the strides of `input` are known, else computed in front of the kernel. `innermost`:
  /// how many taps there are along the last axis.
  mlir::Value getTaps(const ConvGeometry &geometry, const View &input, int64_t innermost);
  /// Writes the steps behind `value` at the element `indices` of a nest whose dimensions are those of `order`.
  struct NestSteps;
  mlir::FailureOr<NestSteps> prepareNestSteps(llvm::ArrayRef<Step> steps, mlir::Value result,
                                              llvm::function_ref<View(const View &)> canonical);
  mlir::Value emitNestSteps(KernelWriter &writer, NestSteps &steps, mlir::Value value, mlir::ValueRange indices);

  // The other kinds, a file each.
  mlir::LogicalResult formContract(const Group &group);
  mlir::LogicalResult formDepthwise(const Group &group);
  mlir::LogicalResult formDirect(const Group &group);
  mlir::FailureOr<std::optional<View>> getAddend(mlir::Operation *root, llvm::ArrayRef<mlir::OpFoldResult> shape);
  mlir::LogicalResult formProduct(const Group &group);
  /// Demands of a run that K (`depth`) is at most what `op` says, which may be null, unless that is known to hold.
  void checkDepth(dyadic::MatMulOp op, mlir::OpFoldResult depth);
  /// The same of the length of rows.
  void checkLength(dyadic::RowReciprocalOp op);
  /// Demands of a run that `size` is at most `most`, unless one of the expressions that it has says so already.
  void demandAtMost(mlir::Operation *op, llvm::ArrayRef<mlir::AffineExpr> expressions, mlir::OpFoldResult size,
                    int64_t most, llvm::StringRef things);
  mlir::LogicalResult formPool(const Group &group);
  mlir::LogicalResult formRows(const Group &group);
  mlir::FailureOr<RowSpace> makeRowSpace(mlir::Operation *op, llvm::ArrayRef<int64_t> axes,
                                         llvm::ArrayRef<unsigned> operands);

  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  mlir::OpBuilder sizeBuilder; ///< writes numbers in front of all launches
  IndexMath math;              ///< by sizeBuilder
  std::optional<SizeNumbers> sizes;
  PlanOp endOfNumbers; ///< where sizeBuilder writes; goes in the end
  llvm::DenseMap<mlir::Value, View> views;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::OpFoldResult>> shapes;
  llvm::DenseMap<mlir::Value, mlir::Value> directOutputs; ///< tensor -> buffer of the caller it is computed into
  llvm::DenseMap<mlir::Value, int64_t> haloZeros;         ///< buffer -> what its halo holds
  llvm::DenseMap<mlir::Operation *, std::unique_ptr<Places>> places;      ///< of moves
  llvm::DenseSet<std::pair<mlir::AffineExpr, int64_t>> checkedCapacities; ///< extents behind a run, and their limits
  llvm::SmallSet<unsigned, 8> grownResults;                               ///< results that lie behind their argument
  unsigned numTensorArguments = 0;
  bool hasUnknownShape = false; ///< after a diagnostic
  unsigned depth = 0;           ///< of branches and loops around what is formed
  llvm::DenseMap<mlir::Operation *, const Group *> groupsByLast;
  llvm::DenseMap<std::tuple<void *, void *, void *, mlir::Attribute>, mlir::Value> computedTaps;

  friend class ContractFormer;
  friend class DepthwiseFormer;
  friend class DirectFormer;
};

struct Former::Places {
  bool isMade = false; ///< the result has its buffer, and `views` are in it
  llvm::SmallVector<bool> exist;
  std::vector<View> views;
};

/// The operands and parameters of steps, as accesses of one kernel.
struct Former::NestSteps {
  llvm::SmallVector<Step> steps;
  llvm::SmallVector<llvm::SmallVector<std::optional<View>>> operandViews; ///< per step, per form operand (none: chain)
  llvm::SmallVector<llvm::SmallVector<std::optional<View>>> paramViews;   ///< per step, per Channel param
  llvm::SmallVector<llvm::SmallVector<std::optional<Access>>> operands, params;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> numbers; ///< per step and param: number or table (null for Channel)
  mlir::Value faults; ///< the fault word, where a step has data that it is not defined on
  /// Makes accesses and arguments: before the nest is written.
  void makeAccesses(KernelWriter &writer);
};

/// N, three spatial dimensions (missing ones have size 1), C: what window kernels iterate over. Rank 3 to 5.
View canonicalizeWindows(IndexMath &math, const View &view);
/// Spatial attributes filled up to three axes.
llvm::SmallVector<int64_t> canonicalizeSpatial(llvm::ArrayRef<int64_t> values, int64_t missing);

} // namespace qc::kernel
