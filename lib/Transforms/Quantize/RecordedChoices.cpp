// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RecordedChoices: the assignment policy that reads what a search wrote on the operations.
#include "qc/Transforms/Quantize/AssignmentPolicy.h"

using namespace mlir;
using namespace qc;

static FailureOr<Choice> readChoice(Operation *op, DictionaryAttr recorded) {
  StringRef assign = recorded.getAs<StringAttr>("assign").getValue();
  std::string reason = recorded.getAs<StringAttr>("reason").str(), accepted;
  for (const FormatCandidate &candidate : getCandidates(op)) {
    if (candidate.name == assign)
      return Choice{candidate, std::move(reason), DecidedBy::Search};
    accepted += (accepted.empty() ? "" : ", ") + candidate.name.str();
  }
  return op->emitOpError("expects ") << QCDialect::kChoiceAttr << " to be one of " << accepted << ", got '" << assign
                                     << "'";
}

FailureOr<AssignmentPolicy::Choices> RecordedChoices::decide(ArrayRef<Operation *> ops, EmitError emitError) const {
  Choices choices(ops.size());
  if (rules) {
    FailureOr<Choices> decided = rules->decide(ops, emitError);
    if (failed(decided))
      return failure();
    choices = std::move(*decided);
  }
  for (auto [op, choice] : llvm::zip_equal(ops, choices)) {
    auto recorded = op->getAttrOfType<DictionaryAttr>(QCDialect::kChoiceAttr);
    if (!recorded || choice)
      continue;
    FailureOr<Choice> read = readChoice(op, recorded);
    if (failed(read))
      return failure();
    choice = std::move(*read);
  }
  return choices;
}
