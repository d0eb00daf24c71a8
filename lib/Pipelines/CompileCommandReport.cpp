// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The decisions of a module as records of the report.
#include "CompileCommandParts.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/Names.h"
#include "qc/Transforms/Quantize/Decisions.h"

using namespace mlir;
using namespace qc;

static std::vector<OpRecord> makeRecords(ModuleOp module) {
  std::vector<OpRecord> records;
  for (Decision &decision : collectDecisions(module)) {
    OpRecord record;
    record.name = std::move(decision.name);
    record.kind = std::move(decision.op);
    record.type = decision.isFloat ? "float" : "int8";
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

/// Values that calibration measured without seeing a number: their parameters say nothing of them.
static std::vector<std::string> findUnseen(ModuleOp module) {
  std::vector<std::string> warnings;
  SymbolTable symbols(module);
  llvm::DenseSet<Operation *> known;
  module.walk([&](ObserveOp observer) {
    auto stats = symbols.lookup<StatsOp>(observer.getStats());
    auto type = cast<RankedTensorType>(observer.getX().getType());
    bool isSeen = !stats || stats.getCount() > 0 || stats.getData().empty() || llvm::is_contained(type.getShape(), 0);
    if (!isSeen && known.insert(stats).second)
      warnings.push_back("value \"" + stats.getOf().str() +
                         "\" was NaN in all calibration data: where it is quantized, it has scale 1, zero point 0");
  });
  return warnings;
}

void qc::updateReport(ModuleOp module, Phase phase, CompileReport &report) {
  if (phase == Phase::Assign || phase == Phase::Quantize)
    report.ops = makeRecords(module);
  // Quantize takes the observers away.
  if (phase >= Phase::Calibrate && phase < Phase::Quantize)
    report.warnings = findUnseen(module);
  module.walk([&](Operation *op) {
    if (auto reason = op->getAttrOfType<StringAttr>(QCDialect::kFloatReasonAttr))
      addFloatReason(op, reason.getValue(), report.ops);
  });
}
