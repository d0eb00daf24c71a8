// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artefacts as bytes and files.
#include "test/Unit/Target/TestModels.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace qc::cpu;
using qc::ArgSpec;

static const ArtefactKind allKinds[] = {ArtefactKind::SharedLibrary, ArtefactKind::Object, ArtefactKind::Executable};

TEST(Artefact, IsAFunctionOfItsSpec) {
  for (ArtefactKind kind : allKinds) {
    AffineModel first("same"), second("same");
    SmallVector<char, 0> bytes = take(buildArtefact(first.spec, kind));
    EXPECT_EQ(bytes, take(buildArtefact(second.spec, kind)));
    StringRef text(bytes.data(), bytes.size());
    for (StringRef trace : {"/proc/self/fd", "/tmp/", "qc-test", "clang version"})
      EXPECT_FALSE(text.contains(trace)) << trace.str();
  }
}

/// Global symbols of an object, or the exported ones of a library, defined ones only.
static std::vector<std::string> listGlobals(ArrayRef<char> bytes) {
  auto file =
      take(object::ObjectFile::createELFObjectFile(MemoryBufferRef(StringRef(bytes.data(), bytes.size()), "x")));
  auto &elf = cast<object::ELFObjectFileBase>(*file);
  std::vector<std::string> names;
  auto collect = [&](auto symbols) {
    for (const object::SymbolRef &symbol : symbols) {
      uint32_t flags = take(symbol.getFlags());
      if ((flags & object::SymbolRef::SF_Global) && !(flags & object::SymbolRef::SF_Undefined))
        names.push_back(take(symbol.getName()).str());
    }
  };
  if (elf.getEType() == ELF::ET_REL)
    collect(elf.symbols());
  else
    collect(elf.getDynamicSymbolIterators());
  llvm::sort(names);
  return names;
}

TEST(Artefact, ExportsTheApiAndNothingElse) {
  AffineModel model("m");
  std::vector<std::string> api = {"m_close",         "m_info",          "m_io",  "m_open",       "m_output_dims",
                                  "m_reset",         "m_restore_state", "m_run", "m_save_state", "m_state_bytes",
                                  "m_status_string", "m_workspace"};
  EXPECT_EQ(listGlobals(take(buildArtefact(model.spec, ArtefactKind::SharedLibrary))), api);
  EXPECT_EQ(listGlobals(take(buildArtefact(model.spec, ArtefactKind::Object))), api);
  EXPECT_TRUE(listGlobals(take(buildArtefact(model.spec, ArtefactKind::Executable))).empty());
}

TEST(Artefact, WeightsHaveTheirOwnReadOnlySection) {
  AffineModel model("m");
  for (ArtefactKind kind : allKinds) {
    SmallVector<char, 0> bytes = take(buildArtefact(model.spec, kind));
    auto file =
        take(object::ObjectFile::createELFObjectFile(MemoryBufferRef(StringRef(bytes.data(), bytes.size()), "x")));
    unsigned found = 0;
    for (const object::SectionRef &section : file->sections()) {
      if (take(section.getName()) != ".lrodata")
        continue;
      ++found;
      EXPECT_EQ(section.getAlignment().value(), 64u);
      EXPECT_EQ(object::ELFSectionRef(section).getFlags(), uint64_t(ELF::SHF_ALLOC | ELF::SHF_X86_64_LARGE));
      EXPECT_TRUE(take(section.getContents())
                      .starts_with(StringRef(reinterpret_cast<char *>(model.weights), sizeof(model.weights))));
    }
    EXPECT_EQ(found, 1u);
  }
}

TEST(Artefact, NoteIsReadWhateverTheFileIsCalled) {
  AffineModel model("my_model");
  TempFolder folder;
  for (ArtefactKind kind : allKinds) {
    std::string path = folder / "a thing = with:odd.name";
    ASSERT_FALSE(bool(writeArtefact(model.spec, kind, path)));
    ArtefactInfo info = take(readArtefactNote(path));
    EXPECT_EQ(info.name, "my_model");
    EXPECT_EQ(info.level, "x86-64-v3");
    EXPECT_EQ(info.abiVersion, uint32_t(QC_ABI_VERSION));
    json::Object object = *take(json::parse(info.json)).getAsObject();
    EXPECT_EQ(object.getObject("macs")->getInteger("int8"), 12);
    EXPECT_EQ(object.getInteger("weight_bytes"), 16);
    EXPECT_EQ(object.getInteger("arena_bytes"), 256);
  }
}

