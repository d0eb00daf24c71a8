// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The life of resources: shared with values, freed when nothing refers to them, made again.
#include "dialects/QC/Resources.h"
#include "dialects/QC/QC.h"
#include "mlir/IR/Builders.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
constexpr int64_t kElements = 5 << 20; // releaseResources leaves what is little alone

struct Resources : testing::Test {
  Resources() {
    context.loadDialect<QCDialect>();
    module = ModuleOp::create(UnknownLoc::get(&context));
  }

  TensorValue makeValue(int64_t last) {
    TensorValue value(RankedTensorType::get({kElements}, IntegerType::get(&context, 32)));
    value.setInteger(kElements - 1, last);
    return value;
  }
  DenseResourceElementsAttr add(int64_t last) {
    return cast<DenseResourceElementsAttr>(getElementsAttr(makeValue(last)));
  }
  static ArrayRef<char> bytesOf(DenseResourceElementsAttr attr) { return attr.getRawHandle().getBlob()->getData(); }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};
} // namespace

TEST_F(Resources, ShareTheBufferOfAValue) {
  TensorValue value = makeValue(1);
  const char *data = value.getRawData().data();
  auto attr = cast<DenseResourceElementsAttr>(getElementsAttr(value));
  EXPECT_EQ(bytesOf(attr).data(), data);
  value.setInteger(0, 7); // now the value has a buffer of its own
  EXPECT_NE(value.getRawData().data(), data);
  EXPECT_EQ(getTensorValue(attr)->getInteger(0), 0);
  // What is borrowed is copied: its owner may let go of it.
  std::vector<char> owner(64, 3);
  TensorValue borrowed = TensorValue::borrow(RankedTensorType::get({64}, IntegerType::get(&context, 8)), owner);
  EXPECT_NE(bytesOf(cast<DenseResourceElementsAttr>(getElementsAttr(borrowed))).data(), owner.data());
}

TEST_F(Resources, OfOthersAndThoseReferredToAreKept) {
  DenseResourceElementsAttr used = add(1), unused = add(2), foreign = add(3);
  // Inside another attribute counts.
  (*module)->setAttr("some.weights", ArrayAttr::get(&context, {used}));
  StringRef kept = foreign.getRawHandle().getKey();
  releaseResources(*module, [&](StringRef name) { return name != kept; });
  EXPECT_EQ(bytesOf(used).size(), 4u * kElements);
  EXPECT_EQ(bytesOf(foreign).size(), 4u * kElements);
  EXPECT_TRUE(bytesOf(unused).empty());
  EXPECT_FALSE(getTensorValue(unused).has_value());
  EXPECT_EQ(listResources(&context).size(), 2u);
}

TEST_F(Resources, AreMadeAgain) {
  DenseResourceElementsAttr first = add(1);
  releaseResources(*module, [](StringRef) { return true; });
  ASSERT_TRUE(bytesOf(first).empty());
  EXPECT_EQ(add(1), first);
  EXPECT_EQ(getTensorValue(first)->getInteger(kElements - 1), 1);
}

TEST_F(Resources, LittleIsNotLookedFor) {
  TensorValue value(RankedTensorType::get({64}, IntegerType::get(&context, 8)));
  auto attr = cast<DenseResourceElementsAttr>(getElementsAttr(value));
  releaseResources(*module, [](StringRef) { return true; });
  EXPECT_EQ(bytesOf(attr).size(), 64u);
}
