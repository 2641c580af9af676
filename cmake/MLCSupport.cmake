# The few functions that the folders below use. Sources are globbed: adding a
# file to a library (a pass, a layer family) needs no change to a CMakeLists.

set(MLC_WARNINGS -Wall -Wextra -Wno-unused-parameter)

# One precompiled header for all sources: it takes a file's compile time from
# over twenty seconds to three.
option(MLC_PRECOMPILED_HEADER "Precompile the largest headers" ON)
if(MLC_PRECOMPILED_HEADER)
  # Not written again when CMake runs again: all objects depend on it.
  if(NOT EXISTS "${PROJECT_BINARY_DIR}/pch.cpp")
    file(WRITE "${PROJECT_BINARY_DIR}/pch.cpp" "")
  endif()
  add_library(MLCPrecompiledHeader OBJECT "${PROJECT_BINARY_DIR}/pch.cpp")
  target_include_directories(MLCPrecompiledHeader PRIVATE
    "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include")
  target_include_directories(MLCPrecompiledHeader SYSTEM PRIVATE
    ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  # Added when they exist (lib/MLModel).
  target_link_libraries(MLCPrecompiledHeader PRIVATE MLCProto)
  add_dependencies(MLCPrecompiledHeader mlc-headers)
  target_compile_options(MLCPrecompiledHeader PRIVATE ${MLC_WARNINGS})
  target_precompile_headers(MLCPrecompiledHeader PRIVATE
    "${PROJECT_SOURCE_DIR}/cmake/PrecompiledHeaders.h")
endif()

# Settings that every target of ours shares.
function(mlc_target_settings target)
  target_include_directories(${target} PUBLIC
    "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include")
  target_include_directories(${target} SYSTEM PUBLIC
    ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${target} PRIVATE ${MLC_WARNINGS})
  target_link_libraries(${target} PUBLIC MLIR LLVM Threads::Threads)
  if(MLC_PRECOMPILED_HEADER)
    target_precompile_headers(${target} REUSE_FROM MLCPrecompiledHeader)
  endif()
endfunction()

# mlc_library(NAME [LIBS lib...] [DEPENDS target...]): every .cpp beside the
# caller becomes a static library.
function(mlc_library name)
  cmake_parse_arguments(ARG "" "" "LIBS;DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(${name} STATIC ${sources})
  mlc_target_settings(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LIBS})
  add_dependencies(${name} mlc-headers ${ARG_DEPENDS})
endfunction()

# mlc_tool(NAME sources... LIBS lib...): an executable in bin/.
function(mlc_tool name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  mlc_target_settings(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  # What sanitizers, if there are any, have to know of us.
  target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/SanitizerOptions.cpp")
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# mlc_fuzzer(NAME sources... LIBS lib...): the libFuzzer target bin/fuzz-NAME,
# with -DMLC_FUZZERS=ON. scripts/fuzz.sh runs it: seeds are what seeds.py beside
# the caller writes into the folder it is given, libFuzzer's options are the
# lines of the file `options`, if there is one.
add_custom_target(mlc-fuzzers)
function(mlc_fuzzer name)
  if(NOT MLC_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(fuzz-${name} ${ARG_UNPARSED_ARGUMENTS}
    "${PROJECT_SOURCE_DIR}/cmake/SanitizerOptions.cpp")
  mlc_target_settings(fuzz-${name})
  target_link_libraries(fuzz-${name} PRIVATE ${ARG_LIBS})
  target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz-${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  add_dependencies(mlc-fuzzers fuzz-${name})
endfunction()

# mlc_tablegen(FILE out generator... ): run mlir-tblgen on dialects/FILE.td,
# output into the caller's folder of the build tree.
function(mlc_tablegen file)
  set(LLVM_TARGET_DEFINITIONS "${PROJECT_SOURCE_DIR}/dialects/${file}.td")
  set(args ${ARGN})
  while(args)
    list(POP_FRONT args out)
    set(options)
    while(args AND NOT "${args}" MATCHES "^[A-Za-z]+[.](h|cpp)[.]inc")
      list(POP_FRONT args option)
      list(APPEND options ${option})
    endwhile()
    mlir_tablegen(${out} ${options} EXTRA_INCLUDES
      "${PROJECT_SOURCE_DIR}/dialects" "${PROJECT_SOURCE_DIR}/include"
      "${MLIR_INCLUDE_DIRS}" "${LLVM_INCLUDE_DIRS}")
    list(APPEND generated "${CMAKE_CURRENT_BINARY_DIR}/${out}")
  endwhile()
  # A target in the folder that has the rules; mlc-headers gathers them all.
  string(MAKE_C_IDENTIFIER "generate-${file}" target)
  add_custom_target(${target} DEPENDS ${generated})
  add_dependencies(mlc-headers ${target})
endfunction()

# mlc_op_shards(LIBRARY OPS N): compiles code of ops that was generated with
# -op-shard-count=N: each part is a source made of OPS.cpp.in beside the caller.
function(mlc_op_shards library ops count)
  math(EXPR last "${count} - 1")
  foreach(shard RANGE ${last})
    configure_file(${ops}.cpp.in ${ops}${shard}.cpp @ONLY)
    target_sources(${library} PRIVATE
      "${CMAKE_CURRENT_BINARY_DIR}/${ops}${shard}.cpp")
  endforeach()
endfunction()

# mlc_pass_tablegen(NAME): declarations of the passes in the caller's Passes.td.
function(mlc_pass_tablegen name)
  set(LLVM_TARGET_DEFINITIONS "${CMAKE_CURRENT_SOURCE_DIR}/Passes.td")
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${name}
    EXTRA_INCLUDES "${MLIR_INCLUDE_DIRS}" "${LLVM_INCLUDE_DIRS}")
  add_custom_target(generate_${name}_passes
    DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/Passes.h.inc")
  add_dependencies(mlc-headers generate_${name}_passes)
endfunction()
