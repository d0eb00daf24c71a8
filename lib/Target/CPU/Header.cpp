// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The C header of a model.
#include "qc/Runtime/Embedded.h"
#include "qc/Target/CPU/Artefact.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace qc::cpu {

/// Text that cannot end a comment or start one, nor break a line.
static std::string sanitize(StringRef text) {
  std::string result;
  for (char c : text) {
    bool pairs = !result.empty() && ((result.back() == '*' && c == '/') || (result.back() == '/' && c == '*'));
    result += pairs ? "?" : "";
    result += (unsigned char)c < ' ' || c == 127 || c == '\\' ? '?' : c;
  }
  return result;
}

static void describe(std::string &text, ArrayRef<TensorSpec> tensors, StringRef kind) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    auto extents = map_range(tensors[i].dims, [](int64_t extent) { return std::to_string(extent); });
    text += (text.empty() ? " * " : "\n * ") + kind.str() + " " + std::to_string(i) + ": '" +
            sanitize(tensors[i].name) + "', " + getDTypeName(tensors[i].dtype).str() + ", " +
            (tensors[i].dims.empty() ? "scalar" : join(extents, " x "));
  }
}

static void replaceAll(std::string &text, StringRef key, StringRef value) {
  for (size_t at = 0; (at = text.find(key.data(), at, key.size())) != std::string::npos; at += value.size())
    text.replace(at, key.size(), value.data(), value.size());
}

std::string makeHeader(const ProgramSpec &program) {
  // Abi.h begins with the license of the whole header: the template's own, above its first empty line, stays behind.
  StringRef model = runtime::getModelHeader();
  std::string tensors, text = model.substr(model.find("\n\n") + 1).str();
  describe(tensors, program.getCallersInputs(), "input");
  describe(tensors, program.getCallersOutputs(), "output");
  describe(tensors, ArrayRef(program.inputs).take_back(program.states.size()), "state");
  replaceAll(text, "@NAME@", program.name);
  replaceAll(text, "@GUARD@", program.name);
  replaceAll(text, "@ABI@", std::to_string(QC_ABI_VERSION));
  replaceAll(text, "@INPUTS@", std::to_string(program.getCallersInputs().size()));
  replaceAll(text, "@OUTPUTS@", std::to_string(program.getCallersOutputs().size()));
  // Last: an input may be called "@NAME@".
  replaceAll(text, "@TENSORS@", tensors.empty() ? " * none" : tensors);
  return runtime::getAbiHeader().str() + text;
}

} // namespace qc::cpu
