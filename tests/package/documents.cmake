# The license, the documents and the examples are installed.
foreach(file LICENSE README.md CHANGELOG.md docs/protocol.md docs/architecture.md
    examples/CMakeLists.txt examples/quickstart/main.cc)
  if(NOT EXISTS "${DOC_DIR}/${file}")
    message(FATAL_ERROR "there is no ${DOC_DIR}/${file}")
  endif()
endforeach()
