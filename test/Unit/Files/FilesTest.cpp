// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that appear complete or not at all, through links, and together.
#include "qc/Files/FileSet.h"
#include "qc/Files/OutputFile.h"
#include "qc/Files/OutputPath.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <fcntl.h>
#include <set>
#include <unistd.h>

using namespace llvm;
using namespace qc;

namespace {
class Files : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("qc-files", folder)); }
  void TearDown() override { EXPECT_FALSE(sys::fs::remove_directories(folder)); }

  std::string at(StringRef name) const { return (folder + "/" + name).str(); }
  void put(StringRef name, StringRef text) const {
    std::error_code code;
    raw_fd_ostream os(at(name), code);
    ASSERT_FALSE(code);
    os << text;
  }
  std::string get(StringRef name) const {
    auto file = MemoryBuffer::getFile(at(name));
    return file ? (*file)->getBuffer().str() : "(none)";
  }
  void link(StringRef target, StringRef name) const { ASSERT_EQ(::symlink(target.str().c_str(), at(name).c_str()), 0); }
  bool isLink(StringRef name) const { return sys::fs::is_symlink_file(at(name)); }
  std::set<std::string> list() const {
    std::set<std::string> names;
    std::error_code code;
    for (sys::fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code))
      names.insert(sys::path::filename(it->path()).str());
    return names;
  }

  SmallString<128> folder;
};

void writeText(raw_ostream &os) { os << "text"; }
std::string messageOf(Error error) { return toString(std::move(error)); }
using Names = std::set<std::string>;
} // namespace

TEST_F(Files, OneFile) {
  // A '%' in a name stays one.
  std::string path = at("a%%b");
  EXPECT_FALSE(bool(checkOutputPath(path, {})));
  EXPECT_FALSE(bool(writeOutputFile(path, writeText)));
  EXPECT_EQ(get("a%%b"), "text");
  EXPECT_EQ(messageOf(checkOutputPath(path, {path})), "cannot write '" + path + "': it is the input '" + path + "'");
  EXPECT_EQ(messageOf(checkOutputPath(path + "/c", {})),
            "cannot write '" + path + "/c': there is no folder '" + path + "'");
  EXPECT_FALSE(bool(writeOutputFile("/dev/null", writeText)));
  EXPECT_EQ(messageOf(writeOutputFile("/dev/full", writeText)), "cannot write '/dev/full': No space left on device");
  EXPECT_EQ(list(), Names{"a%%b"});
}

TEST_F(Files, LinksAreFollowed) {
  ASSERT_FALSE(sys::fs::create_directory(at("sub")));
  put("real", "old");
  link("real", "link");
  link(at("link"), "link2");
  link("sub/new", "dangling");
  link("none/new", "lost");
  link("circle", "circle");
  EXPECT_EQ(messageOf(writeOutputFile(at("link2"), writeText)), "");
  EXPECT_EQ(messageOf(writeOutputFile(at("dangling"), writeText)), "");
  EXPECT_EQ(get("real"), "text");
  EXPECT_EQ(get("sub/new"), "text");
  EXPECT_TRUE(isLink("link") && isLink("link2") && isLink("dangling"));
  EXPECT_EQ(messageOf(checkOutputPath(at("lost"), {})),
            "cannot write '" + at("lost") + "': there is no folder '" + at("none") + "'");
  EXPECT_EQ(messageOf(checkOutputPath(at("circle"), {})),
            "cannot write '" + at("circle") + "': it is a circle of symbolic links");
  EXPECT_EQ(list(), (Names{"circle", "dangling", "link", "link2", "lost", "real", "sub"}));
}

TEST_F(Files, DescriptorsAreWrittenThrough) {
  put("out", "");
  int descriptor = ::open(at("out").c_str(), O_WRONLY | O_APPEND);
  ASSERT_GE(descriptor, 0);
  std::string name = "/proc/self/fd/" + std::to_string(descriptor);
  link(name, "link");
  EXPECT_EQ(messageOf(checkOutputPath(at("link"), {})), "");
  for (const std::string &path : {name, "/dev/fd/" + std::to_string(descriptor), at("link")}) {
    EXPECT_EQ(messageOf(writeOutputFile(path, writeText)), "");
    EXPECT_NE(messageOf(resolveOutputFile(path).takeError()).find("open descriptor"), std::string::npos);
  }
  ::close(descriptor);
  EXPECT_EQ(get("out"), "texttexttext");
  EXPECT_TRUE(isLink("link"));
  EXPECT_EQ(messageOf(checkOutputPath(at("link"), {})), "cannot write '" + at("link") + "': Bad file descriptor");
  link("/proc/self/fd/1", "stdout");
  EXPECT_TRUE(isStandardOutput("-") && isStandardOutput(at("stdout")));
  EXPECT_FALSE(isStandardOutput(at("link")) || isStandardOutput("/proc/self/fd/2") || isStandardOutput(at("out")));
}

TEST_F(Files, RealNames) {
  ASSERT_FALSE(sys::fs::create_directory(at("sub")));
  link("sub", "other");
  link("sub/x", "x");
  EXPECT_EQ(getRealName(at("sub/x")), getRealName(at("other/../sub/./x")));
  EXPECT_EQ(getRealName(at("other/x")), getRealName(at("x")));
  EXPECT_NE(getRealName(at("other/x")), getRealName(at("other/y")));
  EXPECT_EQ(getRealName("-"), getRealName("/proc/self/fd/1"));
}

TEST_F(Files, SetsAreComplete) {
  put("a", "old a");
  put("real", "old b");
  link("real", "b");
  {
    FileSet files;
    for (const char *name : {"a", "b", "c"})
      EXPECT_EQ(messageOf(files.add(at(name), name, 0666)), "");
    EXPECT_EQ(files.getSize(at("b")), 1u);
    EXPECT_EQ(get("a"), "old a");
    EXPECT_EQ(messageOf(files.keep()), "");
  }
  EXPECT_EQ(get("a") + get("real") + get("c"), "abc");
  EXPECT_TRUE(isLink("b"));
  EXPECT_EQ(list(), (Names{"a", "b", "c", "real"}));
}

// The last of the files cannot be put in its place: what was there before the others is there again.
TEST_F(Files, SetsAreTakenBack) {
  put("a", "old a");
  put("real", "old b");
  link("real", "b");
  {
    FileSet files;
    for (const char *name : {"a", "b", "c", "d", "e"})
      EXPECT_EQ(messageOf(files.add(at(name), name, 0666)), "");
    ASSERT_FALSE(sys::fs::create_directory(at("d")));
    put("d/inside", "kept");
    EXPECT_EQ(messageOf(files.keep()), "cannot write '" + at("d") + "': File exists");
  }
  EXPECT_EQ(get("a"), "old a");
  EXPECT_EQ(get("real"), "old b");
  EXPECT_EQ(get("d/inside"), "kept");
  EXPECT_TRUE(isLink("b"));
  EXPECT_EQ(list(), (Names{"a", "b", "d", "real"}));
}
