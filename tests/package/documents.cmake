# The license and the documents are installed.
foreach(file LICENSE README.md CHANGELOG.md docs/protocol.md docs/architecture.md)
  if(NOT EXISTS "${DOC_DIR}/${file}")
    message(FATAL_ERROR "there is no ${DOC_DIR}/${file}")
  endif()
endforeach()
