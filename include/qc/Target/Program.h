// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every target is given of a model besides its kernels: borders, launches, arena, weights.
#pragma once
#include "qc/Runtime/Abi.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace qc {

/// An input or output of a model, as NAME_io describes it.
struct TensorSpec {
  std::string name; ///< the ONNX name
  qc_dtype dtype = QC_F32;
  llvm::SmallVector<int64_t, 4> dims; ///< each >= 0, or -1: known at run time only
  llvm::SmallVector<std::string, 4> symbols =
      {}; ///< names of those, "" of the others and of what has none; may be empty
  llvm::SmallVector<int64_t, 4> least =
      {}; ///< the least extents to try a model with, >= 1 where symbolic; may be empty
};

/// One 64-bit argument slot of a launch.
struct ArgSpec {
  enum Space : int32_t { Imm = 0, Arena = 1, Weights = 2, Input = 3, Output = 4, Faults = 5, Computed = 6 };
  Space space = Imm;
  int32_t index = 0; ///< which input or output
  int64_t value = 0; ///< the value itself (i32 sign-extended, f32 as bits), or a byte offset into the space

  /// A number as the slot holds it.
  static ArgSpec imm(int64_t value) { return {Imm, 0, value}; }
  /// The bits of an f32.
  static ArgSpec immF32(float value);
  /// Addresses: bytes behind the start of the arena, of the weights, or of input or output number `index`.
  static ArgSpec arena(int64_t byteOffset) { return {Arena, 0, byteOffset}; }
  static ArgSpec weights(int64_t byteOffset) { return {Weights, 0, byteOffset}; }
  static ArgSpec input(int32_t index, int64_t byteOffset = 0) { return {Input, index, byteOffset}; }
  static ArgSpec output(int32_t index, int64_t byteOffset = 0) { return {Output, index, byteOffset}; }
  /// The address of the run's fault word.
  static ArgSpec faults() { return {Faults, 0, 0}; }
  /// What the schedule computes for each run.
  static ArgSpec computed() { return {Computed, 0, 0}; }
};

/// One step of the schedule: a kernel on all its tiles, or an observer.
struct LaunchSpec {
  enum Kind : int32_t { Kernel = 0, Observe = 1 };
  Kind kind = Kernel;
  int32_t kernel = 0; ///< index into the kernels
  std::string symbol; ///< of an observer
  llvm::SmallVector<ArgSpec, 12> args;
  int64_t tiles = 1; ///< >= 0, or -1: computed by the schedule

  /// Kernel number `kernel` on `tiles` >= 0 tiles.
  static LaunchSpec run(int32_t kernel, llvm::ArrayRef<ArgSpec> args, int64_t tiles);
  /// strides: in elements, as many as dims.
  static LaunchSpec observe(llvm::StringRef symbol, ArgSpec data, qc_dtype dtype, llvm::ArrayRef<int64_t> dims,
                            llvm::ArrayRef<int64_t> strides);
};

/// A demand on the extents of the inputs; the schedule's code says what is compared.
struct CheckSpec {
  qc_status status = QC_SIZE_MISMATCH; ///< what a run that breaks it answers
  std::string what, accepted;          ///< `accepted` is empty where two extents have to be equal
};

/// A value that the handle keeps from run to run (qcp_state in lib/Runtime/Program.h).
struct StateSpec {
  int64_t axis = -1; ///< dimension along which it grows in place; -1: each run writes a new form
  int64_t outer = 1, capacity = 0, inner = 1;
  llvm::SmallVector<int64_t, 4> begin = {}, most = {}; ///< extents at first, and at most
};

/// From the first to the last launch that uses a buffer whose place is found at run time.
struct BufferSpec {
  int32_t first = 0, last = 0;
};

/// The packed constants of a model as they lie in memory: pieces in ascending order, each 64-byte aligned, zeros
/// between them. The pieces are not copied.
class Weights {
public:
  Weights() = default;
  /// One piece, which must outlive this.
  Weights(llvm::ArrayRef<char> bytes) { add(bytes); }

  /// Places `bytes` behind what there is and returns their offset; `owner` keeps them alive.
  int64_t add(llvm::ArrayRef<char> bytes, std::shared_ptr<const void> owner = nullptr);
  /// Bytes up to the end of the last piece.
  int64_t size() const { return bytes; }
  bool empty() const { return bytes == 0; }
  /// What lies between two offsets up to size(), in order.
  llvm::SmallVector<llvm::StringRef> slice(int64_t begin, int64_t end) const;

private:
  struct Piece {
    int64_t offset;
    llvm::ArrayRef<char> bytes;
    std::shared_ptr<const void> owner;
  };
  std::vector<Piece> pieces;
  int64_t bytes = 0;
};

/// A model without its code. Nothing in it depends on the target.
struct ProgramSpec {
  std::string name;                        ///< a C identifier (makeModelName): prefix of all exported symbols
  std::vector<TensorSpec> inputs, outputs; ///< those of the caller, then all state
  std::vector<StateSpec> states;           ///< the last inputs, and the last outputs
  std::vector<LaunchSpec> launches;
  int64_t arenaBytes = 0;  ///< 64-byte aligned at run time, with 64 more readable bytes; 0 where sizes are symbolic
  bool isSymbolic = false; ///< a size is known at run time only
  /// The schedule is compiled, not walked: sizes are symbolic, or it branches or loops.
  bool hasSchedule = false;
  /// Nothing where it depends on sizes.
  std::optional<int64_t> getArenaBytes() const { return isSymbolic ? std::nullopt : std::optional(arenaBytes); }
  llvm::ArrayRef<TensorSpec> getCallersInputs() const { return llvm::ArrayRef(inputs).drop_back(states.size()); }
  llvm::ArrayRef<TensorSpec> getCallersOutputs() const { return llvm::ArrayRef(outputs).drop_back(states.size()); }
  /// Of the model and its state, where it has some.
  uint64_t getIdentity() const;
  bool feedsRows = false;          ///< all inputs and outputs begin with one symbol
  std::vector<CheckSpec> checks;   ///< of a symbolic model, in the order of the schedule's
  std::vector<BufferSpec> buffers; ///< likewise
  Weights weights;                 ///< 64-byte aligned in the artefact
  std::string infoJson = "{}";     ///< a JSON object: what --info prints besides name, abi, level and sizes
};

/// Bytes of one element; 0 for a type that has no whole number of them.
int64_t getDTypeBytes(qc_dtype dtype);
/// numpy's spelling as "float32", "uint8"; also what launch.json says.
llvm::StringRef getDTypeName(qc_dtype dtype);
/// A C identifier made of `text`: other characters become `_`, `m_` goes before a digit or an empty name.
std::string makeModelName(llvm::StringRef text);
/// Errors: an artefact's symbols cannot begin with `name`.
llvm::Error checkModelName(llvm::StringRef name);

} // namespace qc
