# The installed programs start without the source or build tree beside them.
foreach(program tickerhub-stock-tracker tickerhub-notifier)
  execute_process(COMMAND "${BIN_DIR}/${program}" --version
    OUTPUT_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0 OR NOT output MATCHES "${VERSION}")
    message(FATAL_ERROR "${program} --version: status ${status}, output '${output}'")
  endif()
endforeach()
