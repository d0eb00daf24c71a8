// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The decisions of a module as records of the report.
#include "CompileCommandParts.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/Names.h"
#include "qc/Transforms/Quantize/Decisions.h"

using namespace mlir;
using namespace qc;

static std::string getType(const Decision &decision) {
  bool isWide = decision.result == "ui16", hasInt4 = llvm::is_contained(decision.operands, "i4");
  if (decision.isFloat)
    return "float";
  return hasInt4 ? (isWide ? "w4a16" : "w4a8") : isWide ? "w8a16" : "int8";
}

static std::vector<OpRecord> makeRecords(ModuleOp module) {
  std::vector<OpRecord> records;
  for (Decision &decision : collectDecisions(module)) {
    OpRecord record;
    record.name = std::move(decision.name);
    record.kind = std::move(decision.op);
    record.type = getType(decision);
    record.result = std::move(decision.result);
    record.operands = std::move(decision.operands);
    record.reason = std::move(decision.reason);
    record.by = std::move(decision.by);
    record.macs = decision.macs;
    records.push_back(std::move(record));
  }
  return records;
}

/// An operation that kept its float form says why, whatever was planned for it.
static void addFloatReason(Operation *op, StringRef reason, std::vector<OpRecord> &records) {
  std::string name = getOnnxName(op->getLoc()).str(), kind = op->getName().stripDialect().str();
  auto found = llvm::find_if(records, [&](OpRecord &r) { return r.name == name && r.kind == kind; });
  if (found == records.end()) {
    found = records.insert(found, OpRecord());
    found->name = name;
    found->kind = kind;
    if (auto cost = dyn_cast<CostOpInterface>(op))
      found->macs = cost.getMacs();
  }
  found->type = "float";
  found->reason = reason.str();
}

namespace {
/// What calibration measured without seeing a number.
class UnseenValues {
public:
  explicit UnseenValues(ModuleOp module) : module(module), symbols(module) {}
  std::vector<std::string> describe();

private:
  StatsOp getStats(ObserveOp observer) { return symbols.lookup<StatsOp>(observer.getStats()); }
  bool isEntered(Block *block) { return !isa<IfOp, LoopOp>(block->getParentOp()) || entered.contains(block); }
  void describeRegion(Block *block);

  ModuleOp module;
  SymbolTable symbols;
  llvm::DenseSet<Block *> entered; ///< of branches and loops: something was seen
  llvm::DenseSet<Block *> missed;
  std::vector<std::string> warnings;
};
} // namespace

/// Says of a branch or loop that nothing was seen in it; of those inside of it nothing has to be said.
void UnseenValues::describeRegion(Block *block) {
  Operation *op = block->getParentOp();
  while (!isEntered(op->getBlock())) {
    block = op->getBlock();
    op = block->getParentOp();
  }
  if (!missed.insert(block).second)
    return;
  bool isLoop = isa<LoopOp>(op);
  StringRef part = isLoop                               ? "the loop"
                   : block == &op->getRegion(0).front() ? "the then branch of"
                                                        : "the else branch of";
  warnings.push_back("calibration never entered " + part.str() + " \"" + getOnnxName(op->getLoc()).str() +
                     "\": what it computes stays float, and what follows was seen without it");
}

/// Values whose parameters say nothing of them.
std::vector<std::string> UnseenValues::describe() {
  module.walk([&](ObserveOp observer) {
    StatsOp stats = getStats(observer);
    Block *block = stats && stats.getCount() > 0 ? observer->getBlock() : nullptr;
    for (; block && entered.insert(block).second; block = block->getParentOp()->getBlock())
      if (!isa<IfOp, LoopOp>(block->getParentOp()))
        break;
  });
  llvm::DenseSet<Operation *> known;
  module.walk([&](ObserveOp observer) {
    StatsOp stats = getStats(observer);
    auto type = cast<RankedTensorType>(observer.getX().getType());
    bool isSeen = !stats || stats.getCount() > 0 || stats.getData().empty() || llvm::is_contained(type.getShape(), 0);
    if (isSeen || !known.insert(stats).second)
      return;
    if (!isEntered(observer->getBlock()))
      return describeRegion(observer->getBlock());
    warnings.push_back("value \"" + stats.getOf().str() +
                       "\" was NaN in all calibration data: where it is quantized, it has scale 1, zero point 0");
  });
  return std::move(warnings);
}

void qc::updateReport(ModuleOp module, Phase phase, CompileReport &report) {
  if (phase == Phase::Assign || phase == Phase::Quantize)
    report.ops = makeRecords(module);
  // Quantize takes the observers away.
  if (phase >= Phase::Calibrate && phase < Phase::Quantize)
    report.warnings = UnseenValues(module).describe();
  module.walk([&](Operation *op) {
    if (auto reason = op->getAttrOfType<StringAttr>(QCDialect::kFloatReasonAttr))
      addFloatReason(op, reason.getValue(), report.ops);
  });
}
