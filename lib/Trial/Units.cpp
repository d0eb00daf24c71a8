// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Units: found in a clone that is assigned as the model would be.
#include "qc/Trial/Units.h"
#include "dialects/QC/QC.h"
#include "qc/Analysis/MainFunction.h"
#include "qc/Analysis/Names.h"
#include "qc/Analysis/RoundingGroups.h"
#include "qc/Analysis/Uses.h"
#include "qc/Pipelines/CompileModel.h"
#include "qc/Transforms/Quantize/AssignmentPolicy.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace qc;
using namespace qc::trial;

static func::FuncOp getMain(ModuleOp module) { return module.lookupSymbol<func::FuncOp>("main"); }

// On operations of the clone: where they stand in listOperations of the module. Phases on the way may replace some.
static constexpr StringLiteral kPlaceAttr = "place_in_module";

static AssignmentAttr getAssignment(Operation *op) {
  return op->getAttrOfType<AssignmentAttr>(QCDialect::kAssignmentAttr);
}

static bool isQuantized(Operation *op) {
  AssignmentAttr assignment = getAssignment(op);
  return assignment && !assignment.isFloat();
}

/// The groups and chains that can be decided about, each in the order of the module.
static std::vector<SmallVector<Operation *>> listGroups(func::FuncOp main) {
  RoundingGroups groups(main, getRoundingStyle(main->getParentOfType<ModuleOp>()), isQuantized);
  std::vector<SmallVector<Operation *>> all;
  for (const RoundingGroup &group : groups.getGroups())
    all.push_back(group.getOperations());
  for (const UnaryChain &chain : groups.getChains())
    all.push_back(chain);
  llvm::erase_if(all, [](ArrayRef<Operation *> ops) {
    return llvm::any_of(ops, [](Operation *op) {
      return getAssignment(op).getBy() != DecidedBy::Default || getOnnxName(op->getLoc()).empty();
    });
  });
  return all;
}

/// A rule that is meant for `op` decides about `other` too.
static bool isTakenFor(Operation *other, Operation *op) {
  return other->getName() == op->getName() &&
         llvm::is_contained(getOnnxNames(other->getLoc()), getOnnxName(op->getLoc()));
}

/// Joins groups that a rule could not tell apart: by the names that they share.
static std::vector<SmallVector<Operation *>> joinAlike(std::vector<SmallVector<Operation *>> groups) {
  llvm::MapVector<StringRef, SmallVector<std::pair<size_t, Operation *>>> byName;
  for (auto [index, ops] : llvm::enumerate(groups))
    for (Operation *op : ops)
      for (StringRef name : getOnnxNames(op->getLoc()))
        byName[name].emplace_back(index, op);
  llvm::IntEqClasses classes(groups.size());
  for (auto &[name, places] : byName)
    for (auto &[index, op] : places)
      for (auto &[otherIndex, other] : places)
        if (index != otherIndex && isTakenFor(other, op))
          classes.join(index, otherIndex);
  llvm::MapVector<unsigned, SmallVector<Operation *>> joined;
  for (auto [index, ops] : llvm::enumerate(groups))
    llvm::append_range(joined[classes.findLeader(index)], ops);
  std::vector<SmallVector<Operation *>> result;
  for (auto &[leader, ops] : joined)
    result.push_back(std::move(ops));
  return result;
}

bool trial::isInt4Name(StringRef format) { return format == "w4a8" || format == "w4a16"; }

/// Names of the candidates of all of `ops`, the one that they are assigned first.
static std::vector<std::string> listFormats(ArrayRef<Operation *> ops, bool integerOnly) {
  std::vector<std::string> names;
  llvm::StringSet<> others; // in which an operation is not assigned
  bool hasInt4 = false;
  for (auto [index, op] : llvm::enumerate(ops)) {
    std::vector<std::string> own;
    for (const FormatCandidate &candidate : getCandidates(op)) {
      if (!candidate.whyNot.empty() || (integerOnly && candidate.isFloat()))
        continue;
      own.push_back(candidate.name.str());
      hasInt4 |= llvm::any_of(candidate.operands, isInt4Format);
      if (!fitsAssignment(getAssignment(op), candidate)) // whatever the bits of what it reads are
        others.insert(candidate.name);
    }
    if (index == 0)
      names = own;
    llvm::erase_if(names, [&](const std::string &name) { return !llvm::is_contained(own, name); });
  }
  if (!hasInt4) // what has no weights is the same as with weights of 8 bits
    llvm::erase_if(names, isInt4Name);
  auto first = llvm::find_if(names, [&](const std::string &name) { return !others.contains(name); });
  if (first == names.end())
    return {};
  std::rotate(names.begin(), first, first + 1);
  return names;
}

