// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What became what, and why: the data of the report.
#include "qc/Transforms/Quantize/Decisions.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Names.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace qc;

// The storage type; f32 of what stays float.
static std::string print(FormatAttr format) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (format)
    stream << format.getStorage();
  else
    stream << "f32";
  return text;
}

std::vector<Decision> qc::collectDecisions(ModuleOp module) {
  std::vector<Decision> decisions;
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isDeclaration())
    return decisions;
  for (Operation *op : listOperations(main)) {
    auto assignment = op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
    if (!assignment)
      continue;
    Decision decision;
    decision.name = getOnnxName(op->getLoc()).str();
    decision.op = op->getName().stripDialect().str();
    decision.result = print(assignment.getResult());
    for (FormatAttr operand : assignment.getOperands())
      decision.operands.push_back(print(operand));
    decision.reason = assignment.getReason().str();
    decision.by = stringifyDecidedBy(assignment.getBy()).str();
    if (auto cost = dyn_cast<CostOpInterface>(op))
      decision.macs = cost.getMacs();
    decision.isFloat = assignment.isFloat();
    decisions.push_back(std::move(decision));
  }
  return decisions;
}
