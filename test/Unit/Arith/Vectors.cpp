// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running the oracles and reading their files.
#include "Vectors.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace qc::test {

Vectors readVectors(const std::string &path) {
  Vectors vectors;
  std::FILE *file = std::fopen(path.c_str(), "rb");
  if (!file)
    return vectors;
  char magic[8];
  int64_t header[3];
  bool good = std::fread(magic, 1, 8, file) == 8 && std::memcmp(magic, "QCVECTOR", 8) == 0 &&
              std::fread(header, 8, 3, file) == 3 && header[0] == 1;
  if (good) {
    vectors.values.resize(static_cast<size_t>(header[1] * header[2]));
    good = std::fread(vectors.values.data(), 8, vectors.values.size(), file) == vectors.values.size();
  }
  if (good) {
    vectors.columns = static_cast<size_t>(header[1]);
    vectors.rows = static_cast<size_t>(header[2]);
  }
  std::fclose(file);
  return vectors;
}

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "qc-vectors-XXXXXX").string();
  folder = mkdtemp(name.data()) ? name : ".";
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  if (folder != ".")
    std::filesystem::remove_all(folder, error);
}

bool runOracle(const std::string &script, const std::string &arguments) {
  std::string command = "'" QC_PYTHON "' -B '" QC_TEST_DIR "/oracle/" + script + "' " + arguments;
  return std::system(command.c_str()) == 0;
}

bool longTests() {
  const char *value = std::getenv("QC_LONG_TESTS");
  return value && std::string(value) == "1";
}

std::string countArgument() { return longTests() ? " --count 1000000" : " --count 100000"; }

const Vectors &requantVectors() {
  static const Vectors vectors = [] {
    TemporaryFolder folder;
    std::string path = folder.path() + "/requant.vec";
    return runOracle("requant_oracle.py", path + countArgument()) ? readVectors(path) : Vectors();
  }();
  return vectors;
}

numerics::RequantParams requantParams(const int64_t *row) {
  numerics::RequantParams params;
  params.terms = static_cast<int32_t>(row[column::terms]);
  params.multipliers[0] = static_cast<int32_t>(row[column::m0]);
  params.multipliers[1] = static_cast<int32_t>(row[column::m1]);
  params.shift = static_cast<int32_t>(row[column::shift]);
  params.zeroPoint = static_cast<int32_t>(row[column::zeroPoint]);
  params.lo = static_cast<int32_t>(row[column::lo]);
  params.hi = static_cast<int32_t>(row[column::hi]);
  params.rounding = row[column::rounding] ? numerics::Rounding::HalfEven : numerics::Rounding::HalfUp;
  return params;
}

} // namespace qc::test
