// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants as bytes and back: sharing, names by content, hostile attributes.
#include "dialects/QC/QC.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <gtest/gtest.h>
#include <numeric>

using namespace mlir;
using namespace qc;

namespace {
struct Constants : testing::Test {
  Constants() { context.loadDialect<QCDialect>(); }

  ElementsAttr parse(StringRef text) { return dyn_cast_or_null<ElementsAttr>(parseAttribute(text, &context)); }
  RankedTensorType tensor(ArrayRef<int64_t> shape, Type element) { return RankedTensorType::get(shape, element); }
  // Elements 0, 1, 2...
  TensorValue count(RankedTensorType type) {
    TensorValue value(type);
    for (int64_t i = 0; i < type.getNumElements(); ++i)
      value.setInteger(i, i);
    return value;
  }

  MLIRContext context;
  Builder builder{&context};
};
} // namespace

TEST_F(Constants, EqualContentIsOneResource) {
  auto type = tensor({4, 8}, builder.getI32Type());
  auto a = dyn_cast<DenseResourceElementsAttr>(getElementsAttr(count(type)));
  auto b = dyn_cast<DenseResourceElementsAttr>(getElementsAttr(count(type)));
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a, b);
  StringRef key = a.getRawHandle().getKey();
  EXPECT_TRUE(key.starts_with("w_") && key.size() == 34) << key.str();
  // The same bytes under another type: another attribute of the same resource.
  auto flat =
      dyn_cast<DenseResourceElementsAttr>(getElementsAttr(count(type).withType(tensor({32}, builder.getI32Type()))));
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat.getRawHandle().getKey(), key);
  TensorValue other = count(type);
  other.setInteger(31, 7);
  EXPECT_NE(getElementsAttr(other), a);
  EXPECT_EQ(a.getRawHandle().getBlob()->getDataAlignment(), 16u);
}

TEST_F(Constants, SmallValuesAreInline) {
  for (Type element : {Type(builder.getI32Type()), Type(builder.getIntegerType(8, false)), Type(builder.getI1Type()),
                       Type(builder.getI64Type()), Type(builder.getIndexType())})
    for (const SmallVector<int64_t, 2> &shape : {SmallVector<int64_t, 2>{}, {0, 3}, {5, 3}}) {
      TensorValue value(tensor(shape, element));
      for (int64_t i = 0; i < value.getNumElements(); ++i)
        value.setInteger(i, element.isInteger(1) ? i % 3 == 0 : i);
      ElementsAttr elements = getElementsAttr(value);
      ASSERT_TRUE(isa<DenseElementsAttr>(elements));
      std::optional<TensorValue> back = getTensorValue(elements);
      ASSERT_TRUE(back.has_value());
      EXPECT_EQ(back->getType(), value.getType());
      EXPECT_EQ(back->getRawData(), value.getRawData());
    }
}

TEST_F(Constants, LargeBitsRoundTrip) {
  TensorValue bits(tensor({37}, builder.getI1Type()));
  for (int64_t i = 0; i < 37; ++i)
    bits.setInteger(i, i % 3 == 0);
  std::optional<TensorValue> back = getTensorValue(getElementsAttr(bits));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->getRawData(), bits.getRawData());
}

TEST_F(Constants, ReadsSplatAndDense) {
  std::optional<TensorValue> splat = getTensorValue(parse("dense<2.5> : tensor<2x2xf32>"));
  ASSERT_TRUE(splat.has_value());
  EXPECT_EQ(splat->getData<float>(), ArrayRef<float>({2.5f, 2.5f, 2.5f, 2.5f}));
  std::optional<TensorValue> dense = getTensorValue(parse("dense<[true, false, true]> : tensor<3xi1>"));
  ASSERT_TRUE(dense.has_value());
  EXPECT_EQ(dense->getRawData(), ArrayRef<char>({1, 0, 1}));
  std::optional<TensorValue> ones = getTensorValue(parse("dense<true> : tensor<9xi1>"));
  ASSERT_TRUE(ones.has_value());
  EXPECT_EQ(ones->getInteger(8), 1);
  std::optional<TensorValue> empty = getTensorValue(parse("dense<> : tensor<0x3xf32>"));
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->getRawData().size(), 0u);
}

