// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes of the qc dialect.
#include "dialects/QC/QC.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qc;

#include "dialects/QC/QCEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/QC/QCAttributes.cpp.inc"

void QCDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/QC/QCAttributes.cpp.inc"
      >();
}

LogicalResult FormatAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type storage, int64_t axis,
                                 int64_t block) {
  auto integer = dyn_cast<IntegerType>(storage);
  if (!integer || integer.getWidth() > 32) // format_c1
    return emitError() << "expects an integer storage type of at most 32 bits, got " << storage;
  if (axis < -1) // format_c2
    return emitError() << "expects axis >= -1, got " << axis;
  if (block != 0) // format_c3
    return emitError() << "expects block = 0, got " << block;
  return success();
}

// f32 (a null format), or a storage type with axis and block where they are not the default.
static ParseResult parseFormat(AsmParser &parser, FormatAttr &format) {
  llvm::SMLoc location = parser.getCurrentLocation();
  Type storage;
  int64_t axis = -1, block = 0;
  if (parser.parseType(storage) || (succeeded(parser.parseOptionalKeyword("axis")) && parser.parseInteger(axis)) ||
      (succeeded(parser.parseOptionalKeyword("block")) && parser.parseInteger(block)))
    return failure();
  if (storage.isF32() && axis == -1 && block == 0)
    return success();
  format =
      FormatAttr::getChecked([&] { return parser.emitError(location); }, parser.getContext(), storage, axis, block);
  return success(format != nullptr);
}

template <typename Stream> static Stream &printFormat(Stream &stream, FormatAttr format) {
  if (!format)
    return stream << "f32", stream;
  stream << format.getStorage();
  if (format.getAxis() >= 0)
    stream << " axis " << format.getAxis();
  if (format.getBlock() > 0)
    stream << " block " << format.getBlock();
  return stream;
}

Attribute AssignmentAttr::parse(AsmParser &parser, Type) {
  FormatAttr result;
  SmallVector<FormatAttr> operands;
  StringAttr reason;
  StringRef by;
  auto parseOperand = [&]() -> ParseResult { return parseFormat(parser, operands.emplace_back()); };
  llvm::SMLoc location = parser.getCurrentLocation();
  if (parser.parseLess() || parseFormat(parser, result) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOperand) || parser.parseComma() ||
      parser.parseAttribute(reason) || parser.parseComma() || parser.parseKeyword(&by) || parser.parseGreater())
    return {};
  std::optional<DecidedBy> decidedBy = symbolizeDecidedBy(by);
  if (!decidedBy) {
    parser.emitError(location) << "expects default, user or search, got " << by;
    return {};
  }
  return getChecked([&] { return parser.emitError(location); }, parser.getContext(), result, operands, reason,
                    *decidedBy);
}

void AssignmentAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printFormat(printer, getResult()) << ", [";
  llvm::interleaveComma(getOperands(), printer, [&](FormatAttr format) { printFormat(printer, format); });
  printer << "], " << getReason() << ", " << stringifyDecidedBy(getBy()) << ">";
}

LogicalResult AssignmentAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, FormatAttr result,
                                     ArrayRef<FormatAttr> operands, StringAttr reason, DecidedBy) {
  bool allFloat = llvm::all_of(operands, [](FormatAttr format) { return !format; });
  if (!reason)
    return emitError() << "expects a reason";
  if (!result == allFloat) // assignment_c1
    return success();
  Type shown = result ? result.getStorage() : Float32Type::get(reason.getContext());
  return emitError() << "expects an f32 result exactly when every operand is f32, got result " << shown;
}
