// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Diagnostics as a user of a tool reads them.
#include "qc/Report/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace qc;

static constexpr unsigned kMaxErrors = 10;

/// The bytes of the character that `text` begins with; 0 where no terminal should get it.
static size_t getPrintableLength(StringRef text) {
  const llvm::UTF8 *at = text.bytes_begin();
  llvm::UTF32 code;
  if (llvm::convertUTF8Sequence(&at, text.bytes_end(), &code, llvm::strictConversion) != llvm::conversionOK)
    return 0;
  bool control = code < ' ' || (code >= 0x7f && code < 0xa0);
  return control ? 0 : size_t(at - text.bytes_begin());
}

std::string qc::makePrintable(StringRef text) {
  std::string result;
  while (!text.empty()) {
    size_t length = getPrintableLength(text);
    result += length ? text.take_front(length) : "?";
    text = text.drop_front(std::max<size_t>(length, 1));
  }
  return result;
}

std::string qc::makeParagraph(StringRef text) {
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  std::string result;
  for (StringRef line : lines)
    if (line = line.trim(); !line.empty())
      result += (result.empty() ? "" : "\n  ") + makePrintable(line);
  return result;
}

std::string qc::describeLocation(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return '"' + makePrintable(name.getName().getValue()) + '"';
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn())).str();
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return describeLocation(call.getCallee());
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (std::string text = describeLocation(part); !text.empty())
        return text;
  return {};
}

static StringRef getKind(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return "error: ";
  case DiagnosticSeverity::Warning:
    return "warning: ";
  case DiagnosticSeverity::Note:
    return "note: ";
  case DiagnosticSeverity::Remark:
    return "remark: ";
  }
  return "";
}

static bool isNamed(StringRef place) { return place.starts_with('"'); }

/// What stands between "error: " and the text: "net.onnx: \"conv1\": ".
std::string DiagnosticPrinter::makePlace(Diagnostic &diagnostic) const {
  std::string place = describeLocation(diagnostic.getLocation()), text;
  bool isInFile = !place.empty() && !isNamed(place);
  bool isRefusal =
      diagnostic.getSeverity() == DiagnosticSeverity::Error || diagnostic.getSeverity() == DiagnosticSeverity::Warning;
  if (!model.empty() && !isInFile && isRefusal)
    text = makePrintable(model) + ": ";
  // The name of the model file stands for the whole model.
  if (isNamed(place) && (text.empty() || place != '"' + makePrintable(llvm::sys::path::filename(model)) + '"'))
    text += shorten(place) + ": ";
  return text;
}

void DiagnosticPrinter::printLine(Diagnostic &diagnostic) {
  std::string place = describeLocation(diagnostic.getLocation());
  if (!place.empty() && !isNamed(place))
    os << place << ": ";
  os << getKind(diagnostic.getSeverity()) << makePlace(diagnostic) << shorten(makeParagraph(diagnostic.str())) << "\n";
}

LogicalResult DiagnosticPrinter::print(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error && ++numErrors > kMaxErrors)
    return success();
  printLine(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    printLine(note);
  return success();
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, llvm::raw_ostream &os)
    : ScopedDiagnosticHandler(context), os(os) {
  context->printOpOnDiagnostic(false);
  setHandler([this](Diagnostic &diagnostic) { return print(diagnostic); });
}

DiagnosticPrinter::~DiagnosticPrinter() {
  if (numErrors > kMaxErrors)
    os << "error: " << numErrors - kMaxErrors << " more\n";
}

LogicalResult qc::emitError(MLIRContext *context, llvm::Error error) {
  return mlir::emitError(UnknownLoc::get(context)) << llvm::toString(std::move(error));
}
