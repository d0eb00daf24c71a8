// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the guards in front of parsers let through.
#include "qc/Text/Json.h"
#include "qc/Text/Nesting.h"
#include "gtest/gtest.h"

using namespace qc;

static std::string repeat(const std::string &part, unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += part;
  return text;
}

TEST(Nesting, Limit) {
  for (const char *bracket : {"(", "[", "{", "<", "[{", "<("}) {
    unsigned count = kMaxNesting / std::string(bracket).size();
    EXPECT_FALSE(isNestedTooDeeply(repeat(bracket, count))) << bracket;
    EXPECT_TRUE(isNestedTooDeeply(repeat(bracket, count + 1))) << bracket;
  }
  EXPECT_FALSE(isNestedTooDeeply(repeat("([{<>}])", 5000)));
}

TEST(Nesting, WhatIsNoBracket) {
  // Strings, comments, arrows and comparisons neither open nor close.
  EXPECT_FALSE(isNestedTooDeeply("\"" + repeat("[", 5000) + "\""));
  EXPECT_FALSE(isNestedTooDeeply("\"\\\"" + repeat("[", 5000) + "\""));
  EXPECT_FALSE(isNestedTooDeeply("// " + repeat("[", 5000)));
  EXPECT_FALSE(isNestedTooDeeply(repeat("d0 <= 3, ", 5000)));
  for (const char *part : {"[\"]\",", "[ // ]\n", "[->", "[>=", "[\"\\\\\","})
    EXPECT_TRUE(isNestedTooDeeply(repeat(part, kMaxNesting + 1))) << part;
}

TEST(Nesting, NothingHides) {
  std::string deep = repeat("[", kMaxNesting + 1);
  for (std::string before : {"\"\\\\\"", "\"\n", "// \"\n", "/ \"\"", "]]]]", "\"\\\n"})
    EXPECT_TRUE(isNestedTooDeeply(before + deep)) << before;
}

static std::string getError(llvm::StringRef text) {
  llvm::Expected<llvm::json::Value> value = parseJson(text);
  return value ? "" : llvm::toString(value.takeError());
}

TEST(Json, Accepted) {
  for (const char *text : {"3", "\"a\"", "{}", "[[], {}]", R"({"a": 1, "b": {"a": ["a", "a"]}, "c": {"a": "b"}})",
                           R"([{"a": 1}, {"a": 2}])", R"({"a\"": ":", "a": "\\"})", R"({"a" : "}", "b": "\"a\":"})"})
    EXPECT_EQ(getError(text), "") << text;
}

TEST(Json, Refused) {
  EXPECT_EQ(getError(repeat("[", 60000)), "it is nested too deeply, accepted are at most 1000 levels");
  EXPECT_NE(getError("[").find("Unexpected EOF"), std::string::npos);
  EXPECT_NE(getError("\"\\"), "");
  for (const char *text :
       {R"({"a": 1, "a": 1})", R"([{"x": {"a": 1, "b": [], "a" : 2}}])", R"({"b": {}, "a":[{}],"a":0})"})
    EXPECT_EQ(getError(text), "an object has key \"a\" twice, accepted are objects with each key once") << text;
  EXPECT_EQ(getError(R"({"a": 1, "\u0061": 2})"),
            "an object has key \"\\u0061\" twice, accepted are objects with each key once");
}
