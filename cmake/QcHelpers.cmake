# Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Functions that every room's CMakeLists.txt uses.

# One precompiled header for all MLIR code: qc_add_library(... MLIR) reuses it.
# ccache accepts it with CCACHE_SLOPPINESS=pch_defines,time_macros and, for clang, no time stamp in the file.
# Off unless asked for: a first build takes a sixth longer with it (it reads the precompiled header for each file).
option(QC_CCACHE "Compile through ccache" OFF)
if(QC_CCACHE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
  find_program(CCACHE ccache REQUIRED)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# qc_add_library(name [MLIR] SOURCES a.cpp... [LINK lib...] [DEPENDS target...])
# MLIR: the room uses MLIR: precompiled header, the two dylibs, the dialects' generated headers first.
function(qc_add_library name)
  cmake_parse_arguments(ARG "MLIR" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_MLIR)
    target_precompile_headers(${name} REUSE_FROM qcPch)
    target_link_libraries(${name} PUBLIC MLIR LLVM)
    add_dependencies(${name} qcDialectsIncGen)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# qc_add_tool(name SOURCES a.cpp... LINK lib...): an MLIR based program, installed.
function(qc_add_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE -fPIC) # as the precompiled header was compiled
  target_precompile_headers(${name} REUSE_FROM qcPch)
  add_dependencies(${name} qcDialectsIncGen)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
