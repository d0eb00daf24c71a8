// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An inventory of a model and the verdict on it, as text.
#include "qc/Report/InventoryReport.h"
#include "qc/Report/CompileReport.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace qc;

static std::string show(const json::Value &value) {
  if (std::optional<StringRef> text = value.getAsString())
    return makePrintable(*text);
  std::optional<int64_t> number = value.getAsInteger();
  return number ? std::to_string(*number) : "?";
}

/// Each line begins with what it is about, in a column.
static raw_ostream &begin(StringRef what, raw_ostream &os) { return os << "  " << left_justify(what, 13); }

/// "62 Conv, 12 Relu", the most frequent first.
static void printCounts(StringRef what, const json::Object *counts, raw_ostream &os) {
  if (!counts || counts->empty())
    return;
  SmallVector<std::pair<int64_t, std::string>> sorted;
  for (const auto &[kind, count] : *counts)
    sorted.emplace_back(-count.getAsInteger().value_or(0), makePrintable(kind));
  llvm::sort(sorted);
  begin(what, os);
  interleaveComma(sorted, os, [&](const auto &entry) { os << -entry.first << " " << entry.second; });
  os << "\n";
}

static void printTensors(StringRef what, const json::Array *tensors, raw_ostream &os) {
  if (!tensors)
    return;
  for (const json::Value &value : *tensors) {
    const json::Object &tensor = *value.getAsObject();
    begin(what, os) << "\"" << makePrintable(tensor.getString("name").value_or("")) << "\"";
    if (std::optional<StringRef> dtype = tensor.getString("dtype"))
      os << " " << *dtype;
    if (const json::Array *dims = tensor.getArray("dims")) {
      os << " [";
      interleaveComma(*dims, os, [&](const json::Value &dim) { os << show(dim); });
      os << "]";
    }
    os << "\n";
  }
}

static void printSymbols(const json::Object *symbols, raw_ostream &os) {
  if (!symbols || symbols->empty())
    return;
  SmallVector<std::string> lines;
  for (const auto &[name, value] : *symbols) {
    const json::Array &range = *value.getAsArray();
    bool isOpen = range[1].getAsNull().has_value();
    lines.push_back(makePrintable(name) + " from " + show(range[0]) + (isOpen ? "" : " to " + show(range[1])));
  }
  llvm::sort(lines);
  begin("symbols", os);
  interleaveComma(lines, os);
  os << "\n";
}

static void printParameters(const json::Object &inventory, raw_ostream &os) {
  std::optional<int64_t> count = inventory.getInteger("parameters"), bytes = inventory.getInteger("parameter_bytes");
  if (!count || !bytes)
    return;
  begin("parameters", os) << groupDigits(*count) << " (" << groupDigits(*bytes) << " bytes)";
  const char *separator = ", external data in ";
  if (const json::Array *files = inventory.getArray("external_files"))
    for (const json::Value &file : *files) {
      os << separator << "'" << show(file) << "'";
      separator = ", ";
    }
  os << "\n";
}

static void printMacs(const json::Object &inventory, raw_ostream &os) {
  const json::Value *macs = inventory.get("macs");
  if (!macs)
    return;
  std::optional<int64_t> number = macs->getAsInteger();
  begin("MACs", os) << (number ? groupDigits(*number) : "not known: they depend on symbols") << "\n";
}

void qc::printInventory(StringRef model, const json::Object &inventory, raw_ostream &os) {
  os << makePrintable(model) << ": ONNX, IR version " << inventory.getInteger("ir_version").value_or(0);
  if (const json::Object *opsets = inventory.getObject("opsets")) {
    SmallVector<std::string> texts;
    for (const auto &[domain, version] : *opsets)
      texts.push_back("opset " + show(version) + " of " + makePrintable(domain));
    llvm::sort(texts);
    for (const std::string &text : texts)
      os << ", " << text;
  }
  if (StringRef producer = inventory.getString("producer").value_or(""); !producer.empty())
    os << ", by " << makePrintable(producer);
  os << "\n";
  printTensors("input", inventory.getArray("inputs"), os);
  printTensors("output", inventory.getArray("outputs"), os);
  printSymbols(inventory.getObject("symbols"), os);
  printParameters(inventory, os);
  printMacs(inventory, os);
  printCounts("operators", inventory.getObject("operators"), os);
  printCounts("in bodies", inventory.getObject("body_operators"), os);
  printCounts("in functions", inventory.getObject("function_operators"), os);
  printCounts("quantization", inventory.getObject("quantization"), os);
}
