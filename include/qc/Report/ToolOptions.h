// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Command line options of the tools: each stores into a field of the tool's command. Only tools define options.
#pragma once
#include "llvm/Support/CommandLine.h"
#include <optional>
#include <string>
#include <vector>

namespace qc {

/// `name`, free to be an option of this tool: LLVM's libraries bring options of their own, some with names that are
/// better used here ("threads"), and registering a name twice ends the program.
inline llvm::StringRef claimOptionName(llvm::StringRef name) {
  llvm::DenseMap<llvm::StringRef, llvm::cl::Option *> &options = llvm::cl::getRegisteredOptions();
  if (auto found = options.find(name); found != options.end())
    found->second->removeArgument();
  return name;
}

template <typename T> struct StoredOption : llvm::cl::opt<T, true> {
  StoredOption(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef value,
               llvm::StringRef description, T &field)
      : llvm::cl::opt<T, true>(claimOptionName(name), llvm::cl::desc(description), llvm::cl::value_desc(value),
                               llvm::cl::location(field), llvm::cl::cat(category)) {}
};

/// May be given several times.
struct StoredList : llvm::cl::list<std::string, std::vector<std::string>> {
  StoredList(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef value,
             llvm::StringRef description, std::vector<std::string> &field)
      : llvm::cl::list<std::string, std::vector<std::string>>(claimOptionName(name), llvm::cl::desc(description),
                                                              llvm::cl::value_desc(value), llvm::cl::location(field),
                                                              llvm::cl::cat(category)) {}
};

/// A number that is absent until it is given.
struct LimitOption : llvm::cl::opt<double> {
  LimitOption(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef description,
              std::optional<double> &field)
      : llvm::cl::opt<double>(claimOptionName(name), llvm::cl::desc(description), llvm::cl::value_desc("X"),
                              llvm::cl::cat(category),
                              llvm::cl::callback([&field](const double &value) { field = value; })) {}
};

struct StoredArgument : llvm::cl::opt<std::string, true> {
  StoredArgument(llvm::cl::OptionCategory &category, llvm::StringRef description, std::string &field)
      : llvm::cl::opt<std::string, true>(llvm::cl::Positional, llvm::cl::desc(description), llvm::cl::location(field),
                                         llvm::cl::cat(category)) {}
};

} // namespace qc
