// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights in pieces, and where they come to lie in each kind of artefact.
#include "test/Unit/Target/TestModels.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace qc;
using namespace qc::cpu;

static std::string join(ArrayRef<StringRef> parts) { return llvm::join(parts, ""); }

TEST(Weights, PiecesAreAlignedWithZerosBetween) {
  std::string a(70, 'a'), b(3, 'b'), none, c(64, 'c');
  Weights weights;
  EXPECT_TRUE(weights.empty());
  EXPECT_EQ(weights.add(a), 0);
  EXPECT_EQ(weights.add(b), 128);
  EXPECT_EQ(weights.add(none), 192);
  EXPECT_EQ(weights.add(c), 192);
  EXPECT_EQ(weights.size(), 256);
  std::string whole = a + std::string(58, 0) + b + std::string(61, 0) + c;
  EXPECT_EQ(join(weights.slice(0, 256)), whole);
  for (int64_t begin = 0; begin <= 256; ++begin)
    for (int64_t end = begin; end <= 256; ++end)
      ASSERT_EQ(join(weights.slice(begin, end)), whole.substr(size_t(begin), size_t(end - begin)));
}

TEST(Weights, AnOwnerLivesAsLongAsAPiece) {
  auto owner = std::make_shared<std::string>("weights");
  std::weak_ptr<std::string> watch = owner;
  {
    Weights weights;
    weights.add(*owner, owner);
    owner.reset();
    EXPECT_EQ(join(weights.slice(0, 7)), "weights");
  }
  EXPECT_TRUE(watch.expired());
}

/// What lies in memory at the weights' section of a library or program: the bytes of the segment that holds it.
static std::string readLoaded(StringRef elf) {
  auto file = take(object::ELF64LEFile::create(elf));
  for (const auto &section : take(file.sections())) {
    if (take(file.getSectionName(section)) != ".lrodata")
      continue;
    EXPECT_EQ(section.sh_addr % 64, 0u);
    for (const auto &segment : take(file.program_headers()))
      if (segment.p_type == ELF::PT_LOAD && segment.p_vaddr <= section.sh_addr &&
          section.sh_addr + section.sh_size <= segment.p_vaddr + segment.p_filesz) {
        EXPECT_EQ(uint32_t(segment.p_flags), uint32_t(ELF::PF_R));
        EXPECT_EQ(segment.p_offset % 4096, segment.p_vaddr % 4096);
        uint64_t offset = segment.p_offset + (section.sh_addr - segment.p_vaddr);
        EXPECT_EQ(offset, section.sh_offset);
        return elf.substr(offset, section.sh_size).str();
      }
  }
  return "";
}

TEST(Weights, AreLoadedFromTheFile) {
  // Sizes around pages, and none.
  for (size_t size : {size_t(0), size_t(1), size_t(63), size_t(4096 - 512), size_t(4096), size_t(40000)}) {
    std::string first(size, '\0'), second(size / 3, 's');
    for (size_t i = 0; i < size; ++i)
      first[i] = char(i * 7 + 1);
    AffineModel model("m");
    model.spec.program.weights.add(first);
    model.spec.program.weights.add(second);
    std::string expected = join(model.spec.program.weights.slice(0, model.spec.program.weights.size()));
    for (ArtefactKind kind : {ArtefactKind::SharedLibrary, ArtefactKind::Executable}) {
      SmallVector<char, 0> bytes = take(buildArtefact(model.spec, kind));
      std::string loaded = readLoaded(StringRef(bytes.data(), bytes.size()));
      ASSERT_GE(loaded.size(), expected.size() + 64);
      EXPECT_EQ(loaded.substr(0, expected.size()), expected);
      EXPECT_EQ(loaded.find_first_not_of('\0', expected.size()), std::string::npos);
    }
    std::vector<float> x = makeRamp(64), y(64);
    auto loaded = take(LoadedModel::build(model.spec));
    ASSERT_FALSE(bool(loaded->run({bytesOf(x)}, {bytesOf(y)})));
    EXPECT_EQ(y, model.compute(x));
  }
}
