// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the launches of a module behind the kernels phase, on compiled kernels.
#pragma once
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "test/Unit/Codegen/JitKernel.h"
#include <functional>
#include <map>

namespace qc::test {

/// A module's schedule on the host. The module must outlive it.
class KernelRunner {
public:
  using Observer = std::function<void(mlir::StringRef symbol, const char *data, kernel::ObserveOp op)>;

  /// Compiles the kernels (each body once per process and level).
  KernelRunner(mlir::ModuleOp module, const Target &target);
  ~KernelRunner();
  /// Whether every kernel was compiled; diagnostics say why not.
  bool isValid() const;
  /// `buffers`: addresses of inputs, then of outputs. Tiles of a launch run in a scrambled order.
  void run(llvm::ArrayRef<char *> buffers, const Observer &observer = {});

  /// Microseconds of all tiles of one launch, the least of some runs.
  double measure(kernel::LaunchOp op, llvm::ArrayRef<char *> buffers);

  static size_t getBytes(mlir::Value buffer);

private:
  int64_t getSlot(mlir::Value operand, llvm::ArrayRef<char *> buffers) const;
  std::vector<int64_t> getSlots(kernel::LaunchOp op, llvm::ArrayRef<char *> buffers) const;
  void launch(kernel::LaunchOp op, llvm::ArrayRef<char *> buffers);

  mlir::func::FuncOp function;
  std::map<std::string, void (*)(const int64_t *, int64_t)> kernels;
  std::unique_ptr<GuardedBytes> arena, weights;
  int32_t faults = 0; ///< not 0 once data was bad
};

} // namespace qc::test
