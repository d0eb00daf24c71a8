// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tensors of a graph by name.
#pragma once
#include "Tensors.h"
#include "mlir/IR/Builders.h"
#include "onnx.pb.h"
#include "llvm/ADT/StringMap.h"

namespace qc::onnx {

/// Maps tensor names to values. Constants become operations only when something computes with them; shapes and other
/// integers that are consumed at import never do.
class Values {
public:
  /// Those of a body see the names of `outer`, and make constants at the end of `outermost`, where all bodies see them.
  Values(mlir::OpBuilder &builder, llvm::StringRef folder, Values *outer = nullptr, mlir::Block *outermost = nullptr)
      : builder(builder), folder(folder), outer(outer), outermost(outermost) {}

  /// Null outside of bodies.
  mlir::Block *getOutermost() const { return outermost; }

  bool contains(llvm::StringRef name) const { return entries.count(name) != 0 || (outer && outer->contains(name)); }
  /// Whether the tensor is the result of a node that failed, or a constant that could not be read: whatever there was
  /// to say has been said, and reading it fails without a word. `name` is defined.
  bool isPoisoned(llvm::StringRef name) { return resolve(name).poisoned; }
  bool isTainted(llvm::StringRef name) { return find(name).tainted || resolve(name).tainted; }

  /// Each fails, with an error at `location`, where the name is taken.
  llvm::LogicalResult define(llvm::StringRef name, mlir::Value value, mlir::Location location);
  llvm::LogicalResult define(llvm::StringRef name, Constant constant, mlir::Location location);
  /// The message's data is taken when the tensor is first used.
  llvm::LogicalResult define(llvm::StringRef name, onnx_pb::TensorProto *initializer, mlir::Location location);
  /// `name` is the result of a node that failed: nothing is known of it.
  void poison(llvm::StringRef name) { entries[name].poisoned = true; }
  /// `name` depends on a node that failed: its value stands for another one of that rank.
  void taint(llvm::StringRef name) { entries[name].tainted = true; }
  /// `name` becomes another name of `other`, which is defined.
  llvm::LogicalResult defineAlias(llvm::StringRef name, llvm::StringRef other, mlir::Location location);

  /// The value of a defined name. Fails with an error at `location` where it is a constant that cannot be read or that
  /// has an element type without values in qc.
  llvm::FailureOr<mlir::Value> getValue(llvm::StringRef name, mlir::Location location);

  /// The constant behind a defined name, null where it is computed.
  llvm::FailureOr<const Constant *> getConstant(llvm::StringRef name, mlir::Location location);

private:
  struct Entry {
    mlir::Value value;
    onnx_pb::TensorProto *initializer = nullptr; ///< not read yet
    std::optional<Constant> constant;
    Entry *target = nullptr; ///< of an alias
    std::string aliasOf;     ///< the target's name
    bool poisoned = false, tainted = false;
  };

  llvm::FailureOr<Entry *> insert(llvm::StringRef name, mlir::Location location);
  /// The entry of a defined name, here or further out.
  Entry &find(llvm::StringRef name);
  /// The entry behind all aliases, and its name.
  Entry &resolve(llvm::StringRef &name);
  llvm::LogicalResult load(llvm::StringRef name, Entry &entry, mlir::Location location);

  mlir::OpBuilder &builder;
  std::string folder;
  Values *outer;
  mlir::Block *outermost;
  llvm::StringMap<Entry> entries;
};

/// Location of a tensor or node: its name.
mlir::Location getNameLocation(mlir::MLIRContext *context, llvm::StringRef name);

/// "element type f64: qc computes in f32": what to say where getBuiltinType has no type.
std::string describeRefusedType(int32_t elementType);

} // namespace qc::onnx
