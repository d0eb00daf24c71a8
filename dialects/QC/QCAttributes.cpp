// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes of the qc dialect.
#include "dialects/QC/QC.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "qc/Arith/Int4.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

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
  if (!integer || (integer.getWidth() > 32 && !integer.isSignlessInteger(64))) // format_c1
    return emitError() << "expects an integer storage type of at most 32 bits or i64, got " << storage;
  if (axis < -1) // format_c2
    return emitError() << "expects axis >= -1, got " << axis;
  bool isInt4 = integer.isSignlessInteger(4);
  if (isInt4 ? !qc::numerics::isGroupSize(block) : block != 0) // format_c3
    return emitError() << "expects block = " << (isInt4 ? "32, 64 or 128" : "0") << " for " << storage << ", got "
                       << block;
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

Attribute HistogramAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> bins, counts;
  auto parseRun = [&]() -> ParseResult {
    int64_t bin = 0;
    if (parser.parseInteger(bin))
      return failure();
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
      // Beyond any bin it does not matter where.
      bins.push_back(bin);
      bin = bin < std::numeric_limits<int64_t>::max() ? bin + 1 : bin;
      return parser.parseInteger(counts.emplace_back());
    });
  };
  llvm::SMLoc location = parser.getCurrentLocation();
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater, parseRun))
    return {};
  return getChecked([&] { return parser.emitError(location); }, parser.getContext(), bins, counts);
}

void HistogramAttr::print(AsmPrinter &printer) const {
  ArrayRef<int64_t> bins = getBins(), counts = getCounts();
  printer << "<";
  for (size_t i = 0; i < bins.size(); ++i) {
    bool isStart = i == 0 || bins[i] != bins[i - 1] + 1;
    if (isStart)
      printer << (i ? "], " : "") << bins[i] << " [" << counts[i];
    else
      printer << ", " << counts[i];
  }
  printer << (bins.empty() ? ">" : "]>");
}

LogicalResult HistogramAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> bins,
                                    ArrayRef<int64_t> counts) {
  constexpr int64_t kBins = 8160;
  for (size_t i = 0; i < bins.size(); ++i) // histogram_c1
    if (bins[i] < -kBins || bins[i] >= kBins || (i && bins[i] <= bins[i - 1]))
      return emitError() << "expects bins that ascend from -8160 to 8159, got " << bins[i]
                         << (i ? " behind " + std::to_string(bins[i - 1]) : "");
  if (bins.size() != counts.size()) // histogram_c2
    return emitError() << "expects a count for each of " << bins.size() << " bins, got " << counts.size();
  int64_t sum = 0;
  for (int64_t count : counts)
    if (count <= 0 || llvm::AddOverflow(sum, count, sum)) // histogram_c2
      return emitError() << "expects counts > 0 whose sum is below 2^63, got " << count;
  return success();
}

bool OperandMeansAttr::hasWindowOf(OperandMeansAttr other) const {
  return getAxis() == other.getAxis() && getKernel() == other.getKernel() && getStrides() == other.getStrides() &&
         getDilations() == other.getDilations() && getPads() == other.getPads();
}

// operand_means_c2
static LogicalResult verifyWindow(llvm::function_ref<InFlightDiagnostic()> emitError, StringRef name,
                                  ArrayRef<int64_t> numbers, size_t count, int64_t least) {
  bool isRight = numbers.size() == count && llvm::all_of(numbers, [&](int64_t x) {
                   return x >= least && x <= std::numeric_limits<int32_t>::max();
                 });
  if (isRight)
    return success();
  return emitError() << "expects " << count << " " << name << " of at least " << least << " and below 2^31, got ["
                     << numbers << "]";
}

LogicalResult OperandMeansAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t axis,
                                       ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                                       ArrayRef<int64_t> pads, ElementsAttr means) {
  if (axis < 0 || (!kernel.empty() && axis != 1)) // operand_means_c1
    return emitError() << "expects " << (kernel.empty() ? "axis >= 0" : "axis 1 beside a kernel") << ", got " << axis;
  size_t spatial = kernel.size();
  if (spatial > 3) // operand_means_c2
    return emitError() << "expects a kernel of at most 3 axes, got " << spatial;
  if (failed(verifyWindow(emitError, "kernel sizes", kernel, spatial, 1)) ||
      failed(verifyWindow(emitError, "strides", strides, spatial, 1)) ||
      failed(verifyWindow(emitError, "dilations", dilations, spatial, 1)) ||
      failed(verifyWindow(emitError, "pads", pads, 2 * spatial, 0)))
    return failure();
  int64_t taps = 1;
  for (int64_t size : kernel)
    if (llvm::MulOverflow(taps, size, taps))
      taps = std::numeric_limits<int64_t>::max();
  auto type = means ? dyn_cast<RankedTensorType>(means.getShapedType()) : RankedTensorType();
  if (!type || !type.getElementType().isF32() || type.getRank() != 1 || type.getDimSize(0) % taps) // operand_means_c3
    return emitError() << "expects f32 means of rank 1, a multiple of " << taps << ", got "
                       << (means ? means.getShapedType() : ShapedType());
  if (!isa<DenseElementsAttr>(means)) // operand_means_c3
    return emitError() << "expects dense means, got " << means;
  return success();
}
