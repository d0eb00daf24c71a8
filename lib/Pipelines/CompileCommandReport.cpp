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

void qc::updateRecords(ModuleOp module, Phase phase, std::vector<OpRecord> &records) {
  if (phase == Phase::Assign || phase == Phase::Quantize)
    records = makeRecords(module);
  module.walk([&](Operation *op) {
    if (auto reason = op->getAttrOfType<StringAttr>(QCDialect::kFloatReasonAttr))
      addFloatReason(op, reason.getValue(), records);
  });
}