TEST(Artefact, ForeignAndDamagedFilesAreRefused) {
  TempFolder folder;
  auto refusal = [](const std::string &path) { return messageOf(readArtefactNote(path).takeError()); };
  EXPECT_NE(refusal(folder / "none").find("cannot read"), std::string::npos);
  writeText(folder / "text", "hello");
  EXPECT_NE(refusal(folder / "text").find("not an ELF file"), std::string::npos);
  EXPECT_NE(refusal("/proc/self/exe").find("has no section .note.qc"), std::string::npos);
  AffineModel model("m");
  SmallVector<char, 0> bytes = take(buildArtefact(model.spec, ArtefactKind::SharedLibrary));
  for (size_t length = 0; length < bytes.size(); length += 97)
    EXPECT_NE(messageOf(readArtefactNote(ArrayRef<char>(bytes).take_front(length), "cut").takeError()), "");
  for (size_t at = 0; at < bytes.size(); at += 13) {
    SmallVector<char, 0> flipped = bytes;
    flipped[at] ^= 0x5a;
    consumeError(readArtefactNote(flipped, "flipped").takeError()); // any answer but a crash
  }
}

TEST(Artefact, AForeignFunctionIsALinkError) {
  ArtefactSpec spec = makeOneKernelModel("m", "declare float @expf(float)\n"
                                              "define void @kernel(ptr %args, i64 %tile) {\n"
                                              "  %r = call float @expf(float 1.5)\n"
                                              "  store float %r, ptr %args\n  ret void\n}");
  TempFolder folder;
  for (ArtefactKind kind : allKinds) {
    std::string message = messageOf(writeArtefact(spec, kind, folder / "m.so"));
    EXPECT_NE(message.find("needs functions that libc.so.6 does not give to an artefact: expf"), std::string::npos)
        << message;
    EXPECT_TRUE(folder.list().empty());
  }
  AffineModel good("good"); // the linker can be used again
  EXPECT_EQ(messageOf(writeArtefact(good.spec, ArtefactKind::SharedLibrary, folder / "m.so")), "");
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"m.h", "m.so"}));
}

TEST(Artefact, InconsistentSpecsAreRefused) {
  auto refusal = [](auto change) {
    AffineModel model("m");
    change(model.spec);
    return messageOf(buildArtefact(model.spec, ArtefactKind::SharedLibrary).takeError());
  };
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.program.name = "a-b"; }),
            "'a-b' cannot be a model's name: it must be a C identifier");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.program.name = "sem"; }),
            "'sem' cannot be a model's name: sem_open is a function of libc");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.levels.clear(); }), "an artefact needs code of at least one level");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.program.launches[0].kernel = 1; }), "launch 0: kernel 1 of 1");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.program.launches[2].args[0] = ArgSpec::arena(257); }),
            "launch 2: offset 257 into 256 bytes of space 1");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.program.launches[0].args[0] = ArgSpec::input(1); }),
            "launch 0: offset 0 into -1 bytes of space 3");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.levels[0].kernels.push_back(s.levels[0].kernels[0]); }),
            "two kernels have the symbol 'affine'");
  EXPECT_EQ(refusal([](ArtefactSpec &s) { s.program.inputs[0].dims = {INT64_MAX, 4}; }),
            "input 'x' has an element type or a shape that no artefact can have");
}

TEST(Artefact, FilesAreReplacedOrLeftAlone) {
  AffineModel model("m");
  TempFolder folder;
  writeText(folder / "m.so", "old");
  EXPECT_EQ(messageOf(writeArtefact(model.spec, ArtefactKind::SharedLibrary, folder / "m.so")), "");
  EXPECT_NE(readText(folder / "m.so"), "old");
  EXPECT_NE(messageOf(writeArtefact(model.spec, ArtefactKind::SharedLibrary, folder / "no/m.so")), "");
  EXPECT_NE(messageOf(writeArtefact(model.spec, ArtefactKind::Executable, "/dev/null")).find("not a regular file"),
            std::string::npos);
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"m.h", "m.so"}));
}

TEST(Header, BeginsWithTheLicenseAndHasItOnce) {
  std::string header = makeHeader(AffineModel("m").spec.program);
  EXPECT_EQ(header.find("/* Part of qc, under the Apache License v2.0 with LLVM Exceptions"), 0u) << header;
  EXPECT_EQ(llvm::StringRef(header).count("SPDX-License-Identifier: "), 1u) << header;
  EXPECT_NE(header.find("\n\n#ifndef QC_MODEL_m_H\n"), std::string::npos) << header;
}

TEST(Header, HostileNamesStayInTheComment) {
  AffineModel model("m");
  model.spec.program.inputs[0].name = "a*/ int x; /* \\\nb@INPUTS@";
  std::string header = makeHeader(model.spec.program);
  EXPECT_NE(header.find("input 0: 'a*?/ int x; /?* ??b@INPUTS@', float32, 64"), std::string::npos) << header;
}
