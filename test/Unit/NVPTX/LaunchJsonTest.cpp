// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// launch.json with something wrong in it is refused.
#include "lib/Target/NVPTX/Launches.h"
#include "gtest/gtest.h"

using namespace qc;
using namespace qc::nvptx;

static std::string makeText(std::string from = "", std::string to = "") {
  std::string text = R"({"version":1,"name":"m","ptx":"m.ptx","weights":"m.weights","block_size":32,"arena_bytes":256,
"weights_bytes":64,"inputs":[{"name":"x","dtype":"uint8","dims":[2,3]}],"outputs":[{"name":"y","dtype":"float32","dims":[6]}],
"kernels":["k"],"launches":[{"kernel":0,"grid":4,"args":[["input",0,0],["imm",-7],["arena",256],["weights",0],["output",0,4],["faults",0]]}]})";
  if (!from.empty())
    text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(LaunchJsonTest, Reads) {
  Launches launches = llvm::cantFail(parseLaunchJson(makeText()));
  EXPECT_EQ(launches.program.name, "m");
  EXPECT_EQ(launches.blockSize, 32);
  EXPECT_EQ(getTensorBytes(launches.program.outputs[0]), 24);
  ASSERT_EQ(launches.program.launches.size(), 1u);
  const LaunchSpec &launch = launches.program.launches[0];
  EXPECT_EQ(launch.tiles, 4);
  ASSERT_EQ(launch.args.size(), 6u);
  EXPECT_EQ(launch.args[1].value, -7);
  EXPECT_EQ(launch.args[4].space, ArgSpec::Output);
  EXPECT_EQ(launch.args[5].space, ArgSpec::Faults);
}

TEST(LaunchJsonTest, Refuses) {
  const char *spoilt[][2] = {{"\"version\":1", "\"version\":2"},
                             {"\"kernel\":0", "\"kernel\":1"},
                             {"\"kernel\":0", "\"kernel\":-1"},
                             {"\"grid\":4", "\"grid\":0"},
                             {"\"grid\":4", "\"grid\":1e12"},
                             {"[\"arena\",256]", "[\"arena\",257]"},
                             {"[\"arena\",256]", "[\"stack\",0]"},
                             {"[\"input\",0,0]", "[\"input\",1,0]"},
                             {"[\"input\",0,0]", "[\"input\",0,7]"},
                             {"[\"input\",0,0]", "[\"input\",0]"},
                             {"[\"faults\",0]", "[\"faults\",4]"},
                             {"[\"imm\",-7]", "[]"},
                             {"[\"imm\",-7]", "7"},
                             {"uint8", "uint7"},
                             {"[2,3]", "[2,-3]"},
                             {"[2,3]", "[1099511627776,1099511627776]"},
                             {"\"block_size\":32", "\"block_size\":0"},
                             {"\"arena_bytes\":256", "\"arena_bytes\":-1"},
                             {"\"inputs\"", "\"input\""},
                             {"\"launches\":[", "\"launches\":7,\"x\":["},
                             {"{\"version\"", "[{\"version\""}};
  for (auto [from, to] : spoilt) {
    llvm::Expected<Launches> launches = parseLaunchJson(makeText(from, to));
    EXPECT_FALSE(bool(launches)) << to;
    llvm::consumeError(launches.takeError());
  }
}
