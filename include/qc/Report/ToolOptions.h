// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Command line options of the tools: each stores into a field of the tool's command. Only tools define options.
#pragma once
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstdlib>
#include <limits>
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

/// Says that `option` does not take `text`, and what the option is; true, which is how a parser refuses.
inline bool refuseValue(const llvm::cl::Option &option, const llvm::Twine &accepted, llvm::StringRef text) {
  llvm::errs() << "error: " << (option.ArgStr.size() > 1 ? "--" : "-") << option.ArgStr << " takes " << accepted
               << ", not '" << makePrintable(text) << "': " << option.HelpStr << "\n";
  return true;
}

// An option calls parse() of the very type that it names, so these must hide the one of their base.
// NOLINTBEGIN(bugprone-derived-method-shadowing-base-method)

/// Any text but the empty one, which would mean the default without a word.
struct TextParser : llvm::cl::parser<std::string> {
  using parser::parser;
  bool parse(llvm::cl::Option &option, llvm::StringRef, llvm::StringRef text, std::string &value) {
    value = text.str();
    return text.empty() && refuseValue(option, option.ValueStr, text);
  }
};

/// Whole numbers from 1 to `maximum` in decimal digits, stored in `field`. (LLVM's parsers of numbers take other bases,
/// and some are final.)
template <typename T> struct CountParser : llvm::cl::parser<std::string> {
  using parser::parser;
  bool parse(llvm::cl::Option &option, llvm::StringRef, llvm::StringRef text, std::string &value) {
    value = text.str();
    if (T number; !text.getAsInteger(10, number) && number >= 1 && number <= maximum) {
      *field = number;
      return false;
    }
    bool isOpen = maximum == std::numeric_limits<T>::max();
    return refuseValue(option, "a whole number from 1" + (isOpen ? "" : " to " + llvm::Twine(maximum)), text);
  }
  T *field = nullptr;
  T maximum = std::numeric_limits<T>::max();
};

/// Numbers, infinite ones included where they are meant.
struct LimitParser : llvm::cl::parser<double> {
  using parser::parser;
  bool parse(llvm::cl::Option &option, llvm::StringRef, llvm::StringRef text, double &value) {
    bool isNumber = !text.getAsDouble(value) && !std::isnan(value);
    bool overflows = isNumber && std::isinf(value) && !text.contains_insensitive("inf");
    return (!isNumber || overflows) && refuseValue(option, "a number", text);
  }
};

// NOLINTEND(bugprone-derived-method-shadowing-base-method)

/// --NAME=VALUE, stored in `field`, whose value at this moment is the default. `value` is what help calls the value.
template <typename T, typename Parser = llvm::cl::parser<T>> struct StoredOption : llvm::cl::opt<T, true, Parser> {
  StoredOption(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef value,
               llvm::StringRef description, T &field)
      : llvm::cl::opt<T, true, Parser>(claimOptionName(name), llvm::cl::desc(description), llvm::cl::value_desc(value),
                                       llvm::cl::location(field), llvm::cl::cat(category)) {}
};

/// Text that must not be empty.
using TextOption = StoredOption<std::string, TextParser>;

/// --NAME=N, a whole number from 1 to `maximum`; `field` keeps its value where the option is not given.
template <typename T> struct CountOption : llvm::cl::opt<std::string, false, CountParser<T>> {
  CountOption(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef description, T &field,
              T maximum = std::numeric_limits<T>::max())
      : llvm::cl::opt<std::string, false, CountParser<T>>(claimOptionName(name), llvm::cl::desc(description),
                                                          llvm::cl::value_desc("N"), llvm::cl::cat(category)) {
    this->getParser().field = &field;
    this->getParser().maximum = maximum;
  }
};

/// More threads than any machine has are a slip, and would not get the memory for their stacks.
constexpr unsigned kMaxThreads = 1024;

/// May be given several times.
struct StoredList : llvm::cl::list<std::string, std::vector<std::string>> {
  StoredList(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef value,
             llvm::StringRef description, std::vector<std::string> &field)
      : llvm::cl::list<std::string, std::vector<std::string>>(claimOptionName(name), llvm::cl::desc(description),
                                                              llvm::cl::value_desc(value), llvm::cl::location(field),
                                                              llvm::cl::cat(category)) {}
};

/// A number that is absent until it is given.
struct LimitOption : llvm::cl::opt<double, false, LimitParser> {
  LimitOption(llvm::cl::OptionCategory &category, llvm::StringRef name, llvm::StringRef description,
              std::optional<double> &field)
      : llvm::cl::opt<double, false, LimitParser>(
            claimOptionName(name), llvm::cl::desc(description), llvm::cl::value_desc("X"), llvm::cl::cat(category),
            llvm::cl::callback([&field](const double &value) { field = value; })) {}
};

/// Ends the program with an error where an option of `category` that takes one value was given several: LLVM's parser
/// would take the last without a word.
inline void requireSingleOptions(llvm::cl::OptionCategory &category) {
  for (const auto &[name, option] : llvm::cl::getRegisteredOptions()) {
    bool isSingle = option->getNumOccurrencesFlag() == llvm::cl::Optional;
    if (!isSingle || option->getNumOccurrences() < 2 || !llvm::is_contained(option->Categories, &category))
      continue;
    llvm::errs() << "error: " << (name.size() > 1 ? "--" : "-") << name << " is given " << option->getNumOccurrences()
                 << " times, accepted is once\n";
    std::exit(1);
  }
}

/// An argument without a name; empty where it is not given.
struct StoredArgument : llvm::cl::opt<std::string, true> {
  StoredArgument(llvm::cl::OptionCategory &category, llvm::StringRef description, std::string &field)
      : llvm::cl::opt<std::string, true>(llvm::cl::Positional, llvm::cl::desc(description), llvm::cl::location(field),
                                         llvm::cl::cat(category)) {}
};

} // namespace qc
