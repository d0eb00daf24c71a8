// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RuleFile: the assignment policy that reads a file.
#include "mlir/IR/Diagnostics.h"
#include "qc/Analysis/Names.h"
#include "qc/Text/Json.h"
#include "qc/Transforms/Quantize/AssignmentPolicy.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace qc;

namespace qc {
/// Reads the JSON of a rule file; every error names the file and, inside a rule, its index.
class RuleParser {
public:
  RuleParser(RuleFile &file, RuleFile::EmitError emitError) : file(file), emitError(emitError) {}

  LogicalResult parse(StringRef text) {
    llvm::Expected<llvm::json::Value> json = parseJson(text);
    if (!json)
      return error() << "expects JSON: " << llvm::toString(json.takeError());
    llvm::json::Object *root = json->getAsObject();
    if (!root)
      return error() << "expects an object with \"version\" and \"rules\"";
    if (failed(checkKeys(*root, {"version", "by", "rules"})))
      return failure();
    if (root->getInteger("version") != 1)
      return error() << "expects \"version\": 1";
    if (failed(parseBy(*root, by)))
      return failure();
    llvm::json::Array *rules = root->getArray("rules");
    if (!rules)
      return error() << "expects \"rules\" to be a list";
    for (size_t i = 0; i < rules->size(); ++i) {
      where = "rules[" + std::to_string(i) + "]: ";
      if (failed(parseRule((*rules)[i], i)))
        return failure();
    }
    return success();
  }

private:
  InFlightDiagnostic error() const { return emitError() << "rule file '" << file.path << "': " << where; }

  LogicalResult checkKeys(const llvm::json::Object &object, ArrayRef<StringRef> known) const {
    SmallVector<StringRef> unknown;
    for (const auto &entry : object)
      if (!llvm::is_contained(known, StringRef(entry.first)))
        unknown.push_back(entry.first);
    if (unknown.empty())
      return success();
    llvm::sort(unknown); // the object's order is that of a hash table
    std::string accepted;
    for (StringRef key : known)
      accepted += (accepted.empty() ? "" : ", ") + key.str();
    return error() << "unknown key '" << unknown.front() << "'; accepted are " << accepted;
  }

  /// The text at `key`, nothing where it is absent; fails where it is not a text or empty.
  FailureOr<std::optional<StringRef>> getText(const llvm::json::Object &object, StringRef key) const {
    const llvm::json::Value *value = object.get(key);
    if (!value)
      return std::optional<StringRef>();
    std::optional<StringRef> text = value->getAsString();
    if (!text || text->empty())
      return LogicalResult(error() << "expects \"" << key << "\" to be a string that is not empty");
    return text;
  }

  /// Who decided, if `object` says it.
  LogicalResult parseBy(const llvm::json::Object &object, DecidedBy &decidedBy) const {
    const llvm::json::Value *value = object.get("by");
    if (!value)
      return success();
    std::optional<DecidedBy> decided = symbolizeDecidedBy(value->getAsString().value_or(""));
    if (!decided || *decided == DecidedBy::Default)
      return error() << "expects \"by\" to be \"user\" or \"search\"";
    decidedBy = *decided;
    return success();
  }

  LogicalResult parseRule(const llvm::json::Value &value, size_t index) {
    const llvm::json::Object *object = value.getAsObject();
    if (!object)
      return error() << "expects an object with \"name\" or \"op\", and \"assign\"";
    if (failed(checkKeys(*object, {"name", "op", "assign", "reason", "by"})))
      return failure();
    FailureOr<std::optional<StringRef>> name = getText(*object, "name"), op = getText(*object, "op");
    FailureOr<std::optional<StringRef>> assign = getText(*object, "assign"), reason = getText(*object, "reason");
    if (failed(name) || failed(op) || failed(assign) || failed(reason))
      return failure();
    if (!*name && !*op)
      return error() << "expects \"name\" or \"op\"";
    constexpr StringRef formats[] = {"int8", "w8a16", "w4a8", "w4a16", "float"};
    if (!llvm::is_contained(formats, assign->value_or("")))
      return error() << "expects \"assign\" to be \"int8\", \"w8a16\", \"w4a8\", \"w4a16\" or \"float\""
                     << (*assign ? ", got \"" + (*assign)->str() + "\"" : std::string());
    RuleFile::Rule rule;
    rule.index = index;
    rule.by = by;
    if (failed(parseBy(*object, rule.by)))
      return failure();
    rule.op = op->value_or("").str();
    rule.assign = (*assign)->str();
    rule.reason = reason->value_or("").str();
    if (*name && failed(setName(rule, **name)))
      return failure();
    file.rules.push_back(std::move(rule));
    return success();
  }

  LogicalResult setName(RuleFile::Rule &rule, StringRef text) const {
    // A GlobPattern refers to its text.
    rule.pattern = std::make_shared<const std::string>(text.str());
    llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(*rule.pattern);
    if (!glob)
      return error() << "expects \"name\" to be a pattern of *, ? and [..], got \"" << text
                     << "\": " << llvm::toString(glob.takeError());
    rule.name = std::move(*glob);
    return success();
  }

  RuleFile &file;
  RuleFile::EmitError emitError;
  DecidedBy by = DecidedBy::User; ///< what the file says of its rules
  std::string where;
};
} // namespace qc

FailureOr<RuleFile> RuleFile::parse(StringRef text, StringRef path, EmitError emitError) {
  RuleFile file;
  file.path = path.str();
  if (failed(RuleParser(file, emitError).parse(text)))
    return failure();
  return file;
}

FailureOr<RuleFile> RuleFile::read(StringRef path, EmitError emitError) {
  if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_regular_file(path)) // a device may have no end
    return LogicalResult(emitError() << "rule file '" << path << "': is not a regular file");
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return LogicalResult(emitError() << "rule file '" << path << "': cannot be read: " << buffer.getError().message());
  return parse((*buffer)->getBuffer(), path, emitError);
}

bool RuleFile::Rule::matches(Operation *operation) const {
  if (!op.empty() && operation->getName().stripDialect() != op)
    return false;
  return !name ||
         llvm::any_of(getOnnxNames(operation->getLoc()), [&](StringRef onnxName) { return name->match(onnxName); });
}

/// The candidate that a rule calls `name`; the names that rules accept are always there.
static FormatCandidate findCandidate(Operation *op, StringRef name) {
  for (FormatCandidate &candidate : getCandidates(op))
    if (candidate.name == name)
      return std::move(candidate);
  return getFloatCandidate(op);
}

FailureOr<AssignmentPolicy::Choices> RuleFile::decide(ArrayRef<Operation *> ops, EmitError emitError) const {
  Choices choices(ops.size());
  bool allMatch = true;
  for (const Rule &rule : rules) {
    std::string where = "rules[" + std::to_string(rule.index) + "]";
    bool matched = false;
    for (auto [op, choice] : llvm::zip_equal(ops, choices))
      if (rule.matches(op)) {
        matched = true;
        choice = Choice{findCandidate(op, rule.assign), rule.reason.empty() ? where + " of the rule file" : rule.reason,
                        rule.by};
      }
    if (!matched)
      emitError() << "rule file '" << path << "': " << where << " matches no operation";
    allMatch &= matched;
  }
  if (!allMatch)
    return failure();
  return choices;
}
