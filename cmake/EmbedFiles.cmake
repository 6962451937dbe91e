# Puts files into a library, so that programs with it need none beside them.
#
#   tickerhub_embed_files(tickerhub_pages web/stocks/app.js web/shared/base.css)
#
# The library then has tickerhub::internal::EmbeddedFiles() (see
# lib/pages/embedded_files.h). It is built again when a file changes.
#
# This file is also the script that writes the source at build time:
#   cmake -DOUTPUT=out.cc -DFILES=a|b -P EmbedFiles.cmake

function(tickerhub_embed_files target)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded_files.cc")
  list(TRANSFORM ARGN REPLACE "^([^/].*)$" "${CMAKE_CURRENT_SOURCE_DIR}/\\1"
    OUTPUT_VARIABLE files)
  list(JOIN files "|" joined)
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFILES=${joined}"
      -P "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
    DEPENDS ${files} "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
    COMMENT "Embedding the pages of ${target}" VERBATIM)
  # Sources that are not there before a build are no part of a unity build.
  set_source_files_properties("${output}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE "${output}")
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  return()
endif()

string(REPLACE "|" ";" FILES "${FILES}")
set(arrays "")
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  cmake_path(GET file PARENT_PATH folder)
  cmake_path(GET folder FILENAME folder)
  file(SIZE "${file}" size)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  # The zero at the end lets an empty file be an array too.
  string(APPEND arrays
    "constexpr unsigned char kFile${number}[] = {\n${bytes}0};\n")
  string(APPEND entries "      {\"${folder}\", \"${name}\", View(kFile${number}, ${size})},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUTPUT}" "// Written by cmake/EmbedFiles.cmake.
#include \"embedded_files.h\"

namespace tickerhub::internal {
namespace {

${arrays}
[[maybe_unused]] std::string_view View(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::vector<EmbeddedFile> EmbeddedFiles() {
  return {
${entries}  };
}

}  // namespace tickerhub::internal
")