TEST_F(Constants, IntegersBySignedness) {
  auto read = [&](StringRef text) { return getTensorValue(parse(text))->getInteger(0); };
  EXPECT_EQ(read("dense<[-3, 1]> : tensor<2xi8>"), -3);
  EXPECT_EQ(read("dense<[253, 1]> : tensor<2xui8>"), 253);
  EXPECT_EQ(read("dense<[-3, 1]> : tensor<2xi4>"), -3);
  EXPECT_EQ(read("dense<[13, 1]> : tensor<2xui4>"), 13);
  EXPECT_EQ(read("dense<[-70000, 1]> : tensor<2xi24>"), -70000);
  EXPECT_EQ(read("dense<[-5, 1]> : tensor<2xi64>"), -5);
  EXPECT_EQ(read("dense<[18446744073709551615, 1]> : tensor<2xui64>"), -1);
}

TEST_F(Constants, ReadingBorrowsWritingCopies) {
  auto type = tensor({64}, builder.getI32Type());
  auto attribute = cast<DenseResourceElementsAttr>(getElementsAttr(count(type)));
  const char *blob = attribute.getRawHandle().getBlob()->getData().data();
  TensorValue value = *getTensorValue(attribute), copy = value;
  EXPECT_EQ(value.getRawData().data(), blob);
  copy.setInteger(5, 77);
  EXPECT_EQ(copy.getInteger(5), 77);
  EXPECT_EQ(copy.getInteger(6), 6);
  EXPECT_EQ(value.getInteger(5), 5);
  TensorValue shared = copy;
  shared.mutableData<int32_t>()[0] = 9;
  EXPECT_EQ(copy.getInteger(0), 0);
  const char *own = shared.getRawData().data();
  shared.setInteger(1, 8);
  EXPECT_EQ(shared.getRawData().data(), own);
}

TEST_F(Constants, BorrowCopiesMisalignedData) {
  alignas(8) char raw[12] = {0, 1, 0, 0, 0, 2, 0, 0, 0};
  TensorValue value = TensorValue::borrow(tensor({2}, builder.getI32Type()), ArrayRef<char>(raw + 1, 8));
  EXPECT_NE(value.getRawData().data(), raw + 1);
  EXPECT_EQ(value.getData<int32_t>(), ArrayRef<int32_t>({1, 2}));
}

TEST_F(Constants, HostileElementsHaveNoValue) {
  EXPECT_FALSE(getTensorValue(ElementsAttr()));
  EXPECT_FALSE(getTensorValue(parse("dense<1> : tensor<2xi128>")));
  EXPECT_FALSE(getTensorValue(parse("dense<(1.0, 2.0)> : tensor<2xcomplex<f32>>")));
  EXPECT_FALSE(getTensorValue(parse("dense<1> : vector<2xi8>")));
  EXPECT_FALSE(getTensorValue(parse("sparse<[[0]], [1.0]> : tensor<3xf32>")));
  EXPECT_FALSE(getTensorValue(parse("dense<1> : tensor<4294967296x4294967296xi8>")));
  EXPECT_FALSE(getTensorValue(parse("dense<1> : tensor<2147483649xi8>"))); // a splat above 2^31 bytes
  EXPECT_FALSE(getTensorValue(parse("dense_resource<missing> : tensor<4xf32>")));
  auto &manager = DenseResourceElementsHandle::getManagerInterface(&context);
  auto handle =
      manager.insert("short", HeapAsmResourceBlob::allocateAndCopyWithAlign(ArrayRef<char>("abc", 3), 8, false));
  EXPECT_FALSE(getTensorValue(DenseResourceElementsAttr::get(tensor({4}, builder.getF32Type()), handle)));
}

// A file can hold another content under the name that ours will have: it is not taken for ours.
TEST_F(Constants, ForeignContentUnderOurName) {
  auto type = tensor({16}, builder.getI32Type());
  std::string name;
  {
    MLIRContext other;
    other.loadDialect<QCDialect>();
    auto type = RankedTensorType::get({16}, IntegerType::get(&other, 32));
    TensorValue value(type);
    for (int64_t i = 0; i < 16; ++i)
      value.setInteger(i, i);
    name = cast<DenseResourceElementsAttr>(getElementsAttr(value)).getRawHandle().getKey().str();
  }
  auto &manager = DenseResourceElementsHandle::getManagerInterface(&context);
  manager.insert(name, HeapAsmResourceBlob::allocateAndCopyWithAlign(ArrayRef<char>("abc", 3), 8, false));
  std::optional<TensorValue> back = getTensorValue(getElementsAttr(count(type)));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->getInteger(15), 15);
}
