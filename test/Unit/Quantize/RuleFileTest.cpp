// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RuleFile: what it accepts and refuses.
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "qc/Transforms/Quantize/AssignmentPolicy.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace qc;

namespace {
/// The diagnostic of parsing `text`, or nothing.
std::string refuse(StringRef text) {
  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) { message += diagnostic.str(); });
  FailureOr<RuleFile> file = RuleFile::parse(text, "r.json", [&] { return emitError(UnknownLoc::get(&context)); });
  EXPECT_EQ(failed(file), !message.empty());
  return message;
}
} // namespace

TEST(RuleFile, Accepted) {
  EXPECT_EQ(refuse(R"({"version": 1, "rules": []})"), "");
  EXPECT_EQ(refuse(R"({"version": 1, "rules": [{"name": "*conv*", "op": "conv", "assign": "int8"}]})"), "");
  EXPECT_EQ(refuse(R"({"version": 1, "rules": [{"name": "größe[0-9]", "assign": "float"}]})"), "");
}

TEST(RuleFile, RefusedText) {
  EXPECT_EQ(refuse(std::string(60000, '[')),
            "rule file 'r.json': expects JSON: it is nested too deeply, accepted are at most 1000 levels");
  EXPECT_EQ(refuse(R"({"version": 1, "rules": [{"op": "add", "assign": "float", "assign": "int8"}]})"),
            "rule file 'r.json': expects JSON: an object has key \"assign\" twice, accepted are objects with each key "
            "once");
}

TEST(RuleFile, Refused) {
  for (StringRef text :
       {"", "[]", "3", "{}", R"({"rules": []})", R"({"version": 1})", R"({"version": "1", "rules": []})",
        R"({"version": 1, "rules": {}})", R"({"version": 1.5, "rules": []})"})
    EXPECT_NE(refuse(text).find("rule file 'r.json': "), std::string::npos) << text.str();
  for (StringRef rule :
       {"3", "[]", "{}", R"({"assign": "int8"})", R"({"name": "x"})", R"({"name": 1, "assign": "int8"})",
        R"({"name": "", "assign": "int8"})", R"({"op": null, "assign": "int8"})", R"({"op": "conv", "assign": true})",
        R"({"op": "conv", "assign": "INT8"})", R"({"op": "conv", "assign": "int8", "bits": 8})"}) {
    std::string text = (R"({"version": 1, "rules": [{"op": "add", "assign": "float"}, )" + rule + "]}").str();
    EXPECT_NE(refuse(text).find("rule file 'r.json': rules[1]: "), std::string::npos) << text << ": " << refuse(text);
  }
}