FailureOr<std::vector<Unit>> trial::listUnits(ModuleOp module, const PipelineOptions &options) {
  OwningOpRef<ModuleOp> clone = module.clone();
  Builder builder(module.getContext());
  for (auto [place, op] : llvm::enumerate(listOperations(getMain(*clone)))) {
    op->removeAttr(QCDialect::kChoiceAttr); // what an earlier search chose is open again, rules are not
    op->setAttr(kPlaceAttr, builder.getIndexAttr(int64_t(place)));
  }
  PipelineOptions assign = options;
  assign.ownsResource = nullptr;
  if (failed(runPhases(*clone, Phase::Assign, assign)))
    return failure();
  std::vector<Unit> units;
  for (const SmallVector<Operation *> &ops : joinAlike(listGroups(getMain(*clone)))) {
    Unit unit{getOnnxName(ops.front()->getLoc()).str(),
              ops.front()->getName().stripDialect().str(),
              {},
              listFormats(ops, options.integerOnly)};
    for (Operation *op : ops)
      if (auto place = op->getAttrOfType<IntegerAttr>(kPlaceAttr))
        unit.ops.push_back(size_t(place.getInt()));
    if (unit.formats.size() < 2 || unit.ops.empty())
      continue;
    llvm::sort(unit.ops);
    units.push_back(std::move(unit));
  }
  llvm::sort(units, [](const Unit &a, const Unit &b) { return a.ops.front() < b.ops.front(); });
  return units;
}

std::vector<std::pair<size_t, size_t>> trial::listBorders(ModuleOp module, ArrayRef<Unit> units) {
  llvm::DenseMap<Operation *, size_t> owners;
  auto ops = listOperations(getMain(module));
  for (auto [index, unit] : llvm::enumerate(units))
    for (size_t place : unit.ops)
      owners[ops[place]] = index;
  // The units whose values an operation that belongs to none passes on.
  llvm::DenseMap<Operation *, SmallVector<size_t, 2>> passed;
  std::vector<std::pair<size_t, size_t>> borders;
  for (Operation *op : ops) {
    SmallVector<size_t, 2> read;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp()) {
        if (auto owner = owners.find(producer); owner != owners.end())
          read.push_back(owner->second);
        else
          llvm::append_range(read, passed.lookup(producer));
      }
    auto owner = owners.find(op);
    if (owner == owners.end()) {
      llvm::sort(read);
      read.erase(llvm::unique(read), read.end());
      if (movesCodes(op))
        passed[op] = read;
      continue;
    }
    for (size_t other : read)
      if (other != owner->second)
        borders.emplace_back(std::min(other, owner->second), std::max(other, owner->second));
  }
  llvm::sort(borders);
  borders.erase(llvm::unique(borders), borders.end());
  return borders;
}

void trial::setFormats(ModuleOp module, ArrayRef<Unit> units, const Formats &formats, ArrayRef<std::string> reasons) {
  auto ops = listOperations(getMain(module));
  for (Operation *op : ops)
    op->removeAttr(QCDialect::kChoiceAttr);
  Builder builder(module.getContext());
  for (auto [index, unit, format] : llvm::enumerate(units, formats)) {
    if (format == 0)
      continue;
    NamedAttribute entries[] = {
        builder.getNamedAttr("assign", builder.getStringAttr(unit.formats[format])),
        builder.getNamedAttr("reason", builder.getStringAttr(reasons.empty() ? "" : reasons[index]))};
    for (size_t place : unit.ops)
      ops[place]->setAttr(QCDialect::kChoiceAttr, builder.getDictionaryAttr(entries));
  }
}

// As a pattern that matches this name only.
static std::string escape(StringRef name) {
  std::string pattern;
  for (char c : name) {
    if (StringRef("*?[]{}\\!^").contains(c))
      pattern += '\\';
    pattern += c;
  }
  return pattern;
}

llvm::json::Array trial::listSelectors(ModuleOp module, const Unit &unit) {
  auto ops = listOperations(getMain(module));
  llvm::json::Array selectors;
  for (size_t place : unit.ops)
    selectors.push_back(llvm::json::Object{{"name", llvm::json::fixUTF8(escape(getOnnxName(ops[place]->getLoc())))},
                                           {"op", ops[place]->getName().stripDialect().str()}});
  return selectors;
}

std::string trial::writeRules(ModuleOp module, ArrayRef<Unit> units, const Formats &formats,
                              ArrayRef<std::string> reasons, const llvm::json::Array &given) {
  llvm::json::Array rules;
  for (auto [index, unit, format] : llvm::enumerate(units, formats)) {
    if (format == 0)
      continue;
    for (llvm::json::Value &selector : listSelectors(module, unit)) {
      llvm::json::Object &rule = *selector.getAsObject();
      rule["assign"] = unit.formats[format];
      if (!reasons.empty() && !reasons[index].empty())
        rule["reason"] = reasons[index];
      rules.push_back(std::move(selector));
    }
  }
  llvm::append_range(rules, given);
  llvm::json::Value file = llvm::json::Object{{"version", 1}, {"by", "search"}, {"rules", std::move(rules)}};
  return llvm::formatv("{0:2}\n", file).str();
}
