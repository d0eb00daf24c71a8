// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line of qc-compile.
#pragma once
#include "qc/Commands/CompileCommand.h"

/// Parses the command line; ends the program with 1 where it is wrong, with 0 after --help or --version.
qc::CompileCommand parseOptions(int argc, char **argv);
