// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who decides what operations are computed in: the interface, and the policy that reads a file.
#pragma once
#include "dialects/QC/QC.h"
#include "llvm/Support/GlobPattern.h"
#include <memory>
#include <vector>

namespace qc {

/// What `op`, of any dialect, can be computed in: IntegerFormOpInterface::getCandidates, also of operations without it.
/// Float is the first, "int8", "w8a16", "w4a8" and "w4a16" are always there; a move of constants has no other than
/// float.
llvm::SmallVector<FormatCandidate> getCandidates(mlir::Operation *op);

/// Whether `assignment` is `candidate`, with activations of either width where it reads them.
bool fitsAssignment(AssignmentAttr assignment, const FormatCandidate &candidate);

/// A decision about one operation: one of its candidates.
struct Choice {
  FormatCandidate formats;
  std::string reason; ///< for the report
  DecidedBy by = DecidedBy::Default;
};

/// Decides about all operations of a model at once, as a search does (docs/Search.md).
class AssignmentPolicy {
public:
  virtual ~AssignmentPolicy() = default;
  using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;
  using Choices = std::vector<std::optional<Choice>>;
  /// A choice, or none (the default holds), for each of `ops`: all operations that compute float tensors, in module
  /// order. The choice of a candidate that says why not is answered with float. Fails after a diagnostic.
  virtual mlir::FailureOr<Choices> decide(llvm::ArrayRef<mlir::Operation *> ops, EmitError emitError) const = 0;
};

/// What a search wrote on the operations (`qc.choice`, include/qc/Trial/Units.h); what `rules` decide goes before it.
class RecordedChoices final : public AssignmentPolicy {
public:
  /// `rules` may be null, and must outlive this.
  explicit RecordedChoices(const AssignmentPolicy *rules) : rules(rules) {}
  /// Fails, too, where an operation has no candidate of the name that its choice has.
  mlir::FailureOr<Choices> decide(llvm::ArrayRef<mlir::Operation *> ops, EmitError emitError) const override;

private:
  const AssignmentPolicy *rules;
};

/// The rules of a file: {"version": 1, "rules": [{"name": "glob", "op": "conv", "assign": "int8" | "w8a16" |
/// "w4a8" | "w4a16" | "float"}]}. A rule may have a `reason`, which stands in the report instead of the rule's number;
/// the file, and a rule for itself, may say "by": "search" or "user". `name` is matched against the ONNX names of an
/// operation, `op` is the mnemonic; one of them is needed, both must match. The last rule that matches an operation
/// decides.
class RuleFile final : public AssignmentPolicy {
public:
  /// Reads the file at `path`. Fails after a diagnostic: unreadable, not JSON, unknown keys, wrong types or values.
  static mlir::FailureOr<RuleFile> read(llvm::StringRef path, EmitError emitError);
  /// The same for `text`; `path` is for diagnostics.
  static mlir::FailureOr<RuleFile> parse(llvm::StringRef text, llvm::StringRef path, EmitError emitError);

  /// Whether a rule, for whatever operation, says `format`.
  bool says(llvm::StringRef format) const {
    return llvm::any_of(rules, [&](const Rule &rule) { return rule.assign == format; });
  }
  bool hasSearched() const {
    return llvm::any_of(rules, [](const Rule &rule) { return rule.by == DecidedBy::Search; });
  }
  /// Forgets what a search decided: ranges are chosen without it, as they were before that search.
  void dropSearched() {
    llvm::erase_if(rules, [](const Rule &rule) { return rule.by == DecidedBy::Search; });
  }
  /// Fails, too, where a rule matches no operation.
  mlir::FailureOr<Choices> decide(llvm::ArrayRef<mlir::Operation *> ops, EmitError emitError) const override;

private:
  struct Rule {
    size_t index = 0; ///< in the file
    DecidedBy by = DecidedBy::User;
    std::shared_ptr<const std::string> pattern; ///< what `name` refers to
    std::optional<llvm::GlobPattern> name;
    std::string op;     ///< empty: any
    std::string assign; ///< name of a candidate
    std::string reason; ///< empty: its number

    bool matches(mlir::Operation *op) const;
  };
  friend class RuleParser;

  std::string path;
  std::vector<Rule> rules;
};

} // namespace qc
