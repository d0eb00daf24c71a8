// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The report of a compilation as text and JSON.
#include "qc/Report/CompileReport.h"
#include "qc/Report/Diagnostics.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;
using namespace qc;

std::string qc::groupDigits(int64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3 && isdigit((unsigned char)digits[at - 4]);)
    digits.insert(at -= 3, ",");
  return digits;
}

namespace {
/// Operations of one type.
struct Total {
  int64_t ops = 0, macs = 0;
  std::map<std::string, int64_t> kinds;
};
} // namespace

static std::map<std::string, Total> countTypes(const CompileReport &report) {
  std::map<std::string, Total> totals{{"int8", {}}, {"float", {}}};
  for (const OpRecord &op : report.ops) {
    Total &total = totals[op.type];
    ++total.ops;
    total.macs += op.macs.value_or(0);
    ++total.kinds[op.kind];
  }
  return totals;
}

static std::string countOperations(int64_t count) {
  return std::to_string(count) + (count == 1 ? " operation" : " operations");
}

static void printTotals(const std::map<std::string, Total> &totals, raw_ostream &os) {
  int64_t macs = 0;
  for (const auto &[type, total] : totals)
    macs += total.macs;
  for (auto it = totals.rbegin(); it != totals.rend(); ++it) {
    const Total &total = it->second;
    os << "  " << left_justify(it->first, 6) << countOperations(total.ops);
    if (macs > 0)
      os << ", " << groupDigits(total.macs) << " MACs (" << format("%.2f", 100.0 * double(total.macs) / double(macs))
         << " %)";
    const char *separator = ": ";
    for (const auto &[kind, count] : total.kinds) {
      os << separator << count << " " << kind;
      separator = ", ";
    }
    os << "\n";
  }
}

/// Sizes of an artefact, from what --info prints.
static void printArtefact(const CompileReport &report, raw_ostream &os) {
  os << report.output << ":";
  const char *separator = " ";
  auto add = [&](const Twine &text) {
    os << separator << text;
    separator = ", ";
  };
  if (const llvm::json::Array *levels = report.artefact->getArray("levels"))
    for (const llvm::json::Value &level : *levels)
      add(level.getAsString().value_or(""));
  if (std::optional<StringRef> chip = report.artefact->getString("chip"))
    add(*chip);
  static constexpr std::pair<const char *, const char *> sizes[] = {
      {"file_bytes", "file"}, {"weight_bytes", "weights"}, {"arena_bytes", "arena"}};
  for (auto [key, what] : sizes)
    if (std::optional<int64_t> value = report.artefact->getInteger(key))
      add(Twine(what) + " " + groupDigits(*value) + " bytes");
  if (const llvm::json::Value *arena = report.artefact->get("arena_bytes"); arena && arena->getAsNull())
    add("arena as sizes ask for");
  for (const char *key : {"kernels", "launches"})
    if (std::optional<int64_t> value = report.artefact->getInteger(key))
      add(groupDigits(*value) + " " + key);
  os << "\n";
}

void qc::printReport(const CompileReport &report, raw_ostream &os) {
  if (report.isFloat)
    os << report.model << ": float, nothing is quantized\n";
  if (!report.ops.empty() && !report.isFloat) {
    os << report.model << ": " << countOperations(report.ops.size())
       << (report.style.empty() ? "" : ", rounding points by style '" + report.style + "'") << "\n";
    printTotals(countTypes(report), os);
    for (const OpRecord &op : report.ops)
      if (op.type == "float" || op.by == "search")
        os << "  " << op.type << ": \"" << makePrintable(op.name) << "\" (" << op.kind
           << "): " << makePrintable(op.reason) << (op.by == "default" || op.by.empty() ? "" : ", by " + op.by) << "\n";
  }
  for (const std::string &note : report.notes)
    os << "  " << makePrintable(note) << "\n";
  for (const std::string &warning : report.warnings)
    os << "  warning: " << makePrintable(warning) << "\n";
  if (report.artefact)
    printArtefact(report, os);
}

json::Value qc::makeReportJson(const CompileReport &report) {
  json::Array ops;
  for (const OpRecord &op : report.ops) {
    json::Object record{{"name", json::fixUTF8(op.name)},
                        {"op", op.kind},
                        {"assigned", op.type},
                        {"reason", json::fixUTF8(op.reason)},
                        {"by", op.by}};
    if (!op.result.empty())
      record["result"] = op.result;
    if (!op.operands.empty())
      record["operands"] = json::Array(op.operands);
    if (op.macs)
      record["macs"] = *op.macs;
    ops.push_back(std::move(record));
  }
  json::Object summary;
  for (const auto &[type, total] : countTypes(report))
    summary[type] = json::Object{{"operations", total.ops}, {"macs", total.macs}};
  json::Object result{{"version", 1},
                      {"model", json::fixUTF8(report.model)},
                      {"output", json::fixUTF8(report.output)},
                      {"phase", report.phase},
                      {"float", report.isFloat},
                      {"summary", std::move(summary)},
                      {"operations", std::move(ops)}};
  if (!report.warnings.empty()) {
    json::Array &warnings = *(result["warnings"] = json::Array()).getAsArray();
    for (const std::string &warning : report.warnings)
      warnings.push_back(json::fixUTF8(warning));
  }
  if (!report.style.empty())
    result["qdq_style"] = report.style;
  if (report.search)
    result["search"] = json::Object(*report.search);
  if (report.artefact)
    result["artefact"] = json::Object(*report.artefact);
  return result;
}
