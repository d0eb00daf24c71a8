// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// In front of the runtime's sources: their memory lies between pages that trap.
#pragma once
#include <stdlib.h>
void *guarded_malloc(size_t bytes);
void *guarded_calloc(size_t count, size_t bytes);
void *guarded_aligned(size_t alignment, size_t bytes);
void guarded_free(void *memory);
#define malloc guarded_malloc
#define calloc guarded_calloc
#define aligned_alloc guarded_aligned
#define free guarded_free
