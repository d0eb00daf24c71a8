// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dyadic.requant against the big-integer oracle: one operation per group of channels.
#include "../Arith/Vectors.h"
#include "ReferenceTest.h"
#include "dialects/Dyadic/Dyadic.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace qc;
namespace column = qc::test::column;

namespace {
struct RequantVectors : ReferenceTest {
  Type codeType(int64_t type) {
    static const std::pair<unsigned, bool> kinds[] = {{8, false}, {8, true}, {16, false}, {16, true}, {32, false}};
    auto [width, isUnsigned] = kinds[type];
    return IntegerType::get(&context, width, isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  }
};

/// One column of a group.
std::vector<int32_t> gather(const int64_t *first, size_t columns, int at) {
  std::vector<int32_t> result;
  for (size_t i = 0; i < test::requantGroup; ++i)
    result.push_back(int32_t(first[i * columns + at]));
  return result;
}
} // namespace

TEST_F(RequantVectors, agree) {
  const test::Vectors &vectors = test::requantVectors();
  ASSERT_GE(vectors.rows, 100000u) << "the oracle did not run";
  auto termType = RankedTensorType::get({int64_t(test::requantGroup)}, IntegerType::get(&context, 32));
  Block block;
  Location loc = UnknownLoc::get(&context);
  Value terms[2] = {block.addArgument(termType, loc), block.addArgument(termType, loc)};
  OpBuilder builder(&context);
  builder.setInsertionPointToEnd(&block);
  size_t wrong = 0;
  for (size_t i = 0; i + test::requantGroup <= vectors.rows; i += test::requantGroup) {
    const int64_t *row = vectors.row(i);
    size_t count = row[column::terms];
    auto take = [&](int at) { return gather(row, vectors.columns, at); };
    auto rounding = row[column::rounding] ? dyadic::Rounding::HalfEven : dyadic::Rounding::HalfUp;
    auto op = dyadic::RequantOp::create(
        builder, loc, RankedTensorType::get(termType.getShape(), codeType(row[column::type])),
        ValueRange(ArrayRef<Value>(terms).take_front(count)), std::vector<int32_t>(count, 0), take(column::m0),
        count == 2 ? take(column::m1) : std::vector<int32_t>(), take(column::shift), row[column::zeroPoint],
        row[column::lo], row[column::hi], rounding, builder.getI64IntegerAttr(0));
    std::vector<TensorValue> operands;
    for (int at : {int(column::x0), int(column::x1)}) {
      std::vector<int32_t> x = take(at);
      if (operands.size() < count)
        operands.emplace_back(termType, ArrayRef<char>((const char *)x.data(), x.size() * sizeof(int32_t)));
    }
    FailureOr<SmallVector<TensorValue>> results = evaluateOp(op, operands);
    ASSERT_TRUE(succeeded(results));
    for (size_t c = 0; c < test::requantGroup; ++c)
      if (results->front().getInteger(c) != vectors.row(i + c)[column::y] && ++wrong < 5)
        ADD_FAILURE() << "row " << i + c << ": got " << results->front().getInteger(c) << ", expected "
                      << vectors.row(i + c)[column::y];
    op->erase();
  }
  EXPECT_EQ(wrong, 0u);
}
