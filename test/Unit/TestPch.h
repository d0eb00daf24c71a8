// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// lib/Pch/Pch.h and what tests include besides, precompiled once. A cache too: tests still include what they use.
#pragma once
#include "lib/Pch/Pch.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include <gtest/gtest.h>
